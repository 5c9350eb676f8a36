import { expect, test } from "../fixtures";

test.use({ javaScriptEnabled: false });

test("the page works without JavaScript, from the login to the logout", async ({ board, complaints, login, page, platus, settings, targets }) => {
  // The module is fetched before the browser knows that nobody will ask for it.
  complaints.expect(/preloaded using link preload but not used/);
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
  // What would do nothing is not there.
  await expect(board.filter).toBeHidden();
  await expect(board.states).toBeHidden();
  await expect(board.liveSign).toBeHidden();

  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.services).toHaveCount(4);
  await expect(settings.general).toBeVisible();
  await settings.logOut("admin");
  await expect(login.heading).toBeVisible();
});
