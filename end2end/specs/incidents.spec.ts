import { expect, test } from "../fixtures";
import { IncidentPage } from "../pages/incidents";
import { SilencesPage } from "../pages/silences";
import { toFit, toHaveNoFault } from "../support/audit";

const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

test("an operator acknowledges an incident from the board with the keyboard, and all others see it", async ({ board, boardOf, incident, page, platus, silences, targets }) => {
  await platus.start({
    shop: targets.down({ name: "Shop", role: ["dev"] }),
    web: targets.operational({ name: "Web", role: ["dev"] }),
  });
  const theirs = await boardOf("dev");
  await theirs.toBeLive();

  await board.open("admin");
  await board.toBeLive();
  const acknowledge = board.row("Shop").getByRole("link", { name: "Acknowledge" });
  await expect(acknowledge).toBeVisible({ timeout: 10_000 });
  await expect(theirs.row("Shop")).toContainText("down");
  await expect(theirs.row("Shop").getByRole("link", { name: "Acknowledge" })).toBeHidden();
  await acknowledge.focus();
  await page.keyboard.press("Enter");
  await expect(incident.heading).toContainText("Shop");
  await expect(incident.comment).toBeFocused();
  await page.keyboard.type("on it");
  await page.keyboard.press("Enter");
  await expect(page.getByText("acknowledged by admin: on it")).toBeVisible();
  await expect(incident.steps.filter({ hasText: "Acknowledged by admin" })).toContainText("on it");
  await expect(theirs.row("Shop")).toContainText("acknowledged by admin: on it");

  const withdraw = page.getByRole("button", { name: "Withdraw the acknowledgement of Shop" });
  await withdraw.click();
  await expect(withdraw).toBeHidden();
  await expect(theirs.row("Shop")).not.toContainText("acknowledged");

  // The same on the page of silences.
  const { pathname } = new URL(page.url());
  await page.request.put(`${platus.url}/api/v1.0${pathname}/acknowledgement`, { data: {} });
  await silences.open();
  await silences.toBeLive();
  await expect(silences.silences).toContainText(["acknowledgement Shop"]);
  await silences.silences.getByRole("button", { name: "End the acknowledgement of Shop" }).click();
  await expect(silences.silences).toHaveCount(0);
  await expect(theirs.row("Shop")).not.toContainText("acknowledged");
});

test("an incident is acknowledged in the list, and goes to the acknowledged ones", async ({ incidents, platus, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }), mail: targets.unhealthy({ name: "Mail" }) });
  await incidents.open("admin");
  await incidents.toBeLive();
  await expect(incidents.incidents).toHaveCount(2, { timeout: 10_000 });
  await expect(incidents.lead).toContainText("2 open, 0 acknowledged.");
  await expect(incidents.acknowledged).toBeHidden();
  await incidents.openAcknowledgement("Shop");
  await incidents.incident("Shop").getByRole("textbox").fill("looking");
  await incidents.incident("Shop").getByRole("button", { name: "Acknowledge" }).click();
  await expect(incidents.acknowledged).toContainText("acknowledged by admin: looking");
  await expect(incidents.lead).toContainText("1 open, 1 acknowledged.");
  await incidents.statuses.getByRole("link", { name: "Acknowledged" }).click();
  await expect(incidents.incidents).toHaveCount(1);
  await incidents.incident("Shop").getByRole("button", { name: "Withdraw" }).click();
  await expect(incidents.page.getByText("No acknowledged incidents.")).toBeVisible();
});

