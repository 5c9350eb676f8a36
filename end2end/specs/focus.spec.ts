import { expect, test } from "../fixtures";

// After a command the focus is on what replaced its button, or on the result of the command: never on the body.

test("after a command on the page of a service the focus stays near it", async ({ complaints, page, platus, service, targets }) => {
  // A check that is due may be running.
  complaints.expect(/status of (400|409|429)/);
  await platus.start({ shop: targets.down({ name: "Shop" }) });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await expect(async () => {
    await service.checkNow.press("Enter");
    await expect(service.outcome).toContainText(/Checked: down/, { timeout: 1_000 });
  }).toPass();
  await expect(service.checkNow).toBeFocused();

  await service.acknowledge.press("Enter", { timeout: 10_000 });
  await expect(service.outcome).toContainText("Acknowledged");
  await expect(service.acknowledge).toBeHidden();
  await expect(service.outcome).toBeFocused();

  const pause = page.locator("summary").filter({ hasText: "Pause" });
  await pause.press("Enter");
  await page.getByRole("button", { name: "Pause checks" }).press("Enter");
  await expect(service.resume).toBeFocused();
  await service.resume.press("Enter");
  await expect(service.outcome).toContainText("Resumed");
  await expect(pause).toBeFocused();
});

test("a check leaves the buttons of the page of a failing service alone", async ({ page, platus, service, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }) }, { check_interval: 1 });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await service.acknowledge.focus({ timeout: 10_000 });
  let answers = 0;
  page.on("response", (response) => {
    if (response.url().endsWith("/rpc/service")) answers += 1;
  });
  await expect.poll(() => answers, { timeout: 20_000 }).toBeGreaterThan(3);
  await expect(service.acknowledge).toBeFocused();
  // The incident is acknowledged elsewhere.
  const answer = await page.request.get(`${platus.url}/api/v1.0/incidents?open=true`);
  const { result } = (await answer.json()) as { result: { incidents: { id: number }[] } };
  const acknowledged = await page.request.put(`${platus.url}/api/v1.0/incidents/${result.incidents[0]?.id}/acknowledgement`, { data: {} });
  expect(acknowledged.ok()).toBe(true);
  await expect(service.acknowledge).toBeHidden();
});

test("a button that loses the focus before it goes does not lose the place", async ({ page, platus, service, targets }) => {
  // One check, so that nothing else changes the page.
  await platus.start({ shop: targets.down({ name: "Shop" }) }, { check_interval: 3_600, retries_before_notify: 1 });
  await service.openService("shop", "admin");
  await service.toBeLive();
  await service.acknowledge.focus({ timeout: 10_000 });
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/acknowledge/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press("Enter");
  // The page puts its parts away and back while it is rendered again.
  const form = service.acknowledge.locator("xpath=..");
  await form.evaluate((form) => {
    const { parentElement, nextSibling } = form;
    form.remove();
    parentElement?.insertBefore(form, nextSibling);
  });
  await expect(service.acknowledge).toBeFocused();
  answer();
  await expect(service.outcome).toContainText("Acknowledged");
  await expect(service.outcome).toBeFocused();
});

test("after a command in the list of incidents the focus stays with the incident", async ({ incidents, page, platus, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }), mail: targets.unhealthy({ name: "Mail" }) });
  await incidents.open("admin");
  await incidents.toBeLive();
  await expect(incidents.incidents).toHaveCount(2, { timeout: 10_000 });
  const status = page.getByRole("main").locator("p[role=status]");
  await incidents.incident("Shop").locator("summary").press("Enter");
  await incidents.incident("Shop").getByRole("button", { name: "Acknowledge" }).press("Enter");
  const withdraw = incidents.acknowledged.getByRole("button", { name: "Withdraw the acknowledgement of Shop" });
  await expect(withdraw).toBeFocused();
  await expect(status).toHaveText("Acknowledged: Shop.");
  await withdraw.press("Enter");
  await expect(incidents.open_.locator("[data-incident]").filter({ hasText: "Shop" }).locator("summary")).toBeFocused();
  await expect(status).toHaveText("Acknowledgement withdrawn: Shop.");

  // What leaves the list leaves the focus at the heading of the list.
  await incidents.statuses.getByRole("link", { name: "Open" }).click();
  await incidents.incident("Shop").locator("summary").press("Enter");
  await incidents.incident("Shop").getByRole("button", { name: "Acknowledge" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Open" })).toBeFocused();
});

test("after a command on the page of an incident the focus is on the opposite one", async ({ incident, incidents, page, platus, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }) });
  await incidents.open("admin");
  await incidents.incident("Shop").getByRole("link", { name: "Shop" }).click({ timeout: 10_000 });
  await expect(incident.heading).toContainText("Shop");
  const acknowledge = page.locator("details.acknowledge > summary");
  await acknowledge.press("Enter");
  await page.locator(".acknowledge").getByRole("button", { name: "Acknowledge" }).press("Enter");
  const withdraw = page.getByRole("button", { name: "Withdraw the acknowledgement of Shop" });
  await expect(withdraw).toBeFocused();
  await withdraw.press("Enter");
  await expect(acknowledge).toBeFocused();
});

test("after a command on the page of silences the focus is on its result", async ({ page, platus, silences, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await silences.openForm("admin");
  await silences.service.fill("shop");
  await page.keyboard.press("Enter");
  await silences.form.getByRole("button", { name: "Silence alerts" }).press("Enter");
  await expect(silences.outcome).toHaveText("Alerts are silenced.");
  const outcome = silences.outcome.locator("[data-outcome]");
  await expect(outcome).toBeFocused();

  const extend = silences.silences.locator(".extend > summary");
  await extend.press("Enter");
  await page.getByRole("button", { name: "+1 h" }).press("Enter");
  await expect(silences.outcome).toHaveText("The silence of Shop ends later.");
  await expect(extend).toBeFocused();

  await silences.silences.getByRole("button", { name: "End the silence of Shop" }).press("Enter");
  await expect(silences.outcome).toContainText("The silence of Shop has ended.");
  await expect(outcome).toBeFocused();
  await silences.outcome.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(silences.outcome).toHaveText("Alerts are silenced.");
  await expect(outcome).toBeFocused();
});

test("after the end of one of several silences no other is ended by mistake", async ({ page, platus, silences, targets }) => {
  await platus.start({ shop: targets.operational({ name: "Shop" }), web: targets.operational({ name: "Web" }) });
  await silences.open("admin");
  await silences.toBeLive();
  for (const service of ["shop", "web"]) {
    await page.request.post(`${platus.url}/api/v1.0/silences`, { data: { services: [service], minutes: 60 } });
  }
  await expect(silences.silences).toHaveCount(2);
  await silences.silences.getByRole("button", { name: "End the silence of Shop" }).press("Enter");
  await expect(silences.silences).toHaveCount(1);
  await expect(silences.outcome.locator("[data-outcome]")).toBeFocused();
});

test("a user who moves on keeps the focus", async ({ incidents, page, platus, targets }) => {
  await platus.start({ shop: targets.down({ name: "Shop" }) });
  await incidents.open("admin");
  await incidents.toBeLive();
  await incidents.incident("Shop").locator("summary").press("Enter", { timeout: 10_000 });
  await incidents.incident("Shop").getByRole("button", { name: "Acknowledge" }).press("Enter");
  await incidents.search.focus();
  await expect(incidents.acknowledged).toContainText("acknowledged by admin");
  await expect(page.getByRole("main").locator("p[role=status]")).toHaveText("Acknowledged: Shop.");
  await expect(incidents.search).toBeFocused();
});
