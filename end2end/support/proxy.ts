import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The longest start, in milliseconds. */
const START = 10_000;

const guide = join(import.meta.dirname, "../../docs/reverse-proxy.md");

/** Whether nginx passes the base path on to Platus, or removes it. */
export type Mode = "passes the path on" | "removes the path";

/** nginx in front of Platus, with the examples of the guide for a site under a path. */
export class Proxy {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** Listens on `port`, and forwards what is below `/platus/` to Platus at this address. Everything else is not found. */
  static async start(mode: Mode, port: number, platus: string): Promise<Proxy> {
    const section = (await readFile(guide, "utf8")).split("## Under a path")[1] ?? "";
    const examples = [...section.matchAll(/```nginx\n([^]*?)```/g)].map(([, example]) => example ?? "");
    const example = examples[mode === "passes the path on" ? 0 : 1] ?? "";
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`).join(" ");
    const location = example.replace("127.0.0.1:5001", platus.replace("http://", ""));
    const folder = await mkdtemp(join(tmpdir(), "platus-nginx-"));
    await writeFile(
      join(folder, "nginx.conf"),
      `daemon off; master_process off; pid nginx.pid; events {}
       http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; ${location} location / { return 404; } } }`,
    );
    const proxy = new Proxy(folder, spawn("nginx", ["-p", folder, "-e", "stderr", "-c", "nginx.conf"], { stdio: "ignore" }));
    await proxy.toListen(port);
    return proxy;
  }

  async stop(): Promise<void> {
    const exit = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exit;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async toListen(port: number): Promise<void> {
    const deadline = Date.now() + START;
    while (!(await listens(port))) {
      if (Date.now() > deadline || this.process.exitCode !== null) throw new Error("nginx does not listen. Is it installed?");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.on("error", () => answer(false));
    socket.on("connect", () => answer(true));
  });
}