test("filters are in the address, and survive a reload", async ({ incidents, page, platus, targets }) => {
  await platus.start({
    shop: targets.down({ name: "Shop" }),
    mail: targets.unhealthy({ name: "Mail" }),
    db: targets.down({ name: "Database", group: "Infra" }),
  });
  await incidents.open("admin");
  await incidents.toBeLive();
  await expect(incidents.incidents).toHaveCount(3, { timeout: 10_000 });
  await page.getByText("State any").click();
  await page.getByRole("link", { name: "down", exact: true }).click();
  await expect(incidents.incidents).toHaveCount(2);
  await expect(page).toHaveURL(/[?]state=down$/);
  await incidents.search.fill("data");
  await page.keyboard.press("Enter");
  await expect(incidents.incidents).toHaveCount(1);
  await expect(page).toHaveURL(/state=down&search=data/);
  await page.reload();
  await expect(incidents.incident("Database")).toBeVisible();
  await expect(incidents.incidents).toHaveCount(1);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(incidents.incidents).toHaveCount(3);
});

test("the incidents of one service are found by its id", async ({ incident, incidents, page, platus, service, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }), "shop-2": targets.down({ name: "Shop 2" }) });
  await incidents.open("admin");
  await incidents.toBeLive();
  await expect(incidents.incidents).toHaveCount(2, { timeout: 10_000 });
  await service.openService("shop");
  await page.getByRole("link", { name: "All incidents" }).click();
  await expect(page).toHaveURL(`${platus.url}/incidents?service=shop`);
  await expect(incidents.incidents).toHaveCount(1);
  await incidents.incident("Shop").getByRole("link", { name: "Shop" }).click();
  await expect(incident.heading).toContainText("Shop");
  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Shop" }).click();
  await expect(page).toHaveURL(`${platus.url}/incidents?service=shop`);
  await page.getByRole("link", { name: "Service Shop: show all services" }).click();
  await expect(incidents.incidents).toHaveCount(2);
});

test("an address that is not understood says what is shown", async ({ incidents, page, platus, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }) });
  await incidents.open("admin");
  await page.goto(`${platus.url}/incidents?status=done`);
  await expect(page.getByText("done is not a status: use open, acknowledged or resolved; incidents of every status are shown.")).toBeVisible();
  await page.goto(`${platus.url}/incidents?state=down&from=soon`);
  const notice = page.locator("[data-notice=address]");
  await expect(notice).toHaveText("from is not a time: soon. The page shows the last 30 days.");
  await expect(incidents.incidents).toHaveCount(1, { timeout: 10_000 });
});

test("services that depend on a failing one are one entry with their cause", async ({ incidents, page, platus, targets }) => {
  const dependent = (name: string) => ({ ...targets.down({ name }), depends_on: ["vpn"] });
  await platus.start({
    vpn: targets.down({ name: "VPN", group: "Infra" }),
    till1: dependent("Till 1"),
    till2: dependent("Till 2"),
  });
  await incidents.open("admin");
  await incidents.toBeLive();
  const storm = page.locator(".storm");
  await expect(storm).toContainText("3 services down since", { timeout: 12_000 });
  await expect(storm).toContainText("One cause: VPN");
  await expect(storm).toContainText("2 depend on it.");
  const fold = storm.locator("summary").first();
  await fold.focus();
  await page.keyboard.press("Enter");
  await expect(incidents.incident("Till 2")).toBeVisible();
  await storm.getByText("Acknowledge all").first().click();
  await storm.getByRole("textbox").last().fill("the line is cut");
  await storm.getByRole("button", { name: "Acknowledge all" }).click();
  await expect(incidents.acknowledged.locator("[data-incident]")).toHaveCount(3);
  await expect(incidents.open_).toContainText("No open incidents.");
});

