import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";

const STOCK = "history-stock";

test.beforeEach(async ({ board, platus, targets }) => {
  test.slow();
  await platus.start({
    payments: targets.down({ name: "Payments", role: "dev" }),
    prices: targets.unhealthy({ name: "Prices", role: "dev" }),
    reports: targets.unknown({ name: "Reports", role: "dev" }),
    cart: targets.operational({ name: "Cart", role: "dev" }),
    stock: targets.flipping(STOCK, { name: "Stock", role: "dev" }),
  });
  await board.open("dev");
  await board.toShowAll({ Payments: "down", Prices: "unhealthy", Cart: "operational" });
  await board.toHaveHistory("Payments", "Prices", "Reports", "Cart", "Stock");
});

test("every row shows its recent history, in bars whose form tells the state", async ({ board, page }) => {
  const outlines = [];
  for (const [name, state] of [
    ["Payments", "down"],
    ["Prices", "unhealthy"],
    ["Reports", "unknown"],
    ["Cart", "operational"],
  ] as const) {
    const strip = board.strip(name);
    await expect(strip).toHaveAttribute("aria-label", new RegExp(`^${name}, last 24 h: .*${state}`));
    await expect(strip).toHaveAttribute("aria-valuetext", new RegExp(`^\\d\\d:\\d\\d to \\d\\d:\\d\\d: ${state}`));
    outlines.push((await strip.locator(`path.${state}`).getAttribute("d"))?.replace(/^M\d+/, ""));
  }
  expect(new Set(outlines).size).toBe(4);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("one walks through the bars with the keyboard, and each tells its time and its state", async ({ board, page }) => {
  const strip = board.strip("Cart");
  await strip.focus();
  await expect(board.bubble).toContainText(/to \d\d:\d\d: operational/);
  await expect(strip).toHaveAttribute("aria-valuenow", "47");
  for (const [key, bar] of [
    ["ArrowLeft", 46],
    ["ArrowLeft", 45],
    ["ArrowRight", 46],
    ["PageDown", 40],
    ["Home", 0],
    ["ArrowLeft", 0],
    ["End", 47],
  ] as const) {
    await page.keyboard.press(key);
    await expect(strip).toHaveAttribute("aria-valuenow", String(bar));
    await expect(board.bubble).toContainText((await strip.getAttribute("aria-valuetext")) ?? "no text");
  }
  await page.keyboard.press("ArrowLeft");
  await expect(strip).toHaveAttribute("aria-valuetext", /: nothing known$/);
  // The row changes with every check; neither the focus nor the place is lost.
  const checked = board.row("Cart").getByRole("time");
  const before = await checked.getAttribute("datetime");
  await expect(checked).not.toHaveAttribute("datetime", before ?? "");
  await expect(strip).toBeFocused();
  await expect(strip).toHaveAttribute("aria-valuenow", "46");

  await page.keyboard.press("Escape");
  await expect(board.bubble).toBeHidden();
  // A strip is one stop on the way, not one for each bar.
  await strip.focus();
  await page.keyboard.press("Tab");
  await expect(strip).not.toBeFocused();
  await expect(board.bubble).toBeHidden();
  await page.keyboard.press("Shift+Tab");
  await expect(strip).toBeFocused();
});

test("the focus and what a bar tells stay with their bar when rows move", async ({ board, page, targets }) => {
  const strip = board.strip("Cart");
  const place = async () => (await strip.boundingBox())?.y;
  await strip.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  const before = await place();
  const difference = async () => Math.abs(((await board.bubble.boundingBox())?.y ?? 0) - ((await place()) ?? 0));
  expect(await difference()).toBeLessThan(1);
  await targets.write(STOCK);
  await board.toShow("Stock", "operational");
  await expect.poll(place).not.toBe(before);
  await expect(strip).toBeFocused();
  await expect(strip).toHaveAttribute("aria-valuenow", "45");
  await expect.poll(difference).toBeLessThan(1);
  await targets.remove(STOCK);
});

test("a bar under the pointer tells its time and its state", async ({ board, page }) => {
  const strip = board.strip("Payments");
  const place = await strip.boundingBox();
  if (!place) throw new Error("The strip is not there.");
  await page.mouse.move(place.x + place.width - 2, place.y + 8);
  await expect(board.bubble).toContainText(/\d\d:\d\d to \d\d:\d\d: down/);
  await expect(strip).toHaveAttribute("aria-valuenow", "47");
  await page.mouse.move(place.x + 2, place.y + 8);
  await expect(board.bubble).toContainText(/: nothing known$/);
  await expect(strip).toHaveAttribute("aria-valuenow", "0");
  await board.headline.hover();
  await expect(board.bubble).toBeHidden();
});

for (const width of [1440, 900, 390]) {
  test(`nothing moves when history comes, on a screen of ${width} pixels`, async ({ board, page }) => {
    const places = () => page.locator("tr").evaluateAll((rows) => rows.map((row) => JSON.stringify(row.getBoundingClientRect())));
    await page.setViewportSize({ width, height: 800 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/rpc/strips", async (route) => {
      await held;
      await route.continue();
    });
    await board.open();
    await board.toBeLive();
    await expect(board.strips).toHaveCount(0);
    const before = await places();
    release();
    await expect(board.strips).toHaveCount(5);
    expect(await places()).toEqual(before);
  });
}

test("on a phone the later half of the day is shown, and walked through", async ({ board, page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  const strip = board.strip("Cart");
  await strip.focus();
  await page.keyboard.press("Home");
  await expect(strip).toHaveAttribute("aria-valuenow", "24");
  const [bubble, body] = [await board.bubble.locator("p").boundingBox(), page.viewportSize()];
  expect(bubble?.x).toBeGreaterThanOrEqual(0);
  expect((bubble?.x ?? 0) + (bubble?.width ?? 0)).toBeLessThanOrEqual(body?.width ?? 0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});
