// Runs the client tests again over TLS, with a certificate of a private authority. Each client trusts that authority in
// the way that its documentation describes. Plain HTTP is not allowed here.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const FILES = ["openid_client.test.mjs", "python.test.mjs"];
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-tls-"));
  await promisify(execFile)("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem"),
  ]);
});
after(() => rm(folder, { recursive: true, force: true }));

for (const file of FILES) {
  test(`${file} passes over TLS`, async () => {
    const authority = join(folder, "cert.pem");
    const { NODE_TEST_CONTEXT, ...inherited } = process.env; // otherwise the inner run would report to the outer one
    const env = {
      ...inherited,
      CLIENTS_TLS: folder,
      NODE_EXTRA_CA_CERTS: authority,
      REQUESTS_CA_BUNDLE: authority,
      SSL_CERT_FILE: authority,
    };
    const path = fileURLToPath(new URL(file, import.meta.url));
    const running = spawn(process.execPath, ["--test", "--test-reporter=spec", path], { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [running.stdout, running.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
    const code = await new Promise((ended) => running.once("close", ended));
    assert.equal(code, 0, output);
  });
}
