import { expect, test } from "../fixtures";
import type { Targets } from "../support/targets";

const SECRETS = ["the-password-itself", "the-token-itself", "the-key-itself", "the-header-itself"];

function services(targets: Targets) {
  const properties = {
    username: "monitor",
    password: "the-password-itself",
    token: "the-token-itself",
    token_header: "X-Token",
    request_headers: { "X-Secret": "the-header-itself" },
  };
  return {
    web: targets.at("/ok?api_key=the-key-itself", { name: "Web", role: ["dev"] }, { search: "ok", timeout: 5, properties }),
    mail: { ...targets.operational({ name: "Mail", role: ["dev"] }), type: "rest_htpt" },
    payroll: targets.operational({ name: "Payroll" }),
  };
}

test("an admin sees all settings, problems first, and no secrets", async ({ page, platus, settings, targets }) => {
  await platus.start(services(targets));
  await settings.open("admin");
  await settings.toBeLive();
  await expect(settings.reset).toBeVisible();
  await settings.openSection("Configuration");
  await expect(settings.general).toBeVisible();
  await expect(settings.value(page.getByRole("main"), "check_interval")).toHaveText("1 s");
  await expect(settings.warnings).toBeVisible();
  await expect(page.getByRole("listitem")).toContainText(["3 users have plain passwords"]);

  await expect(settings.services.getByRole("heading")).toHaveText([/^Mail/, /^Payroll/, /^Web/]);
  await expect(settings.service("Mail")).toContainText("unknown plugin rest_htpt");
  await expect(settings.service("Mail")).toContainText("rest_http");
  await expect(settings.service("Payroll")).toContainText("Roles: admin only.");

  const web = settings.service("Web");
  await expect(web).toContainText("rest_http every 1 s, timeout 5 s. Roles: dev.");
  await expect(settings.value(web, "host")).toBeHidden();
  await web.getByText("Properties and data").click();
  await expect(settings.value(web, "host")).toHaveText("127.0.0.1");
  await expect(settings.value(web, "token_header")).toHaveText("X-Token");
  for (const key of ["username", "password", "token", "request_headers.X-Secret"]) {
    await expect(settings.value(web, key)).toHaveText("••••••");
  }
  await expect(settings.value(web, "url")).toHaveText("/ok?api_key=••••••");
});

test("secrets do not reach the browser at all", async ({ board, page, platus, settings, targets }) => {
  await platus.start(services(targets));
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    const isOfPage = /\/(settings(\/\w+)?|rpc\/\w+)?$/.test(new URL(response.url()).pathname);
    if (isOfPage) answers.push(response.text());
  });
  await settings.open("admin");
  await settings.toBeLive();
  for (const section of ["Channels", "Users and keys", "Configuration"] as const) await settings.openSection(section);
  await board.open();
  await board.toBeLive();
  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await expect(settings.heading).toBeVisible();
  const said = (await Promise.all(answers)).join("\n");
  expect(said).toContain("X-Token");
  for (const secret of [...SECRETS, "monitor"]) expect(said).not.toContain(secret);
});

test("other users see the configuration of their own services only", async ({ page, platus, settings, targets }) => {
  await platus.start(services(targets));
  await settings.open("dev");
  await settings.toBeLive();
  await expect(page.getByRole("navigation", { name: /^Settings/ }).getByRole("link")).toHaveText(["Health", /^Configuration/, "About"]);
  await settings.openSection("Configuration");
  await expect(settings.services.getByRole("heading")).toHaveText([/^Mail/, /^Web/]);
  await expect(settings.general).toBeHidden();
  await expect(settings.warnings).toBeHidden();
  await expect(settings.reset).toBeHidden();
  expect(await page.content()).not.toMatch(/Payroll|plain password|check_interval/);

  const answer = await page.request.post(`${platus.url}/rpc/flush`, { data: {} });
  expect(answer.status()).toBe(403);
});

test("an admin resets all states after a confirmation", async ({ board, page, platus, settings, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await board.open("admin");
  await board.toShowAll({ Shop: "down", Web: "operational" });
  await expect(board.retries("Shop")).toHaveText(/^3\/3 \((5|6|7|8|9)\)$/, { timeout: 10_000 });

  await board.navigation.getByRole("link", { name: "Settings" }).click();
  await settings.reset.click();
  await expect(settings.dialog).toBeVisible();
  await expect(settings.dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(settings.dialog).toBeHidden();
  await expect(settings.outcome).toBeEmpty();

  await settings.reset.click();
  await settings.dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(settings.dialog).toBeHidden();
  await expect(settings.outcome).toBeEmpty();

  await settings.reset.click();
  await settings.dialog.getByRole("button", { name: "Reset", exact: true }).click();
  await expect(settings.dialog).toBeHidden();
  await expect(settings.outcome).toHaveText("All states are reset.");
  await board.navigation.getByRole("link", { name: "Board" }).click();
  await expect(board.retries("Shop")).toHaveText(/^[0-3]\/3$/);
  await board.toShowAll({ Shop: "down", Web: "operational" });
  await expect(board.retries("Shop")).toHaveText(/^3\/3/);
});

test("an administrator sends a test notification, and sees what became of it", async ({ page, platus, settings, targets }) => {
  const channel = (name: string, url: string) => ({ name, type: "webhook", data: { url } });
  const notify_backend = [channel("hook", targets.receiver()), channel("gone", "http://127.0.0.1:9/")];
  await platus.start({}, { notify: true, notify_backend });
  await settings.open("admin");
  await settings.openSection("Channels");
  await settings.toBeLive();
  const result = page.getByRole("main").getByRole("status");
  await page.getByRole("button", { name: "Send test to hook" }).click();
  await expect(result).toContainText("Delivered");
  await page.getByRole("button", { name: "Send test to gone" }).click();
  await expect(result).toContainText("Not delivered");
  await expect(result).toContainText("refused");
});
