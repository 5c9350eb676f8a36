import { expect, type Locator, type Page } from "@playwright/test";
import type { Platus } from "../support/platus";
import { FramedPage } from "./framed";

export type State = "operational" | "unhealthy" | "down" | "unknown";

export class BoardPage extends FramedPage {
  readonly headline: Locator;
  readonly summary: Locator;
  readonly filter: Locator;
  readonly states: Locator;
  readonly groups: Locator;
  readonly rows: Locator;
  /** The histories of the rows. */
  readonly strips: Locator;
  /** What a bar of a history tells. */
  readonly bubble: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/");
    this.summary = page.getByRole("region", { name: "Summary" });
    this.headline = page.getByRole("heading", { level: 1 });
    this.filter = page.getByRole("searchbox", { name: "Filter" });
    this.states = page.getByRole("group", { name: "Show nodes by state" });
    this.groups = page.getByRole("table");
    this.rows = this.groups.getByRole("row").filter({ has: page.getByRole("rowheader") });
    this.strips = this.groups.getByRole("slider");
    this.bubble = page.locator(".bubble");
  }

  /** The row of a service by its name. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole("rowheader").getByText(name, { exact: true }) });
  }

  group(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  /** The button that shows one state alone, or all. */
  chip(word: "All" | "Down" | "Unhealthy" | "Unknown" | "Operational"): Locator {
    return this.states.getByRole("button", { name: new RegExp(`^${word} \\d+$`) });
  }

  /** The names of the services, from top to bottom. */
  get names(): Locator {
    return this.rows.getByRole("rowheader").locator(".service");
  }

  /** The history of a service. */
  strip(name: string): Locator {
    return this.row(name).getByRole("slider");
  }

  /** Waits until the server has a history of these services, of some seconds, and shows it. The page asks for it when it is opened. */
  async toHaveHistory(...names: string[]): Promise<void> {
    const missing = async () => {
      const answer = await this.page.request.post(`${this.platus.url}/rpc/strips`, { data: {} });
      const { nodes } = (await answer.json()) as { nodes: { service: string; time: number[] }[] };
      const known = nodes.filter(({ time }) => time.some((seconds) => seconds > 0)).map(({ service }) => service);
      return names.filter((name) => !known.includes(name.toLowerCase()));
    };
    // What the server has made is good for a second at least.
    await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
    await this.page.reload();
    for (const name of names) await expect(this.strip(name)).toBeVisible();
  }

  retries(name: string): Locator {
    return this.row(name).getByRole("cell").last();
  }

  /** Waits until the server knows all of this about its services, whatever any page shows. Somebody has to be logged in. */
  async toBeKnown(...texts: string[]): Promise<void> {
    const missing = async () => {
      const document = await (await this.page.request.get(this.platus.url)).text();
      return texts.filter((text) => !document.includes(text));
    };
    await expect.poll(missing).toEqual([]);
  }

  /** Waits until so much trouble is confirmed. Somebody who sees it has to be logged in. */
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
   * The moment at which the row has the state, seen from within the page: looking again and again from outside would see it
   * too late.
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
