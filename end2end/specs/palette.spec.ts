import { expect, test } from "../fixtures";
import { logIn } from "../pages/login";
import { toHaveNoFault } from "../support/audit";

test.beforeEach(async ({ board, context, platus, targets }) => {
  await platus.start({
    checkout: targets.down({ name: "Checkout", role: "dev" }),
    cache: targets.operational({ name: "Cache", role: "dev" }),
    secret: targets.down({ name: "Check secrets", role: "ops" }),
  });
  await logIn(context, platus, "admin");
  await board.toHaveIncidents(2);
});

test("the keyboard finds a service, an incident and a page", async ({
  board,
  page,
  platus,
}) => {
  await board.open("dev");
  await board.toBeLive();
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  const options = palette.getByRole("option");
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await expect(options.first()).toContainText("Checkout");
  await toHaveNoFault(page);

  await page.keyboard.type("ch");
  await expect(options).toHaveText([
    /Checkout/,
    /Cache/,
    /^#\d+ Checkout/,
    /Settings: health/,
    /Settings: channels/,
  ]);
  await expect(options.nth(0)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${platus.url}/services/cache`);
  await expect(palette).toBeHidden();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("# check");
  await expect(options).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/incidents\/\d+$/);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("slack");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${platus.url}/settings/channels`);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("nothing like this");
  await expect(palette).toContainText("Nothing is found.");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("the pointer opens it, and an operator gets actions", async ({
  board,
  page,
  platus,
}) => {
  await board.open("admin");
  await board.toBeLive();
  const palette = page.getByRole("dialog", { name: "Search and commands" });
  await page.getByRole("button", { name: "Search, commands" }).click();
  await page.keyboard.type("checkout");
  await palette.getByRole("option", { name: "Silence Checkout" }).click();
  await expect(page).toHaveURL(`${platus.url}/silences?new&service=checkout`);
  await expect(palette).toBeHidden();
});

test("the page of one service has its own rows, and gets the others when they are wanted", async ({
  board,
  page,
  platus,
}) => {
  await board.open("dev");
  const answer = await page.goto(`${platus.url}/services/cache`);
  const document = (await answer?.text()) ?? "";
  expect(document).toContain("Cache");
  expect(document).not.toContain("Checkout");
  await board.toBeLive();
  await expect(page.locator("link[rel=icon]")).toHaveAttribute(
    "href",
    "/favicon-down.svg",
  );

  await page.keyboard.press("Control+k");
  await page.keyboard.type("checkout");
  await expect(page.getByRole("option").first()).toContainText("Checkout");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${platus.url}/services/checkout`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(
    "Checkout",
  );

  await page.goto(`${platus.url}/settings`);
  await board.toBeLive();
  await board.navigation.getByRole("link", { name: "Incidents" }).click();
  await page
    .getByRole("main")
    .getByRole("link", { name: "Checkout" })
    .first()
    .click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(
    "Checkout",
  );
  await board.navigation.getByRole("link", { name: "Board" }).click();
  await expect(board.rows).toHaveCount(2);
});
