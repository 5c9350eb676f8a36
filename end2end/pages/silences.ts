import type { Locator, Page } from "@playwright/test";
import type { Platus, User } from "../support/platus";
import { LayoutPage } from "./layout";

export class SilencesPage extends LayoutPage {
  readonly heading: Locator;
  /** Active and scheduled silences, and maintenance windows. */
  readonly silences: Locator;
  /** Opens the form. */
  readonly newSilence: Locator;
  readonly form: Locator;
  readonly comment: Locator;
  /** Whether and how the silence recurs. */
  readonly repeats: Locator;
  /** The weekdays on which it recurs. */
  readonly days: Locator;
  readonly service: Locator;
  readonly selected: Locator;
  /** What the selection covers. */
  readonly matches: Locator;
  /** The result of the form while it is open. */
  readonly refusal: Locator;
  /** What has just happened. */
  readonly outcome: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/silences");
    this.heading = page.getByRole("heading", { level: 1, name: "Silences and maintenance" });
    this.silences = page.locator(".silences > li");
    this.newSilence = page.getByRole("link", { name: "New silence" });
    this.form = page.getByRole("dialog", { name: "Silence alerts" });
    this.comment = this.form.getByRole("textbox", { name: "Comment" });
    this.repeats = this.form.getByRole("combobox", { name: "Repeats" });
    this.days = this.form.getByRole("group", { name: "Days on which it begins" });
    this.service = this.form.getByRole("combobox", { name: "Service or type" });
    this.selected = this.form.getByRole("list", { name: "Selected services" }).getByRole("listitem");
    this.matches = this.form.locator(".matches");
    this.refusal = this.form.getByRole("status");
    this.outcome = page.locator(".outcomes");
  }

  /** Opens the page with the form open. */
  async openForm(user?: User): Promise<void> {
    await this.open(user);
    await this.newSilence.click();
    await this.service.waitFor();
  }

  /** Sends the form. */
  async submit(): Promise<void> {
    await this.form.getByRole("button", { name: "Silence alerts" }).click();
  }
}
