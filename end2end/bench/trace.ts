import type { Browser, Page } from "@playwright/test";

/** An event of the browser's own trace; times in microseconds. */
interface Event {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  args: Record<string, unknown>;
}

const CATEGORIES = ["blink.user_timing", "loading", "toplevel", "disabled-by-default-devtools.timeline", "__metadata"];

/** The events while `work` runs. */
export async function traced(browser: Browser, page: Page, work: () => Promise<void>): Promise<Event[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  return (JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Event[] }).traceEvents;
}

/** The durations of the tasks of the page's main thread in milliseconds, the longest first. */
export function longestTasks(events: Event[]): number[] {
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const isMain = ({ pid, tid }: Event) => mains.some((main) => main.pid === pid && main.tid === tid);
  const tasks = events.filter((event) => /RunTask$/.test(event.name) && event.ph === "X" && isMain(event));
  return tasks.map(({ dur }) => (dur ?? 0) / 1_000).sort((a, b) => b - a);
}
