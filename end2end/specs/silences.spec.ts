import { expect, test } from "../fixtures";
import { SilencesPage } from "../pages/silences";
import { toFit, toHaveNoFault } from "../support/audit";

const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

test("an operator silences services of a type and ends the silence", async ({ board, page, platus, silences, targets }) => {
  await platus.start({
    shop: targets.operational({ name: "Shop" }),
    web: targets.operational({ name: "Web" }),
    db: targets.operational({ name: "Database", group: "Infra" }),
  });
  await silences.open("admin");
  await silences.toBeLive();
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();
  await expect(silences.form).toBeHidden();
  await silences.newSilence.click();

  await silences.submit();
  await expect(silences.refusal).toHaveText("Select a service.");
  await silences.service.fill("nothing");
  await page.keyboard.press("Enter");
  await expect(silences.refusal).toHaveText("There is no service `nothing`.");
  await silences.service.fill("App");
  await expect(silences.matches).toContainText("Matches 2 services, 2 nodes");
  await page.keyboard.press("Enter");
  await expect(silences.selected).toHaveText([/^shop/, /^web/]);
  await silences.service.fill("Database");
  await expect(silences.matches).toContainText("Matches 3 services, 3 nodes");
  await silences.form.getByRole("button", { name: "Add" }).click();
  await expect(silences.selected).toHaveText([/^shop/, /^web/, /^db/]);
  await silences.form.getByRole("button", { name: "Remove web" }).click();
  await silences.form.getByRole("radio", { name: "Maintenance" }).check();
  await silences.form.getByRole("combobox", { name: "Duration" }).selectOption("2 hours");
  await silences.comment.fill("a release");
  await silences.submit();
  await expect(silences.outcome).toHaveText("Alerts are silenced.");
  await expect(silences.form).toBeHidden();
  await expect(page).toHaveURL(`${platus.url}/silences`);
  await expect(silences.silences).toHaveCount(1);
  await expect(silences.silences).toContainText([/maintenance Shop, Database.*by admin: a release/]);

  await silences.navigation.getByRole("link", { name: "Board" }).click();
  await expect(board.row("Shop")).toContainText(/maintenance by admin until (\d{4}-\d\d-\d\d )?\d\d:\d\d: a release/);
  await expect(board.row("Web")).not.toContainText("maintenance");
  await board.filter.fill("maintenance");
  await expect(board.rows).toHaveCount(2);
  await board.row("Shop").getByRole("link", { name: /maintenance by admin/ }).click();
  await silences.silences.getByRole("button", { name: "End" }).click();
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();
  await expect(silences.outcome).toContainText("The maintenance of Shop, Database has ended.");

  // It was a mistake.
  await silences.outcome.getByRole("button", { name: "Undo" }).click();
  await expect(silences.silences).toContainText([/maintenance Shop, Database.*by admin: a release/]);
});

test("services are selected by pattern, type and role", async ({ complaints, page, platus, silences, targets }) => {
  complaints.expect(/status of 400/);
  await platus.start({
    "shop-eu": targets.operational({ name: "Shop EU", role: ["dev"] }),
    "shop-us": targets.operational({ name: "Shop US" }),
    db: targets.operational({ name: "Database", group: "Infra" }),
  });
  await silences.openForm("admin");
  await silences.service.fill("shop-*");
  await expect(silences.matches).toContainText("Matches 2 services, 2 nodes");
  await silences.service.fill("type:Infra");
  await expect(silences.matches).toContainText("Matches 1 service, 1 node");
  await page.keyboard.press("Enter");
  await silences.service.fill("role:dev");
  await page.keyboard.press("Enter");
  await expect(silences.selected).toHaveText([/^db/, /^shop-eu/]);
  await silences.service.fill("role:missing");
  await page.keyboard.press("Enter");
  await expect(silences.refusal).toContainText("no service matches `role:missing`");
});

