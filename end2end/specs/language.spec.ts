import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { logIn } from "../pages/login";
import { toHaveNoFault } from "../support/audit";

/** The pages behind the login, each with a text that it shows. */
const PAGES = [
  ["/", "Tableau"],
  ["/services/shop", "Disponibilité"],
  ["/incidents", "Incidents"],
  ["/silences", "Silences"],
  ["/settings", "Réglages"],
  ["/settings/channels", "Canaux"],
  ["/settings/users", "Utilisateurs"],
  ["/settings/configuration", "Configuration"],
  ["/settings/about", "Version"],
] as const;

/** Words that only English has, alone between blanks or marks. */
const ENGLISH = /(?<![\w’-])(the|of|and|with|since|not|all|show|is|are|to|for|this|no|by)(?![\w’-])/i;

/** What the page itself has written: without the texts that the server and the configuration have. */
async function ownTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign = "[lang], .reason, .message, .prose, pre, code, script, style, .service, .expectation";
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement?.closest(foreign)) texts.push((node.textContent ?? "").trim());
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
      if (element.closest(foreign)) continue;
      for (const name of ["aria-label", "title", "placeholder"]) texts.push(element.getAttribute(name) ?? "");
    }
    return texts.filter((text) => text !== "");
  });
}

test.describe("in French", () => {
  test.use({ locale: "fr-FR" });

  for (const [path, text] of PAGES) {
    test(`${path} is in French, without a word of English and without a fault`, async ({ context, page, platus, targets }) => {
      await platus.start({
        shop: targets.operational({ name: "Boutique", role: "dev" }),
        paie: targets.down({ name: "Paie", role: "dev" }),
      });
      await logIn(context, platus, "admin");
      await page.goto(`${platus.url}${path}`);
      await expect(page.locator("html")).toHaveAttribute("lang", "fr");
      await page.locator("main.ticking").waitFor();
      await expect(page.getByText(text).filter({ visible: true }).first()).toBeVisible();
      expect((await ownTexts(page)).filter((text) => ENGLISH.test(text))).toEqual([]);
      await toHaveNoFault(page);
    });
  }

  test("the language can be chosen on every page, and stays", async ({ context, login, page, platus, targets }) => {
    await platus.start({ shop: targets.operational({ name: "Boutique", role: "dev" }) });
    await login.open();
    await expect(page.getByRole("heading", { name: "Se connecter" })).toBeVisible();
    await page.getByRole("link", { name: "English" }).click();
    await expect(login.heading).toBeVisible();
    await logIn(context, platus, "dev");
    await page.goto(`${platus.url}/incidents?state=resolved`);
    await expect(page.getByRole("link", { name: "Settings" })).toBeVisible();
    await page.getByRole("link", { name: "Français" }).click();
    await expect(page).toHaveURL(`${platus.url}/incidents?state=resolved`);
    await expect(page.getByRole("link", { name: "Réglages" })).toBeVisible();
  });
});

test("a browser that prefers neither language gets English", async ({ browser, platus }) => {
  await platus.start({});
  const context = await browser.newContext({ locale: "de-DE" });
  const page = await context.newPage();
  await page.goto(`${platus.url}/login`);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});
