// Puts a style sheet and all that it imports into one small file.
//
// usage: node scripts/bundle-style.mjs NODE_MODULES ENTRY RESULT
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [modules, entry, result] = process.argv.slice(2);
const esbuild = createRequire(`${modules}/`)("esbuild");

// A path from the root names a file of public/. The style sheet is served from a folder beside these files, and its result names them
// relative to itself: the site may be under a base path. esbuild's own option for files that it leaves out would also leave out the imports,
// because they are such paths once they are resolved.
const servedFiles = {
  name: "served-files",
  setup(build) {
    build.onResolve({ filter: /^\// }, ({ path, kind }) => (kind === "url-token" ? { path: `..${path}`, external: true } : undefined));
  },
};

// Custom media queries, which browsers do not know yet: `@media (--phone)` is replaced by the definition in breakpoints.css.
const customMedia = {
  name: "custom-media",
  async setup(build) {
    const definitions = await readFile(join(dirname(entry), "breakpoints.css"), "utf8");
    const queries = new Map([...definitions.matchAll(/@custom-media\s+(--[\w-]+)\s+([^;]+);/g)].map(([, name, query]) => [name, query]));
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const errors = [];
      const contents = (await readFile(path, "utf8")).replace(/@media[^{]+/g, (rule) =>
        rule.replace(/\((--[\w-]+)\)/g, (_, name) => {
          if (!queries.has(name)) errors.push({ text: `${path}: ${name} is not defined in breakpoints.css` });
          return queries.get(name);
        }),
      );
      return { contents, loader: "css", errors };
    });
  },
};

try {
  const { warnings } = await esbuild.build({
    entryPoints: [entry],
    outfile: result,
    bundle: true,
    minify: true,
    logLevel: "warning",
    plugins: [servedFiles, customMedia],
  });
  // What a browser would skip in silence is a mistake here.
  if (warnings.length > 0) process.exitCode = 1;
} catch {
  // esbuild has said itself what is wrong.
  process.exitCode = 1;
}
