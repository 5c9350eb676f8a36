import { expect, test } from "../fixtures";

test("the rows of an open board follow a reload", async ({ board, platus, targets }) => {
  const web = targets.operational({ name: "Web", role: "dev" });
  await platus.start({ shop: targets.operational({ name: "Shop", role: "dev" }), web });
  await board.open("dev");
  await board.toBeLive();
  await board.toShowAll({ Shop: "operational", Web: "operational" });
  await board.markDocument();

  await platus.reload({ shop: targets.operational({ name: "Store", role: "dev" }), web });
  await expect(board.row("Store")).toBeVisible();
  await board.toShowAll({ Store: "operational", Web: "operational" });

  await platus.reload({ shop: targets.operational({ name: "Store", role: "ops" }), web });
  await board.toShowAll({ Web: "operational" });
  await expect(board.row("Store")).toHaveCount(0);

  const mail = targets.operational({ name: "Mail", role: "dev" });
  await platus.reload({ shop: targets.operational({ name: "Store", role: "dev" }), web, mail });
  await board.toShowAll({ Store: "operational", Web: "operational", Mail: "operational" });
  expect(await board.isSameDocument()).toBe(true);
});

test("the tags of an open board follow a reload", async ({ board, page, platus, targets }) => {
  const web = targets.operational({ name: "Web", role: "dev" });
  await platus.start({ web });
  await board.open("dev");
  await board.toBeLive();
  const choice = page.getByRole("combobox", { name: "Tag" });
  await expect(choice).toHaveCount(0);
  await board.markDocument();

  await platus.reload({ web: { ...web, tags: ["front", "eu"] } });
  await expect(choice.getByRole("option")).toHaveText(["any", "eu", "front"]);
  await expect(board.row("Web").getByRole("link", { name: "front" })).toBeVisible();
  await choice.selectOption("front");

  await platus.reload({ web: { ...web, tags: ["eu"] } });
  await expect(page.getByRole("heading", { name: "No service matches the filter" })).toBeVisible();
  await choice.selectOption("any");
  await expect(board.row("Web").getByRole("link", { name: "front" })).toHaveCount(0);
  await expect(choice.getByRole("option")).toHaveText(["any", "eu"]);
  expect(await board.isSameDocument()).toBe(true);
});
