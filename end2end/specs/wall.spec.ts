import { expect, test } from "../fixtures";
import { logIn } from "../pages/login";
import { toHaveNoFault } from "../support/audit";

test.use({ viewport: { width: 1920, height: 1080 }, colorScheme: "dark" });

test("the wall names what fails, follows it, and leads to its page", async ({ context, page, platus, targets }) => {
  await targets.write("shop");
  await platus.start({
    shop: targets.flipping("shop", { name: "Shop", group: "App", role: "dev" }),
    prices: targets.unhealthy({ name: "Prices", group: "App", role: "dev" }),
    secret: targets.down({ name: "Secret", group: "Hidden", role: "ops" }),
  });
  await logIn(context, platus, "dev");
  await page.goto(`${platus.url}/wall`);
  const card = (name: string) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
  await expect(card("Prices")).toContainText("unhealthy");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("1 of 2 services is unhealthy");
  await expect(page.locator(".wall-groups").getByText("Shop")).toBeVisible();
  await expect(page.locator(".clock")).toHaveText(/^\d\d:\d\d$/);
  await expect(page.getByText("Secret")).toHaveCount(0);

  await targets.remove("shop");
  await expect(card("Shop")).toContainText("down");
  await expect(page).toHaveTitle("1 down · Platus");
  await expect(page.locator(".wall-groups").getByText("Shop")).toHaveCount(0);
  await toHaveNoFault(page);
  await card("Shop").getByRole("link").click();
  await expect(page).toHaveURL(`${platus.url}/services/shop`);
});

test("however many services fail, the wall fits the screen", async ({ context, page, platus, targets }) => {
  const failing = Array.from({ length: 40 }, (_, number) => [`s${number}`, targets.down({ name: `Service ${number}`, role: "dev" })]);
  await platus.start(Object.fromEntries(failing));
  await logIn(context, platus, "dev");
  await page.goto(`${platus.url}/wall`);
  await expect(page.getByText("and 16 more")).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("All 40 services are down");
  for (const [width, height] of [[1920, 1080], [1280, 720], [3840, 2160]] as const) {
    await page.setViewportSize({ width, height });
    const beyond = await page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);
    expect(beyond, `${width} × ${height}`).toBe(0);
    await expect(page.getByRole("listitem").filter({ hasText: "Service 0" }).first()).toBeInViewport({ ratio: 1 });
  }
});

test("the wall says when it is an old picture", async ({ complaints, context, page, platus, targets }) => {
  complaints.expect(/net::ERR_/);
  await platus.start({ shop: targets.operational({ name: "Shop", role: "dev" }) });
  await logIn(context, platus, "dev");
  await page.goto(`${platus.url}/wall`);
  await expect(page.getByRole("status")).toHaveText("Live");
  await platus.stop();
  await expect(page.getByRole("status")).toHaveText("No connection: this is an old picture", { timeout: 10_000 });
  for (const part of [".wall-groups", ".wall .verdict"]) await expect(page.locator(part)).toHaveCSS("filter", "grayscale(1)");
});
