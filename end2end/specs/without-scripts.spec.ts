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
  await settings.openSection("Configuration");
  await expect(settings.services).toHaveCount(4);
  await expect(settings.general).toBeVisible();
  await settings.logOut("admin");
  await expect(login.heading).toBeVisible();
});

test("an operator silences services and ends the silence without JavaScript", async ({ board, complaints, page, platus, silences, targets }) => {
  complaints.expect(/status of 400/);
  await platus.start({
    shop: targets.operational({ name: "Shop" }),
    web: targets.operational({ name: "Web" }),
    db: targets.operational({ name: "Database", group: "Infra" }),
  });
  await silences.openForm("admin");
  await silences.submit();
  await expect(page.getByRole("alert")).toHaveText("Select a service.");
  await silences.service.fill("nothing");
  await silences.submit();
  await expect(page.getByRole("alert")).toHaveText("There is no service `nothing`.");
  await expect(silences.refusal).toHaveText("There is no service `nothing`.");
  // These buttons need JavaScript.
  await expect(silences.form.getByRole("button", { name: "Add" })).toBeHidden();

  await silences.service.fill("App");
  await silences.form.getByRole("radio", { name: "Maintenance" }).check();
  await silences.form.getByRole("combobox", { name: "Duration" }).selectOption("2 hours");
  await silences.comment.fill("a release");
  await silences.submit();
  await expect(page).toHaveURL(`${platus.url}/silences`);
  await expect(silences.form).toBeHidden();
  await expect(silences.silences).toContainText([/maintenance Shop, Web.*by admin: a release/]);
  await board.open();
  await expect(board.row("Shop")).toContainText("maintenance by admin until");

  await silences.open();
  await silences.silences.getByRole("button", { name: "End" }).click();
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();

  await silences.newSilence.click();
  await silences.service.fill("shop");
  await expect(silences.days).toBeHidden();
  await silences.repeats.selectOption("Every month, on a day of the week");
  await silences.form.getByLabel("Which of these days in a month").selectOption("Last");
  await silences.days.getByRole("checkbox", { name: "Sun" }).check();
  await silences.form.getByLabel("From", { exact: true }).fill("22:00");
  await silences.form.getByLabel(/^To/).fill("04:00");
  await silences.form.getByLabel("Time zone").fill("Europe/Berlin");
  await silences.submit();
  await expect(silences.silences).toContainText([/silence Shop.*last Sun of the month, 22:00 to 04:00, Europe\/Berlin.*Next: Sun/]);
  await silences.silences.getByRole("button", { name: "End" }).click();
  await expect(page.getByText("No active or scheduled silences.")).toBeVisible();

  // Patterns, types and roles are resolved by the server.
  await silences.newSilence.click();
  await silences.service.fill("role:dev");
  await silences.submit();
  await expect(page.getByRole("alert")).toContainText("no service matches `role:dev`");
});

test("an operator acknowledges an incident without JavaScript", async ({ board, incidents, page, platus, silences, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await board.open("admin");
  await board.toHaveIncidents(1);
  await board.open();
  await board.row("Shop").getByRole("link", { name: "Acknowledge" }).click();
  await page.getByRole("textbox", { name: /^Comment/ }).fill("looking");
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await expect(page).toHaveURL(/[/]incidents[/]\d+$/);
  await expect(page.getByText("acknowledged by admin: looking")).toBeVisible();

  // The list has the same forms.
  await incidents.open();
  await expect(incidents.incident("Shop")).toContainText("acknowledged by admin: looking");
  await incidents.incident("Shop").getByRole("button", { name: "Withdraw" }).click();
  await expect(page).toHaveURL(`${platus.url}/incidents`);
  await incidents.openAcknowledgement("Shop");
  await incidents.incident("Shop").getByRole("button", { name: "Acknowledge" }).click();
  await expect(incidents.acknowledged).toContainText("Shop");

  // Filters are links and a form.
  await incidents.statuses.getByRole("link", { name: "Open" }).click();
  await expect(page.getByText("No open incidents.")).toBeVisible();
  await incidents.search.fill("#999");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No incident matches the filters.")).toBeVisible();

  // The incident leads to the form, with its service selected.
  await incidents.open();
  await incidents.incident("Shop").getByRole("link", { name: "Shop" }).click();
  await page.getByRole("link", { name: "Silence Shop" }).click();
  await expect(silences.selected).toHaveText([/^shop/]);
  await silences.submit();
  await expect(silences.silences).toHaveCount(2);
  await silences.silences.getByRole("button", { name: "End the acknowledgement of Shop" }).click();
  await expect(silences.silences).toHaveCount(1);
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
