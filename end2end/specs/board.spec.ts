import { expect, test } from "../fixtures";

test.beforeEach(async ({ board, platus, targets }) => {
  const role = "dev";
  await platus.start({
    payments: { ...targets.down({ name: "Payments", group: "Shop", role }), tags: ["tier-1", "shop"] },
    cart: { ...targets.operational({ name: "Cart", group: "Shop", role }), tags: "shop" },
    mail: targets.operational({ name: "Mail", group: "Office", role }),
    archive: targets.operational({ name: "Archive", group: "Office", role }),
  });
  await board.open(role);
  await board.toBeLive();
  await board.toShowAll({ Payments: "down", Cart: "operational", Mail: "operational", Archive: "operational" });
});

test("what the board shows is in its address, also after a reload", async ({ board, page }) => {
  await board.filter.fill("shop");
  await board.chip("Operational").click();
  await page.getByRole("combobox", { name: "Sort" }).selectOption("name");
  await page.getByRole("button", { name: "Comfortable rows" }).click();
  await expect(page).toHaveURL(/\?q=shop&state=operational&sort=name&density=comfortable$/);
  await page.reload();
  await board.toBeLive();
  await expect(board.filter).toHaveValue("shop");
  await expect(board.chip("Operational")).toHaveAttribute("aria-pressed", "true");
  await expect(board.names).toHaveText(["Cart"]);
  await expect(page.locator(".groups")).toHaveClass(/comfortable/);
});

test("rows are sorted by name on demand", async ({ board, page }) => {
  await expect(board.names).toHaveText(["Archive", "Mail", "Payments", "Cart"]);
  await page.getByRole("combobox", { name: "Sort" }).selectOption("name");
  await expect(board.names).toHaveText(["Archive", "Mail", "Cart", "Payments"]);
});

test("a tag shows the services that have it, from its link or the choice", async ({ board, page }) => {
  await board.row("Cart").getByRole("link", { name: "shop" }).click();
  await expect(board.names).toHaveText(["Payments", "Cart"]);
  await expect(page).toHaveURL(/\?tag=shop$/);
  await page.getByRole("combobox", { name: "Tag" }).selectOption("tier-1");
  await expect(board.names).toHaveText(["Payments"]);
  await page.getByRole("combobox", { name: "Tag" }).selectOption("any");
  await expect(board.names).toHaveCount(4);
});

test("Back leads from a tag to what was shown before, and from a typed filter to the page before", async ({ board, page, platus }) => {
  await page.goto(`${platus.url}/incidents`);
  await board.navigation.getByRole("link", { name: "Board" }).click();
  await board.toBeLive();
  await board.row("Cart").getByRole("link", { name: "shop" }).click();
  await expect(page).toHaveURL(/\?tag=shop$/);
  await board.filter.fill("cart");
  await expect(page).toHaveURL(/\?q=cart&tag=shop$/);
  await page.goBack();
  await expect(page).toHaveURL(`${platus.url}/`);
  await expect(board.names).toHaveCount(4);
  await page.goForward();
  await expect(board.names).toHaveText(["Cart"]);
  await page.goBack();
  await expect(board.names).toHaveCount(4);
  await page.goBack();
  await expect(page).toHaveURL(`${platus.url}/incidents`);
});

test("a group stays closed in this browser, except for what a filter finds", async ({ board, page }) => {
  await board.group("Office").getByRole("heading").click();
  await expect(board.row("Mail")).toBeHidden();
  await page.reload();
  await board.toBeLive();
  await expect(board.row("Mail")).toBeHidden();
  await expect(board.row("Cart")).toBeVisible();
  await board.filter.fill("mail");
  await expect(board.row("Mail")).toBeVisible();
  await board.filter.fill("");
  await board.group("Office").getByRole("heading").click();
  await expect(board.row("Mail")).toBeVisible();
});

test("with tags, the filters are one line on a wide screen, and the hint of the filter is whole", async ({ board, page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByRole("combobox", { name: "Tag" })).toBeVisible();
  const tops = await page.locator(".filter-bar > :not([role=status])").evaluateAll((parts) =>
    parts.map((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return Math.round((top + bottom) / 2);
    }),
  );
  expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(3);
  for (const width of [1440, 1180, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    const { room, needed } = await board.filter.evaluate((input: HTMLInputElement) => {
      const drawing = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
      drawing.font = getComputedStyle(input).font;
      return { room: input.clientWidth, needed: drawing.measureText(input.placeholder).width };
    });
    expect(room, `the hint of the filter at ${width} px`).toBeGreaterThan(needed);
  }
});

test("the navigation counts the incidents that need somebody", async ({ boardOf, platus }) => {
  const board = await boardOf("admin");
  await board.toHaveIncidents(1);
  const incidents = board.navigation.getByRole("link", { name: /^Incidents/ });
  await expect(incidents).toHaveText(/1 not acknowledged$/);
  const answer = await board.page.request.get(`${platus.url}/api/v1.0/incidents?open=true`);
  const { result } = (await answer.json()) as { result: { incidents: { id: number }[] } };
  const acknowledged = await board.page.request.put(`${platus.url}/api/v1.0/incidents/${result.incidents[0]?.id}/acknowledgement`, { data: {} });
  expect(acknowledged.ok()).toBe(true);
  await expect(incidents).toHaveText("Incidents");
});
