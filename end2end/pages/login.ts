import type { BrowserContext, Locator, Page } from "@playwright/test";
import { type Platus, type User, users } from "../support/platus";

export class LoginPage {
  readonly heading: Locator;
  readonly userName: Locator;
  readonly password: Locator;
  readonly button: Locator;
  readonly refusal: Locator;

  constructor(
    readonly page: Page,
    private readonly platus: Platus,
  ) {
    this.heading = page.getByRole("heading", { name: "Log in" });
    this.userName = page.getByLabel("User name");
    this.password = page.getByLabel("Password");
    this.button = page.getByRole("button", { name: "Log in" });
    this.refusal = page.getByRole("alert");
  }

  async open(): Promise<void> {
    await this.page.goto(`${this.platus.url}/login`);
  }

  async logIn(user: string, password: string): Promise<void> {
    await this.userName.fill(user);
    await this.password.fill(password);
    await this.button.click();
  }
}

/** Gives the browser the cookie of a session, for tests of pages behind the login. */
export async function logIn(context: BrowserContext, platus: Platus, user: User): Promise<void> {
  const form = { username: user, password: users[user].password };
  const answer = await context.request.post(`${platus.url}/login`, { form, maxRedirects: 0 });
  const board = new URL(`${platus.url}/`).pathname;
  if (answer.headers().location !== board) throw new Error(`The login of ${user} was refused.`);
}
