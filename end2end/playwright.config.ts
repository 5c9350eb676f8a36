import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// The same paths as in scripts/setup/browser.sh; without a browser there, Playwright uses its own.
const chromium = [process.env.PLATUS_CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path));

export default defineConfig({
  testDir: "specs",
  outputDir: "test-results",
  forbidOnly: !!process.env.CI,
  // A test that passes only on a retry has found a fault.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  // Ten times what the longest test takes by itself: nothing here measures time, and a busy machine is no fault.
  timeout: 60_000,
  reporter: [["list"], ["./skipped-is-failed.ts"]],
  // Fonts and colours are fixed, so the pictures are the same on every system.
  snapshotPathTemplate: "screenshots/{arg}{ext}",
  expect: { toHaveScreenshot: { stylePath: "screenshots.css", maxDiffPixels: 100 } },
  use: {
    browserName: "chromium",
    headless: true,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromium,
      // Containers have no sandbox, and the browser connects only to Platus.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--font-render-hinting=none",
        "--force-color-profile=srgb",
      ],
    },
  },
});
