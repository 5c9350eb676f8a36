import type { Locator, Page } from "@playwright/test";
import type { Platus } from "../support/platus";
import { LayoutPage } from "./layout";

export class AlertsPage extends LayoutPage {
  readonly heading: Locator;
  readonly incidents: Locator;
  /** Active and scheduled silences. */
  readonly silences: Locator;
  readonly form: Locator;
  readonly comment: Locator;
  readonly service: Locator;
  readonly selected: Locator;
  /** The result of the form. */
  readonly outcome: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/alerts");
    this.heading = page.getByRole("heading", { level: 1, name: "Alerts" });
    this.incidents = page.getByRole("region", { name: "Incidents" }).getByRole("listitem");
    this.silences = page.getByRole("region", { name: "Silences" }).getByRole("listitem");
    this.form = page.getByRole("region", { name: "Silence alerts" });
    this.comment = this.form.getByRole("textbox", { name: "Comment" });
    this.service = this.form.getByRole("combobox", { name: "Service or type" });
    this.selected = this.form.getByRole("list", { name: "Selected services" }).getByRole("listitem");
    this.outcome = this.form.getByRole("status");
  }

  incident(name: string): Locator {
    return this.incidents.filter({ hasText: name });
  }

  /** Opens the form that acknowledges an incident. */
  async openAcknowledgement(name: string): Promise<void> {
    await this.incident(name).locator("summary").click();
  }
}
