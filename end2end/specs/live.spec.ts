import { expect, test } from "../fixtures";

/** Milliseconds from a change of a target to the changed page: one interval and a second more. */
const SOON = 2_000;

test("a state change is visible within one interval and a second, without a reload", async ({ board, page, platus, targets }) => {
  const file = "live";
  await platus.start({
    shop: targets.flipping(file, { name: "Shop", role: "dev" }),
    web: targets.operational({ name: "Web", role: "dev" }),
  });
  await board.open("dev");
  await board.toBeLive();
  await board.toShowAll({ Shop: "down", Web: "operational" });
  await expect(board.headline).toHaveText("1 of 2 services is down");
  await expect(page).toHaveTitle("1 down · Platus");
  await board.markDocument();

  const changes = [
    { state: "operational", change: () => targets.write(file), title: "All operational · Platus", icon: "/favicon.svg" },
    { state: "unhealthy", change: () => targets.write(file, "ill"), title: "1 unhealthy · Platus", icon: "/favicon-unhealthy.svg" },
    { state: "down", change: () => targets.remove(file), title: "1 down · Platus", icon: "/favicon-down.svg" },
  ] as const;
  for (const { state, change, title, icon } of changes) {
    const seen = board.momentOf("shop", state);
    const changed = await change();
    expect((await seen) - changed, `milliseconds until ${state} is seen`).toBeLessThan(SOON);
    await board.toShow("Shop", state);
    await expect(page).toHaveTitle(title);
    await expect(page.locator("link[rel=icon]")).toHaveAttribute("href", icon);
  }

  await expect(board.group("App").getByRole("heading")).toHaveText(/1 of 2 needs attention/);
  await board.toShow("Web", "operational");
  expect(await board.isSameDocument()).toBe(true);
});

test("rows keep their height when their figures change", async ({ board, page, platus, targets }) => {
  const disk = { type: "exec", role: "dev", properties: { command: ["sh", "-c", "echo 'see `df`'; exit 2"] } };
  await platus.start({
    payments: targets.down({ name: "Payments", role: "dev" }),
    cart: targets.operational({ name: "Cart", role: "dev" }),
    disk: { ...disk, data: { type: "App", name: "Disk" } },
  });
  await board.open("dev");
  // The number after the limit is smaller, and code in a message has another font.
  await expect(board.retries("Payments")).toContainText("3/3 (", { timeout: 10_000 });
  await expect(board.row("Disk").locator("code")).toHaveText("df");
  const heights = () => board.rows.evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  for (const width of [1440, 900]) {
    await page.setViewportSize({ width, height: 800 });
    const all = await heights();
    expect(new Set(all).size, `${width} pixels: ${all}`).toBe(1);
  }
  // On a phone, a reason may have two lines, which do not depend on the width of the figures beside it.
  await page.setViewportSize({ width: 390, height: 800 });
  const before = await heights();
  const figures = board.row("Payments").locator("td.checked, td.elapsed");
  for (const text of ["9 s", "58 min", "12.4 s", "999 ms"]) {
    await figures.evaluateAll((cells, text) => cells.forEach((cell) => ((cell.querySelector("time") ?? cell).textContent = text)), text);
    expect(await heights(), text).toEqual(before);
  }
});

test("the board stays live after a visit to the settings", async ({ board, page, platus, settings, targets }) => {
  const file = "walk";
  await platus.start({ shop: targets.flipping(file, { name: "Shop", role: "dev" }) });
  await board.open("dev");
  await board.toShow("Shop", "down");
  await board.toBeLive();
  await board.markDocument();

  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.heading).toBeVisible();
  await expect(page).toHaveTitle("Health · Platus");
  await targets.write(file);
  await expect(page.locator("link[rel=icon]")).toHaveAttribute("href", "/favicon.svg");
  await board.navigation.getByRole("link", { name: "Board" }).click();
  await board.toShow("Shop", "operational");
  await board.toBeLive();
  expect(await board.isSameDocument()).toBe(true);
  await targets.remove(file);
});

test("a hundred rows are all shown", async ({ board, platus, targets }) => {
  const file = "hundred";
  const names = Array.from({ length: 99 }, (_, number) => `Node ${String(number).padStart(2, "0")}`);
  const services = names.map((name, number) => [`node${number}`, targets.operational({ name, group: `Group ${number % 9}`, role: "dev" })]);
  await platus.start({ ...Object.fromEntries(services), shop: targets.flipping(file, { name: "Shop", role: "dev" }) });
  const all = [...names, "Shop"].sort();

  await board.open("dev");
  await board.toBeLive();
  for (const [change, headline] of [
    [() => Promise.resolve(), "1 of 100 services is down"],
    [() => targets.write(file), "All 100 services are operational"],
    [() => targets.remove(file), "1 of 100 services is down"],
  ] as const) {
    await change();
    await expect(board.headline).toHaveText(headline);
    await expect(board.rows).toHaveCount(100);
    expect((await board.names.allTextContents()).sort()).toEqual(all);
  }
  await expect(board.chip("Operational")).toHaveText(/99/);
  await expect(board.chip("All")).toHaveText(/100/);
});

test.describe("with reduced motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("nothing moves when a state changes", async ({ board, page, platus, targets }) => {
    const file = "motion";
    await platus.start({ shop: targets.flipping(file, { name: "Shop", role: "dev" }) });
    await page.addInitScript(() => {
      const motions: string[] = [];
      for (const kind of ["animationstart", "transitionrun"]) addEventListener(kind, (event) => motions.push(`${kind} ${event.target}`), true);
      Object.assign(window, { motions });
    });
    await board.open("dev");
    await board.toShow("Shop", "down");
    await board.toBeLive();
    await targets.write(file);
    await board.toShow("Shop", "operational");
    await board.chip("Down").hover();
    await board.chip("Down").click();
    await expect(board.rows).toHaveCount(0);
    await targets.remove(file);
    await board.toShow("Shop", "down");
    expect(await page.evaluate(() => "motions" in window && window.motions)).toEqual([]);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});
