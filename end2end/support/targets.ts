import { execFile } from "node:child_process";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Service } from "./platus";

const run = promisify(execFile);
const scripts = join(import.meta.dirname, "../../scripts/targets");

/** How a service is shown, and which role sees it. */
export interface Shown {
  name: string;
  group?: string;
  /** Without a role, only admins see the service. */
  role?: string | string[];
}

/** How a service is checked. */
export interface Checked {
  search?: unknown;
  interval?: number;
  timeout?: number;
  properties?: Record<string, unknown>;
}

/** Real servers to check. */
export class Targets {
  private constructor(
    private readonly folder: string,
    private readonly places: Map<string, string>,
  ) {}

  static async start(): Promise<Targets> {
    const folder = await mkdtemp(join(tmpdir(), "platus-targets-"));
    await run(join(scripts, "start.sh"), [folder, "--only", "nginx", "--with-pid", String(process.pid)]);
    const lines = (await readFile(join(folder, "targets.env"), "utf8")).trim().split("\n");
    const places = lines.map((line): [string, string] => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
    return new Targets(folder, new Map(places));
  }

  async stop(): Promise<void> {
    await run(join(scripts, "stop.sh"), [this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }

  operational(shown: Shown): Service {
    return this.at("/ok", shown, { search: "ok" });
  }

  /** Answers, but not as expected. */
  unhealthy(shown: Shown): Service {
    return this.at("/json", shown, { search: { version: 4 } });
  }

  down(shown: Shown): Service {
    return this.at("/503", shown);
  }

  /** Answers too slowly for a result. */
  unknown(shown: Shown): Service {
    return this.at("/slow", shown, { search: "</html>", timeout: 0.5 });
  }

  /** Its state follows a file: operational or unhealthy by its content, down without it. */
  flipping(file: string, shown: Shown): Service {
    return this.at(`/files/${file}`, shown, { search: "healthy" });
  }

  /** Checks a path of the server. */
  at(path: string, { name, group = "App", role }: Shown, { search, properties, ...checked }: Checked = {}): Service {
    return {
      type: "rest_http",
      role,
      ...checked,
      properties: { host: "127.0.0.1", port: Number(this.place("HTTP_PORT")), protocol: "http", ...properties },
      data: { type: group, name, url: path, search },
    };
  }

  /** An address that takes notifications. */
  receiver(): string {
    return `http://127.0.0.1:${this.place("HTTP_PORT")}/ok`;
  }

  /** Creates the file atomically. Returns the time. */
  async write(file: string, text = "healthy"): Promise<number> {
    const path = join(this.place("FILES"), file);
    await writeFile(`${path}.partial`, text);
    await rename(`${path}.partial`, path);
    return Date.now();
  }

  /** Removes the file. Returns the time. */
  async remove(file: string): Promise<number> {
    await rm(join(this.place("FILES"), file));
    return Date.now();
  }

  private place(name: string): string {
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`${name} is missing in ${this.folder}/targets.env`);
    return place;
  }
}
