import { expect, test } from "../fixtures";

// The browser reconnects one second after the loss, then after two, four and so on, each with up to 50 % jitter.
const AGAIN = { timeout: 12_000 };

test.beforeEach(({ complaints }) => complaints.expect(/net::ERR_/));

test("the page shows that the server is unreachable, and catches up when it is back", async ({ board, page, platus, targets }) => {
  const file = "lost";
  await platus.start({
    shop: targets.flipping(file, { name: "Shop", role: "dev" }),
    web: targets.operational({ name: "Web", role: "dev" }),
  });
  await board.open("dev");
  await board.toBeLive();
  await board.toShowAll({ Shop: "down", Web: "operational" });
  await expect(board.notice).toBeHidden();
  await board.markDocument();

  await platus.stop();
  await expect(board.liveSign).toHaveText("Stale");
  await expect(board.notice).toBeVisible();
  // Colour is for what is live.
  await expect(page.getByRole("main")).toHaveCSS("filter", "saturate(0.15)");
  await board.toShowAll({ Shop: "down", Web: "operational" });

  await targets.write(file);
  await platus.startAgain();
  await expect(board.liveSign).toHaveText("Live", AGAIN);
  await expect(board.notice).toBeHidden();
  await expect(page.getByRole("main")).toHaveCSS("filter", "none");
  await board.toShowAll({ Shop: "operational", Web: "operational" });

  // It also stays up to date.
  await targets.remove(file);
  await board.toShow("Shop", "down");
  await expect(board.rows).toHaveCount(2);
  expect(await board.isSameDocument()).toBe(true);
});

test("a browser catches up as soon as it is online again", async ({ board, context, page, platus, targets }) => {
  const file = "offline";
  await platus.start({ shop: targets.flipping(file, { name: "Shop", role: "dev" }) });
  await board.open("dev");
  await board.toBeLive();
  await board.toShow("Shop", "down");
  await board.markDocument();

  let attempts = 0;
  page.on("requestfailed", (request) => (attempts += Number(request.url().endsWith("/rpc/board"))));
  await context.setOffline(true);
  // Here an open stream survives the loss of the network; it ends with the server.
  await platus.stop();
  await platus.startAgain();
  await expect(board.liveSign).toHaveText("Stale");
  await targets.write(file);
  // The third attempt comes at least four seconds after the second.
  await expect.poll(() => attempts, AGAIN).toBe(2);

  await context.setOffline(false);
  await expect(board.liveSign).toHaveText("Live", { timeout: 2_500 });
  await board.toShow("Shop", "operational");
  await expect(board.notice).toBeHidden();
  expect(await board.isSameDocument()).toBe(true);
  await targets.remove(file);
});

test("an ended session leads to the login, and the login back to the page", async ({ board, complaints, login, page, platus, settings, targets }) => {
  complaints.expect(/status of 401/);
  await platus.start({ web: targets.operational({ name: "Web", role: "dev" }) });
  await settings.open("dev");
  await board.toBeLive();
  await platus.stop();
  await platus.forgetSessions();
  await platus.startAgain();
  await expect(page).toHaveURL(`${platus.url}/login?next=/settings`, AGAIN);
  await login.logIn("dev", "dev");
  await expect(settings.heading).toBeVisible();
  await settings.toBeLive();
});
