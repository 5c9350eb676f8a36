import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const binary = process.env.PLATUS_BIN ?? join(import.meta.dirname, "../../target/release/platus");

/** The longest start, in milliseconds. */
const START = 10_000;

/** The longest shutdown, in milliseconds: the promised five seconds, and one more. */
const END = 6_000;

/** One entry of services.yaml. */
export interface Service {
  type: string;
  role?: string | string[];
  tags?: string | string[];
  interval?: number;
  timeout?: number;
  properties?: Record<string, unknown>;
  data?: Record<string, unknown>;
}

/** One entry of users.yaml. The name is the password. */
export const users = {
  admin: { role: "admin", password: "admin" },
  dev: { role: ["dev"], password: "dev" },
  ops: { role: ["ops"], password: "ops" },
};

export type User = keyof typeof users;

/** The running binary, with a temporary folder for its configuration. */
export class Platus {
  private folder?: string;
  private process?: ChildProcess;
  private address?: string;
  private log = "";
  private site?: string;

  /** The time zone of the server; absent: that of this machine. */
  zone?: string;

  /** The address of the page, without a slash at the end. */
  get url(): string {
    if (!this.address) throw new Error("Platus has not been started.");
    return this.site ?? `http://${this.address}`;
  }

  /** Has the browser use this address from now on, without a slash at the end: that of a proxy. */
  publish(site: string): void {
    this.site = site;
  }

  /** The folder of the configuration. */
  get configuration(): string {
    if (!this.folder) throw new Error("Platus has not been started.");
    return this.folder;
  }

  /** Writes the configuration and starts. `more` is added to config.yaml. */
  async start(services: Record<string, Service>, more: Record<string, unknown> = {}): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), "platus-end2end-"));
    await this.write("config.yaml", { check_interval: 1, log_level: "info", ...more });
    await this.write("services.yaml", services);
    await this.write("users.yaml", users);
    await this.startAgain();
  }

  /** Replaces the services, and has the running process reload them. */
  async reload(services: Record<string, Service>): Promise<void> {
    await this.write("services.yaml", services);
    this.process?.kill("SIGHUP");
  }

  /** Writes a file of the configuration. JSON is also YAML. */
  private write(file: string, content: unknown): Promise<void> {
    return writeFile(join(this.configuration, file), JSON.stringify(content, null, 2));
  }

  /** Starts with the present configuration, on the previous port if there is one. */
  async startAgain(): Promise<void> {
    const config = join(this.configuration, "config.yaml");
    await this.run(["serve", "--config", config, "--listen", this.address ?? "127.0.0.1:0"]);
  }

  /** Starts the demo, which needs no configuration, but writes two weeks of history first. */
  async startDemo(): Promise<void> {
    await this.run(["demo", "--listen", "127.0.0.1:0"], 3 * START);
  }

  /** Starts the binary, and waits until it says where it listens. */
  private async run(options: string[], patience = START): Promise<void> {
    const child = spawn(binary, options, {
      env: { PATH: process.env.PATH, ...(this.zone && { TZ: this.zone }) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    this.log = "";
    this.address = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`Platus is not ready after ${patience} ms:\n${this.log}`)), patience);
      const gone = (reason: unknown) => {
        clearTimeout(late);
        this.process = undefined;
        reject(new Error(`Platus did not start: ${reason}\n${this.log}`));
      };
      child.on("error", gone);
      const onExit = (code: number | null, signal: string | null) => gone(`it ended with ${code ?? signal}`);
      child.on("exit", onExit);
      const listen = (text: string) => {
        this.log += text;
        const address = /(?:listens on|demo:) http:\/\/(127\.0\.0\.1:\d+)/.exec(this.log)?.[1];
        if (address) {
          clearTimeout(late);
          child.removeListener("exit", onExit);
          resolve(address);
        }
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", listen);
    });
  }

  /** The memory that it has allocated, in bytes. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.process?.pid}/status`, "utf8");
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
    if (!kilobytes) throw new Error(`The system does not say how much memory it has:\n${status}`);
    return Number(kilobytes) * 1024;
  }

  /** Shuts it down. Fails when the shutdown takes too long or the exit code is not 0. */
  async stop(): Promise<void> {
    const child = this.process;
    if (!child) return;
    this.process = undefined;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      const kill = setTimeout(() => child.kill("SIGKILL"), END);
      child.kill("SIGTERM");
      await exit;
      clearTimeout(kill);
    }
    if (child.exitCode !== 0) {
      throw new Error(`Platus ended with ${child.exitCode ?? child.signalCode} instead of 0:\n${this.log}`);
    }
  }

  /** Ends all sessions. */
  async forgetSessions(): Promise<void> {
    await rm(join(this.configuration, "session.key"));
  }

  /** Shuts it down if it runs, and deletes its folder. */
  async dispose(): Promise<void> {
    try {
      await this.stop();
    } finally {
      if (this.folder) await rm(this.folder, { recursive: true, force: true });
    }
  }
}
