// Clients: getting an access token as the page shows it, rotation of the signing keys, and transfer of tokens.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bearer, curl, setUp } from "../harness.mjs";
import { keyPair } from "../keys.mjs";
import { traces } from "../traces.mjs";

const world = setUp();
const PLAIN = { javaScriptEnabled: false };

/** Runs a copied command in a shell that knows the secret. Returns the JSON it prints. */
async function inShell(command, variables) {
  const run = promisify(execFile)("bash", ["-c", command], { env: { PATH: process.env.PATH, ...variables } });
  return JSON.parse((await run).stdout);
}

async function introspect(id, secret, token) {
  const body = new URLSearchParams({ token });
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const answer = await fetch(`${world.server.url}/oauth/introspect`, { method: "POST", body, headers: { authorization } });
  return answer.json();
}

const panel = (visitor) => visitor.page.getByRole("region", { name: "Get an access token" });
const snippet = (visitor, language) =>
  panel(visitor).getByRole("group", { name: language, includeHidden: true }).locator("pre");
const publishedKeys = async () => (await (await fetch(`${world.server.url}/.well-known/jwks.json`)).json()).keys;

/** A person with a client, on the page of the client. */
async function withClient(visitor, organization) {
  const at = `/orgs/${organization.toLowerCase()}/clients`;
  const person = await visitor.signUp({ organization });
  const secret = await visitor.issue({ name: "Invoices", scopes: ["credentials:read"], at, button: "Issue client" });
  await visitor.stored(at);
  const page = await visitor.openRow("Invoices");
  return { person, secret, page, id: new URL(page).pathname.split("/").at(-1) };
}

// The first person who signs up is the operator of the installation.
world.journey("the operator rotates the signing keys, and nobody else finds them", async (ada) => {
  const { person } = await withClient(ada, "Operator");
  await ada.page.getByRole("button", { name: "Get a test token" }).click();
  await ada.page.getByLabel("Test token", { exact: true }).waitFor();
  assert.equal((await publishedKeys()).length, 1);

  await ada.page.getByRole("button", { name: /your account/ }).click();
  await ada.page.getByRole("link", { name: "Signing keys" }).click();
  await ada.landsOn("/platform/signing-keys");
  await ada.rows().first().getByText("Current").waitFor();
  await ada.page.getByRole("button", { name: "Rotate", exact: true }).click();
  await ada.page.getByText(/They take over in ten minutes/).waitFor();
  assert.equal((await publishedKeys()).length, 2);
  assert.equal(await ada.rows().count(), 2);
  await ada.page.getByRole("button", { name: "Rotate", exact: true }).click();
  await ada.page.getByText(/published already/).waitFor();
  assert.equal((await publishedKeys()).length, 2);

  await ada.page.getByRole("link", { name: /Emergency rotation/ }).click();
  await ada.landsOn("/platform/signing-keys/emergency");
  await ada.page.getByLabel(/to confirm/).fill("yes");
  await ada.page.getByRole("button", { name: "Replace the keys now" }).click();
  await ada.page.getByText(/Nothing was changed/).waitFor();
  await ada.page.getByLabel(/to confirm/).fill("rotate");
  await ada.page.getByRole("button", { name: "Replace the keys now" }).click();
  await ada.page.getByText(/Every key was replaced/).waitFor();
  assert.equal((await publishedKeys()).length, 1);
  await ada.open("/orgs/operator/audit");
  await ada.page.getByText(/replaced the ES256 signing key at once/).waitFor();

  const plain = await world.visitor(PLAIN);
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
  await plain.open("/platform/signing-keys");
  await plain.page.getByRole("button", { name: "Rotate", exact: true }).click();
  await plain.page.getByText(/They take over in ten minutes/).waitFor();
  assert.equal((await publishedKeys()).length, 2);
  plain.assertQuiet();
  await plain.leave();

  const eve = await world.visitor();
  await eve.signUp({ organization: "Elsewhere" });
  eve.expect(/status of 404/);
  await eve.page.getByRole("button", { name: /your account/ }).click();
  assert.equal(await eve.page.getByRole("link", { name: "Signing keys" }).count(), 0);
  for (const path of ["/platform/signing-keys", "/platform/signing-keys/emergency"]) {
    assert.equal((await eve.open(path)).status(), 404);
  }
  await eve.leave();
});

