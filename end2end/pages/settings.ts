import type { Locator, Page } from "@playwright/test";
import type { Platus } from "../support/platus";
import { FramedPage } from "./framed";

export class SettingsPage extends FramedPage {
  readonly heading: Locator;
  readonly general: Locator;
  readonly warnings: Locator;
  readonly services: Locator;
  readonly store: Locator;
  readonly flush: Locator;
  readonly dialog: Locator;
  /** What came of the flush. */
  readonly outcome: Locator;

  constructor(page: Page, platus: Platus) {
    super(page, platus, "/settings");
    this.heading = page.getByRole("heading", { level: 1, name: "Settings" });
    this.general = page.getByRole("heading", { name: "General" });
    this.warnings = page.getByRole("heading", { name: "Warnings" });
    this.services = page.getByRole("article");
    this.store = page.locator("section").filter({ has: page.getByRole("heading", { name: "Store", exact: true }) });
    this.flush = page.getByRole("button", { name: "Forget all states" });
    this.dialog = page.getByRole("dialog", { name: "Forget all states?" });
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
