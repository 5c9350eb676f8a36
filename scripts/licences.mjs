// Writes the licences of everything that is part of the program: each crate with its licence, and the texts of the licences that the crates
// carry, each text once. Without network: what Cargo.lock names has been fetched for the build.
//
// usage: node scripts/licences.mjs FILE
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the crates call the files with their licences and notices. */
const NAMES = /^(li[cs]en[cs]e|copying|notice|unlicense|copyright)/i;
/** The program, and the page inside it. */
const SHIPPED = [
  { name: "server", platform: "x86_64-unknown-linux-gnu" },
  { name: "frontend", platform: "wasm32-unknown-unknown" },
];

/** The packages that this one is built of, by id. Crates that only run during a build or a test are not part of it. */
function partsOf({ name, platform }) {
  const arguments_ = ["metadata", "--format-version", "1", "--locked", "--filter-platform", platform];
  const { packages, resolve } = JSON.parse(execFileSync("cargo", arguments_, { encoding: "utf8", maxBuffer: 1 << 28 }));
  const byId = new Map(packages.map((it) => [it.id, it]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (id) => byId.get(id).targets.some((target) => target.kind.includes("proc-macro"));
  const found = new Map();
  const open = packages.filter((it) => it.name === name && it.source === null).map((it) => it.id);
  while (open.length > 0) {
    const id = open.pop();
    if (found.has(id) || isMacro(id)) continue;
    found.set(id, byId.get(id));
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      if (dep_kinds.some(({ kind }) => kind === null)) open.push(pkg);
    }
  }
  return [...found.values()];
}

function textsOf(manifest) {
  const folder = dirname(manifest);
  const names = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && NAMES.test(file.name));
  return names.map(({ name }) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
}

const crates = new Map();
for (const crate of SHIPPED.flatMap(partsOf)) {
  if (crate.source !== null) crates.set(`${crate.name} ${crate.version}`, crate);
}
const names = [...crates.keys()].sort();
/** The crates that carry a text, by the text. */
const texts = new Map();
for (const name of names) {
  for (const text of textsOf(crates.get(name).manifest_path)) texts.set(text, [...(texts.get(text) ?? []), name]);
}
const line = "-".repeat(100);
const list = names.map((name) => `${name}: ${crates.get(name).license ?? "see its text below"}`);
const bodies = [...texts].map(([text, of]) => `${line}\n${of.join(", ")}\n${line}\n\n${text}\n`);
const head = `Platus is licensed under the Apache License 2.0. Its font Inter is licensed under the SIL Open Font License 1.1, see
/fonts/inter-license.txt. The program contains these crates; the texts of their licences follow the list.
`;
writeFileSync(process.argv[2], `${head}\n${list.join("\n")}\n\n${bodies.join("\n")}`);
