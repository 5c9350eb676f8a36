import { expect, test } from "../fixtures";
import { toHaveNoFault } from "../support/audit";
import type { Service } from "../support/platus";
import type { Targets } from "../support/targets";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours, axe finds no violation in`, () => {
    test.use({ colorScheme });

    test("the login, also after a wrong password", async ({ login, page, platus }) => {
      await platus.start({});
      await login.open();
      await toHaveNoFault(page);
      await login.logIn("dev", "wrong");
      await expect(login.refusal).toBeVisible();
      await toHaveNoFault(page);
    });

    test("the board, in all states", async ({ board, page, platus, targets }) => {
      await platus.start(services(targets));
      await board.open("admin");
      await board.toBeLive();
      await board.toShowAll({ Payments: "down", Prices: "unhealthy", Reports: "unknown", Cart: "operational" });
      await toHaveNoFault(page);
    });

    test("the board without matches", async ({ board, page, platus, targets }) => {
      await platus.start(services(targets));
      await board.open("admin");
      await board.toBeLive();
      await board.user("admin").click();
      await board.filter.fill("nothing like this");
      await expect(board.rows).toHaveCount(0);
      await toHaveNoFault(page);
    });

    test("the board without a server", async ({ board, complaints, page, platus, targets }) => {
      complaints.expect(/net::ERR_/);
      await platus.start(services(targets));
      await board.open("admin");
      await board.toBeLive();
      await platus.stop();
      await expect(board.notice).toBeVisible();
      await toHaveNoFault(page);
    });

    test("the empty board", async ({ board, page, platus }) => {
      await platus.start({});
      await board.open("dev");
      await board.toBeLive();
      await toHaveNoFault(page);
    });

    test("the settings, with everything open", async ({ page, platus, settings, targets }) => {
      await platus.start({
        web: targets.operational({ name: "Web" }),
        mail: { ...targets.operational({ name: "Mail" }), type: "rest_htpt" },
      });
      await settings.open("admin");
      await settings.toBeLive();
      await toHaveNoFault(page);
      for (const section of ["Channels", "Users and keys", "About"] as const) {
        await settings.openSection(section);
        await toHaveNoFault(page);
      }
      await settings.openSection("Configuration");
      await settings.service("Web").getByText("Properties and data").click();
      await toHaveNoFault(page);
      await settings.openSection("Health");
      await settings.reset.click();
      await expect(settings.dialog).toBeVisible();
      await toHaveNoFault(page);
    });

    test("the page for unknown addresses", async ({ complaints, page, platus }) => {
      complaints.expect(/status of 404/);
      await platus.start({});
      await page.goto(`${platus.url}/nowhere`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await toHaveNoFault(page);
    });
  });
}

function services(targets: Targets): Record<string, Service> {
  return {
    payments: targets.down({ name: "Payments" }),
    prices: targets.unhealthy({ name: "Prices" }),
    reports: targets.unknown({ name: "Reports" }),
    cart: targets.operational({ name: "Cart" }),
  };
}
