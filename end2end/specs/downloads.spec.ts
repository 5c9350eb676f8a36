import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "../fixtures";

/** The largest file of the page, and downloads of it that are not read. */
const FILE = "/pkg/platus_bg.wasm";
const UNREAD = 48;

/** What one of them may cost, in bytes. The file itself is several times as much. */
const COST = 256 * 1024;

/** Requests on one connection. The system takes the answers to the first of them, so that only those to further ones wait in Platus. */
const AHEAD = 8;

/** Other requests, in which the turn of each download comes again and again. */
const TURNS = 200;

/** Asks for the file, and reads no more than the beginning of the answer. */
async function begin(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`GET ${FILE} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(AHEAD));
  const [beginning] = await once(socket, "data");
  socket.pause();
  expect(String(beginning)).toMatch(/^HTTP\/1\.1 200 /);
  return socket;
}

test("downloads that are not read cost little memory", async ({ platus, targets }) => {
  await platus.start({ web: targets.operational({ name: "Web" }) });
  const whole = await fetch(platus.url + FILE, { headers: { "Accept-Encoding": "identity" } });
  const { byteLength } = await whole.arrayBuffer();
  expect(byteLength).toBeGreaterThan(3 * COST);

  const before = await platus.memory();
  const unread = await Promise.all(Array.from({ length: UNREAD }, () => begin(platus.url)));
  for (let turn = 0; turn < TURNS; turn += 1) await (await fetch(`${platus.url}/api/v1.0/health`)).text();
  const cost = (await platus.memory()) - before;
  for (const socket of unread) socket.destroy();
  expect(cost, `${UNREAD} downloads of ${byteLength} bytes that are not read`).toBeLessThan(UNREAD * COST);
});
