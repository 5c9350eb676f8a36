import { expect, type Locator, type Page } from "@playwright/test";
import type { Platus } from "../support/platus";
import { LayoutPage } from "./layout";

export type State = "operational" | "unhealthy" | "down" | "unknown";

export class BoardPage extends LayoutPage {
  readonly headline: Locator;
  readonly summary: Locator;
  readonly filter: Locator;
  readonly states: Locator;
  readonly groups: Locator;
  readonly rows: Locator;
  /** The rows with all of their cells. On a long board those far from the screen have fewer. */
  readonly completeRows: Locator;
  /** The uptime bars of the rows. */
  readonly uptimeBars: Locator;
  /** The details of a cell of an uptime bar. */
  readonly tooltip: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/");
    this.summary = page.getByRole("region", { name: "Summary" });
    this.headline = page.getByRole("heading", { level: 1 });
    this.filter = page.getByRole("searchbox", { name: "Filter" });
    this.states = page.getByRole("group", { name: "Show services by state" });
    this.groups = page.getByRole("table");
    this.rows = this.groups.getByRole("row").filter({ has: page.getByRole("rowheader") });
    this.completeRows = page.locator("tbody tr:has(td.retries)");
    this.uptimeBars = this.groups.getByRole("slider");
    this.tooltip = page.locator(".tooltip");
  }

  /** The row of a service by its name. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("rowheader").getByText(name, { exact: true }) });
  }

  group(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  /** The button that shows one state, or all. */
  chip(word: "All" | "Down" | "Unhealthy" | "Unknown" | "Operational" | "Paused"): Locator {
    return this.states.getByRole("button", { name: new RegExp(`^${word} \\d+$`) });
  }

  /** The names of the services, from top to bottom. */
  get names(): Locator {
    return this.rows.getByRole("rowheader").locator(".service");
  }

  /** The uptime bar of a service. */
  uptimeBar(name: string): Locator {
    return this.row(name).getByRole("slider");
  }

  /** Waits until the server has some seconds of history for these services, and the page shows it after a reload. */
  async toHaveHistory(...names: string[]): Promise<void> {
    const missing = async () => {
      const answer = await this.page.request.post(`${this.platus.url}/rpc/uptime_bars`, { data: {} });
      const { nodes } = (await answer.json()) as { nodes: { service: string; time: number[] }[] };
      const known = nodes.filter(({ time }) => time.some((seconds) => seconds > 0)).map(({ service }) => service);
      return names.filter((name) => !known.includes(name.toLowerCase()));
    };
    // The server caches its answer for a second.
    await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
    await this.page.reload();
    for (const name of names) await expect(this.uptimeBar(name)).toBeVisible();
  }

  retries(name: string): Locator {
    return this.row(name).getByRole("cell").last();
  }

  /** Waits until a new document of the board contains these texts. Requires a login. */
  async toBeKnown(...texts: string[]): Promise<void> {
    const missing = async () => {
      const document = await (await this.page.request.get(this.platus.url)).text();
      return texts.filter((text) => !document.includes(text));
    };
    await expect.poll(missing).toEqual([]);
  }

  /** Waits for this number of open incidents. Requires the login of a user who sees them. */
  async toHaveIncidents(number: number): Promise<void> {
    const incidents = async () => {
      const answer = await this.page.request.get(`${this.platus.url}/api/v1.0/incidents?open=true`);
      return ((await answer.json()) as { result: { incidents: unknown[] } }).result.incidents.length;
    };
    await expect.poll(incidents, { timeout: 15_000 }).toBe(number);
  }

  async toShow(name: string, state: State): Promise<void> {
    await expect(this.row(name).getByRole("cell").first()).toHaveText(state);
  }

  /** Waits for each of the services to be in its state. */
  async toShowAll(states: Record<string, State>): Promise<void> {
    for (const [name, state] of Object.entries(states)) await this.toShow(name, state);
  }

  /**
   * The time at which the row gets the state, measured within the page: polling from outside would be too late.
   */
  momentOf(service: string, state: State): Promise<number> {
    return this.page.evaluate(
      (row) =>
        new Promise<number>((resolve) => {
          const look = () => {
            if (!document.querySelector(row)) return;
            observer.disconnect();
            resolve(Date.now());
          };
          const observer = new MutationObserver(look);
          observer.observe(document.body, { attributes: true, childList: true, subtree: true });
          look();
        }),
      `tr[data-service="${service}"].${state}`,
    );
  }
}
