import type { Locator, Page } from "@playwright/test";
import type { Platus } from "../support/platus";
import { LayoutPage } from "./layout";

export class SettingsPage extends LayoutPage {
  readonly heading: Locator;
  readonly general: Locator;
  readonly warnings: Locator;
  readonly services: Locator;
  readonly store: Locator;
  readonly reset: Locator;
  readonly dialog: Locator;
  /** The result of the reset. */
  readonly outcome: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/settings");
    this.heading = page.getByRole("heading", { level: 1, name: "Settings" });
    this.general = page.getByRole("heading", { name: "General" });
    this.warnings = page.getByRole("heading", { name: "Warnings" });
    this.services = page.getByRole("article");
    this.store = page.locator("section").filter({ has: page.getByRole("heading", { name: "Store", exact: true }) });
    this.reset = page.getByRole("button", { name: "Reset all states" });
    this.dialog = page.getByRole("dialog", { name: "Reset all states?" });
    this.outcome = page.getByRole("main").getByRole("status");
  }

  service(name: string): Locator {
    return this.services.filter({ has: this.page.getByRole("heading", { name }) });
  }

  /** The value of a key within a part of the page. */
  value(within: Locator, key: string): Locator {
    return within.getByRole("term").getByText(key, { exact: true }).locator("xpath=following-sibling::dd");
  }
}
