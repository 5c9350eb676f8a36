import { expect, test } from "../fixtures";

test.use({ javaScriptEnabled: false });

// The browser preloads the module and does not use it.
test.beforeEach(({ complaints }) => complaints.expect(/preloaded using link preload but not used/));

test("the page works without JavaScript, from the login to the logout", async ({ board, login, page, platus, settings, targets }) => {
  await platus.start({
    payments: targets.down({ name: "Payments" }),
    prices: targets.unhealthy({ name: "Prices" }),
    reports: targets.unknown({ name: "Reports" }),
    cart: targets.operational({ name: "Cart" }),
  });
  await login.open();
  await login.logIn("admin", "wrong");
  await expect(login.refusal).toHaveText("Wrong user name or password.");
  await login.logIn("admin", "admin");
  await expect(page).toHaveURL(`${platus.url}/`);
  await board.toBeKnown("1 unhealthy, 1 unknown, 1 operational.", "no complete answer within 0.5 s");
  await page.reload();
  await board.toShowAll({ Payments: "down", Prices: "unhealthy", Reports: "unknown", Cart: "operational" });
  await expect(board.rows).toHaveCount(4);
  await expect(board.headline).toHaveText("1 of 4 services is down");
  await expect(page).toHaveTitle("1 down · Platus");
  await expect(board.row("Cart").getByRole("time")).toHaveText(/^\d\d:\d\d:\d\d$/);
  // What needs JavaScript is hidden.
  await expect(board.filter).toBeHidden();
  await expect(board.states).toBeHidden();
  await expect(board.liveSign).toBeHidden();

  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.services).toHaveCount(4);
  await expect(settings.general).toBeVisible();
  await settings.logOut("admin");
  await expect(login.heading).toBeVisible();
});

test("an operator silences services and ends the silence without JavaScript", async ({ alerts, board, complaints, platus, targets }) => {
  complaints.expect(/status of 400/);
  await platus.start({
    shop: targets.operational({ name: "Shop" }),
    web: targets.operational({ name: "Web" }),
    db: targets.operational({ name: "Database", group: "Infra" }),
  });
  await alerts.open("admin");
  const silence = alerts.form.getByRole("button", { name: "Silence alerts" });
  await silence.click();
  await expect(alerts.page.getByRole("alert")).toHaveText("Select a service.");
  await alerts.service.fill("nothing");
  await silence.click();
  await expect(alerts.page.getByRole("alert")).toHaveText("There is no service `nothing`.");
  await expect(alerts.outcome).toHaveText("There is no service `nothing`.");
  // These buttons need JavaScript.
  await expect(alerts.form.getByRole("button", { name: "Add" })).toBeHidden();

  await alerts.service.fill("App");
  await alerts.form.getByRole("radio", { name: "Maintenance" }).check();
  await alerts.form.getByRole("combobox", { name: "Duration" }).selectOption("2 hours");
  await alerts.comment.fill("a release");
  await silence.click();
  await expect(alerts.page).toHaveURL(`${platus.url}/alerts`);
  await expect(alerts.silences).toContainText([/maintenance shop, web.*by admin: a release/]);
  await board.open();
  await expect(board.row("Shop")).toContainText("maintenance by admin until");

  await alerts.open();
  await alerts.silences.getByRole("button", { name: "End" }).click();
  await expect(alerts.page.getByText("No active or scheduled silences.")).toBeVisible();
});

test("an operator acknowledges an incident without JavaScript", async ({ alerts, board, platus, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await board.open("admin");
  await board.toHaveIncidents(1);
  await board.open();
  await board.row("Shop").getByRole("link", { name: "Acknowledge" }).click();
  await alerts.incident("Shop").getByRole("textbox").fill("looking");
  await alerts.incident("Shop").getByRole("button", { name: "Acknowledge" }).click();
  await expect(alerts.page).toHaveURL(`${platus.url}/alerts`);
  await expect(alerts.incident("Shop")).toContainText("acknowledged by admin: looking");

  // The incident leads to the form, with its service selected.
  await alerts.incident("Shop").getByRole("link", { name: "Silence" }).click();
  await expect(alerts.selected).toHaveText([/^shop/]);
  await alerts.form.getByRole("button", { name: "Silence alerts" }).click();
  await expect(alerts.silences).toHaveCount(2);
  await alerts.silences.getByRole("button", { name: "End the acknowledgement of shop" }).click();
  await expect(alerts.silences).toHaveCount(1);
});

test("an admin resets all states without JavaScript", async ({ complaints, page, platus, settings, targets }) => {
  complaints.expect(/status of 400/);
  await platus.start({ web: targets.operational({ name: "Web" }) });
  await settings.open("admin");
  await settings.reset.click();
  await expect(page.getByRole("alert")).toHaveText("Confirm that all states are to be reset.");
  await expect(settings.outcome).toHaveText("Nothing was reset. Confirm that all states are to be reset.");
  await page.getByRole("checkbox", { name: "This cannot be undone." }).check();
  await settings.reset.click();
  await expect(settings.outcome).toHaveText("All states are reset.");
});
