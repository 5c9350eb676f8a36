import { expect, test } from "../fixtures";
import { logIn } from "../pages/login";

test("an unknown address has a link to the board", async ({ board, complaints, context, page, platus, targets }) => {
  complaints.expect(/status of 404/);
  await platus.start({ web: targets.operational({ name: "Web", role: "dev" }) });
  await logIn(context, platus, "dev");
  for (const path of ["/nowhere", "/settings/nowhere", "/pkg/nowhere.js"]) {
    const answer = await page.goto(platus.url + path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such page");
    await expect(page).toHaveTitle("Not found · Platus");
  }
  await page.getByRole("link", { name: "Go to the board" }).click();
  await expect(page).toHaveURL(`${platus.url}/`);
  await board.toShow("Web", "operational");
  await board.toBeLive();
});

test("unknown addresses below /api are answered with JSON", async ({ page, platus }) => {
  await platus.start({});
  const answer = await page.request.get(`${platus.url}/api/v1.0/nowhere`);
  expect(answer.status()).toBe(404);
  expect(await answer.json()).toHaveProperty("error");
});
