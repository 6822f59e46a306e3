// Runs the programs in python/ with the libraries that scripts/python-clients.sh installed.
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AUDIENCE, AUDIENCES, FORBIDDEN, SCOPE } from "./contract.mjs";

const FOLDER = fileURLToPath(new URL("python", import.meta.url));
const INTERPRETER = join(dirname(process.env.CARGO_TARGET_DIR ?? "target"), "python-clients", "bin", "python");

/**
 * Runs `program` with `input` on standard input. Returns its output, or throws an error with all of it if the program
 * fails.
 */
export function python(program, { environment = {}, input = "" } = {}) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...environment };
  return new Promise((resolve, reject) => {
    const running = execFile(INTERPRETER, [program], { cwd: FOLDER, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message.split("\n")[0]}\n${stdout}${stderr}`)) : resolve(stdout));
    running.stdin.on("error", () => {}).end(input);
  });
}

/** The data of a server, as environment variables for the programs. */
export function describeTo(server) {
  const { issuer, clients, everyAudience, withoutScope, introspectable } = server;
  const about = {
    issuer, clients, everyAudience, withoutScope, introspectable,
    audience: AUDIENCE, audiences: AUDIENCES, scope: SCOPE, forbidden: FORBIDDEN,
  };
  const permission = { AUTHLIB_INSECURE_TRANSPORT: "1", OAUTHLIB_INSECURE_TRANSPORT: "1" };
  const insecure = issuer.startsWith("http:") ? permission : {};
  return { ...insecure, OAUTH_SERVER: JSON.stringify(about) };
}
