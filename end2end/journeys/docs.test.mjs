// The documentation in the product. The test takes every snippet from the page and runs it against the server.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { bearer, curl, setUp } from "../harness.mjs";

const world = setUp();
const PYTHON = join(dirname(process.env.CARGO_TARGET_DIR ?? "target"), "python-clients", "bin", "python");
const AT = "/orgs/docs/api-keys";
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "mintmark-docs-"));
  await symlink(fileURLToPath(new URL("../node_modules", import.meta.url)), join(folder, "node_modules"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs a program. Returns its output, or throws an error with all of it. */
function run(command, options, environment) {
  return new Promise((resolve, reject) =>
    execFile(command, options, { cwd: folder, env: { ...process.env, ...environment } }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout)));
}

const there = (command, ...options) => run(command, options, {}).then(() => true, () => false);

/** The command for each language of the page. Other languages are only checked for presence. */
const RUNNERS = {
  curl: async (code, environment) => run("bash", ["-c", code.replace(/^curl/, "curl --silent --show-error")], environment),
  JavaScript: async (code, environment) => {
    await writeFile(join(folder, "snippet.mjs"), code);
    return run(process.execPath, ["snippet.mjs"], environment);
  },
  Python: async (code, environment) => {
    const python = (await there(PYTHON, "-c", "import requests")) ? PYTHON : "python3";
    return run(python, ["-c", code], environment);
  },
  Java: async (code, environment) => {
    if (!(await there("javac", "-version"))) return undefined;
    await writeFile(join(folder, "Main.java"), code);
    return run("java", ["Main.java"], environment);
  },
  Go: async (code, environment) => {
    if (!(await there("go", "version"))) return undefined;
    await writeFile(join(folder, "main.go"), code);
    return run("go", ["run", "main.go"], environment);
  },
};

/** The snippet in the tab of this name, even if the tab is not selected. */
const lines = (page, name) => page.locator(`[role=group][aria-label="${name}"] pre`).textContent();

async function runAll(ada, environment, check) {
  for (const language of ["curl", "JavaScript", "Python", "Go", "Rust", "Java"]) {
    const code = await lines(ada.page, language);
    assert.ok(code.includes(world.server.url), `${language} has the reader's own endpoint`);
    assert.ok(!code.includes("/orgs/acme/"), `${language} has the reader's own organization`);
    const printed = await RUNNERS[language]?.(code, environment);
    if (printed !== undefined) check(JSON.parse(printed), language);
  }
}

world.journey("the first steps with each kind work as they stand on the page", async (ada) => {
  await ada.signUp({ organization: "Docs" });
  const token = await ada.issue({ name: "Laptop" });
  await ada.stored();
  const key = await ada.issue({ name: "Checkout", at: AT, button: "Issue API key" });
  await ada.stored(AT);
  const secret = await ada.issue({ name: "Invoices", at: "/orgs/docs/clients", button: "Issue client" });
  const id = (await ada.page.getByRole("dialog").locator("code").first().textContent()).trim();
  await ada.stored("/orgs/docs/clients");

  await ada.open("/docs");
  await runAll(ada, { MINTMARK_TOKEN: token }, (answer, language) => {
    assert.match(JSON.stringify(answer), /Laptop/, language);
  });
  await ada.page.getByRole("link", { name: "API key", exact: true }).click();
  await ada.page.getByText("MINTMARK_API_KEY").first().waitFor();
  await runAll(ada, { MINTMARK_API_KEY: key }, (answer, language) => {
    assert.deepEqual(answer.data.map(({ name }) => name), ["Checkout"], language);
  });
  await ada.open("/docs?kind=client");
  await runAll(ada, { MINTMARK_CLIENT_ID: id, MINTMARK_CLIENT_SECRET: secret }, (answer, language) => {
    assert.equal(answer.token_type, "Bearer", language);
    assert.match(answer.access_token, /^eyJ/, language);
  });
});

world.journey("what API teams are told to ask gets the answers that the page promises", async (ada) => {
  await ada.signUp({ organization: "Teams" });
  const at = "/orgs/teams/api-keys";
  const verifier = await ada.issue({ name: "Our API", scopes: ["keys:verify"], at, button: "Issue API key" });
  await ada.stored(at);
  const good = await ada.issue({ name: "Good", at, button: "Issue API key" });
  await ada.stored(at);
  const environment = { MINTMARK_VERIFIER: verifier, PRESENTED: good };
  await ada.open("/docs/verification");
  for (const language of ["curl", "JavaScript"]) {
    const verdict = JSON.parse(await RUNNERS[language](await lines(ada.page, language), environment));
    assert.equal(verdict.code, "valid", language);
  }
  assert.equal((await RUNNERS.Python(await lines(ada.page, "Python"), environment)).trim(), "valid");
  const damaged = { ...environment, PRESENTED: `${good.slice(0, -1)}!` };
  assert.equal((await RUNNERS.Python(await lines(ada.page, "Python"), damaged)).trim(), "malformed");
  const introspected = await RUNNERS.curl(await lines(ada.page, "Introspection with curl"), environment);
  assert.equal(JSON.parse(introspected).active, true);

  const secret = await ada.issue({ name: "Service", at: "/orgs/teams/clients", button: "Issue client" });
  const id = (await ada.page.getByRole("dialog").locator("code").first().textContent()).trim();
  await ada.stored("/orgs/teams/clients");
  const form = ["--user", `${id}:${secret}`, "--data", "grant_type=client_credentials"];
  const reply = (await curl(`${world.server.url}/oauth/token`, ...form)).json();
  await ada.open("/docs/verification");
  const code = await lines(ada.page, "Checking an access token in JavaScript");
  const { org_id: ORGANIZATION } = JSON.parse(Buffer.from(reply.access_token.split(".")[1], "base64url"));
  const offline = { ACCESS_TOKEN: reply.access_token, AUDIENCE: `${world.server.url}/v1`, ORGANIZATION };
  assert.equal(JSON.parse(await RUNNERS.JavaScript(code, offline)).client_id, id);
  for (const other of ["org_01h455vb4pex5vsknk084sn02q", ""]) {
    await assert.rejects(RUNNERS.JavaScript(code, { ...offline, ORGANIZATION: other }), /another organization/);
  }
  for (const file of ["nginx.conf", "Caddyfile"]) assert.match(await lines(ada.page, file), /org=teams&/, file);
});

world.journey("every verdict that the API knows is explained", async (ada) => {
  await ada.open("/docs/verdicts");
  const { paths, components } = (await curl(`${world.server.url}/v1/openapi.json`)).json();
  assert.ok(paths["/v1/verify"]);
  const codes = components.schemas.Verdict.oneOf.map((verdict) => verdict.const);
  assert.ok(codes.length > 15);
  const told = await ada.page.getByRole("rowheader").allInnerTexts();
  assert.deepEqual(told, codes);
});

world.journey("the reference names every operation of the OpenAPI document, and its examples ask for what is there", async (ada) => {
  await ada.signUp({ organization: "Reference" });
  const document = (await curl(`${world.server.url}/v1/openapi.json`)).json();
  const wanted = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  await ada.open("/docs/api");
  const links = await ada.page.locator(".docs-operations a").evaluateAll((all) =>
    all.map((link) => [link.textContent, link.getAttribute("href")]));
  assert.deepEqual(links.map(([words]) => words).sort(), wanted.sort());
  for (const page of new Set(links.map(([, href]) => href.split("#")[0]))) {
    await ada.open(page);
    for (const [words, href] of links.filter(([, href]) => href.split("#")[0] === page)) {
      const id = href.split("#")[1];
      const section = ada.page.locator(`[id="${id}"]`);
      assert.equal(await section.getByRole("heading", { level: 2 }).innerText(), words);
      const example = await section.locator("pre").textContent();
      assert.ok(example.startsWith("curl ") && example.includes(world.server.url), example);
      assert.ok(!example.includes("/orgs/acme/"), "the reader's own organization");
    }
  }
  const token = await ada.issue({ name: "Reader", scopes: ["credentials:read"] });
  await ada.stored();
  await ada.open("/docs/api/credentials#credentials.list");
  const example = await ada.page.locator('[id="credentials.list"] pre').textContent();
  assert.ok(JSON.parse(await RUNNERS.curl(example, { MINTMARK_TOKEN: token })).data.length > 0);
  assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(token))).status, 200);
});

