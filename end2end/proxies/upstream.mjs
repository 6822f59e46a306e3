// The servers behind the proxy: an API that returns the request, and a host of git repositories.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";

/** Listens on a free port. Returns `port`, and `close()`, which also closes open connections. */
async function listening(server) {
  const open = new Set();
  server.on("connection", (socket) => open.add(socket.once("close", () => open.delete(socket))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.port = server.address().port;
  server.end = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    open.forEach((socket) => socket.destroy());
    await closed;
  };
  return server;
}

/** An API that returns the request it received, and counts requests. */
export async function echo() {
  const server = createServer((request, response) => {
    server.requests += 1;
    const digest = createHash("sha256");
    request.on("data", (piece) => digest.update(piece)).on("end", () => {
      response.setHeader("X-Echo", "1");
      const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, names, digest: digest.digest("hex") }));
    });
  });
  server.requests = 0;
  return listening(server);
}

/**
 * The real git-http-backend below /git/, with the repositories in `folder`. The user is the one that the proxy names.
 * `paths` contains all requests.
 */
export async function gitHost(folder) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://code");
    server.paths.push(decodeURIComponent(url.pathname));
    const header = (name) => request.headers[name] ?? "";
    const env = {
      PATH: process.env.PATH, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: "1", PATH_INFO: url.pathname.replace(/^\/git/, ""),
      QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method, CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"), GIT_PROTOCOL: header("git-protocol"),
      REMOTE_USER: header("x-auth-user-name"),
    };
    const backend = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "ignore"] });
    request.pipe(backend.stdin.on("error", () => {}));
    const pieces = [];
    backend.stdout.on("data", (piece) => pieces.push(piece));
    backend.on("close", () => {
      const output = Buffer.concat(pieces);
      const end = output.indexOf("\r\n\r\n");
      const lines = output.subarray(0, end).toString().split("\r\n").map((line) => line.split(": "));
      const { Status: status = "200", ...headers } = Object.fromEntries(lines);
      response.writeHead(Number.parseInt(status, 10), headers).end(output.subarray(end + 4));
    });
  });
  server.paths = [];
  return listening(server);
}

/** Forwards everything to `port`, and records the requests in `sent`. */
export async function wiretap(port) {
  const server = createTcpServer((socket) => {
    const there = connect(port, "127.0.0.1");
    socket.on("data", (piece) => (server.sent += piece.toString("latin1")));
    socket.pipe(there).pipe(socket);
    for (const [one, other] of [[socket, there], [there, socket]]) one.on("error", () => {}).on("close", () => other.destroy());
  });
  server.sent = "";
  return listening(server);
}
