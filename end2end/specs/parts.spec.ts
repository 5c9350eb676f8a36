import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";

test.beforeEach(async ({ platus, targets }) => platus.start({ web: targets.operational({ name: "Web", role: "dev" }) }));

test("the board loads no part, and a link loads the part of its page into the same document", async ({ board, page, settings }) => {
  const loaded = modules(page);
  await board.open("admin");
  await board.toBeLive();
  expect(loaded()).toEqual(["platus_bg.wasm"]);

  await board.markDocument();
  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.heading).toBeVisible();
  expect(loaded().length).toBeGreaterThan(1);
  expect(await board.isSameDocument()).toBe(true);

  // Nothing is loaded twice.
  const once = loaded().length;
  await page.goBack();
  await board.toShow("Web", "operational");
  await page.goForward();
  await expect(settings.heading).toBeVisible();
  expect(loaded()).toHaveLength(once);
  expect(await board.isSameDocument()).toBe(true);
});

test("a page whose part cannot be loaded is opened as a new document", async ({ board, complaints, page, settings }) => {
  complaints.expect(/net::ERR_FAILED|Failed to fetch/);
  await board.open("admin");
  await board.toBeLive();
  await board.markDocument();
  await page.route("**/pkg/parts/**", (route) => route.abort());
  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await page.waitForURL("**/settings");
  await expect(settings.heading).toBeVisible();
  expect(await board.isSameDocument()).toBe(false);

  // As the first page, it is complete without its part, and its links lead on.
  await settings.markDocument();
  await settings.navigation.getByRole("link", { name: "Board" }).click();
  await board.toBeLive();
  await board.toShow("Web", "operational");
  expect(await board.isSameDocument()).toBe(false);
});

/** Notes the names of the WASM files that the page requests. */
function modules(page: Page): () => string[] {
  const found: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".wasm")) found.push(pathname.slice(pathname.lastIndexOf("/") + 1));
  });
  return () => found;
}
