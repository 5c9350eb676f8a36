import { expect, test } from "../fixtures";

test.beforeEach(async ({ board, platus, targets }) => {
  const role = "dev";
  await platus.start({
    payments: targets.down({ name: "Payments", group: "Shop", role }),
    prices: targets.unhealthy({ name: "Prices", group: "Shop", role }),
    cart: targets.operational({ name: "Cart", group: "Shop", role }),
    reports: targets.unknown({ name: "Reports", group: "Office", role }),
    mail: targets.operational({ name: "Mail", group: "Office", role }),
  });
  await board.open(role);
  await board.toBeLive();
  await board.toShowAll({ Payments: "down", Prices: "unhealthy", Cart: "operational", Mail: "operational" });
  await expect(board.row("Reports")).toContainText("no complete answer within 0.5 s");
});

test("groups are sorted by name, and rows by severity", async ({ board }) => {
  await expect(board.names).toHaveText(["Reports", "Mail", "Payments", "Prices", "Cart"]);
  await expect(board.headline).toHaveText("1 of 5 services is down");
  await expect(board.summary).toContainText("1 unhealthy, 1 unknown, 2 operational.");
  await expect(board.group("Shop").getByRole("heading")).toHaveText(/2 of 3 need attention/);
  for (const [chip, number] of [["All", 5], ["Down", 1], ["Unhealthy", 1], ["Unknown", 1], ["Operational", 2]] as const) {
    await expect(board.chip(chip)).toHaveText(new RegExp(` ${number}$`));
  }
  await expect(board.chip("All")).toHaveAttribute("aria-pressed", "true");
});

test("the filter finds words in any order and case", async ({ board }) => {
  for (const [words, names] of [
    ["pay", ["Payments"]],
    ["OFFICE", ["Reports", "Mail"]],
    ["shop operational", ["Cart"]],
    ["  503 ", ["Payments"]],
    ["127.0.0.1", ["Reports", "Mail", "Payments", "Prices", "Cart"]],
    ["within 0.5", ["Reports"]],
  ] as const) {
    await board.filter.fill(words);
    await expect(board.names).toHaveText([...names]);
  }
  await board.filter.fill("office");
  await expect(board.chip("All")).toHaveText(/ 2$/);
  await expect(board.chip("Down")).toHaveText(/ 0$/);
  await expect(board.page.getByRole("main").getByRole("status")).toHaveText("2 services shown");
  // The filter applies to the table, not to the headline.
  await expect(board.headline).toHaveText("1 of 5 services is down");

  await board.filter.fill("nothing like this");
  await expect(board.rows).toHaveCount(0);
  await board.page.getByRole("button", { name: "Clear the filter" }).click();
  await expect(board.filter).toHaveValue("");
  await expect(board.rows).toHaveCount(5);
});

test("a chip shows one state, combined with the words of the filter", async ({ board }) => {
  for (const [chip, names] of [
    ["Down", ["Payments"]],
    ["Unhealthy", ["Prices"]],
    ["Unknown", ["Reports"]],
    ["Operational", ["Mail", "Cart"]],
  ] as const) {
    await board.chip(chip).click();
    await expect(board.chip(chip)).toHaveAttribute("aria-pressed", "true");
    await expect(board.chip("All")).toHaveAttribute("aria-pressed", "false");
    await expect(board.names).toHaveText([...names]);
  }
  await board.filter.fill("cart");
  await expect(board.names).toHaveText(["Cart"]);
  await board.chip("All").click();
  await expect(board.names).toHaveText(["Cart"]);
});

test("slash moves the focus to the filter, and Escape leaves it", async ({ board, page }) => {
  await page.keyboard.press("/");
  await expect(board.filter).toBeFocused();
  await expect(board.filter).toHaveValue("");
  await page.keyboard.type("a/b");
  await expect(board.filter).toHaveValue("a/b");
  await expect(board.rows).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(board.filter).not.toBeFocused();
  await expect(board.filter).toHaveValue("");
  await expect(board.rows).toHaveCount(5);

  // Also from a chip; the earlier text is replaced.
  await board.filter.fill("cart");
  await board.chip("All").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("mail");
  await expect(board.names).toHaveText(["Mail"]);
});

test("paused services are counted apart, and have a chip of their own", async ({ boardOf, platus }) => {
  const board = await boardOf("admin");
  await board.toBeLive();
  await expect(board.chip("Paused")).toHaveCount(0);
  const answer = await board.page.request.post(`${platus.url}/api/v1.0/services/prices/pause`, { data: {} });
  expect(answer.ok()).toBe(true);
  await expect(board.chip("Paused")).toHaveText(/ 1$/);
  for (const [chip, number] of [["All", 5], ["Down", 1], ["Unhealthy", 0], ["Unknown", 1], ["Operational", 2]] as const) {
    await expect(board.chip(chip)).toHaveText(new RegExp(` ${number}$`));
  }
  await expect(board.headline).toHaveText("1 of 4 services is down");
  await expect(board.summary).toContainText("1 unknown, 2 operational, 1 paused.");
  await expect(board.group("Shop").getByRole("heading")).toHaveText(/1 of 2 needs attention, 1 paused/);
  await board.chip("Paused").click();
  await expect(board.names).toHaveText(["Prices"]);
  await expect(board.page).toHaveURL(/\?state=paused$/);
});
