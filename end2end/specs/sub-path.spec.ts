import type { BrowserContext } from "@playwright/test";
import { test as base, expect } from "../fixtures";
import { freePort } from "../support/free-port";
import type { Service } from "../support/platus";
import { type Mode, Proxy } from "../support/proxy";

const BASE = "/platus";

const modes: Mode[] = ["passes the path on", "removes the path"];

interface Fixtures {
  /** Starts Platus under the base path, behind nginx. */
  startBehind: (mode: Mode, services: Record<string, Service>) => Promise<void>;
}

const test = base.extend<Fixtures>({
  startBehind: async ({ context, platus }, use) => {
    let proxy: Proxy | undefined;
    await use(async (mode, services) => {
      const port = await freePort();
      const site = `http://127.0.0.1:${port}${BASE}`;
      await platus.start(services, { public_url: site });
      proxy = await Proxy.start(mode, port, platus.url);
      platus.publish(site);
    });
    // A page that is still loading would complain of the proxy that is gone.
    await Promise.all(context.pages().map((page) => page.close()));
    await proxy?.stop();
  },
});

for (const mode of modes) {
  test(`everything works behind a proxy that ${mode}`, async ({
    board,
    complaints,
    context,
    incidents,
    login,
    page,
    platus,
    service,
    settings,
    silences,
    startBehind,
    targets,
  }) => {
    // A check that is due may be running when one is requested.
    complaints.expect(/status of 409 .*\/rpc\/check_now/);
    const outside = requestsOutside(context);
    const file = `sub-path-${mode.replaceAll(" ", "-")}`;
    await startBehind(mode, { shop: targets.flipping(file, { name: "Shop" }), web: targets.operational({ name: "Web" }) });
    const { url } = platus;

    // The login leads back to where the browser wanted to go.
    await page.goto(`${url}/incidents`);
    await login.logIn("admin", "wrong");
    await expect(login.refusal).toHaveText("Wrong user name or password.");
    await login.logIn("admin", "admin");
    await expect(page).toHaveURL(`${url}/incidents`);
    const paths = (await context.cookies(`${url}/`)).map((cookie) => cookie.path);
    expect(paths).toEqual([`${BASE}/`, `${BASE}/`]);
    await board.toHaveIncidents(1);
    await expect(incidents.open_).toContainText("Shop");
    await board.toBeLive();

    // The board is live, and keeps its filter in its address.
    await board.markDocument();
    await board.navigation.getByRole("link", { name: "Board" }).click();
    await expect(page).toHaveURL(`${url}/`);
    await expect(board.navigation.getByRole("link", { name: "Board" })).toHaveAttribute("aria-current", "page");
    await board.toShow("Shop", "down");
    await expect(page.locator("link[rel=icon]")).toHaveAttribute("href", `${BASE}/favicon-down.svg`);
    await targets.write(file);
    await board.toShow("Shop", "operational");
    await expect(page.locator("link[rel=icon]")).toHaveAttribute("href", `${BASE}/favicon.svg`);
    await board.filter.fill("shop");
    await expect(page).toHaveURL(`${url}/?q=shop`);
    await expect(board.rows).toHaveCount(1);

    // A service, its chart and its commands.
    await board.row("Shop").getByRole("link", { name: "Shop" }).click();
    await expect(page).toHaveURL(`${url}/services/shop`);
    await expect(service.chart).toBeVisible();
    await service.ranges.getByRole("link", { name: "7 d" }).click();
    await expect(page).toHaveURL(`${url}/services/shop?range=7d`);
    await service.checkNow.click();
    await expect(service.outcome).toBeVisible();

    // The palette, silences and settings.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("shop");
    await page.getByRole("option", { name: "Silence Shop" }).click();
    await expect(page).toHaveURL(`${url}/silences?new&service=shop`);
    await silences.submit();
    await expect(page).toHaveURL(`${url}/silences`);
    await expect(silences.silences).toHaveCount(1);
    await board.navigation.getByRole("link", { name: "Settings" }).click();
    await settings.openSection("About");
    await expect(page.getByRole("link", { name: `${BASE}/api/v1.0/status` })).toHaveAttribute("href", `${BASE}/api/v1.0/status`);
    expect(await board.isSameDocument()).toBe(true);

    // A new document at each address is the same page; without its slash, the base path leads to the board.
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: "About" })).toBeVisible();
    await page.goto(url);
    await expect(page).toHaveURL(`${url}/`);
    await board.toBeLive();
    await page.goto(`${url}/wall`);
    await expect(page.getByRole("link", { name: "Board" })).toHaveAttribute("href", `${BASE}/`);

    await board.open();
    await board.toBeLive();
    await board.logOut("admin");
    await expect(login.heading).toBeVisible();
    await expect(page).toHaveURL(`${url}/login`);
    // Besides the time zone.
    const cookies = (await context.cookies(`${url}/`)).filter((cookie) => cookie.name !== "platus_zone");
    expect(cookies).toEqual([]);
    expect(outside()).toEqual([]);
  });

  test.describe("without JavaScript", () => {
    test.use({ javaScriptEnabled: false });

    test(`forms and links work behind a proxy that ${mode}`, async ({
      board,
      complaints,
      context,
      login,
      page,
      platus,
      settings,
      silences,
      startBehind,
      targets,
    }) => {
      // A check that is due may be running when one is requested.
      complaints.expect(/preloaded using link preload but not used|status of 400|status of 409 .*\/services\/shop/);
      const outside = requestsOutside(context);
      await startBehind(mode, { shop: targets.operational({ name: "Shop" }) });
      const { url } = platus;
      await login.open();
      await login.logIn("admin", "admin");
      await expect(page).toHaveURL(`${url}/`);
      await board.row("Shop").getByRole("link", { name: "Shop" }).click();
      await expect(page).toHaveURL(`${url}/services/shop`);
      await page.getByRole("button", { name: "Check now" }).click();
      await expect(page).toHaveURL(`${url}/services/shop`);

      await silences.openForm();
      await silences.submit();
      await expect(page.getByRole("alert")).toHaveText("Select a service.");
      await silences.service.fill("shop");
      await silences.submit();
      await expect(page).toHaveURL(`${url}/silences`);
      await silences.silences.getByRole("button", { name: "End" }).click();
      await expect(page).toHaveURL(`${url}/silences`);
      await expect(page.getByText("No active or scheduled silences.")).toBeVisible();

      await settings.open();
      await settings.openSection("Configuration");
      await settings.logOut("admin");
      await expect(page).toHaveURL(`${url}/login`);
      expect(outside()).toEqual([]);
    });
  });
}

/** Notes the requests for addresses that are not below the base path. Only the base path itself is an exception, which is redirected. */
function requestsOutside(context: BrowserContext): () => string[] {
  const found: string[] = [];
  context.on("request", (request) => {
    const { pathname, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && pathname !== BASE && !pathname.startsWith(`${BASE}/`)) found.push(request.url());
  });
  return () => found;
}
