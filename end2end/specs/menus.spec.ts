import { expect, test } from "../fixtures";

test.beforeEach(async ({ platus, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop", role: "dev" }) });
});

test("a menu closes on Escape, which returns the focus, and on a click elsewhere", async ({ board, page }) => {
  await board.open("dev");
  await board.toBeLive();
  const logOut = page.getByRole("button", { name: "Log out" });
  const summary = page.locator(".user > summary");
  await summary.click();
  await expect(logOut).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(summary).not.toBeFocused();
  await page.keyboard.press("Escape");
  await expect(logOut).toBeHidden();
  await expect(summary).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(logOut).toBeVisible();
  await board.headline.click();
  await expect(logOut).toBeHidden();
});

test("a menu closes when another one is opened, and folds of the page do not", async ({ board, page }) => {
  await board.open("dev");
  await page.getByRole("link", { name: /^Incidents/ }).click();
  await board.toBeLive();
  const [time, csv] = [page.locator(".picker > summary", { hasText: "30 days" }), page.getByRole("link", { name: "CSV" })];
  const logOut = page.getByRole("button", { name: "Log out" });
  await board.user("dev").click();
  await expect(logOut).toBeVisible();
  await time.click();
  await expect(logOut).toBeHidden();
  await expect(page.locator(".picker[open]")).toHaveCount(1);
  await page.getByText("Export").click();
  await expect(csv).toBeVisible();
  await expect(page.locator(".picker[open]")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.locator(".picker[open]")).toHaveCount(0);

  await board.open();
  await board.toBeLive();
  await board.headline.click();
  await page.keyboard.press("Escape");
  await expect(board.row("Shop")).toBeVisible();
});
