import { expect, test } from "../fixtures";
import type { BoardPage } from "../pages/board";

test("users see only their own services, also when these change", async ({ boardOf, platus, targets }) => {
  // Three boards take three times as long as one, on two processors that are shared with another test.
  test.slow();
  const [files, group] = [{ ours: "ours", theirs: "theirs" }, "App"];
  await platus.start({
    "id-of-ours": targets.flipping(files.ours, { name: "Ours", role: "dev", group }),
    "id-of-theirs": targets.flipping(files.theirs, { name: "Theirs", role: ["ops"], group }),
    "id-of-shared": targets.operational({ name: "Shared", role: ["dev", "ops"], group }),
    "id-of-payroll": targets.operational({ name: "Payroll", group: "Secret" }),
  });
  const [admin, dev, ops] = await Promise.all([boardOf("admin"), boardOf("dev"), boardOf("ops")]);
  const boards = { admin, dev, ops };
  const names = { admin: ["Ours", "Theirs", "Shared", "Payroll"], dev: ["Ours", "Shared"], ops: ["Theirs", "Shared"] };
  for (const user of ["admin", "dev", "ops"] as const) {
    await boards[user].toBeLive();
    await expect(boards[user].user(user)).toBeVisible();
    await expect(boards[user].names).toHaveText(names[user]);
  }
  await recordStream(boards.dev);
  await recordStream(boards.ops);

  await targets.write(files.theirs);
  await boards.admin.toShow("Theirs", "operational");
  await boards.ops.toShow("Theirs", "operational");
  // Events keep their order: earlier ones have arrived by now, or never will.
  await targets.write(files.ours);
  await boards.admin.toShow("Ours", "operational");
  await boards.dev.toShow("Ours", "operational");
  await targets.remove(files.theirs);
  await boards.ops.toShow("Theirs", "down");

  for (const [user, own, foreign] of [["dev", /id-of-ours/, /\b(Theirs|theirs|Payroll|payroll)/], ["ops", /id-of-theirs/, /\b(Ours|ours|Payroll|payroll)/]] as const) {
    await expect.poll(() => recorded(boards[user]), `the stream of ${user}`).toMatch(own);
    expect(await recorded(boards[user]), `the stream of ${user}`).not.toMatch(foreign);
    expect(await boards[user].page.content(), `the document of ${user}`).not.toMatch(foreign);
  }
  await expect(boards.dev.names).toHaveText(["Ours", "Shared"]);
  await targets.remove(files.ours);
});

test("a user without visible services sees that", async ({ board, platus, targets }) => {
  await platus.start({ payroll: targets.operational({ name: "Payroll" }) });
  await board.open("ops");
  await board.toBeLive();
  await expect(board.headline).toHaveText("No services yet");
  await expect(board.page.getByRole("heading", { name: "No services", exact: true })).toBeVisible();
  await expect(board.groups).toHaveCount(0);
  expect(await board.page.content()).not.toContain("Payroll");
});

/** Records all events that the server sends to this user from now on. */
async function recordStream(board: BoardPage): Promise<void> {
  await board.page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const recorded: string[] = [];
        Object.assign(window, { recorded });
        const stream = new EventSource("/api/v1.0/events");
        stream.addEventListener("open", () => resolve());
        for (const kind of ["message", "status", "removed", "resync"]) {
          stream.addEventListener(kind, (event) => recorded.push(`${kind} ${(event as MessageEvent).data}`));
        }
      }),
  );
}

async function recorded(board: BoardPage): Promise<string> {
  return board.page.evaluate(() => ("recorded" in window ? (window.recorded as string[]).join("\n") : ""));
}
