// What the browser talks to: the server under test, and an app's callback on a port of its own.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/// The server at GRANTOR_URL, or a fresh one from GRANTOR_BIN. `settings` are environment variables; with some of them
/// it is always a fresh one. `run` calls its command line and gives what it prints.
export async function startServer(settings = {}) {
  const plain = Object.keys(settings).length === 0;
  if (plain && process.env.GRANTOR_URL) return { url: process.env.GRANTOR_URL.replace(/\/$/, ""), stop() {} };
  if (!process.env.GRANTOR_BIN) throw new Error("set GRANTOR_URL or GRANTOR_BIN");
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "grantor-browser-"));
  // The names that are ours are no settings of the server's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GRANTOR_")));
  Object.assign(env, { GRANTOR_SERVER__LISTEN: `127.0.0.1:${port}`, GRANTOR_SERVER__DATA_DIR: data, ...settings });
  const child = spawn(process.env.GRANTOR_BIN, ["serve"], { env, stdio: ["ignore", "ignore", "inherit"] });
  const stop = () => {
    child.kill();
    rmSync(data, { recursive: true, force: true });
  };
  const run = (...words) => execFileSync(process.env.GRANTOR_BIN, words, { env, input: "correct horse battery" }).toString();
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return { url, stop, run };
    await sleep(100);
  }
  stop();
  throw new Error(`${process.env.GRANTOR_BIN} does not serve`);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/// An app that waits for its answer. `next` gives the query of each in turn, or fails after ten seconds.
export async function callbackServer(address) {
  const arrived = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://app");
    if (url.pathname === "/callback") arrived.push(url.searchParams);
    response.setHeader("content-type", "text/plain").end("You may close this window.");
  }).listen(0, address);
  await once(server, "listening");
  const host = address.includes(":") ? `[${address}]` : address;
  return {
    url: `http://${host}:${server.address().port}/callback`,
    close: () => server.close(),
    async next() {
      for (let tries = 0; tries < 100; tries += 1) {
        if (arrived.length) return arrived.shift();
        await sleep(100);
      }
      throw new Error("nothing arrived at the callback");
    },
  };
}
