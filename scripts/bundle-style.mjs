// Puts a style sheet and all that it imports into one small file.
//
// usage: node scripts/bundle-style.mjs NODE_MODULES ENTRY RESULT
import { createRequire } from "node:module";

const [modules, entry, result] = process.argv.slice(2);
const esbuild = createRequire(`${modules}/`)("esbuild");

// A path from the root names a file of public/, which the server serves. esbuild's own option for that
// would also leave out the imports, because they are such paths once they are resolved.
const servedFiles = {
  name: "served-files",
  setup(build) {
    build.onResolve({ filter: /^\// }, ({ path, kind }) => (kind === "url-token" ? { path, external: true } : undefined));
  },
};

try {
  const { warnings } = await esbuild.build({
    entryPoints: [entry],
    outfile: result,
    bundle: true,
    minify: true,
    logLevel: "warning",
    plugins: [servedFiles],
  });
  // What a browser would skip in silence is a mistake here.
  if (warnings.length > 0) process.exitCode = 1;
} catch {
  // esbuild has said itself what is wrong.
  process.exitCode = 1;
}
