import { expect, test } from "../fixtures";
import { toHaveNoFault } from "../support/audit";

// The timeout of the store is two seconds; it is retried every few seconds.
const SOON = { timeout: 12_000 };

test("every page shows that history cannot be saved, until it can be saved again", async ({ board, page, platus, redis, settings, targets }) => {
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
  await expect(board.storeNotice).toContainText(/History cannot be saved since \d\d:\d\d\. Checks and alerts continue\./);
  // Checks continue.
  await targets.write(file);
  await board.toShow("Shop", "operational");
  await toHaveNoFault(page);
  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.heading).toBeVisible();
  await expect(board.storeNotice).toBeVisible();
  // Only administrators see where the store is.
  await expect(settings.store).toBeHidden();

  redis.goOn();
  await expect(board.storeNotice).toBeHidden({ timeout: 25_000 });
  expect(await board.isSameDocument()).toBe(true);
  await targets.remove(file);
});

test("the settings show an administrator the store and its failure", async ({ platus, redis, settings, targets }) => {
  test.slow();
  await platus.start(
    { web: targets.operational({ name: "Web" }) },
    { persistent_data_backend: { type: "redis", data: { host: "127.0.0.1", port: redis.port } } },
  );
  await settings.open("admin");
  await expect(settings.store).toContainText("redis");
  await expect(settings.store).toContainText(String(redis.port));
  await expect(settings.failure("store")).toBeHidden();

  redis.hang();
  await expect(settings.storeNotice).toBeVisible(SOON);
  await settings.page.reload();
  await expect(settings.store).toContainText("unavailable");
  await expect(settings.failure("store")).toContainText("Unavailable since");
  redis.goOn();
});
