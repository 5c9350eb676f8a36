import { expect, test } from "../fixtures";
import { AlertsPage } from "../pages/alerts";

test("an operator acknowledges an incident from the board with the keyboard, and all others see it", async ({ alerts, board, boardOf, page, platus, targets }) => {
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
  await expect(alerts.heading).toBeVisible();
  await expect(alerts.incident("Shop").getByRole("textbox")).toBeFocused();
  await page.keyboard.type("on it");
  await page.keyboard.press("Enter");
  await expect(alerts.incident("Shop")).toContainText("acknowledged by admin: on it");
  await expect(alerts.silences).toContainText(["acknowledgement shop"]);
  await expect(theirs.row("Shop").getByRole("link")).toHaveText("acknowledged by admin: on it");

  await alerts.silences.getByRole("button", { name: "End the acknowledgement of shop" }).click();
  await expect(alerts.silences).toHaveCount(0);
  await expect(theirs.row("Shop").getByRole("link")).toBeHidden();
});

test("an operator silences services of a type and ends the silence", async ({ alerts, board, page, platus, targets }) => {
  await platus.start({
    shop: targets.operational({ name: "Shop" }),
    web: targets.operational({ name: "Web" }),
    db: targets.operational({ name: "Database", group: "Infra" }),
  });
  await alerts.open("admin");
  await alerts.toBeLive();
  await expect(page.getByText("No open incidents.")).toBeVisible();
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();

  await alerts.form.getByRole("button", { name: "Silence alerts" }).click();
  await expect(alerts.outcome).toHaveText("Select a service.");
  await alerts.service.fill("nothing");
  await page.keyboard.press("Enter");
  await expect(alerts.outcome).toHaveText("There is no service `nothing`.");
  await alerts.service.fill("App");
  await page.keyboard.press("Enter");
  await expect(alerts.selected).toHaveText([/^shop/, /^web/]);
  await alerts.service.fill("Database");
  await alerts.form.getByRole("button", { name: "Add" }).click();
  await expect(alerts.selected).toHaveText([/^shop/, /^web/, /^db/]);
  await alerts.form.getByRole("button", { name: "Remove web" }).click();
  await alerts.form.getByRole("radio", { name: "Maintenance" }).check();
  await alerts.form.getByRole("combobox", { name: "Duration" }).selectOption("2 hours");
  await alerts.comment.fill("a release");
  await alerts.form.getByRole("button", { name: "Silence alerts" }).click();
  await expect(alerts.outcome).toHaveText("Alerts are silenced.");
  await expect(alerts.silences).toHaveCount(1);
  await expect(alerts.silences).toContainText([/maintenance shop, db.*by admin: a release/]);

  await alerts.navigation.getByRole("link", { name: "Board" }).click();
  await expect(board.row("Shop").getByRole("link")).toHaveText(/^maintenance by admin until (\d{4}-\d\d-\d\d )?\d\d:\d\d: a release$/);
  await expect(board.row("Web").getByRole("link")).toBeHidden();
  await board.filter.fill("maintenance");
  await expect(board.rows).toHaveCount(2);
  await board.row("Shop").getByRole("link").click();
  await alerts.silences.getByRole("button", { name: "End" }).click();
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();
});

test("a silence can begin later, in the time zone of the browser", async ({ alerts, page, platus, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }) });
  await alerts.open("admin");
  await alerts.toBeLive();
  const begin = await page.evaluate(() => {
    const later = new Date(Date.now() + 3 * 3600 * 1000);
    const two = (number: number) => String(number).padStart(2, "0");
    return `${later.getFullYear()}-${two(later.getMonth() + 1)}-${two(later.getDate())}T${two(later.getHours())}:00`;
  });
  await alerts.form.getByRole("checkbox", { name: "All services" }).check();
  await alerts.form.getByLabel("Begins").fill(begin);
  await alerts.form.getByRole("button", { name: "Silence alerts" }).click();
  await expect(alerts.silences).toContainText([/silence all services/]);
  const answer = await page.request.get(`${platus.url}/api/v1.0/silences`);
  const [silence] = (await answer.json()).result;
  const wanted = await page.evaluate((text) => new Date(text).getTime(), begin);
  expect(new Date(silence.from).getTime()).toBe(wanted);
  expect(new Date(silence.until).getTime() - wanted).toBe(3600 * 1000);
});

test("viewers see silences and cannot change them", async ({ alerts, boardOf, page, platus, targets }) => {
  await platus.start({
    shop: targets.down({ name: "Shop", role: ["dev"] }),
    payroll: targets.down({ name: "Payroll" }),
  });
  const theirs = new AlertsPage((await boardOf("admin")).page, platus);
  await theirs.open();
  await theirs.toBeLive();
  await expect(theirs.incidents).toHaveCount(2, { timeout: 10_000 });
  await theirs.incident("Payroll").getByRole("link", { name: "Silence" }).click();
  await expect(theirs.selected).toHaveText([/^payroll/]);
  await expect(theirs.service).toBeInViewport();
  await theirs.page.evaluate(() => window.scrollTo(0, 0));
  await theirs.page.getByRole("link", { name: "Silence alerts" }).click();
  await expect(theirs.service).toBeInViewport();
  await theirs.incident("Shop").getByRole("link", { name: "Silence" }).click();
  await expect(theirs.selected).toHaveText([/^shop/]);
  await theirs.service.fill("payroll");
  await theirs.page.keyboard.press("Enter");
  await theirs.form.getByRole("button", { name: "Silence alerts" }).click();
  await expect(theirs.silences).toContainText([/silence shop, payroll/]);

  await alerts.open("dev");
  await alerts.toBeLive();
  await expect(alerts.incidents).toHaveCount(1);
  await expect(alerts.incident("Shop")).toContainText("silenced by admin until");
  await expect(alerts.silences).toContainText([/silence shop.*by admin/]);
  await expect(alerts.form).toBeHidden();
  await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  expect(await page.content()).not.toMatch(/payroll/i);
});
