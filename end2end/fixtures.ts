import { test as base, type BrowserContextOptions, expect } from "@playwright/test";
import { BoardPage } from "./pages/board";
import { IncidentPage, IncidentsPage } from "./pages/incidents";
import { LoginPage } from "./pages/login";
import { ServicePage } from "./pages/service";
import { SettingsPage } from "./pages/settings";
import { SilencesPage } from "./pages/silences";
import { Complaints } from "./support/complaints";
import { Platus, type User } from "./support/platus";
import { Redis } from "./support/redis";
import { Targets } from "./support/targets";

interface TestFixtures {
  /** Not started yet. Shut down after the test, which fails when the shutdown fails. */
  platus: Platus;
  /** A Redis server for this test alone. */
  redis: Redis;
  /** The test fails on an unexpected one, in any window. */
  complaints: Complaints;
  login: LoginPage;
  board: BoardPage;
  service: ServicePage;
  incidents: IncidentsPage;
  incident: IncidentPage;
  silences: SilencesPage;
  settings: SettingsPage;
  /** Opens the board as another user, in another browser. */
  boardOf: (user: User, options?: BrowserContextOptions) => Promise<BoardPage>;
}

interface WorkerFixtures {
  targets: Targets;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  targets: [
    async ({}, use) => {
      const targets = await Targets.start();
      await use(targets);
      await targets.stop();
    },
    { scope: "worker" },
  ],

  redis: async ({}, use) => {
    const redis = await Redis.start();
    await use(redis);
    await redis.stop();
  },

  platus: async ({}, use) => {
    const platus = new Platus();
    await use(platus);
    await platus.dispose();
  },

  complaints: [
    async ({}, use) => {
      const complaints = new Complaints();
      await use(complaints);
      expect(complaints.unexpected, "complaints of the browser").toEqual([]);
    },
    { auto: true },
  ],

  // The first fixture is set up first and torn down last: pages close before the server stops, and do not report it as unreachable.
  context: async ({ platus: _, complaints, context }, use) => {
    complaints.watch(context);
    await use(context);
  },

  login: async ({ page, platus }, use) => use(new LoginPage(page, platus)),
  board: async ({ page, platus }, use) => use(new BoardPage(page, platus)),
  service: async ({ page, platus }, use) => use(new ServicePage(page, platus)),
  incidents: async ({ page, platus }, use) => use(new IncidentsPage(page, platus)),
  incident: async ({ page, platus }, use) => use(new IncidentPage(page, platus)),
  silences: async ({ page, platus }, use) => use(new SilencesPage(page, platus)),
  settings: async ({ page, platus }, use) => use(new SettingsPage(page, platus)),

  boardOf: async ({ browser, platus, complaints }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (user, options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      complaints.watch(context);
      const board = new BoardPage(await context.newPage(), platus);
      await board.open(user);
      return board;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };
