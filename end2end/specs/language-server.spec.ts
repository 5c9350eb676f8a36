import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test as base } from "@playwright/test";
import { LanguageServer } from "../support/language-server";

/** The examples name the schemas in docs/schema, as a file of a user does. */
const config = join(import.meta.dirname, "../../config");

const test = base.extend<{ editor: LanguageServer }>({
  editor: async ({}, use) => {
    const editor = await LanguageServer.start();
    await use(editor);
    await editor.stop();
  },
});

test("an editor finds nothing wrong with the examples", async ({ editor }) => {
  for (const name of ["config.yaml", "services.yaml", "users.yaml"]) {
    const path = join(config, name);
    await editor.open(path, await readFile(path, "utf8"));
    await expect.poll(() => editor.problems(path), name).toEqual([]);
  }
});

test("an editor completes keys, explains them, and finds errors at their lines", async ({ editor }) => {
  const path = join(config, "new.yaml");
  const lines = [
    "# yaml-language-server: $schema=../docs/schema/services.schema.json",
    "shop:",
    "  type: tcp",
    "  interval: often",
    "  properties: {host: shop.example.org, port: 443}",
    "  ",
    "  rolle: dev",
  ];
  await editor.open(path, lines.join("\n"));
  await expect
    .poll(() => editor.problems(path)?.map(({ range, message }) => [range.start.line, message]))
    .toEqual([
      [3, expect.stringContaining("Incorrect type")],
      [6, expect.stringContaining("rolle")],
    ]);

  const offered = (await editor.complete(path, { line: 5, character: 2 })).map(({ label }) => label);
  expect(offered).toEqual(expect.arrayContaining(["role", "timeout", "depends_on", "tags"]));
  expect(offered, "it is there already").not.toContain("type");

  const explained = await editor.explain(path, { line: 3, character: 4 });
  expect(JSON.stringify(explained?.contents)).toContain("econds");
});
