import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port";

/** The longest wait for its first answer, in milliseconds. */
const START = 10_000;

/** A Redis server with a temporary folder. */
export class Redis {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Redis> {
    const folder = await mkdtemp(join(tmpdir(), "platus-redis-"));
    const port = await freePort();
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
    const redis = new Redis(port, folder, spawn("redis-server", options, { stdio: "ignore" }));
    await redis.toAnswer();
    return redis;
  }

  /** Suspends the server: connections stay open without answers. */
  hang(): void {
    this.process.kill("SIGSTOP");
  }

  goOn(): void {
    this.process.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    const exit = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exit;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async toAnswer(): Promise<void> {
    const deadline = Date.now() + START;
    while (!(await answers(this.port))) {
      if (Date.now() > deadline || this.process.exitCode !== null) throw new Error("redis-server does not answer. Is it installed?");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.on("error", () => answer(false));
    socket.on("connect", () => socket.write("PING\r\n"));
    socket.on("data", (data) => answer(data.toString().startsWith("+PONG")));
  });
}
