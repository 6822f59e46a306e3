// The real binary with its own database, for tests from outside.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import assert from "node:assert/strict";
import { eventually } from "./eventually.mjs";

const BINARY = process.env.MINTMARK_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? "target", "debug", "mintmark");

/** Finds a free port. */
export async function freePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, "127.0.0.1", ready));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** The real binary, on a free port, with a temporary data directory. */
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

  /** Runs another subcommand with this data, with `input` on standard input. Returns its output. */
  async run(subcommand, input) {
    const running = promisify(execFile)(BINARY, subcommand, { env: this.environment });
    running.child.stdin.end(input);
    return (await running).stdout;
  }

  /** Stops the server as an operator would, and keeps its data. */
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
