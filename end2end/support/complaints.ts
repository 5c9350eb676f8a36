import type { BrowserContext } from "@playwright/test";

/** Errors and warnings of the browser's console, and uncaught errors of scripts. */
export class Complaints {
  private readonly found: string[] = [];
  private readonly expected: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (["error", "warning", "assert"].includes(message.type())) {
        this.found.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on("weberror", (error) => this.found.push(`uncaught: ${error.error().stack ?? error.error()}`));
  }

  /** Expects complaints of this kind. */
  expect(complaint: RegExp): void {
    this.expected.push(complaint);
  }

  /** The unexpected ones. */
  get unexpected(): string[] {
    return this.found.filter((text) => !this.expected.some((complaint) => complaint.test(text)));
  }
}
