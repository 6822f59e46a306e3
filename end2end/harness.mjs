// What every browser test starts from: the real server on a database of its own, a browser, and visitors whose pages fail the
// test on any console message, script error or policy violation that the test did not announce.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { eventually } from "./eventually.mjs";
import { Visitor } from "./visitor.mjs";

export { eventually };

const BINARY = process.env.MINTMARK_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? "target", "debug", "mintmark");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A port that nothing listens on. */
export async function freePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** The real binary, on a free port, with a data directory that goes away with it. */
export class Server {
  static async start(environment = {}) {
    const server = new Server();
    const port = await freePort();
    server.url = `${environment.MINTMARK_TLS_CERT ? "https" : "http"}://localhost:${port}`;
    server.data = await mkdtemp(join(tmpdir(), "mintmark-data-"));
    server.log = "";
    server.environment = {
      PATH: process.env.PATH,
      MINTMARK_DATA_DIR: server.data,
      MINTMARK_LISTEN: `127.0.0.1:${port}`,
      MINTMARK_PUBLIC_URL: server.url,
      MINTMARK_LOG: "debug",
      ...environment,
    };
    server.process = spawn(BINARY, ["serve"], { env: server.environment, stdio: ["ignore", "pipe", "pipe"] });
    let ended;
    server.process.on("error", (error) => (ended = error.message));
    server.process.on("exit", (code, signal) => (ended = `exit ${code ?? signal}`));
    for (const stream of [server.process.stdout, server.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (server.log += text));
    }
    try {
      await eventually(async () => {
        if (ended) assert.fail(`the server did not start (${ended}):\n${server.log}`);
        return fetch(`${server.url}/health/ready`).then((answer) => answer.ok, () => false);
      }, "the server is ready");
    } catch (error) {
      server.process.kill("SIGKILL");
      await rm(server.data, { recursive: true, force: true });
      throw error;
    }
    return server;
  }

  /** Runs another subcommand of the binary on the same data, with `input` to read; gives what it printed. */
  async run(subcommand, input) {
    const running = promisify(execFile)(BINARY, subcommand, { env: this.environment });
    running.child.stdin.end(input);
    return (await running).stdout;
  }

  /** Ends the server as an operator would, and keeps its data. */
  async halt() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await gone;
  }

  async stop() {
    await this.halt();
    await rm(this.data, { recursive: true, force: true });
  }
}

export function launchBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"], // people have it, so the tests have it
  });
}

/** A server and a browser for all tests of one file: `const world = setUp()` at its top. */
export function setUp() {
  const world = {};
  before(async () => {
    world.server = await Server.start();
    world.browser = await launchBrowser();
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.stop();
  });

  /** A new person at a new browser window; `options` are Playwright's for a context. */
  world.visitor = (options) => Visitor.arrive(world, options);

  /** A test with one visitor; fails on whatever the visitor's pages complained about. */
  world.journey = (name, body, options) =>
    test(name, async () => {
      const visitor = await world.visitor(options);
      try {
        await body(visitor);
        visitor.assertQuiet();
      } catch (error) {
        if (visitor.complaints.length > 0) error.message += `\nthe page also said:\n  ${visitor.complaints.join("\n  ")}`;
        error.message += `\nat ${visitor.page.url()}`;
        throw error;
      } finally {
        await visitor.leave();
      }
    });
  return world;
}

/** Runs the real curl; `status` is 0 when nothing answered. */
export async function curl(url, ...options) {
  const { stdout } = await promisify(execFile)("curl", ["--silent", "--include", "--max-time", "10", ...options, url], {
    maxBuffer: 1 << 24,
  });
  const [head, ...rest] = stdout.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  const headers = Object.fromEntries(
    head.split("\r\n").slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
  );
  return { status: Number(head.split(" ")[1] ?? 0), headers, body, json: () => JSON.parse(body) };
}

export const bearer = (token) => ["--header", `Authorization: Bearer ${token}`];
