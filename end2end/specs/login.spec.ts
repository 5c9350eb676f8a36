import { expect, test } from "../fixtures";

test.beforeEach(async ({ platus, targets }) => {
  await platus.start({ web: targets.operational({ name: "Web", role: "dev" }) });
});

test("the right password leads to the board", async ({ page, platus, login, board }) => {
  await page.goto(platus.url);
  await expect(page).toHaveURL(`${platus.url}/login`);
  await login.logIn("dev", "dev");
  await expect(page).toHaveURL(`${platus.url}/`);
  await board.toBeLive();
  await expect(board.user("dev")).toBeVisible();
  await board.toShow("Web", "operational");
});

test("a wrong password shows an error, and the right one still leads to the requested page", async ({
  page,
  platus,
  login,
  settings,
}) => {
  await settings.open();
  await expect(page).toHaveURL(`${platus.url}/login?next=%2Fsettings`);
  await login.logIn("dev", "ved");
  await expect(login.refusal).toHaveText("Wrong user name or password.");
  await expect(login.userName).toHaveAccessibleDescription("Wrong user name or password.");
  await expect(login.password).toHaveValue("");
  await login.logIn("unknown", "dev");
  await expect(login.refusal).toHaveText("Wrong user name or password.");
  await login.logIn("dev", "dev");
  await expect(page).toHaveURL(`${platus.url}/settings`);
  await expect(settings.heading).toBeVisible();
});

test("a login never leads to another site", async ({ page, platus, login }) => {
  for (const next of ["https://example.com/", "//example.com", "/\\example.com"]) {
    // A board that is still open would ask for its history without a cookie, and the browser reports the answer 401.
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(`${platus.url}/login?next=${encodeURIComponent(next)}`);
    await login.logIn("dev", "dev");
    await expect(page).toHaveURL(`${platus.url}/`);
  }
});

test("the login works with the keyboard alone", async ({ page, platus, login, board }) => {
  await login.open();
  await expect(login.userName).toBeFocused();
  await page.keyboard.type("dev");
  await page.keyboard.press("Tab");
  await expect(login.password).toBeFocused();
  await page.keyboard.type("dev");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${platus.url}/`);
  await board.toBeLive();

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("a logout ends the session", async ({ page, platus, login, board }) => {
  await board.open("dev");
  await board.toBeLive();
  await expect(page.getByRole("button", { name: "Log out" })).toBeHidden();
  await board.logOut("dev");
  await expect(page).toHaveURL(`${platus.url}/login`);
  await expect(login.heading).toBeVisible();
  await page.goBack();
  await expect(login.heading).toBeVisible();
  await expect(board.row("Web")).toBeHidden();
  await board.open();
  await expect(page).toHaveURL(`${platus.url}/login`);
});

test.describe("with HTTP Basic", () => {
  test.use({ extraHTTPHeaders: { Authorization: `Basic ${Buffer.from("dev:dev").toString("base64")}` } });

  test("the page requires no login", async ({ context, board }) => {
    await board.open();
    await board.toBeLive();
    await expect(board.user("dev")).toBeVisible();
    await board.toShow("Web", "operational");
    // Besides the time zone, of which every page is made.
    const cookies = (await context.cookies()).filter((cookie) => cookie.name !== "platus_zone");
    expect(cookies).toEqual([]);
  });
});
