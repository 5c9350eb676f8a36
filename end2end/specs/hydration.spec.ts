import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { logIn } from "../pages/login";

// The fixtures fail each test when the browser logs an error or a warning.
for (const { path, heading, frame = false } of [
  { path: "/", heading: "1 of 2 services is down", frame: true },
  { path: "/incidents", heading: "Incidents", frame: true },
  { path: "/silences?new&service=web", heading: "Silences and maintenance", frame: true },
  { path: "/?q=web&sort=name&density=comfortable", heading: "1 of 2 services is down", frame: true },
  { path: "/settings", heading: "Health", frame: true },
  { path: "/settings/channels", heading: "Channels", frame: true },
  { path: "/settings/users", heading: "Users and keys", frame: true },
  { path: "/settings/configuration", heading: "Configuration", frame: true },
  { path: "/settings/about", heading: "About", frame: true },
  { path: "/login", heading: "Log in" },
  { path: "/login?failed=1&next=%2Fsettings", heading: "Log in" },
  { path: "/nowhere", heading: "There is no such page" },
]) {
  test(`${path} is hydrated without a mismatch`, async ({ board, complaints, context, page, platus, targets }) => {
    if (path === "/nowhere") complaints.expect(/status of 404/);
    await platus.start({ web: targets.operational({ name: "Web" }), shop: targets.down({ name: "Shop" }) });
    await logIn(context, platus, "admin");
    await board.toBeKnown("1 of 2 services is down");
    await noteStart(page);
    await page.goto(platus.url + path);
    await started(page);
    if (frame) await board.toBeLive();
    // After a mismatch, elements are missing or doubled.
    await expect(page.getByRole("heading", { level: 1 })).toHaveText([heading]);
    await expect(page.getByRole("main")).toHaveCount(1);
    await expect(page.getByRole("banner")).toHaveCount(frame ? 1 : 0);
  });
}

/** Records when the module has started and its first effects have run. */
async function noteStart(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...parameters) => {
      const module = await instantiate(...parameters);
      setTimeout(() => Object.assign(window, { started: true }));
      return module;
    };
  });
}

async function started(page: Page): Promise<void> {
  await page.waitForFunction(() => "started" in window);
}
