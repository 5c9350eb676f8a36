import { expect, test } from "../fixtures";

test.beforeEach(async ({ board, platus, targets }) => {
  const role = "dev";
  await platus.start({
    payments: { ...targets.down({ name: "Payments", group: "Shop", role }), tags: ["tier-1", "shop"] },
    cart: { ...targets.operational({ name: "Cart", group: "Shop", role }), tags: "shop" },
    mail: targets.operational({ name: "Mail", group: "Office", role }),
    archive: targets.operational({ name: "Archive", group: "Office", role }),
  });
  await board.open(role);
  await board.toBeLive();
  await board.toShowAll({ Payments: "down", Cart: "operational", Mail: "operational", Archive: "operational" });
});

test("what the board shows is in its address, also after a reload", async ({ board, page }) => {
  await board.filter.fill("shop");
  await board.chip("Operational").click();
  await page.getByRole("combobox", { name: "Sort" }).selectOption("name");
  await page.getByRole("button", { name: "Comfortable rows" }).click();
  await expect(page).toHaveURL(/\?q=shop&state=operational&sort=name&density=comfortable$/);
  await page.reload();
  await board.toBeLive();
  await expect(board.filter).toHaveValue("shop");
  await expect(board.chip("Operational")).toHaveAttribute("aria-pressed", "true");
  await expect(board.names).toHaveText(["Cart"]);
  await expect(page.locator(".groups")).toHaveClass(/comfortable/);
});

test("rows are sorted by name on demand", async ({ board, page }) => {
  await expect(board.names).toHaveText(["Archive", "Mail", "Payments", "Cart"]);
  await page.getByRole("combobox", { name: "Sort" }).selectOption("name");
  await expect(board.names).toHaveText(["Archive", "Mail", "Cart", "Payments"]);
});

test("a tag shows the services that have it, from its link or the choice", async ({ board, page }) => {
  await board.row("Cart").getByRole("link", { name: "shop" }).click();
  await expect(board.names).toHaveText(["Payments", "Cart"]);
  await expect(page).toHaveURL(/\?tag=shop$/);
  await page.getByRole("combobox", { name: "Tag" }).selectOption("tier-1");
  await expect(board.names).toHaveText(["Payments"]);
  await page.getByRole("combobox", { name: "Tag" }).selectOption("any");
  await expect(board.names).toHaveCount(4);
});

test("a group stays closed in this browser, except for what a filter finds", async ({ board, page }) => {
  await board.group("Office").getByRole("heading").click();
  await expect(board.row("Mail")).toBeHidden();
  await page.reload();
  await board.toBeLive();
  await expect(board.row("Mail")).toBeHidden();
  await expect(board.row("Cart")).toBeVisible();
  await board.filter.fill("mail");
  await expect(board.row("Mail")).toBeVisible();
  await board.filter.fill("");
  await board.group("Office").getByRole("heading").click();
  await expect(board.row("Mail")).toBeVisible();
});
