// Puts a .br and a .gz beside each file of a folder that is worth it, removes those whose file is gone,
// and prints the sizes of what a browser loads first.
//
// usage: node scripts/precompress.mjs FOLDER
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const SMALLEST = 1024;
const COMPRESSED_ALREADY = new Set([".avif", ".gif", ".jpg", ".jpeg", ".png", ".webp", ".woff", ".woff2"]);
const SHOWN = ["pkg/platus.js", "pkg/platus_bg.wasm", "pkg/platus.css"];

const ENCODINGS = {
  ".br": (data) =>
    brotliCompressSync(data, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
      },
    }),
  ".gz": (data) => gzipSync(data, { level: constants.Z_BEST_COMPRESSION }),
};

const folder = process.argv[2];
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

for (const file of files) {
  if (extname(file) in ENCODINGS) {
    if (!existsSync(withoutEncoding(file))) rmSync(file);
  } else {
    compress(file);
  }
}
for (const name of SHOWN) console.log(sizes(name));

function withoutEncoding(file) {
  return file.slice(0, -extname(file).length);
}

function compress(file) {
  const worthIt = statSync(file).size > SMALLEST && !COMPRESSED_ALREADY.has(extname(file));
  for (const [ending, encode] of Object.entries(ENCODINGS)) {
    const result = file + ending;
    if (!worthIt) rmSync(result, { force: true });
    else if (!isNewer(result, file)) write(result, encode(readFileSync(file)));
  }
}

function isNewer(result, file) {
  return existsSync(result) && statSync(result).mtimeMs >= statSync(file).mtimeMs;
}

// A run that is stopped in the middle must not leave half a file which looks finished.
function write(file, data) {
  writeFileSync(`${file}.partial`, data);
  renameSync(`${file}.partial`, file);
}

function sizes(name) {
  const file = join(folder, name);
  const brotli = existsSync(`${file}.br`) ? `${kilobytes(`${file}.br`)} as brotli` : "not compressed";
  return `${name.padEnd(20)} ${kilobytes(file)}, ${brotli}`;
}

function kilobytes(file) {
  return `${(statSync(file).size / 1000).toFixed(1).padStart(7)} kB`;
}
