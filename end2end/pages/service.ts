import { expect, type Locator, type Page } from "@playwright/test";
import type { Platus, User } from "../support/platus";
import { LayoutPage } from "./layout";
import { logIn } from "./login";

/** The page of a service. */
export class ServicePage extends LayoutPage {
  readonly heading: Locator;
  readonly lead: Locator;
  /** What the failing nodes report. */
  readonly callout: Locator;
  readonly checkNow: Locator;
  readonly acknowledge: Locator;
  readonly resume: Locator;
  /** What came of the latest command. */
  readonly outcome: Locator;
  readonly chart: Locator;
  readonly ranges: Locator;
  readonly why: Locator;
  readonly nodes: Locator;
  readonly incidents: Locator;
  readonly transitions: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/services/shop");
    const main = page.getByRole("main");
    this.heading = main.getByRole("heading", { level: 1 });
    this.lead = main.locator(".lead");
    this.callout = main.locator(".callout");
    this.checkNow = main.getByRole("button", { name: "Check now" });
    this.acknowledge = main.getByRole("button", { name: "Acknowledge" });
    this.resume = main.getByRole("button", { name: "Resume" });
    this.outcome = main.locator(".outcome");
    this.chart = main.locator(".surface");
    this.ranges = main.getByRole("navigation", { name: "Range" });
    this.why = main.getByRole("region", { name: "Why" });
    this.nodes = main.getByRole("region", { name: "Nodes" });
    this.incidents = main.getByRole("region", { name: "Incidents", exact: true }).locator("li[data-incident]");
    this.transitions = main.getByRole("region", { name: "Transitions" }).getByRole("listitem");
  }

  /** Opens the page of a service, after logging in when a user is given. */
  async openService(id: string, user?: User, query = ""): Promise<void> {
    if (user) await logIn(this.page.context(), this.platus, user);
    await this.page.goto(`${this.platus.url}/services/${id}${query}`);
  }

  /** Waits until the history of a service has this many points. Requires a login. */
  async toHavePoints(id: string, count: number): Promise<void> {
    const points = async () => {
      const to = Date.now();
      const range = { from: to - 3_600_000, to, node: null, points: 380 };
      const answer = await this.page.request.post(`${this.platus.url}/rpc/service_history`, { data: { id, range } });
      return answer.ok() ? ((await answer.json()) as { points: unknown[] }).points.length : 0;
    };
    await expect.poll(points, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  }

  /** Opens the form that pauses the service, and sends it. */
  async pause(duration: string, comment: string): Promise<void> {
    const menu = this.page.getByRole("main").locator(".page-head .popover");
    await menu.locator("summary").click();
    await menu.getByRole("combobox", { name: "Duration" }).selectOption(duration);
    await menu.getByRole("textbox").fill(comment);
    await menu.getByRole("button", { name: "Pause checks" }).click();
  }
}
