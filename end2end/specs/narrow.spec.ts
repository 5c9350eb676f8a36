import { expect, test } from "../fixtures";

const LONG = "averyveryveryveryveryverylongnamewithoutasinglespacetobreakitat";

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 740 } });

  test("a long unit of a metric has several lines", async ({ page, platus, service }) => {
    const command = ["sh", "-c", `echo 'OK | free=1${LONG};1;2'`];
    await platus.start({ disk: { type: "exec", properties: { host: "box", command }, data: { type: "Infra", name: "Disk" } } });
    await service.openService("disk", "admin");
    await service.toHavePoints("disk", 1);
    await service.openService("disk", undefined, "?range=1h");
    await service.toBeLive();
    await expect(page.getByRole("region", { name: "Metrics in this range" })).toContainText(LONG);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
});

for (const width of [320, 390]) {
  test.describe(`on a screen of ${width} pixels`, () => {
    test.use({ viewport: { width, height: 740 } });

    test("nothing scrolls sideways, and rows have the same content as on wide screens", async ({ board, complaints, login, page, platus, settings, targets }) => {
      complaints.expect(/status of 404/);
      const isWider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await platus.start({
        shop: targets.down({ name: `Shop ${LONG}`, group: `Group ${LONG}` }),
        prices: targets.unhealthy({ name: "Prices" }),
        [LONG]: targets.at(`/${LONG}?${LONG}`, { name: LONG, role: [LONG, "dev"] }),
        mail: { ...targets.operational({ name: "Mail" }), type: LONG },
      });
      await login.open();
      expect.soft(await isWider(), "login").toBe(0);

      await board.open("admin");
      await board.toBeLive();
      await board.toShowAll({ Prices: "unhealthy", Mail: "unknown" });
      await expect(board.row("Prices")).toContainText("127.0.0.1");
      await expect(board.row("Prices").getByRole("time")).toBeVisible();
      expect.soft(await isWider(), "board").toBe(0);
      await board.filter.fill("nothing like this");
      await expect(board.rows).toHaveCount(0);
      expect.soft(await isWider(), "nothing found").toBe(0);
      await board.user("admin").click();
      await expect(page.getByRole("button", { name: "Log out" })).toBeInViewport({ ratio: 1 });
      expect.soft(await isWider(), "menu").toBe(0);

      await page.goto(`${platus.url}/silences?new`);
      await page.getByRole("radio", { name: /^Maintenance/ }).waitFor();
      const clipped = () => page.locator("dialog .inside").evaluate((inside) => inside.scrollWidth - inside.clientWidth);
      expect.soft(await clipped(), "silence form").toBe(0);
      await page.keyboard.press("Escape");

      await settings.open();
      await settings.toBeLive();
      expect.soft(await isWider(), "health").toBe(0);
      await settings.openSection("Users and keys");
      expect.soft(await isWider(), "users").toBe(0);
      await settings.openSection("Configuration");
      await settings.service("Prices").getByText("Properties and data").click();
      expect.soft(await isWider(), "settings").toBe(0);
      await settings.openSection("Health");
      await settings.reset.click();
      await expect(settings.dialog).toBeInViewport({ ratio: 1 });

      await page.goto(`${platus.url}/nowhere`);
      expect.soft(await isWider(), "not found").toBe(0);
    });
  });
}
