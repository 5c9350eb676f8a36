// Fails when the browser loads too much for the board: the module with which every page starts, as brotli. The board is in no part.
//
// usage: node scripts/check-size.mjs SITE
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Kilobytes of 1,000 bytes, as browsers show them. */
const LIMIT = 420;

const folder = join(process.argv[2], "pkg");
// Small files are not compressed.
const sent = (file) => (existsSync(`${file}.br`) ? `${file}.br` : file);
const size = (file) => statSync(sent(join(folder, file))).size / 1_000;
const board = size("platus_bg.wasm");
const parts = readdirSync(join(folder, "parts")).filter((name) => name.endsWith(".wasm"));
const others = parts.reduce((sum, name) => sum + size(join("parts", name)), 0);
console.log(`The board loads ${Math.round(board)} kB of WASM (limit ${LIMIT} kB), the parts of all other pages have ${Math.round(others)} kB.`);
if (board > LIMIT) {
  console.error("The board loads too much. docs/decisions/0011-parts-of-the-page.md says how to find what is large.");
  process.exit(1);
}
