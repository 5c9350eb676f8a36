import { expect, type Locator, type Page } from "@playwright/test";
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
    this.heading = page.getByRole("heading", { level: 1, name: "Health" });
    this.general = page.getByRole("heading", { name: "General" });
    this.warnings = page.getByRole("heading", { name: "Warnings" });
    this.services = page.getByRole("article");
    this.store = page.locator("section").filter({ has: page.getByRole("heading", { name: "Store", exact: true }) });
    this.reset = page.getByRole("button", { name: "Reset all states" });
    this.dialog = page.getByRole("dialog", { name: "Reset all states?" });
    this.outcome = page.getByRole("main").getByRole("status");
  }

  /** Opens a section by its name at the side. */
  async openSection(name: "Health" | "Channels" | "Users and keys" | "Configuration" | "About"): Promise<void> {
    await this.page.getByRole("navigation", { name: /^Settings/ }).getByRole("link", { name }).click();
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** What is said at the top about a part that does not work. */
  failure(part: "store" | "vault" | "channel"): Locator {
    return this.page.locator(`[data-part=${part}]`);
  }

  service(name: string): Locator {
    return this.services.filter({ has: this.page.getByRole("heading", { name }) });
  }

  /** The value of a key within a part of the page. */
  value(within: Locator, key: string): Locator {
    return within.getByRole("term").getByText(key, { exact: true }).locator("xpath=following-sibling::dd");
  }
}
