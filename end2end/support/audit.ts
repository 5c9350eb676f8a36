import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** No part of the page is wider than the window. */
export async function toFit(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
}

/** Axe finds no violation. */
export async function toHaveNoFault(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const faults = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
  expect(faults).toEqual([]);
}
