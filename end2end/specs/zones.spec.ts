import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import type { Platus } from "../support/platus";

const SERVER = "Europe/Berlin";
const MINUTE = 60_000;

/** Chromium names the zone as it was called before. */
const KOLKATA = /Asia\/(Kolkata|Calcutta)/;

test.beforeEach(({ platus }) => {
  platus.zone = SERVER;
});

/** The parts of an instant as the clock of a zone shows them. */
function parts(zone: string, at: number): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

function clock(zone: string, at: number): string {
  const { hour, minute } = parts(zone, at);
  return `${hour}:${minute}`;
}

/** As an input of the type `datetime-local` has it. */
function local(zone: string, at: number): string {
  const { year, month, day } = parts(zone, at);
  return `${year}-${month}-${day}T${clock(zone, at)}`;
}

/** The instants of an hour that is over, at whole hours of UTC. */
function pastHours(): [number, number] {
  const to = Math.floor(Date.now() / (60 * MINUTE)) * 60 * MINUTE;
  return [to - 120 * MINUTE, to];
}

const note = (page: Page) => page.locator(".zone-note");

/** The zone in which the server renders the next page for this browser. */
async function rendered(page: Page): Promise<string | undefined> {
  const document = await (await page.request.get(page.url())).text();
  return /data-zone="([^"]*)"/.exec(document)?.[1];
}

/** As the API has it. */
async function beginOfFirstSilence(page: Page, platus: Platus): Promise<number> {
  const answer = (await (await page.request.get(`${platus.url}/api/v1.0/silences`)).json()) as { result: { from: string }[] };
  return Date.parse(answer.result[0]?.from ?? "");
}

for (const [zone, name, offset] of [
  ["Asia/Kolkata", KOLKATA, "\\+05:30"],
  ["America/New_York", /America\/New_York/, "-0[45]:00"],
] as const) {
  test.describe(`in ${zone}`, () => {
    test.use({ timezoneId: zone });

    test("times are those of the viewer, and the server's on hover", async ({ board, page, platus, service, targets }) => {
      await platus.start({ shop: targets.operational({ name: "Shop" }), gone: targets.down({ name: "Gone" }) });
      await board.open("admin");
      await board.toBeLive();
      await expect(note(page).locator("span").first()).toHaveText(name);
      const title = new RegExp(`${offset}; server: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\+0[12]:00`);
      await expect(board.row("Shop").getByRole("time").first()).toHaveAttribute("title", title);
      expect(await rendered(page)).toMatch(name);

      await board.toHaveIncidents(1);
      await page.goto(`${platus.url}/incidents`);
      await page.locator("[data-incident] .subject").first().click();
      const step = page.getByRole("region", { name: "Timeline" }).getByRole("time").first();
      await expect(step).toHaveAttribute("title", title);
      const at = Date.parse((await step.getAttribute("datetime")) ?? "");
      await expect(step).toContainText(clock(zone, at));

      const [from, to] = pastHours();
      const query = `?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      await service.openService("shop", undefined, query);
      await expect(service.chart).toHaveAttribute("aria-label", new RegExp(`${clock(zone, from)} – .*${clock(zone, to)}$`));
      await expect(service.chart.locator("text").filter({ hasText: clock(zone, from + 60 * MINUTE) })).toHaveCount(1);
    });

    test("a form is in the zone of the page", async ({ page, platus, silences, targets }) => {
      await platus.start({ shop: targets.operational({ name: "Shop" }) });
      await silences.open("admin");
      await expect(note(page).locator("span").first()).toHaveText(name);
      await silences.newSilence.click();
      await silences.service.waitFor();
      await expect(silences.form).toContainText(new RegExp(`in ${name.source}; default: now`));
      const begin = Math.ceil(Date.now() / MINUTE) * MINUTE + 90 * MINUTE;
      await silences.service.fill("shop");
      await silences.form.getByLabel("Begins").fill(local(zone, begin));
      await silences.submit();
      await expect(silences.silences).toContainText([new RegExp(`${clock(zone, begin)} to`)]);
      expect(await beginOfFirstSilence(page, platus)).toBe(begin);
    });
  });
}

test.describe("with a switch", () => {
  test.use({ timezoneId: "Asia/Kolkata" });

  test("the zone can be chosen, and stays", async ({ board, page, platus, targets }) => {
    await platus.start({ shop: targets.operational({ name: "Shop" }) });
    await board.open("admin");
    await board.toBeLive();
    const choice = note(page).getByRole("combobox", { name: "Time zone" });
    await choice.selectOption("UTC");
    await expect(note(page).locator("span").first()).toHaveText("Times in UTC");
    await expect(board.row("Shop").getByRole("time").first()).toHaveAttribute("title", /\+00:00; server: .* \+0[12]:00$/);
    await page.reload();
    await board.toBeLive();
    await expect(note(page).locator("span").first()).toHaveText("Times in UTC");
    await choice.selectOption("of the server");
    await expect(board.row("Shop").getByRole("time").first()).toHaveAttribute("title", /^\S+ \S+ \+0[12]:00$/);
    expect(await rendered(page)).toBe(SERVER);
    await choice.selectOption("yours");
    await expect(note(page).locator("span").first()).toHaveText(KOLKATA);
  });

  test("the login keeps the zone for the first page", async ({ login, page, platus }) => {
    await platus.start({});
    await login.open();
    await expect.poll(() => rendered(page)).toMatch(KOLKATA);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false, timezoneId: "Asia/Kolkata" });

  test("times are those of the server", async ({ board, complaints, page, platus, service, silences, targets }) => {
    complaints.expect(/preloaded using link preload but not used/);
    await platus.start({ shop: targets.operational({ name: "Shop" }) });
    await board.open("admin");
    await expect(note(page).locator("span")).toHaveText(`Times in ${SERVER}`);
    await board.toBeKnown('data-state="operational"');
    await page.reload();
    const time = board.row("Shop").getByRole("time").first();
    await expect(time).toHaveAttribute("title", /^\S+ \S+ \+0[12]:00$/);

    const [from, to] = pastHours();
    await service.openService("shop");
    await page.locator(".response .popover summary").click();
    await page.getByRole("textbox", { name: "From" }).fill(local(SERVER, from));
    await page.getByRole("textbox", { name: "To", exact: true }).fill(local(SERVER, to));
    await page.getByRole("button", { name: "Show" }).click();
    const instant = (at: number) => new Date(at).toISOString().replace(".000", "");
    await expect(page).toHaveURL(`${platus.url}/services/shop?from=${instant(from)}&to=${instant(to)}`);
    await expect(service.chart).toHaveAttribute("aria-label", new RegExp(`${clock(SERVER, from)} – .*${clock(SERVER, to)}$`));

    await silences.openForm();
    await expect(silences.form).toContainText(`in ${SERVER}; default: now`);
    const begin = Math.ceil(Date.now() / MINUTE) * MINUTE + 90 * MINUTE;
    await silences.service.fill("shop");
    await silences.form.getByLabel("Begins").fill(local(SERVER, begin));
    await silences.submit();
    await expect(silences.silences).toContainText([new RegExp(`${clock(SERVER, begin)} to`)]);
    expect(await beginOfFirstSilence(page, platus)).toBe(begin);
  });
});
