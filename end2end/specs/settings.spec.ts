import { expect, test } from "../fixtures";
import { toFit, toHaveNoFault } from "../support/audit";
import type { Targets } from "../support/targets";

const SECRETS = ["the-password-itself", "the-token-itself", "the-key-itself", "the-header-itself"];

function services(targets: Targets) {
  const properties = {
    username: "monitor-of-web",
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
  for (const secret of [...SECRETS, "monitor-of-web"]) expect(said).not.toContain(secret);
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

test("an administrator creates a key, which is shown once, and revokes it", async ({ complaints, page, platus, settings, targets }) => {
  await platus.start(services(targets));
  await settings.open("admin");
  await settings.openSection("Users and keys");
  await settings.toBeLive();
  const keys = page.locator(".api-keys");
  complaints.expect(/status of 400/);
  await expect(keys).toContainText("No API keys.");
  await keys.locator("summary", { hasText: "Create key" }).click();
  await keys.getByLabel("Name").fill("grafana");
  await keys.getByRole("combobox", { name: "User" }).selectOption("dev");
  await keys.getByLabel("Permission").selectOption("operate");
  await keys.getByRole("button", { name: "Create key" }).click();
  await expect(keys.locator(".create-key .problem")).toContainText("has at most the scope");
  await expect(keys.getByLabel("Name")).toHaveValue("grafana");
  await keys.getByLabel("Permission").selectOption("read");
  await keys.getByRole("button", { name: "Create key" }).click();
  const created = keys.locator("code[data-key=created]");
  await expect(created).toHaveText(/^platus_/);
  await expect(keys.getByRole("row", { name: /grafana/ })).toContainText(/never/);
  const bearer = { authorization: `Bearer ${await created.textContent()}` };
  const status = `${platus.url}/api/v1.0/status`;
  const outside = await page.context().browser()!.newContext();
  expect((await outside.request.get(status, { headers: bearer })).status()).toBe(200);

  await page.reload();
  await settings.toBeLive();
  await expect(keys.getByRole("row", { name: /grafana/ })).toBeVisible();
  await expect(created).toBeHidden();
  await keys.locator("summary", { hasText: "Revoke" }).click();
  await keys.getByRole("button", { name: /^Revoke now.*grafana$/ }).click();
  await expect(keys.getByRole("status").first()).toContainText("The key grafana is revoked.");
  await expect(keys).toContainText("No API keys.");
  expect((await outside.request.get(status, { headers: bearer })).status()).toBe(401);
  await outside.close();
});

test("a viewer sees no file of the server, and nothing that contradicts the error of a service", async ({ page, platus, settings, targets }) => {
  await platus.start(services(targets));
  await settings.open("dev");
  await settings.toBeLive();
  await expect(page.getByRole("main")).toContainText("1 service that you see has an error in its configuration");
  await expect(page.getByRole("main")).not.toContainText("Everything works");
  await settings.openSection("Configuration");
  await expect(settings.service("Mail")).toContainText("Administrators see it under Settings");
  expect(await page.content()).not.toContain("services.yaml:");
});

test("the page of the program links to its licenses and its documentation", async ({ page, platus, settings, targets }) => {
  await platus.start(services(targets));
  await settings.open("dev");
  await settings.openSection("About");
  for (const link of await page.locator(".pane").getByRole("link").all()) {
    const answer = await page.request.get(new URL((await link.getAttribute("href"))!, platus.url).href);
    expect(answer.status(), await link.innerText()).toBe(200);
    expect(answer.headers()["content-type"]).toMatch(/^text\/plain|^application\/json/);
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test("axe finds no violation in the settings, in every width", async ({ page, platus, settings, targets }) => {
      test.setTimeout(60_000);
      await platus.start(services(targets));
      await settings.open("admin");
      await settings.toBeLive();
      for (const section of ["Health", "Users and keys", "About"] as const) {
        await settings.openSection(section);
        for (const details of await page.getByRole("main").locator("summary").all()) await details.click();
        for (const width of [390, 768, 1440]) {
          await page.setViewportSize({ width, height: 900 });
          await toHaveNoFault(page);
          await toFit(page);
        }
        await page.setViewportSize({ width: 1440, height: 900 });
      }
    });
  });
}
