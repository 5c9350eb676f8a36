import { expect, type Locator, type Page } from "@playwright/test";
import type { Platus, User } from "../support/platus";
import { logIn } from "./login";

/** The layout of all pages behind the login. */
export abstract class LayoutPage {
  /** Shows whether the page is up to date. */
  readonly liveSign: Locator;
  readonly navigation: Locator;
  readonly notice: Locator;
  /** Shows that history cannot be saved. */
  readonly storeNotice: Locator;

  constructor(
    readonly page: Page,
    protected readonly platus: Platus,
    private readonly path: string,
  ) {
    const bar = page.getByRole("banner");
    this.liveSign = bar.getByRole("status");
    this.navigation = bar.getByRole("navigation", { name: "Main" });
    this.notice = page.getByText("The server cannot be reached.");
    this.storeNotice = page.getByText("History cannot be saved since");
  }

  /** Opens the page, after logging in when a user is given. */
  async open(user?: User): Promise<void> {
    if (user) await logIn(this.page.context(), this.platus, user);
    await this.page.goto(this.platus.url + this.path);
  }

  async toBeLive(): Promise<void> {
    await expect(this.liveSign).toHaveText("Live");
  }

  /** The name in the bar, which opens the menu. */
  user(name: User): Locator {
    return this.page.getByRole("banner").getByText(name, { exact: true });
  }

  async logOut(name: User): Promise<void> {
    await this.user(name).click();
    await this.page.getByRole("button", { name: "Log out" }).click();
  }

  /** Remembers this document, so that a test can show that it is still the same. */
  async markDocument(): Promise<void> {
    await this.page.evaluate(() => Object.assign(window, { marked: true }));
  }

  /** Whether the document was not replaced by a reload or another page. */
  async isSameDocument(): Promise<boolean> {
    return this.page.evaluate(() => "marked" in window);
  }
}