test("viewers see their incidents and cannot change them", async ({ incident, incidents, page, platus, boardOf, targets, complaints }) => {
  complaints.expect(/status of 404/);
  await platus.start({
    shop: targets.down({ name: "Shop", role: ["dev"] }),
    payroll: targets.down({ name: "Payroll" }),
  });
  const theirs = await boardOf("admin");
  await theirs.toHaveIncidents(2);
  const answer = await theirs.page.request.get(`${platus.url}/api/v1.0/incidents?open=true`);
  const numbers: Record<string, number> = {};
  for (const { service, id } of (await answer.json()).result.incidents) numbers[service] = id;

  await incidents.open("dev");
  await incidents.toBeLive();
  await expect(incidents.incidents).toHaveCount(1);
  await expect(incidents.incident("Shop")).toContainText("not acknowledged");
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  expect(await page.content()).not.toMatch(/payroll/i);
  await incidents.incident("Shop").getByRole("link", { name: "Shop" }).click();
  await expect(incident.heading).toContainText("Shop");
  await expect(incident.steps.first()).toContainText(`incident #${numbers.shop} opened`);
  await expect(incident.details).toContainText("127.0.0.1");
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  await incident.open(numbers.payroll ?? 0);
  await expect(incident.heading).toHaveText("There is no such incident");
  expect(await page.content()).not.toMatch(/payroll/i);
});

test("an incident shows the results of its notifications, and names channels to administrators only", async ({ boardOf, incident, platus, targets }) => {
  const notify_backend = [{ name: "duty-hook", type: "webhook", group_window: 0, data: { url: targets.receiver() } }];
  await platus.start({ shop: targets.down({ name: "Shop", role: ["dev"] }) }, { notify: true, notify_backend });
  const theirs = await boardOf("dev");
  await theirs.toHaveIncidents(1);
  await incident.open(1, "admin");
  await expect(incident.notifications).toContainText("duty-hook");
  // The page asks again by itself.
  await expect(incident.deliveries).toContainText(["delivered"], { timeout: 20_000 });
  await expect(incident.steps.filter({ hasText: "Notification “incident opened” delivered" })).toContainText("duty-hook");

  await theirs.page.goto(`${platus.url}/incidents/1`);
  const seen = new IncidentPage(theirs.page, platus);
  await expect(seen.deliveries).toContainText(["delivered"]);
  await theirs.page.goto(`${platus.url}/services/shop`);
  await expect(theirs.page.getByRole("region", { name: "Incidents", exact: true })).toContainText("delivered: 1 channel");
  expect(await theirs.page.content()).not.toContain("duty-hook");
});

test("an incident leads to the form that silences its service", async ({ boardOf, platus, targets }) => {
  await platus.start({
    shop: targets.down({ name: "Shop", role: ["dev"] }),
    payroll: targets.down({ name: "Payroll" }),
  });
  const board = await boardOf("admin");
  await board.toHaveIncidents(2);
  const silences = new SilencesPage(board.page, platus);
  await board.page.goto(`${platus.url}/incidents`);
  await board.page.getByRole("link", { name: "Payroll" }).click();
  await board.page.getByRole("link", { name: "Silence Payroll" }).click();
  await expect(silences.selected).toHaveText([/^payroll/]);
  await expect(silences.service).toBeInViewport();
  await silences.submit();
  await expect(silences.outcome).toHaveText("Alerts are silenced.");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test("axe finds no violation in the list and on the page of an incident, in every width", async ({ incident, incidents, page, platus, targets }) => {
      test.setTimeout(40_000);
      await platus.start({
        shop: targets.down({ name: "Shop" }),
        mail: targets.unhealthy({ name: "Mail" }),
        reports: targets.unknown({ name: "Reports" }),
        search: targets.down({ name: "Search", group: "Infra" }),
      });
      await incidents.open("admin");
      await incidents.toBeLive();
      await expect(incidents.incidents).toHaveCount(4, { timeout: 10_000 });
      await page.locator("details.picker summary").first().click();
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await toHaveNoFault(page);
        await toFit(page);
      }
      await page.locator("details.picker summary").first().click();
      await page.locator(".storm summary").first().click();
      await incidents.openAcknowledgement("Search");
      await toHaveNoFault(page);
      await incidents.incident("Search").getByRole("link", { name: "Search" }).click();
      await expect(incident.steps.first()).toBeVisible();
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await toHaveNoFault(page);
        await toFit(page);
      }
    });
  });
}
