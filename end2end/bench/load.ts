import { Agent, request } from "node:http";
import type { Platus } from "../support/platus";

/** Requests at the same time. */
const AT_ONCE = 32;

/** One in so many reports is a failure, so that rows also move. */
const FAILING = 50;

/** Reports of jobs, each of which changes a row. */
export class Load {
  sent = 0;
  failed = 0;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  private timer?: NodeJS.Timeout;
  private waiting = 0;
  private next = 0;

  constructor(
    private readonly platus: Platus,
    private readonly tokens: string[],
  ) {}

  /** Reports the success of all jobs once. */
  async once(): Promise<void> {
    const queue = [...this.tokens];
    const work = async () => {
      for (let token = queue.pop(); token; token = queue.pop()) await this.report(token, "");
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** Reports so many jobs a second until it is stopped; fewer when the server is slower. */
  start(rate: number): void {
    const begun = Date.now();
    let due = 0;
    this.timer = setInterval(() => {
      const wanted = ((Date.now() - begun) * rate) / 1_000;
      for (; due < wanted; due++) if (this.waiting < AT_ONCE * 4) void this.one();
    }, 10);
  }

  stop(): void {
    clearInterval(this.timer);
    this.agent.destroy();
  }

  private async one(): Promise<void> {
    const number = this.next++;
    // The steps have no common factor with the number of services, so that each job has its turn.
    const token = this.tokens[(number * 7_919) % this.tokens.length] ?? "";
    await this.report(token, number % FAILING === 0 ? "/fail" : "");
  }

  private report(token: string, word: string): Promise<void> {
    this.waiting++;
    return new Promise((resolve) => {
      const done = (isFailed: boolean) => {
        this.waiting--;
        this.sent++;
        this.failed += Number(isFailed);
        resolve();
      };
      const call = request(`${this.platus.url}/api/v1.0/heartbeat/${token}${word}`, { method: "POST", agent: this.agent }, (answer) => {
        answer.resume().on("end", () => done(answer.statusCode !== 200));
      });
      call.on("error", () => done(true)).end();
    });
  }
}
