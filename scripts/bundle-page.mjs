// Writes what the browser loads of the compiled page: one script, the module that it starts, and the parts, which are loaded when one of
// their pages is opened. The names of the files of parts hold a sum of their content, so that a script never gets a part of another build.
// parts.json tells the server which files each part has.
//
// usage: node scripts/bundle-page.mjs NODE_MODULES WORK RESULT
//   WORK    holds what wasm-split and wasm-bindgen wrote: __wasm_split.js, platus.js, platus_bg.wasm and the files of the parts
//   RESULT  the folder for the files
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, work, result] = process.argv.slice(2);
const esbuild = createRequire(`${modules}/`)("esbuild");

const START = "platus_bg.wasm";
const LOADER = join(work, "__wasm_split.js");

rmSync(join(result, "parts"), { recursive: true, force: true });
mkdirSync(join(result, "parts"));
copyFileSync(join(work, START), join(result, START));

let loader = readFileSync(LOADER, "utf8");
const files = new Map();
for (const name of readdirSync(work).filter((name) => name.endsWith(".wasm") && name !== START)) {
  const data = readFileSync(join(work, name));
  const sum = createHash("sha256").update(data).digest("hex").slice(0, 16);
  const named = `parts/${name.replace(/^split_/, "").replace(/\.wasm$/, "")}-${sum}.wasm`;
  if (loader.split(`"./${name}"`).length !== 2) throw new Error(`${LOADER} does not load ${name} once.`);
  loader = loader.replace(`"./${name}"`, `"./${named}"`);
  writeFileSync(join(result, named), data);
  files.set(name, named);
}
writeFileSync(LOADER, loader);
writeFileSync(join(result, "parts.json"), JSON.stringify(parts()));

await esbuild.build({
  entryPoints: [join(work, "platus.js")],
  outfile: join(result, "platus.js"),
  bundle: true,
  minify: true,
  format: "esm",
  logLevel: "warning",
  // wasm-bindgen imports the loader once for each part.
  logOverride: { "duplicate-object-key": "silent" },
});

// The addresses of the files of each part, from the folder of the script, by the name of the part.
function parts() {
  const addressOf = (text) => /"\.\/(parts\/[^"]+)"/.exec(text)?.[1];
  const shared = new Map();
  const found = {};
  for (const [, name, body, needed] of loader.matchAll(/const (\w+) = (?:wrapAsyncCb\()?makeLoad\(([^]*?), \[([^\]]*)\]\)/g)) {
    const part = /^__wasm_split_load_(\w+)$/.exec(name)?.[1];
    if (part === undefined) shared.set(name, addressOf(body));
    else found[part] = [...needed.split(", ").filter(Boolean).map((name) => shared.get(name)), addressOf(body)];
  }
  const known = new Set(Object.values(found).flat());
  if (known.size !== files.size || known.has(undefined)) throw new Error(`${LOADER} has a form that this script does not know.`);
  return found;
}
