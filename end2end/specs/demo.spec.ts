import { expect, test } from "../fixtures";
import { toFit, toHaveNoFault } from "../support/audit";

test("the demo is marked on every page and shows services with history", async ({ board, login, page, platus }) => {
  await platus.startDemo();
  await login.open();
  const note = page.getByRole("complementary", { name: "Demo" });
  await expect(note).toContainText("All services and data are invented");
  await login.logIn("admin", "admin");
  await board.toBeLive();
  await expect(board.row("Web shop")).toBeVisible();
  await expect(board.row("Label printer")).toBeVisible();
  await expect(note).toBeVisible();
  await toFit(page);
  await toHaveNoFault(page);

  await board.row("Web shop").getByRole("link", { name: "Web shop" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Web shop");
  await expect(note).toBeVisible();
  await page.goto(`${platus.url}/incidents`);
  await expect(page.getByText("A technician is on the way.").first()).toBeVisible();
});

test("a phone shows the mark above the navigation", async ({ board, login, page, platus }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await platus.startDemo();
  await login.open();
  await login.logIn("viewer", "viewer");
  await expect(board.row("Web shop")).toBeVisible();
  await toFit(page);
  const note = await page.getByRole("complementary", { name: "Demo" }).boundingBox();
  const navigation = await page.getByRole("navigation").last().boundingBox();
  expect(note && navigation && note.y + note.height <= navigation.y + 1).toBe(true);
});
