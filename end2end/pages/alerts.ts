import type { Locator, Page } from "@playwright/test";
import type { Platus } from "../support/platus";
import { FramedPage } from "./framed";

export class AlertsPage extends FramedPage {
  readonly heading: Locator;
  readonly incidents: Locator;
  /** What holds alerts, now or later. */
  readonly orders: Locator;
  readonly form: Locator;
  readonly comment: Locator;
  readonly service: Locator;
  readonly chosen: Locator;
  /** What came of the form. */
  readonly outcome: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/alerts");
    this.heading = page.getByRole("heading", { level: 1, name: "Alerts" });
    this.incidents = page.getByRole("region", { name: "Incidents" }).getByRole("listitem");
    this.orders = page.getByRole("region", { name: "Held alerts" }).getByRole("listitem");
    this.form = page.getByRole("region", { name: "Hold alerts" });
    this.comment = this.form.getByRole("textbox", { name: "Comment" });
    this.service = this.form.getByRole("combobox", { name: "Service or type" });
    this.chosen = this.form.getByRole("list", { name: "Chosen services" }).getByRole("listitem");
    this.outcome = this.form.getByRole("status");
  }

  incident(name: string): Locator {
    return this.incidents.filter({ hasText: name });
  }
}
