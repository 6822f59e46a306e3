// The real proxies with the files of docs/proxies. Only the addresses are replaced.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../eventually.mjs";
import { freePort } from "../server.mjs";
import { ask } from "./ask.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/proxies/", import.meta.url));
/** Debian has nginx in /usr/sbin. scripts/setup.sh puts Envoy next to the target directory. */
const TARGET = process.env.CARGO_TARGET_DIR ?? resolve(process.env.MINTMARK_BINARY ?? "target/debug/mintmark", "../..");
const PATH = [process.env.PATH, "/usr/sbin", resolve(TARGET, "../python-clients/bin")].join(":");

class Proxy {
  /** The ports in the file. */
  ports = { proxy: 8080, mintmark: 3000, contacts: 8000, code: 8001 };

  /** Starts the proxy with other ports for these. It gets a free port unless `ports` names one. */
  async start(ports) {
    this.port = ports.proxy ?? (await freePort());
    this.folder = await mkdtemp(join(tmpdir(), "mintmark-proxy-"));
    await chmod(this.folder, 0o755); // nginx uses another user if root starts it
    const text = this.substitute(await readFile(join(FOLDER, this.file), "utf8"), { ...ports, proxy: this.port });
    const path = join(this.folder, this.file);
    await writeFile(path, this.adapt(text));
    const [command, ...options] = this.command(path);
    const env = { PATH, HOME: this.folder, XDG_CONFIG_HOME: this.folder, XDG_DATA_HOME: this.folder };
    this.log = "";
    this.process = spawn(command, options, { env, cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
    this.process.on("error", (error) => (this.ended = error.message));
    this.process.on("exit", (code, signal) => (this.ended = `exit ${code ?? signal}`));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (piece) => (this.log += piece));
    }
    await eventually(() => {
      if (this.ended) assert.fail(`${this.name} did not start (${this.ended}):\n${this.log}`);
      return ask(this.port, "/").then(() => true, () => false);
    }, `${this.name} answers`);
  }

  async stop() {
    if (this.process && !this.ended) {
      const gone = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGTERM");
      await gone;
    }
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  /** Replaces each port in the file. The file must contain all of them. */
  substitute(text, ports) {
    for (const [who, written] of Object.entries(this.ports)) {
      assert.ok(text.includes(`:${written}`) || text.includes(`: ${written}`), `${this.file} names port ${written}`);
      text = text.replaceAll(new RegExp(`(: ?)${written}\\b`, "g"), `$1<${who}>`);
    }
    return text.replaceAll(/<(\w+)>/g, (all, who) => ports[who] ?? all);
  }

  adapt(text) {
    return text;
  }
}

export class Nginx extends Proxy {
  name = "nginx";
  file = "nginx.conf";

  /** Debian's build would write its temporary files below /var. */
  adapt(text) {
    const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    const places = kinds.map((kind) => `${kind}_temp_path ${this.folder}/${kind};`).join(" ");
    return text.replace("http {", `http { access_log off; ${places}`);
  }

  command(path) {
    return ["nginx", "-e", "stderr", "-p", this.folder, "-c", path, "-g", `daemon off; pid ${this.folder}/pid;`];
  }
}

export class Caddy extends Proxy {
  name = "Caddy";
  file = "Caddyfile";

  command(path) {
    return ["caddy", "run", "--adapter", "caddyfile", "--config", path];
  }
}

export class Envoy extends Proxy {
  name = "Envoy";
  file = "envoy.yaml";

  command(path) {
    return ["envoy", "--config-path", path, "--concurrency", "1", "--use-dynamic-base-id", "--log-level", "warning"];
  }
}

/** Caddy in front of two nodes. */
export class Nodes extends Caddy {
  file = "nodes.Caddyfile";
  ports = { proxy: 8080, a: 3001, b: 3002 };
}
