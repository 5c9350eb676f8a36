import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { chromium, expect, test as base } from "@playwright/test";
import { logIn } from "../pages/login";
import { Platus, type Service } from "../support/platus";
import { longestTasks, traced } from "./trace";

const print = (name: string, value: string) => console.log(`  ${name.padEnd(44)} ${value}`);

/** Services, each of which is checked once: a user may ask for one check of a service in five seconds. */
const CHECKS = 10;

/** Movements of the pointer over the chart, one a frame. */
const MOVES = 300;

base("a requested check", async ({ launchOptions }) => {
  // Each answer is another one, and the page says what was answered.
  let turn = 0;
  let answered = 0;
  const target = createServer((_, response) => {
    turn += 1;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ turn: `turn-${turn}` }), () => {
      answered = Date.now();
    });
  });
  target.listen(0, "127.0.0.1");
  await once(target, "listening");
  const { port } = target.address() as AddressInfo;
  const services: Record<string, Service> = {};
  for (let number = 0; number < CHECKS; number++) {
    services[`shop-${number}`] = {
      type: "rest_http",
      role: "dev",
      properties: { host: "127.0.0.1", port, protocol: "http" },
      data: { name: `Shop ${number}`, url: "/", search: { turn: "never" } },
    };
  }
  const platus = new Platus();
  await platus.start(services, { check_interval: 3_600 });
  const browser = await chromium.launch(launchOptions);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await logIn(context, platus, "admin");
    const page = await context.newPage();
    // The first check of each service is over.
    await expect.poll(() => turn, { timeout: 60_000 }).toBe(CHECKS);
    const durations: number[] = [];
    for (const id of Object.keys(services)) {
      await page.goto(`${platus.url}/services/${id}`);
      await page.locator(".live[data-live=live]").waitFor();
      await page.getByRole("main").getByText(/turn-\d+/).first().waitFor();
      await page.locator(".surface").waitFor();
      const shown = page.evaluate(untilShown, `turn-${turn + 1}`);
      await page.getByRole("main").getByRole("button", { name: "Check now" }).click();
      durations.push((await shown) - answered);
    }
    const sorted = durations.sort((a, b) => a - b);
    console.log("\nA requested check");
    print("from answer to page (limit 200 ms)", `median ${sorted[sorted.length >> 1]} ms, of ${sorted.join(", ")} ms`);
  } finally {
    await browser.close();
    await platus.dispose();
    target.close();
  }
});

base("the cursor of a chart", async ({ launchOptions }) => {
  const platus = new Platus();
  await platus.startDemo();
  const browser = await chromium.launch(launchOptions);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${platus.url}/login`);
    await page.getByLabel("User name").fill("admin");
    await page.getByLabel("Password").fill("admin");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Web shop" }).first().click();
    await page.getByRole("navigation", { name: "Range" }).getByRole("link", { name: "7 d" }).click();
    await page.locator(".surface").waitFor();
    await page.locator(".live[data-live=live]").waitFor();
    const box = await page.locator(".surface").boundingBox();
    if (!box) throw new Error("The page has no chart.");
    let frames: number[] = [];
    const events = await traced(browser, page, async () => {
      const counted = page.evaluate(frameTimes, MOVES);
      for (let move = 0; move < MOVES; move++) {
        await page.mouse.move(box.x + (box.width * move) / MOVES, box.y + box.height / 2);
      }
      frames = await counted;
    });
    const slow = frames.filter((frame) => frame > 25).length;
    console.log("\nA chart of a week");
    print("frames under the cursor (60 a second)", `${Math.round(1_000 / (frames.reduce((a, b) => a + b, 0) / frames.length))} a second, ${slow} of ${frames.length} late`);
    print("longest tasks under the cursor", longestTasks(events).slice(0, 3).map((task) => `${Math.round(task)} ms`).join(", "));
  } finally {
    await browser.close();
    await platus.dispose();
  }
});

/** The time at which the page has this text. Runs in the page. */
function untilShown(text: string): Promise<number> {
  const main = document.querySelector("main");
  return new Promise((resolve) => {
    const look = () => {
      if (!main?.textContent?.includes(text)) return;
      observer.disconnect();
      // The text is on the screen with the next frame.
      requestAnimationFrame(() => resolve(Date.now()));
    };
    const observer = new MutationObserver(look);
    if (main) observer.observe(main, { subtree: true, childList: true, characterData: true });
    look();
  });
}

/** The durations of this many frames in milliseconds. Runs in the page. */
function frameTimes(count: number): Promise<number[]> {
  return new Promise((resolve) => {
    const times: number[] = [];
    let before = performance.now();
    const next = (now: number) => {
      times.push(now - before);
      before = now;
      if (times.length < count) requestAnimationFrame(next);
      else resolve(times);
    };
    requestAnimationFrame(next);
  });
}
