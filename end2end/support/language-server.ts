import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import {
  type CompletionItem,
  CompletionRequest,
  type Diagnostic,
  DidOpenTextDocumentNotification,
  ExitNotification,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

const program = createRequire(import.meta.url).resolve("yaml-language-server/bin/yaml-language-server");

/** The server of editors that completes and checks YAML: what Visual Studio Code, Neovim and others ask. */
export class LanguageServer {
  private readonly diagnostics = new Map<string, Diagnostic[]>();

  private constructor(
    private readonly process: ChildProcess,
    private readonly connection: ProtocolConnection,
  ) {
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.diagnostics.set(uri, diagnostics);
    });
  }

  static async start(): Promise<LanguageServer> {
    const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const server = new LanguageServer(child, connection);
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: {} });
    await connection.sendNotification(InitializedNotification.type, {});
    return server;
  }

  /** Opens a file of which the editor has this text. */
  async open(path: string, text: string): Promise<void> {
    const textDocument = { uri: uri(path), languageId: "yaml", version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** What is wrong with a file; undefined until it was checked. */
  problems(path: string): Diagnostic[] | undefined {
    return this.diagnostics.get(uri(path));
  }

  /** What the editor offers at a place. */
  async complete(path: string, position: Position): Promise<CompletionItem[]> {
    const answer = await this.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: uri(path) }, position });
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  /** What the editor says about a place. */
  async explain(path: string, position: Position): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, { textDocument: { uri: uri(path) }, position });
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    await ended;
    this.connection.dispose();
  }
}

function uri(path: string): string {
  return pathToFileURL(path).href;
}
