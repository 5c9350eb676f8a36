import { expect, test } from "../fixtures";
import { toHaveNoFault } from "../support/audit";

test("the board leads to the page of a service, which says why it fails", async ({ board, platus, service, targets }) => {
  await platus.start({ shop: targets.unhealthy({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await board.open("admin");
  await board.toBeLive();
  await board.row("Shop").getByRole("link", { name: "Shop" }).click();
  await expect(service.page).toHaveURL(`${platus.url}/services/shop`);
  await expect(service.heading).toHaveText("Shop");
  await expect(service.lead).toContainText(/unhealthy since \d\d:\d\d, for/);
  await expect(service.lead).toContainText(/Confirmed after 3 of 3 checks: incident #\d+/, { timeout: 10_000 });
  await expect(service.page).toHaveTitle("Shop unhealthy · Platus");
  await expect(service.why.getByRole("row", { name: "not met" })).toHaveCount(1);
  await expect(service.incidents).toHaveCount(1);
});

test("a change of the state appears at once", async ({ platus, service, targets }) => {
  await targets.write("shop");
  await platus.start({ shop: targets.flipping("shop", { name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await expect(service.lead).toContainText("operational since");
  await targets.remove("shop");
  await expect(service.lead).toContainText("down since");
  await expect(service.callout).toBeVisible();
  // As far below the head as the first part of any other page.
  const [head, callout] = await Promise.all([service.page.locator(".page-head").boundingBox(), service.callout.boundingBox()]);
  expect((callout?.y ?? 0) - (head?.y ?? 0) - (head?.height ?? 0)).toBe(22);
  await targets.write("shop");
  await expect(service.lead).toContainText("operational since");
  await expect(service.callout).toBeHidden();
});

test("nothing moves on a phone when the page is hydrated", async ({ board, complaints, page, platus, service }) => {
  complaints.expect(/preloaded using link preload but not used/);
  await page.setViewportSize({ width: 390, height: 844 });
  // Nothing listens there. The time of the next check does not fit behind the target, and how long it is until then does.
  const shop = { type: "tcp", interval: 60, properties: { host: "127.0.0.1", port: 9 }, data: { type: "Shop", name: "Shop" } };
  await platus.start({ shop });
  await board.open("admin");
  await board.toShow("Shop", "down");

  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/pkg/*.wasm*", async (route) => {
    await held;
    await route.continue();
  });
  const places = () => page.locator(".lead, .callout, .key-figures").evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().y));
  // Not that the document is loaded: the module of the page belongs to it.
  await page.goto(`${platus.url}/services/shop`, { waitUntil: "commit" });
  await expect(service.lead).toContainText(/down since \d\d:\d\d/);
  await expect(service.page.getByText("next check at")).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  const before = await places();
  expect(before).toHaveLength(3);
  release();
  await service.toBeLive();
  await expect(service.page.getByText("next check in")).toBeVisible();
  expect(await places()).toEqual(before);
});

test("an operator checks, acknowledges, pauses and resumes", async ({ complaints, platus, service, targets }) => {
  // A check that is due may be running.
  complaints.expect(/status of (409|429)/);
  await platus.start({ shop: targets.down({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await expect(async () => {
    await service.checkNow.click();
    await expect(service.outcome).toContainText(/Checked: down/, { timeout: 1_000 });
  }).toPass();
  await expect(service.acknowledge).toBeVisible({ timeout: 10_000 });
  await service.acknowledge.click();
  await expect(service.outcome).toContainText("Acknowledged");
  await expect(service.callout).toContainText("acknowledged by admin");

  await service.pause("1 hour", "an update");
  await expect(service.outcome).toContainText("Paused");
  await expect(service.lead).toContainText(/Paused by admin until .*: an update/);
  await expect(service.checkNow).toBeHidden();
  await service.resume.click();
  await expect(service.outcome).toContainText("Resumed");
  await expect(service.checkNow).toBeVisible();
});

test("a viewer reads everything and changes nothing", async ({ platus, service, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop", role: "dev" }), secret: targets.operational({ name: "Secret", role: "ops" }) });
  await service.openService("shop", "dev");
  await service.toBeLive();
  await expect(service.lead).toContainText("down since");
  for (const action of [service.checkNow, service.acknowledge, service.page.getByText("Pause", { exact: true })]) {
    await expect(action).toBeHidden();
  }
});

test("an unknown service and one of others are not found", async ({ complaints, platus, service, targets }) => {
  complaints.expect(/status of 404/);
  await platus.start({ secret: targets.operational({ name: "Secret", role: "ops" }) });
  for (const id of ["nothing", "secret"]) {
    await service.openService(id, "dev");
    await expect(service.heading).toHaveText("There is no such service");
    await expect(service.navigation).toBeVisible();
  }
});

test("a wrong address says what is shown instead, and the page works", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await service.openService("shop", "admin", "?range=9d&node=nope");
  await service.toBeLive();
  const wrong = page.locator(".wrong-address");
  await expect(wrong).toContainText("There is no range 9d. The page shows the last 24 h.");
  await expect(wrong).toContainText("The service has no node nope, and had none. The page shows all nodes.");
  await expect(service.lead).toContainText("operational since");
  await service.ranges.getByRole("link", { name: "7 d" }).click();
  await expect(page).toHaveURL(/\/services\/shop\?range=7d$/);
  await expect(wrong).toBeHidden();
});

test("a check that takes too long shows the phase in which it ended", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.unknown({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toBeLive();
  const phases = page.getByRole("region", { name: "Last check" });
  await expect(phases.getByRole("row", { name: /not finished/ })).toHaveCount(1);
  await expect(phases).toContainText("The check ended in the phase");
});

test("an incident shows the checks around it", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await service.lead.getByRole("link", { name: /incident #/ }).click({ timeout: 10_000 });
  const around = page.getByRole("region", { name: "Around the incident" });
  await expect(around.getByRole("img", { name: /Response time/ })).toBeVisible();
  await around.getByRole("link", { name: "Open in the service" }).click();
  await expect(page).toHaveURL(/\/services\/shop\?node=.*&from=.*&to=/);
  await expect(service.chart).toBeVisible();
});

test("the range can be downloaded as CSV", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toHavePoints("shop", 1);
  await service.openService("shop", undefined, "?range=1h");
  await service.toBeLive();
  await page.getByText("Numbers as a table").click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV of this range" }).click();
  expect((await download).suggestedFilename()).toMatch(/^platus-shop_.*\.csv$/);
});

test("the chart is read and zoomed by keys", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toHavePoints("shop", 1);
  await service.openService("shop", undefined, "?range=1h");
  await service.toBeLive();
  await service.chart.focus();
  await page.keyboard.press("End");
  await expect(service.chart).toHaveAttribute("aria-valuetext", /operational, \d+ of \d+ checks?, p50 /);
  await expect(page.locator(".overlay .line")).toBeVisible();
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(service.chart).toHaveAttribute("aria-valuetext", /Press Enter to zoom/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?from=.*&to=/);
  await page.goBack();
  await expect(page).toHaveURL(/\?range=1h$/);
  await service.chart.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Escape");
  await expect(page.locator(".overlay")).toBeHidden();
});

test("metrics are small charts that follow the cursor of the chart", async ({ page, platus, service }) => {
  const command = ["sh", "-c", "echo 'OK | used=12.5GB;80;90'"];
  await platus.start({ disk: { type: "exec", properties: { host: "box", command }, data: { type: "Infra", name: "Disk" } } });
  await service.openService("disk", "admin");
  await service.toHavePoints("disk", 1);
  await service.openService("disk", undefined, "?range=1h");
  await service.toBeLive();
  const metrics = page.getByRole("region", { name: "Metrics in this range" });
  await expect(metrics.getByRole("img", { name: "used: from 12.5 GB to 12.5 GB, latest 12.5 GB" })).toBeVisible();
  await service.chart.focus();
  await page.keyboard.press("End");
  await expect(metrics.locator(".line")).toBeVisible();
  await metrics.getByText("Numbers as a table").click();
  await expect(metrics.getByRole("columnheader", { name: "used (GB)" })).toBeVisible();
  await expect(metrics.getByRole("cell", { name: "12.5" }).first()).toBeVisible();
  await toHaveNoFault(page);
});

test("the range is a link that Back leaves", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await service.markDocument();
  await service.ranges.getByRole("link", { name: "7 d" }).click();
  await expect(page).toHaveURL(/\?range=7d$/);
  await expect(service.ranges.locator("[aria-current=true]")).toHaveText("7 d");
  await page.goBack();
  await expect(service.ranges.locator("[aria-current=true]")).toHaveText("24 h");
  expect(await service.isSameDocument()).toBe(true);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test.beforeEach(({ complaints }) => complaints.expect(/preloaded using link preload but not used/));

  test("the page is readable and its forms work", async ({ page, platus, service, targets }) => {
    await platus.start({ shop: targets.down({ name: "Shop" }) });
    await service.openService("shop", "admin");
    await service.toHavePoints("shop", 1);
    await service.openService("shop", undefined, "?range=1h");
    await expect(service.lead).toContainText("down since");
    await expect(page.getByText("Numbers as a table")).toBeVisible();
    await service.pause("until resumed", "an update");
    await expect(page).toHaveURL(`${platus.url}/services/shop`);
    await expect(service.lead).toContainText("Paused by admin: an update");
    await service.resume.click();
    await expect(service.checkNow).toBeVisible();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 768, 1440]) {
    test.describe(`in ${colorScheme} colours at ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test("axe finds no violation in the page of a service, and nothing scrolls sideways", async ({ page, platus, service, targets }) => {
        await platus.start({ shop: targets.unhealthy({ name: "Shop" }) });
        await service.openService("shop", "admin");
        await service.toHavePoints("shop", 1);
        await service.openService("shop", undefined, "?range=1h");
        await service.toBeLive();
        await service.chart.focus();
        await page.keyboard.press("End");
        await page.getByText("Numbers as a table").click();
        await page.getByText("Configuration", { exact: true }).click();
        await toHaveNoFault(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      });
    });
  }
}
