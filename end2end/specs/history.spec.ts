import { expect, test } from "../fixtures";
import { toHaveNoFault } from "../support/audit";

const STOCK = "history-stock";

/** Frames come late, as on a busy machine. Runs in the page. */
function delayFrames(): void {
  const { requestAnimationFrame } = window;
  const later = (work: FrameRequestCallback) => setTimeout(() => requestAnimationFrame(work), 300);
  Object.assign(window, { requestAnimationFrame: later });
}

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

test("every row shows its history in cells whose shape shows the state", async ({ board, page }) => {
  const outlines = [];
  for (const [name, state] of [
    ["Payments", "down"],
    ["Prices", "unhealthy"],
    ["Reports", "unknown"],
    ["Cart", "operational"],
  ] as const) {
    const bar = board.uptimeBar(name);
    await expect(bar).toHaveAttribute("aria-label", new RegExp(`^${name}, last hour: .*${state}`));
    await expect(bar).toHaveAttribute("aria-valuetext", new RegExp(`^\\d\\d:\\d\\d to \\d\\d:\\d\\d: ${state}`));
    outlines.push((await bar.locator(`path.${state}`).getAttribute("d"))?.replace(/^M\d+/, ""));
  }
  expect(new Set(outlines).size).toBe(4);
  // Of a new installation it is the last hour: of a day there would be next to nothing.
  await expect(page.locator(".heads .history")).toHaveText("Last hour");
  await expect(page.getByRole("columnheader", { name: "Last hour" })).toHaveCount(1);
  await toHaveNoFault(page);
});

test("the keyboard moves through the cells, and each shows its time and its state", async ({ board, page }) => {
  const bar = board.uptimeBar("Cart");
  await bar.focus();
  await expect(board.tooltip).toContainText(/to \d\d:\d\d: operational/);
  await expect(bar).toHaveAttribute("aria-valuenow", "59");
  for (const [key, cell] of [
    ["ArrowLeft", 58],
    ["ArrowLeft", 57],
    ["ArrowRight", 58],
    ["PageDown", 52],
    ["Home", 0],
    ["ArrowLeft", 0],
    ["End", 59],
  ] as const) {
    await page.keyboard.press(key);
    await expect(bar).toHaveAttribute("aria-valuenow", String(cell));
    await expect(board.tooltip).toContainText((await bar.getAttribute("aria-valuetext")) ?? "no text");
  }
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(bar).toHaveAttribute("aria-valuetext", /: no data$/);
  // The row changes with every check; the focus and the cell stay.
  const checked = board.row("Cart").getByRole("time");
  const before = await checked.getAttribute("datetime");
  await expect(checked).not.toHaveAttribute("datetime", before ?? "");
  await expect(bar).toBeFocused();
  await expect(bar).toHaveAttribute("aria-valuenow", "1");

  await page.keyboard.press("Escape");
  await expect(board.tooltip).toBeHidden();
  // Tab leaves the list of bars, and leads back to the same bar.
  await bar.focus();
  await page.keyboard.press("Tab");
  await expect(bar).not.toBeFocused();
  await expect(board.tooltip).toBeHidden();
  await page.keyboard.press("Shift+Tab");
  await expect(bar).toBeFocused();
});

