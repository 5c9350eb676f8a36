import type { Locator, Page } from "@playwright/test";
import type { Platus, User } from "../support/platus";
import { LayoutPage } from "./layout";
import { logIn } from "./login";

export class IncidentsPage extends LayoutPage {
  readonly heading: Locator;
  /** What is open, acknowledged and resolved. */
  readonly lead: Locator;
  readonly open_: Locator;
  readonly acknowledged: Locator;
  readonly resolved: Locator;
  /** Every incident of the page. */
  readonly incidents: Locator;
  readonly statuses: Locator;
  readonly search: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/incidents");
    this.heading = page.getByRole("heading", { level: 1, name: "Incidents" });
    this.lead = page.locator(".page-head .lead");
    this.open_ = page.getByRole("region", { name: "Open", exact: true });
    this.acknowledged = page.getByRole("region", { name: "Acknowledged", exact: true });
    this.resolved = page.getByRole("region", { name: /^(Recently r|R)esolved$/ });
    this.incidents = page.locator("[data-incident]");
    this.statuses = page.getByRole("navigation", { name: "Incidents by status" });
    this.search = page.getByRole("searchbox", { name: "Service, node, reason or #id" });
  }

  incident(name: string): Locator {
    return this.incidents.filter({ hasText: name });
  }

  /** Opens the form that acknowledges an incident. */
  async openAcknowledgement(name: string): Promise<void> {
    await this.incident(name).locator("summary").click();
  }
}

/** The page of one incident. */
export class IncidentPage {
  readonly heading: Locator;
  readonly lead: Locator;
  readonly comment: Locator;
  /** The latest step first. */
  readonly steps: Locator;
  readonly details: Locator;
  readonly notifications: Locator;
  /** The results of notifications. */
  readonly deliveries: Locator;

  constructor(
    readonly page: Page,
    private readonly platus: Platus,
  ) {
    this.heading = page.getByRole("heading", { level: 1 });
    this.lead = page.locator(".page-head .lead");
    this.comment = page.getByRole("textbox", { name: "Comment" });
    this.steps = page.getByRole("region", { name: "Timeline" }).getByRole("listitem");
    this.details = page.getByRole("region", { name: "Details" });
    this.notifications = page.getByRole("region", { name: "Notifications" });
    this.deliveries = this.notifications.locator("[data-result]");
  }

  async open(number: number, user?: User): Promise<void> {
    if (user) await logIn(this.page.context(), this.platus, user);
    await this.page.goto(`${this.platus.url}/incidents/${number}`);
  }
}
