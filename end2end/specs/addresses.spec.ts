import { expect, test } from "../fixtures";

test("an id with a percent sign is the same after a click and after a reload", async ({ board, page, platus, targets }) => {
  await platus.start({
    "p-%41": targets.operational({ name: "Percent", role: "dev" }),
    "p-A": targets.operational({ name: "Letter", role: "dev" }),
  });
  await board.open("dev");
  await board.toBeLive();
  await board.markDocument();
  const heading = page.getByRole("heading", { level: 1 });
  await board.row("Percent").getByRole("link", { name: "Percent" }).click();
  await expect(page).toHaveURL(`${platus.url}/services/p-%2541`);
  await expect(heading).toHaveText("Percent");
  expect(await board.isSameDocument()).toBe(true);
  await page.reload();
  await expect(page).toHaveURL(`${platus.url}/services/p-%2541`);
  await expect(heading).toHaveText("Percent");
});

test("a bad value in an address is named until the filter changes", async ({ board, page, platus, targets }) => {
  await platus.start({ web: targets.operational({ name: "Web", role: "dev" }) });
  await board.open("dev");
  await page.goto(`${platus.url}/?state=dwon`);
  await board.toBeLive();
  const notice = page.locator("[data-notice=address]");
  await expect(notice).toContainText("dwon is not a state");
  await expect(board.row("Web")).toBeVisible();
  await board.filter.fill("web");
  await expect(page).toHaveURL(`${platus.url}/?q=web`);
  await expect(notice).toHaveCount(0);
});
