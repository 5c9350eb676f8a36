import { chromium, expect, test as base } from "@playwright/test";
import { logIn } from "../pages/login";
import { Platus, type Service } from "../support/platus";
import { Load } from "./load";
import { tabMemory } from "./memory";
import { longestTasks, traced } from "./trace";

const SERVICES = Number(process.env.PLATUS_BENCH_SERVICES ?? 10_000);

/** Changes a second. */
const RATE = Number(process.env.PLATUS_BENCH_RATE ?? 500);

/** Minutes until the memory is measured. */
const MINUTES = Number(process.env.PLATUS_BENCH_MINUTES ?? 2);

/** Milliseconds of scrolling. */
const SCROLLING = 30_000;

const LOADS = 5;

const id = (number: number) => `job-${String(number).padStart(5, "0")}`;
const token = (number: number) => `bench${String(number).padStart(27, "0")}`;

base("a board of thousands of services", async ({ launchOptions }) => {
  const print = (name: string, value: string) => console.log(`  ${name.padEnd(44)} ${value}`);
  const services: Record<string, Service> = {};
  for (let number = 0; number < SERVICES; number++) {
    services[id(number)] = {
      type: "heartbeat",
      role: "dev",
      interval: 3600,
      properties: { host: `host-${number % 97}.example.org`, token: token(number) },
      data: { type: `Group ${number % 20}`, name: id(number), every: 86_400 },
    };
  }
  const platus = new Platus();
  await platus.start(services, { check_interval: 3600, retries_before_notify: 3 });
  const browser = await chromium.launch(launchOptions);
  const load = new Load(platus, Array.from({ length: SERVICES }, (_, number) => token(number)));
  try {
    await load.once();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await logIn(context, platus, "dev");
    console.log(`\n${SERVICES} services, ${RATE} changes a second`);

    // Each load is that of a new visitor: nothing is in the cache of the browser.
    const paints: number[] = [];
    const filters: number[] = [];
    for (let round = 0; round < LOADS; round++) {
      const page = await context.newPage();
      await page.addInitScript(measureFilter, id(SERVICES - 1));
      const cdp = await context.newCDPSession(page);
      await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
      await page.goto(`${platus.url}/`);
      // The page forbids to evaluate texts, as `waitForFunction` does.
      await expect.poll(() => page.evaluate(() => "filterUsable" in window), { timeout: 60_000 }).toBe(true);
      paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
      filters.push(await page.evaluate("window.filterUsable"));
      await page.close();
    }
    print("first contentful paint (limit 400 ms)", spread(paints));
    print("filter usable (limit 1.5 s)", spread(filters));

    load.start(RATE);
    const page = await context.newPage();
    await page.goto(`${platus.url}/`);
    await page.locator(".live[data-live=live]").waitFor({ timeout: 60_000 });
    // The bars come after the rows.
    await page.locator(".uptime-bar").first().waitFor({ timeout: 60_000 });
    await page.mouse.move(700, 500);
    const before = load.sent;
    const events = await traced(browser, page, async () => {
      const end = Date.now() + SCROLLING;
      for (let turn = 0; Date.now() < end; turn++) {
        await page.mouse.wheel(0, turn % 120 < 90 ? 700 : -1_400);
        // Three frames, about 50 ms: what a hand on a wheel does.
        for (let frame = 0; frame < 3; frame++) await page.evaluate(() => new Promise(requestAnimationFrame));
      }
    });
    print("changes a second while scrolling", `${Math.round(((load.sent - before) * 1_000) / SCROLLING)}`);
    const tasks = longestTasks(events);
    print("longest tasks while scrolling (limit 100 ms)", `${tasks.slice(0, 5).map(ms).join(", ")}`);
    print("tasks over 100 ms, over 50 ms", `${tasks.filter((task) => task > 100).length}, ${tasks.filter((task) => task > 50).length}`);

    const until = load.sent + MINUTES * 60 * RATE;
    await expect.poll(() => load.sent, { timeout: 2 * MINUTES * 60_000 }).toBeGreaterThanOrEqual(until);
    const { heap, tab } = await tabMemory(browser, page);
    print(`JS heap after ${MINUTES} min`, megabytes(heap));
    print(`memory of the tab after ${MINUTES} min (limit 150 MB)`, megabytes(tab));
    print("failed requests of the load", String(load.failed));
  } finally {
    load.stop();
    await browser.close();
    await platus.dispose();
  }
});

/** Types into the filter as soon as it is there, and notes when it has an effect. Runs in the page. */
function measureFilter(wanted: string): void {
  const look = () => {
    const input = document.querySelector<HTMLInputElement>(".filter-bar input");
    if (input && input.value !== wanted) {
      input.value = wanted;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const rows = document.querySelectorAll<HTMLElement>(".group tbody tr");
    // A document that is still being read has one row at first, too.
    if (input && rows.length === 1 && rows[0]?.dataset.service === wanted) {
      Object.assign(window, { filterUsable: performance.now() });
    } else {
      setTimeout(look, 10);
    }
  };
  setTimeout(look, 10);
}

function spread(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `median ${ms(sorted[Math.floor(sorted.length / 2)] ?? NaN)}, of ${sorted.map(ms).join(", ")}`;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
