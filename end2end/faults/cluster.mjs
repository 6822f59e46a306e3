// A PostgreSQL for a single test, which can freeze it, crash it, restart it and make it read-only.
import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCRIPT = fileURLToPath(new URL("../../scripts/postgres.sh", import.meta.url));
const run = promisify(execFile);

export class Cluster {
  /** Starts the cluster through scripts/postgres.sh, with a command that waits until `stop`. */
  static async start() {
    const cluster = new Cluster();
    const { MINTMARK_TEST_POSTGRES_URL: _, ...env } = process.env;
    const hold = 'printf "%s\\n%s\\n" "$MINTMARK_TEST_POSTGRES_URL" "$MINTMARK_TEST_POSTGRES_CTL"; exec cat';
    cluster.process = spawn("bash", [SCRIPT, "--", "sh", "-c", hold], { env, stdio: ["pipe", "pipe", "inherit"] });
    cluster.ended = new Promise((resolve) => cluster.process.once("exit", resolve));
    let said = "";
    for await (const piece of cluster.process.stdout.iterator({ destroyOnReturn: false })) {
      said += piece;
      if (said.split("\n").length > 2) break;
    }
    const [url, control] = said.split("\n");
    cluster.url = url;
    cluster.control = control.trim().split(/ +/);
    cluster.folder = decodeURIComponent(url.match(/@([^/]*)/)[1]); // of its socket and all its files
    return cluster;
  }

  async stop() {
    await this.thaw();
    this.process.stdin.end();
    await this.ended;
  }

  async sql(statement) {
    const { stdout } = await run("psql", ["--quiet", "--no-psqlrc", "--tuples-only", "--no-align", this.url, "--command", statement]);
    return stdout.trim();
  }

  /** Stops all processes of the cluster. Connections stay open. */
  freeze() {
    return this.#signal("SIGSTOP");
  }

  async thaw() {
    await this.#signal("SIGCONT").catch(() => {});
  }

  /** Ends the cluster at once, without a clean shutdown. */
  crash() {
    return this.#control("stop", "-m", "immediate");
  }

  restart() {
    return this.#control("start");
  }

  /** Sets whether transactions may write by default. */
  async setReadOnly(on) {
    await this.sql(`ALTER SYSTEM SET default_transaction_read_only = ${on ? "on" : "off"}`);
    await this.sql("SELECT pg_reload_conf()");
  }

  async #control(...order) {
    const [command, ...options] = this.control;
    await run(command, [...options, ...order], { cwd: this.folder });
  }

  /** Signals the postmaster first, so that it starts no new process. */
  async #signal(signal) {
    const postmaster = Number((await readFile(`${this.folder}/data/postmaster.pid`, "utf8")).split("\n")[0]);
    process.kill(postmaster, signal);
    const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, "utf8");
    for (const child of children.trim().split(" ").filter(Boolean)) process.kill(Number(child), signal);
  }
}