test("the list of uptime bars is one tab stop, and arrows lead from row to row", async ({ board, page }) => {
  const stops = () => board.uptimeBars.evaluateAll((bars) => bars.filter((bar) => (bar as HTMLElement).tabIndex === 0).length);
  const bar = (row: number) => board.uptimeBars.nth(row);
  await expect.poll(stops).toBe(1);
  await board.rows.first().getByRole("link").first().focus();
  await page.keyboard.press("Tab");
  await expect(bar(0)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(bar(0)).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  for (const row of [1, 2, 3, 4]) {
    await page.keyboard.press("ArrowDown");
    await expect(bar(row)).toBeFocused();
    // The cell stays the same.
    await expect(bar(row)).toHaveAttribute("aria-valuenow", "58");
    await expect(board.tooltip).toContainText((await bar(row).getAttribute("aria-valuetext")) ?? "no text");
    expect(await stops()).toBe(1);
  }
  await page.keyboard.press("ArrowDown");
  await expect(bar(4)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(bar(3)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(board.tooltip).toBeHidden();
  await page.keyboard.press("Tab");
  await expect(bar(3)).not.toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(bar(3)).toBeFocused();

  // A filter that hides the tab stop moves it to the first visible row.
  await board.filter.fill("Cart");
  await expect(board.rows).toHaveCount(1);
  await expect.poll(stops).toBe(1);
  await board.filter.fill("");
  await expect(board.rows).toHaveCount(5);
  await expect.poll(stops).toBe(1);
  await toHaveNoFault(page);
});

test("the focus and the details stay with their bar when rows move", async ({ board, page, targets }) => {
  const bar = board.uptimeBar("Cart");
  const place = async () => (await bar.boundingBox())?.y;
  await bar.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  const before = await place();
  const difference = async () => Math.abs(((await board.tooltip.boundingBox())?.y ?? 0) - ((await place()) ?? 0));
  expect(await difference()).toBeLessThan(1);
  await targets.write(STOCK);
  await board.toShow("Stock", "operational");
  await expect.poll(place).not.toBe(before);
  await expect(bar).toBeFocused();
  await expect(bar).toHaveAttribute("aria-valuenow", "57");
  await expect.poll(difference).toBeLessThan(1);
  await targets.remove(STOCK);
});

test("the bar and the link of a row that moves keep the focus, also on a busy machine", async ({ board, page, targets }) => {
  await page.addInitScript(delayFrames);
  await page.reload();
  await board.toBeLive();
  for (const part of [board.uptimeBar("Stock"), board.row("Stock").getByRole("link", { name: "Stock" })]) {
    await part.focus();
    await targets.write(STOCK);
    await board.toShow("Stock", "operational");
    await expect(part).toBeFocused();
    await targets.remove(STOCK);
    await board.toShow("Stock", "down");
    await expect(part).toBeFocused();
  }
});

test("a cell below the pointer shows its time and its state", async ({ board, page }) => {
  const bar = board.uptimeBar("Payments");
  const place = await bar.boundingBox();
  if (!place) throw new Error("There is no uptime bar.");
  await page.mouse.move(place.x + place.width - 2, place.y + 8);
  await expect(board.tooltip).toContainText(/\d\d:\d\d to \d\d:\d\d: down/);
  await expect(bar).toHaveAttribute("aria-valuenow", "59");
  await page.mouse.move(place.x + 2, place.y + 8);
  await expect(board.tooltip).toContainText(/: no data$/);
  await expect(bar).toHaveAttribute("aria-valuenow", "0");
  await board.headline.hover();
  await expect(board.tooltip).toBeHidden();
});

for (const width of [1440, 900, 390]) {
  test(`nothing moves when history comes, on a screen of ${width} pixels`, async ({ board, page }) => {
    // Without the head, which only screen readers see.
    const places = () => page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => JSON.stringify(row.getBoundingClientRect())));
    await page.setViewportSize({ width, height: 800 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/rpc/uptime_bars", async (route) => {
      await held;
      await route.continue();
    });
    await board.open();
    await board.toBeLive();
    await expect(board.uptimeBars).toHaveCount(0);
    const before = await places();
    release();
    await expect(board.uptimeBars).toHaveCount(5);
    expect(await places()).toEqual(before);
  });
}

test("a phone shows the later half", async ({ board, page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  const bar = board.uptimeBar("Cart");
  await bar.focus();
  await page.keyboard.press("Home");
  await expect(bar).toHaveAttribute("aria-valuenow", "30");
  const [bubble, body] = [await board.tooltip.locator("p").boundingBox(), page.viewportSize()];
  expect(bubble?.x).toBeGreaterThanOrEqual(0);
  expect((bubble?.x ?? 0) + (bubble?.width ?? 0)).toBeLessThanOrEqual(body?.width ?? 0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});
