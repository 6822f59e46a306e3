// Set-up for every browser test: the real server with its own database, a browser, and visitors.
//
// A test fails on any console message, script error or policy violation of a page that it did not announce.
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { eventually, PATIENCE } from "./eventually.mjs";
import { Server } from "./server.mjs";
import { Visitor } from "./visitor.mjs";

export { eventually, Server };

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export function launchBrowser() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"], // people have it, so the tests have it
  });
}

/** Starts a server and a browser for all tests of a file: `const world = setUp()` at its top. */
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

  /** A new person in a new browser window. `options` are the context options of Playwright. */
  world.visitor = (options) => Visitor.arrive(world, options);

  /** A test with one visitor. It fails on every complaint of the visitor's pages. */
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

/** Runs the real curl. `status` is 0 if the server did not respond. */
export async function curl(url, ...options) {
  const { stdout } = await promisify(execFile)("curl", ["--silent", "--include", "--max-time", `${PATIENCE / 1000}`, ...options, url], {
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