test("the form is left with Escape, and the focus comes back", async ({ page, platus, silences, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await silences.open("admin");
  await silences.toBeLive();
  await silences.newSilence.focus();
  await page.keyboard.press("Enter");
  await expect(silences.form).toBeVisible();
  await expect(page).toHaveURL(/[?]new$/);
  await page.keyboard.press("Escape");
  await expect(silences.form).toBeHidden();
  await expect(page).toHaveURL(`${platus.url}/silences`);
  await page.goBack();
  await expect(silences.form).toBeVisible();
});

test("a silence can begin later, in the time zone of the browser", async ({ page, platus, silences, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await silences.openForm("admin");
  await silences.toBeLive();
  const begin = await page.evaluate(() => {
    const later = new Date(Date.now() + 3 * 3600 * 1000);
    const two = (number: number) => String(number).padStart(2, "0");
    return `${later.getFullYear()}-${two(later.getMonth() + 1)}-${two(later.getDate())}T${two(later.getHours())}:00`;
  });
  await silences.form.getByRole("checkbox", { name: "All services" }).check();
  await silences.form.getByLabel("Begins").fill(begin);
  await silences.submit();
  await expect(silences.silences).toContainText([/silence all services/]);
  await expect(page.getByRole("region", { name: "Scheduled" })).toContainText("all services");
  const answer = await page.request.get(`${platus.url}/api/v1.0/silences`);
  const [silence] = (await answer.json()).result;
  const wanted = await page.evaluate((text) => new Date(text).getTime(), begin);
  expect(new Date(silence.from).getTime()).toBe(wanted);
  expect(new Date(silence.until).getTime() - wanted).toBe(3600 * 1000);
});

test("viewers see silences and cannot change them", async ({ boardOf, incidents, page, platus, silences, targets }) => {
  await platus.start({
    shop: targets.down({ name: "Shop", role: ["dev"] }),
    payroll: targets.down({ name: "Payroll" }),
  });
  const theirs = new SilencesPage((await boardOf("admin")).page, platus);
  await theirs.page.goto(`${platus.url}/silences?new&service=shop`);
  await expect(theirs.selected).toHaveText([/^shop/]);
  await theirs.service.fill("payroll");
  await theirs.page.keyboard.press("Enter");
  await theirs.submit();
  await expect(theirs.silences).toContainText([/silence Shop, Payroll/]);

  await silences.open("dev");
  await silences.toBeLive();
  await expect(silences.silences).toContainText([/silence Shop.*by admin/]);
  await expect(silences.newSilence).toBeHidden();
  await page.goto(`${platus.url}/silences?new`);
  await expect(silences.silences).toHaveCount(1);
  await expect(silences.form).toBeHidden();
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  expect(await page.content()).not.toMatch(/payroll/i);
  await incidents.open();
  await expect(incidents.incidents).toHaveCount(1, { timeout: 10_000 });
  await expect(incidents.incident("Shop")).toContainText("silenced by admin until");
});

test("a silence is extended, and found by its parts and its text", async ({ page, platus, silences, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await silences.open("admin");
  await silences.toBeLive();
  const silence = async (data: object) => (await page.request.post(`${platus.url}/api/v1.0/silences`, { data })).json();
  const { result } = await silence({ services: ["shop"], minutes: 60, comment: "a release" });
  const later = new Date(Date.now() + 7_200_000).toISOString();
  await silence({ services: ["web"], from: later, minutes: 60 });
  await expect(silences.silences).toHaveCount(2);
  await silences.silences.filter({ hasText: "Shop" }).locator("summary").click();
  await page.getByRole("button", { name: "+4 h" }).click();
  await expect(silences.outcome).toHaveText("The silence of Shop ends later.");
  const listed = await (await page.request.get(`${platus.url}/api/v1.0/silences`)).json();
  expect(new Date(listed.result[0].until).getTime() - new Date(result.until).getTime()).toBe(4 * 3_600_000);

  const parts = page.getByRole("navigation", { name: "Parts of the list" });
  await parts.getByRole("link", { name: "Scheduled 1" }).click();
  await expect(silences.silences).toContainText([/silence Web/]);
  await expect(silences.silences).toHaveCount(1);
  await parts.getByRole("link", { name: "All 2" }).click();
  // The form keeps the part that the list shows.
  await expect(silences.silences).toHaveCount(2);
  await expect(page.locator("form.search input[name=show]")).toHaveCount(0);
  await page.getByRole("searchbox").fill("RELEASE");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${platus.url}/silences?search=RELEASE`);
  await expect(silences.silences).toContainText([/silence Shop/]);
  await expect(silences.silences).toHaveCount(1);
});

test("a paused service is not drawn as silenced", async ({ page, platus, silences, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await silences.open("admin");
  await page.request.post(`${platus.url}/api/v1.0/services/shop/pause`, { data: {} });
  await expect(page.locator(".calendar rect.pause")).toHaveCount(1);
  await expect(page.locator(".calendar rect.silence")).toHaveCount(0);
});

test("maintenance windows show their next times", async ({ page, platus, silences, targets }) => {
  const maintenance = [{ services: ["db"], cron: "0 2 * * *", lasts: 3600, zone: "UTC" }];
  await platus.start({ db: targets.operational({ name: "Database" }) }, { maintenance });
  await silences.open("admin");
  await silences.toBeLive();
  const window = page.getByRole("region", { name: "Recurring" }).getByRole("listitem");
  await expect(window).toContainText(/db.*From config.yaml.*Next: \w{3} \d+ \w{3} 02:00, \w{3} \d+ \w{3} 02:00, \w{3} \d+ \w{3} 02:00/);
  await expect(window.getByRole("button")).toHaveCount(0);
});

test("maintenance that recurs is entered with the keyboard, shown with its next times, and ended", async ({ board, complaints, page, platus, silences, targets }) => {
  // The zone that does not exist.
  complaints.expect(/status of 400/);
  await platus.start({ shop: targets.operational({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await silences.open("admin");
  await silences.toBeLive();
  await page.getByRole("link", { name: "Schedule maintenance" }).click();
  await silences.service.fill("shop");
  await page.keyboard.press("Enter");
  await expect(silences.selected).toHaveText([/^shop/]);

  // Only the fields of the selected kind are shown.
  await expect(silences.repeats).toHaveValue("");
  await expect(silences.days).toBeHidden();
  await expect(silences.form.getByLabel("Duration")).toBeVisible();
  await silences.repeats.selectOption("Every month, on a date");
  await expect(silences.form.getByLabel("Days of the month")).toBeVisible();
  await expect(silences.days).toBeHidden();
  await silences.repeats.selectOption("Every week");
  await expect(silences.days).toBeVisible();
  await expect(silences.form.getByLabel("Which of these days in a month")).toBeHidden();
  await expect(silences.form.getByLabel("Duration")).toBeHidden();

  await silences.submit();
  await expect(silences.refusal).toHaveText("Select a day of the week.");
  for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]) {
    await silences.days.getByRole("checkbox", { name: day }).focus();
    await page.keyboard.press("Space");
  }
  await silences.submit();
  await expect(silences.refusal).toHaveText("Enter the begin of the repeated time.");
  await silences.form.getByLabel("From", { exact: true }).fill("00:00");
  await silences.form.getByLabel(/^To/).fill("00:00");
  await silences.form.getByLabel("Time zone").fill("Nowhere");
  await silences.submit();
  await expect(silences.refusal).toContainText("there is no time zone `Nowhere`");
  await silences.form.getByLabel("Time zone").fill("UTC");
  await silences.submit();
  await expect(silences.form).toBeHidden();

  const recurring = page.getByRole("region", { name: "Recurring" }).getByRole("listitem");
  await expect(recurring).toContainText(/maintenance Shop.*every day, 00:00 to 00:00, UTC/);
  await expect(recurring).toContainText(/Next: \w{3} \d+ \w{3} \d\d:\d\d, \w{3} \d+ \w{3} \d\d:\d\d, \w{3} \d+ \w{3} \d\d:\d\d/);
  await expect(recurring.getByRole("group")).toHaveCount(0);
  await silences.navigation.getByRole("link", { name: "Board" }).click();
  await expect(board.row("Shop")).toContainText("maintenance by admin until");
  await silences.open();
  await recurring.getByRole("button", { name: "End" }).click();
  await expect(silences.outcome).toContainText("The maintenance of Shop has ended.");
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();
  await silences.outcome.getByRole("button", { name: "Undo" }).click();
  await expect(recurring).toContainText("maintenance Shop");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test("axe finds no violation in the lists and the partly completed form, in every width", async ({ page, platus, silences, targets }) => {
      test.setTimeout(40_000);
      await platus.start({ shop: targets.operational({ name: "Shop" }), cart: targets.down({ name: "Cart" }) });
      await silences.open("admin");
      await silences.toBeLive();
      await page.request.post(`${platus.url}/api/v1.0/silences`, { data: { services: ["shop"], minutes: 60, comment: "a release" } });
      await expect(silences.silences).toHaveCount(1);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await toHaveNoFault(page);
        await toFit(page);
      }
      await silences.newSilence.click();
      await silences.service.fill("cart");
      await page.keyboard.press("Enter");
      await expect(silences.selected).toHaveCount(1);
      await silences.repeats.selectOption("Every month, on a day of the week");
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await toHaveNoFault(page);
        await toFit(page);
      }
    });
  });
}
