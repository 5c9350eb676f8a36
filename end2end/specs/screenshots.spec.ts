import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import type { BoardPage } from "../pages/board";
import { logIn } from "../pages/login";
import type { Service } from "../support/platus";
import type { Targets } from "../support/targets";

// After a visible change: run `scripts/e2e.sh screenshots --update-snapshots`, and look at each picture that git lists as changed.

const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** Fixed response times in place of the measured ones. */
const ELAPSED: Record<string, string> = { Basket: "6 ms", Catalogue: "212 ms", Checkout: "84 ms", Mail: "1.2 s", Search: "31 ms" };

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    // The fixed fonts come from a style that the content security policy of the page blocks.
    test.use({ colorScheme, bypassCSP: true });

    test("login", async ({ login, page, platus }) => {
      await platus.start({});
      await login.open();
      await login.logIn("dev", "wrong");
      await expect(login.refusal).toBeVisible();
      await toLookAsBefore(page, "login", colorScheme);
    });

    test("board", async ({ board, context, page, platus, targets }) => {
      await platus.start(services(targets));
      await logIn(context, platus, "admin");
      await board.toBeKnown("1 of 7 services is down", "1 unhealthy, 2 unknown, 3 operational.", "no complete answer within 0.5 s");
      await board.toHaveIncidents(3);
      await freeze(page);
      await fixHistory(page);
      await board.open();
      await board.toBeLive();
      await expect(board.uptimeBars).toHaveCount(6);
      await expect(board.summary).toContainText("Oldest for 14 min");
      await fixFigures(board);
      await fixPlaces(page, platus.configuration);
      await toLookAsBefore(page, "board", colorScheme);
    });

    test("incidents", async ({ board, context, incidents, page, platus, targets }) => {
      await platus.start(services(targets));
      await logIn(context, platus, "admin");
      await board.toHaveIncidents(3);
      const silence = { services: ["catalogue"], minutes: 120, comment: "a new release" };
      await page.request.post(`${platus.url}/api/v1.0/silences`, { data: silence });
      await freeze(page);
      await expect(async () => {
        await incidents.open();
        await expect(incidents.incident("Catalogue")).toContainText("silenced by admin", { timeout: 500 });
      }).toPass();
      await incidents.toBeLive();
      await incidents.openAcknowledgement("Reports");
      await fixTimes(page);
      // Takes the full page from its top.
      await page.evaluate(() => window.scrollTo(0, 0));
      await toLookAsBefore(page, "incidents", colorScheme, true);
    });

    test("silences", async ({ context, page, platus, silences, targets }) => {
      await platus.start(services(targets));
      await logIn(context, platus, "admin");
      const silence = { services: ["catalogue"], minutes: 120, comment: "a new release" };
      await page.request.post(`${platus.url}/api/v1.0/silences`, { data: silence });
      await freeze(page);
      await silences.open();
      await silences.toBeLive();
      await silences.newSilence.click();
      await silences.service.fill("search");
      await page.keyboard.press("Enter");
      await fixTimes(page);
      await toLookAsBefore(page, "silences", colorScheme);
    });

    test("settings", async ({ page, platus, settings, targets }) => {
      await platus.start(services(targets));
      await freeze(page);
      await settings.open("admin");
      // The first commit may come after the page, whose time stands still.
      await expect(async () => {
        await page.reload();
        await expect(page.getByText("the latest in")).toBeVisible({ timeout: 1_000 });
      }).toPass();
      await settings.toBeLive();
      await fixPlaces(page, platus.configuration);
      await fixCounts(page);
      await toLookAsBefore(page, "settings", colorScheme);
    });
  });
}

/** Compares the page in every size, and continues after a difference, to show all of them. */
async function toLookAsBefore(page: Page, name: string, colorScheme: string, fullPage = false): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expect.soft(page).toHaveScreenshot(`${name}-${size.width}-${colorScheme}.png`, { fullPage });
  }
}

function services(targets: Targets): Record<string, Service> {
  const [shop, office] = [{ group: "Shop", role: ["dev", "ops"] }, { group: "Back office", role: ["ops"] }];
  return {
    checkout: targets.down({ name: "Checkout", ...shop }),
    catalogue: targets.unhealthy({ name: "Catalogue", ...shop }),
    basket: targets.operational({ name: "Basket", ...shop }),
    search: targets.operational({ name: "Search", ...shop }),
    reports: targets.unknown({ name: "Reports", ...office }),
    mail: targets.operational({ name: "Mail", ...office }),
    archive: Object.assign(targets.operational({ name: "Archive", ...office }), { interval: "often" }),
  };
}

