import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import type { Platus, Service } from "../support/platus";

const SERVICES = 3_000;

const LAST = SERVICES - 1;

/** Jobs that report. */
const REPORTED = [0, LAST];

const name = (number: number) => `job-${String(number).padStart(5, "0")}`;

/** Found without roles, which take long among thousands of rows. */
const row = (page: Page, number: number): Locator => page.locator(`tr[data-service="${name(number)}"]`);

const rows = (page: Page): Locator => page.locator(".group tbody tr");

const token = (number: number) => `long${String(number).padStart(28, "0")}`;

/** Reports a job until its row shows it, which is not before its first check. */
async function beat(page: Page, platus: Platus, number: number): Promise<void> {
  const state = row(page, number).locator("td.state");
  const report = async () => {
    await page.request.post(`${platus.url}/api/v1.0/heartbeat/${token(number)}`);
    return state.allTextContents();
  };
  await expect.poll(report, { timeout: 30_000 }).toEqual(["operational"]);
}

/** Drops timers without a delay, so that the page does not replace the rows that the server has sent. Runs in the page. */
function dropTimers(): void {
  const { setTimeout } = window;
  const later = (work: () => void, delay?: number) => (delay ? setTimeout(work, delay) : 0);
  Object.assign(window, { setTimeout: later });
}

test.beforeEach(async ({ board, platus }) => {
  test.slow();
  const services: Record<string, Service> = {};
  for (let number = 0; number < SERVICES; number++) {
    services[name(number)] = {
      type: "heartbeat",
      role: "dev",
      // The first checks of all others are spread over the interval.
      interval: REPORTED.includes(number) ? 5 : 3_600,
      properties: { host: "jobs.example.org", token: token(number) },
      data: { type: `Group ${Math.floor((number * 3) / SERVICES)}`, name: name(number), every: 86_400 },
    };
  }
  await platus.start(services, { check_interval: 3_600 });
  await board.open("dev");
  await board.toBeLive();
  // What the server has sent is replaced.
  await expect.poll(() => board.completeRows.count(), { timeout: 30_000 }).toBeLessThan(400);
});

test("only rows near the screen are complete, and each is when it comes near", async ({ board, page }) => {
  await expect(rows(page)).toHaveCount(SERVICES);
  expect(await board.completeRows.count()).toBeGreaterThan(10);
  await expect(row(page, 0).locator("td")).toHaveCount(6);
  // The first chunk stays complete: Tab leads to its bar. The second one begins below the screen.
  const second = page.locator("tbody").nth(1).locator("tr").first();
  await expect(second.locator("td")).toHaveCount(1);
  await second.scrollIntoViewIfNeeded();
  await expect(second.locator("td")).toHaveCount(6);
  await expect(row(page, LAST).locator("td")).toHaveCount(1);
  // Each row has its name and its state, for screen readers and for the search of the browser.
  await expect(row(page, LAST).getByRole("rowheader")).toHaveText(name(LAST));
  await expect(row(page, LAST).getByRole("cell").first()).toHaveText("unknown");

  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(row(page, LAST)).toBeInViewport();
  await expect(row(page, LAST).locator("td")).toHaveCount(6);
  await expect(second.locator("td")).toHaveCount(1);
  expect(await board.completeRows.count()).toBeLessThan(400);
});

test("a change of a row out of sight is there when the row comes into sight", async ({ page, platus }) => {
  const last = row(page, LAST);
  await beat(page, platus, LAST);
  // Rows that are operational are the last ones.
  await expect(last.locator("td")).toHaveCount(1);
  await last.scrollIntoViewIfNeeded();
  await expect(last.locator("td")).toHaveCount(6);
  await expect(last.getByRole("time")).toHaveText(/^\d+ (s|min)/);
});

test("the filter finds rows out of sight, and few rows are all complete", async ({ board, page }) => {
  await board.filter.fill(name(LAST));
  await expect(rows(page)).toHaveCount(1);
  await expect(row(page, LAST).locator("td")).toHaveCount(6);
  await board.filter.fill("job-029");
  await expect(rows(page)).toHaveCount(100);
  await expect(board.completeRows).toHaveCount(100);
  await board.filter.fill("");
  await expect(rows(page)).toHaveCount(SERVICES);
  await expect.poll(() => board.completeRows.count()).toBeLessThan(400);
});

test("a row that gets the focus is complete, and keeps the focus", async ({ page }) => {
  const middle = row(page, 1_500);
  const link = middle.getByRole("link", { name: name(1_500) });
  await link.focus();
  await expect(middle.locator("td")).toHaveCount(6);
  await expect(link).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(link).not.toBeFocused();
  await expect(page.locator("tbody tr :focus")).toHaveCount(1);
});

test("a link keeps the focus when its row moves to another chunk", async ({ page, platus }) => {
  const first = row(page, 0);
  const link = first.getByRole("link", { name: name(0) });
  await link.focus();
  const chunk = await first.locator("..").getAttribute("data-chunk");
  await beat(page, platus, 0);
  await expect(first.locator("..")).not.toHaveAttribute("data-chunk", chunk ?? "");
  await expect(link).toBeFocused();
  await expect(first.locator("td")).toHaveCount(6);
  // The user has not scrolled.
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
});

test("a row that joins a chunk as the server has sent it is there at once", async ({ board, page, platus }) => {
  await page.addInitScript(dropTimers);
  await page.reload();
  await board.toBeLive();
  const first = row(page, 0);
  const before = await first.locator("..").getAttribute("data-chunk");
  // The last chunk of the same group.
  const last = row(page, SERVICES / 3 - 1).locator("..");
  await expect(last.locator("tr:has(td.retries)")).not.toHaveCount(0);
  await beat(page, platus, 0);
  await expect(first.locator("..")).not.toHaveAttribute("data-chunk", before ?? "");
  await expect(last.locator(`tr[data-service="${name(0)}"]`)).toHaveCount(1);
  await expect(rows(page)).toHaveCount(SERVICES);
});

test("printed rows are complete", async ({ board, page }) => {
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await expect(board.completeRows).toHaveCount(SERVICES);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect.poll(() => board.completeRows.count()).toBeLessThan(400);
});
