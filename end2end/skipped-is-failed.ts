import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

// A skipped test proves nothing, so a run with skipped tests fails.
export default class SkippedIsFailed implements Reporter {
  private readonly skipped = new Set<string>();

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === "skipped") this.skipped.add(test.titlePath().filter(Boolean).join(" › "));
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult["status"] } | undefined> {
    if (this.skipped.size === 0 || result.status !== "passed") return undefined;
    console.error(`\n${this.skipped.size} skipped, which counts as failed:\n  ${[...this.skipped].join("\n  ")}`);
    return { status: "failed" };
  }

  printsToStdio(): boolean {
    return false;
  }
}
