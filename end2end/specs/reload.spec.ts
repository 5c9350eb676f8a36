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
