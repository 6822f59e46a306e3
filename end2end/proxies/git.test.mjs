// The real git behind the example proxy configurations: clone and push with a personal access token as the password.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { basic } from "./ask.mjs";
import { behindEveryProxy } from "./world.mjs";

const folder = await mkdtemp(join(tmpdir(), "mintmark-git-"));
after(() => rm(folder, { recursive: true, force: true }));

/** Runs git without any configuration and without prompts. `password` is the response to its question for one. */
async function git(options, password) {
  const person = ["AUTHOR", "COMMITTER"].map((role) => ({ [`GIT_${role}_NAME`]: "Ada", [`GIT_${role}_EMAIL`]: "ada@acme.test" }));
  const answers = join(folder, "answers.sh");
  await writeFile(answers, '#!/bin/sh\ncase $1 in User*) echo ada ;; *) echo "$PASSWORD" ;; esac\n', { mode: 0o755 });
  const ours = { HOME: folder, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: answers, PASSWORD: password ?? "" };
  return promisify(execFile)("git", options, { env: Object.assign({ PATH: process.env.PATH }, ours, ...person) });
}

/** A bare repository with one commit, which accepts pushes from the users that its host names. */
async function repositories(world) {
  const root = join(folder, world.proxy.name);
  await mkdir(root);
  await git(["init", "--quiet", "--bare", "--initial-branch", "main", join(root, "site.git")]);
  await git(["clone", "--quiet", join(root, "site.git"), join(root, "first")]);
  await writeFile(join(root, "first", "large"), Buffer.alloc(200_000, "line\n"));
  await git(["-C", join(root, "first"), "add", "large"]);
  await git(["-C", join(root, "first"), "commit", "--quiet", "--message", "First"]);
  await git(["-C", join(root, "first"), "push", "--quiet", "origin", "HEAD:main"]);
  return root;
}

behindEveryProxy((world) => {
  const url = () => `http://127.0.0.1:${world.proxy.port}/git/site.git`;
  const place = (name) => join(folder, world.proxy.name, name);

  test("git is asked for a password, and clones with a token as such", async () => {
    const { challenges, status } = await world.ask("/git/site.git/info/refs?service=git-upload-pack");
    assert.equal(status, 401);
    assert.match(challenges.join(), /Basic realm="mintmark"/);
    const { token } = await world.pat("acme", ["code:read"]);
    await git(["clone", "--quiet", url(), place("clone")], token);
    const { stdout } = await git(["-C", place("clone"), "log", "--format=%s"]);
    assert.equal(stdout, "First\n");
  });

  test("it pushes with the scope for writing and not without", async () => {
    const { token: reader } = await world.pat("acme", ["code:read"]);
    const { token: writer } = await world.pat("acme", ["code:read", "code:write"]);
    await git(["clone", "--quiet", url(), place("work")], reader);
    await git(["-C", place("work"), "commit", "--quiet", "--allow-empty", "--message", "Second"]);
    await assert.rejects(git(["-C", place("work"), "push", "--quiet", "origin", "HEAD:main"], reader), /403/);
    await git(["-C", place("work"), "push", "--quiet", "origin", "HEAD:main"], writer);
    const { stdout } = await git(["-C", place("site.git"), "log", "--format=%s", "main"]);
    assert.equal(stdout, "Second\nFirst\n");
  });

  test("without a token that is good here it gets nothing", async () => {
    const { token: foreign } = await world.pat("globex", ["all"]);
    for (const password of ["", "mint_pat_nonsense", foreign]) {
      await assert.rejects(git(["clone", "--quiet", url(), place("never")], password), /Authentication failed/);
    }
    const { id, token } = await world.pat("acme", ["code:read"]);
    await git(["ls-remote", url()], token);
    await world.post("acme", `/v1/me/tokens/${id}/revoke`);
    await assert.rejects(git(["ls-remote", url()], token), /Authentication failed/);
  });

  test("no way of writing the address makes a push look like a clone", async () => {
    const { token } = await world.key("acme", ["code:read"]);
    world.code.paths = [];
    const push = "git-receive-pack";
    const followed = ["?", "#", "%3F", "%23", ";", "%00"].map((by) => `${push}${by}/info/refs`);
    const led = ["x/../", "info/refs/../", "info%2F..%2F", "info/refs%2F..%2F"].map((to) => to + push);
    for (const end of [push, "git%2Dreceive%2Dpack", ...followed, ...led]) {
      const { status } = await world.ask(`/git/site.git/${end}`, { method: "POST", headers: basic("git", token) });
      assert.ok(status >= 400 && status < 500, `${end}: ${status}`);
    }
    assert.deepEqual(world.code.paths, [], "the host of the repositories was not asked");
  });
}, repositories);