/** Freezes the page a quarter of an hour after it is opened: connected, without new events. */
async function freeze(page: Page): Promise<void> {
  await page.clock.setFixedTime(Date.now() + 14.5 * 60_000);
  await page.addInitScript(() => {
    class IdleStream extends EventTarget {
      constructor() {
        super();
        setTimeout(() => this.dispatchEvent(new Event("open")));
      }
      close() {}
    }
    Object.assign(window, { EventSource: IdleStream });
  });
}

/** Gives the rows a fixed day in place of the seconds since the start. */
async function fixHistory(page: Page): Promise<void> {
  const day = (changes: Record<number, string>) => Array.from({ length: 48 }, (_, bar) => changes[bar] ?? "o").join("");
  const around = (milliseconds: number) =>
    Array.from({ length: 48 }, (_, bar) => Math.round(1_000 * milliseconds * (1 + 0.3 * Math.sin(bar / 4) + 0.2 * Math.sin(bar * 1.9))));
  const days: Record<string, { states: string; elapsed: (number | null)[] }> = {
    basket: { states: day({ 26: "h" }), elapsed: around(6) },
    catalogue: { states: day({ 25: "d", 26: "d", 47: "h" }), elapsed: around(212) },
    checkout: { states: day({ 30: "h", 31: "h", 45: "h", 46: "d", 47: "d" }), elapsed: around(84) },
    mail: { states: "-".repeat(33) + "o".repeat(15), elapsed: around(1_200).map((elapsed, bar) => (bar < 33 ? null : elapsed)) },
    reports: { states: day({ 40: "u", 41: "u", 42: "u", 43: "u", 44: "u", 45: "u", 46: "u", 47: "u" }), elapsed: [] },
    search: { states: day({}), elapsed: around(31) },
  };
  const from = new Date(Date.now() - 24 * 3_600_000).toISOString();
  const nodes = Object.entries(days).map(([service, day]) => ({ service, node: "127.0.0.1", time: [0, 0, 0, 86_400], ...day }));
  await page.route("**/rpc/uptime_bars", (route) => route.fulfill({ json: { from, step: 1_800, bars: 48, nodes } }));
}

/** Replaces measured and counted figures by fixed ones. */
async function fixFigures(board: BoardPage): Promise<void> {
  for (const [name, took] of Object.entries(ELAPSED)) {
    await board.row(name).locator(".elapsed").evaluate((cell, took) => (cell.textContent = took), took);
  }
  for (const name of ["Checkout", "Catalogue", "Reports"]) {
    await board.retries(name).evaluate((cell) => (cell.innerHTML = "3/3<small> (17)</small>"));
  }
}

/** Replaces the folder and the version of this run by fixed ones. */
async function fixPlaces(page: Page, folder: string): Promise<void> {
  await page.getByRole("main").evaluate((main, folder) => {
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      text.nodeValue = (text.nodeValue ?? "").replaceAll(folder, "/etc/platus").replace(/\bPlatus \d+\.\d+\.\d+/, "Platus 1.0.0");
    }
  }, folder);
}

/** Replaces times by fixed ones, in texts and in the calendar. */
async function fixTimes(page: Page): Promise<void> {
  await page.getByRole("main").evaluate((main) => {
    for (const span of main.querySelectorAll(".calendar rect")) {
      span.setAttribute("x", "600");
      span.setAttribute("width", "83");
    }
    for (const now of main.querySelectorAll(".calendar .now")) now.setAttribute("d", "M600 0V40");
    let day = 0;
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const fixed = (text.nodeValue ?? "")
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "2026-01-01 12:00")
        .replace(/^\d\d:\d\d$/, "12:00")
        .replace(/since \d\d:\d\d/, "since 12:00")
        .replace(/\d h( \d+ min)? left/, "2 h left")
        .replace(/^\d+ \w{3} to \d+ \w{3}\b/, "1 Jan to 30 Jan")
        .replace(/^\w{3} \d+$/, () => `${["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][day % 7]} ${++day}`);
      text.nodeValue = fixed.replace(/until (2026-01-01 )?\d\d:\d\d/, "until 14:00");
    }
  });
}

/** Replaces measured and counted figures of the tiles by zeros, and seconds by milliseconds. */
async function fixCounts(page: Page): Promise<void> {
  await page.getByRole("main").evaluate((main) => {
    for (const part of main.querySelectorAll(".tile p")) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const zeros = (text.nodeValue ?? "").replace(/\d+([.,]\d+)*/g, "0");
        text.nodeValue = zeros.replace(/\b(check|commit)s?\b/g, "$1s").replace(/\b0 s\b/g, "0 ms");
      }
    }
  });
}