world.journey("the copied command gets a token, and a test token is shown once and works", async (ada) => {
  const { secret, id, page } = await withClient(ada, "Tokens");
  await panel(ada).getByText(`${world.server.url}/oauth/token`).first().waitFor();
  const command = await snippet(ada, "curl").textContent();
  assert.ok(!(await ada.page.content()).includes(secret));
  const issued = await inShell(command.replace("curl", "curl --silent"), { CLIENT_SECRET: secret });
  assert.equal(issued.scope, "credentials:read");
  const list = `${world.server.url}/v1/orgs/tokens/credentials`;
  assert.equal((await curl(list, ...bearer(issued.access_token))).status, 200);
  for (const language of ["Python", "JavaScript", "Rust"]) {
    await panel(ada).getByRole("radio", { name: language }).check();
    const text = await snippet(ada, language).textContent();
    assert.ok(text.includes(id) && text.includes("CLIENT_SECRET"), language);
    assert.equal(await snippet(ada, "curl").isVisible(), false);
  }

  await ada.page.getByRole("button", { name: "Get a test token" }).click();
  const field = ada.page.getByLabel("Test token", { exact: true });
  await field.waitFor();
  const token = await field.inputValue();
  await ada.page.getByText(/This token ends in 60 seconds/).waitFor();
  await ada.page.getByRole("region", { name: "Claims" }).getByText(id).first().waitFor();
  const found = await introspect(id, secret, token);
  assert.equal(found.active, true);
  assert.ok(found.exp - found.iat <= 60);
  await ada.open(page);
  assert.deepEqual(await traces(ada.page, token), []);
  await ada.page.getByText(/got a test access token of/).waitFor();
});

world.journey("a client with its own key is told which key signs what", async (ada) => {
  const at = "/orgs/signers/clients";
  await ada.signUp({ organization: "Signers" });
  await ada.issueWithKey({ name: "Payroll", jwk: keyPair().jwk, at });
  await ada.openRow("Payroll");
  const kid = await ada.page.getByRole("region", { name: "Public keys" }).getByRole("rowheader").first().textContent();
  assert.ok((await snippet(ada, "Python").textContent()).includes(kid));
  assert.ok(!(await panel(ada).textContent()).includes("CLIENT_SECRET"));
  await ada.page.getByRole("button", { name: "Get a test token" }).click();
  await ada.page.getByLabel("Test token", { exact: true }).waitFor();
});

world.journey("a token works at the token endpoint with the command on its page", async (ada) => {
  await ada.signUp({ organization: "People" });
  const token = await ada.issue({ name: "Laptop" });
  await ada.stored();
  await ada.openToken("Laptop");
  const command = await ada.page.getByRole("region", { name: "As an OAuth client" }).locator("code").first().textContent();
  const issued = await inShell(command.replace("curl", "curl --silent"), { MINTMARK_TOKEN: token });
  assert.equal(issued.scope, "credentials:read");
});

world.journey("a token is transferred to a service account after a dry run, and goes on working", async (ada) => {
  await ada.signUp({ organization: "Handover" });
  const token = await ada.issue({ name: "Nightly" });
  await ada.stored();
  await ada.issue({ name: "Checkout", at: "/orgs/handover/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/handover/api-keys");
  await ada.open("/orgs/handover/service-accounts/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("ci");
  await ada.page.getByRole("button", { name: "Create service account" }).click();
  await ada.landsOn(/\/service-accounts\/svc_[^/]+$/);
  const me = async () => (await curl(`${world.server.url}/v1/me`, ...bearer(token))).json();

  await ada.open("/orgs/handover/credentials");
  for (const name of ["Nightly", "Checkout"]) await ada.row(name).getByRole("checkbox").check();
  await ada.page.getByRole("button", { name: /^Transfer/ }).click();
  await ada.landsOn(/\/bulk$/);
  await ada.page.getByLabel("Service account").selectOption({ label: "ci" });
  await ada.page.getByRole("button", { name: "Show what would happen" }).click();
  await ada.page.getByRole("heading", { level: 1, name: "Transfer 1 token to ci?" }).waitFor();
  await ada.page.getByText(/Only personal access tokens are transferred/).waitFor();
  assert.notEqual((await me()).user, null, "a dry run changes nothing");
  await ada.page.getByRole("button", { name: "Transfer 1 credential" }).click();
  await ada.landsOn("/orgs/handover/credentials");
  assert.equal((await me()).service_account.name, "ci");
  await ada.open("/orgs/handover/audit?action=credential.transferred");
  await ada.page.getByText(/transferred/).filter({ visible: true }).first().waitFor();
});

world.journey("without script the lines are all there, and no test token is", async (plain) => {
  const maker = await world.visitor();
  const { person, page } = await withClient(maker, "Scriptless");
  await maker.leave();
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
  await plain.open(page);
  assert.ok(await snippet(plain, "curl").isVisible());
  await panel(plain).getByRole("radio", { name: "Rust" }).check();
  assert.ok(await snippet(plain, "Rust").isVisible());
  assert.ok(await plain.page.getByRole("button", { name: "Get a test token" }).isDisabled());
}, PLAIN);
