import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../fixtures";

// The store is given up after two seconds, and tried again every few seconds.
const SOON = { timeout: 12_000 };

test("every page says that history cannot be saved, and no more when it can be again", async ({ board, page, platus, redis, settings, targets }) => {
  test.slow();
  const file = "store";
  await platus.start(
    { shop: targets.flipping(file, { name: "Shop", role: "dev" }) },
    { persistent_data_backend: { type: "redis", data: { host: "127.0.0.1", port: redis.port } } },
  );
  await board.open("dev");
  await board.toBeLive();
  await board.toShow("Shop", "down");
  await expect(board.storeNotice).toBeHidden();
  await board.markDocument();

  redis.hang();
  await expect(board.storeNotice).toBeVisible(SOON);
  await expect(board.storeNotice).toContainText(/History cannot be saved since \d\d:\d\d\. Checks and alerts go on\./);
  // They do.
  await targets.write(file);
  await board.toShow("Shop", "operational");
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.heading).toBeVisible();
  await expect(board.storeNotice).toBeVisible();
  // Where the store is concerns administrators alone.
  await expect(settings.store).toBeHidden();

  redis.goOn();
  await expect(board.storeNotice).toBeHidden({ timeout: 25_000 });
  expect(await board.isSameDocument()).toBe(true);
  await targets.remove(file);
});

test("the settings tell an administrator where the store is, and what ails it", async ({ platus, redis, settings, targets }) => {
  test.slow();
  await platus.start(
    { web: targets.operational({ name: "Web" }) },
    { persistent_data_backend: { type: "redis", data: { host: "127.0.0.1", port: redis.port } } },
  );
  await settings.open("admin");
  await expect(settings.store).toContainText("redis");
  await expect(settings.value(settings.store, "place")).toContainText(String(redis.port));
  await expect(settings.store).not.toContainText("Away since");

  redis.hang();
  await expect(settings.storeNotice).toBeVisible(SOON);
  await settings.page.reload();
  await expect(settings.store).toContainText("Away since");
  redis.goOn();
});
