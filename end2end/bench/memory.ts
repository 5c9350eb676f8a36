import { readFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";

/** Bytes of the JavaScript heap of a page, and those that its process shares with no other. The only page of its process. */
export async function tabMemory(browser: Browser, page: Page): Promise<{ heap: number; tab: number }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("Performance.enable");
  const { metrics } = await cdp.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? NaN;
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const sizes = await Promise.all(renderers.map(({ id }) => privateMemory(id)));
  // Spare processes of the browser have no page, and are smaller.
  return { heap, tab: Math.max(...sizes) };
}

async function privateMemory(process: number): Promise<number> {
  const text = await readFile(`/proc/${process}/smaps_rollup`, "utf8").catch(() => "");
  const kilobytes = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].map(([, number]) => Number(number));
  return kilobytes.reduce((sum, number) => sum + number, 0) * 1_024;
}
