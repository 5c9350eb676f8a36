import base from "../playwright.config";

/** Measures the page. Not part of the tests: the figures depend on the machine. */
export default {
  ...base,
  testDir: ".",
  testMatch: "*.bench.ts",
  outputDir: "../test-results",
  workers: 1,
  timeout: 0,
  reporter: "line",
  use: { ...base.use, trace: "off", screenshot: "off" },
};