world.journey("whoever is not signed in reads the documentation too, without script", async (stranger) => {
  for (const path of ["/docs", "/docs?kind=client", "/docs/verification", "/docs/verdicts", "/docs/api", "/docs/api/oauth",
    "/docs/guides", "/docs/configuration", "/docs/security"]) {
    assert.equal((await stranger.open(path)).status(), 200, path);
    await stranger.page.getByRole("heading", { level: 1 }).waitFor();
    await stranger.page.getByRole("link", { name: "Sign in" }).waitFor();
  }
  stranger.expect(/status of 404/);
  for (const path of ["/docs/api/nothing", "/docs/nothing"]) assert.equal((await stranger.open(path)).status(), 404, path);
  await stranger.open("/docs");
  await stranger.page.getByRole("radio", { name: "Python" }).check({ force: true });
  assert.ok(await stranger.page.locator('[aria-label="Python"] pre').isVisible());
  assert.ok(!(await stranger.page.locator('[aria-label="curl"] pre').isVisible()), "one language at a time");
}, { javaScriptEnabled: false });

world.journey("the palette finds operations, verdicts and chapters", async (ada) => {
  await ada.signUp({ organization: "Finding" });
  for (const [typed, path, hash] of [["rate_limited", "/docs/verdicts", "#rate_limited"],
    ["nginx", "/docs/verification", "#nginx"], ["api_keys.issue", "/docs/api/api_keys", "#api_keys.issue"],
    ["prometheus metrics", "/docs/metrics", ""]]) {
    await ada.open("/settings/tokens");
    await ada.page.keyboard.press("Control+k");
    await ada.page.keyboard.type(typed);
    await ada.page.getByRole("option").first().waitFor();
    await ada.page.keyboard.press("Enter");
    await ada.landsOn(path);
    assert.equal(new URL(ada.page.url()).hash, hash);
  }
});
