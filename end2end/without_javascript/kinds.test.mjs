// Without script, people can read, rename, narrow, disable, enable and revoke every kind of credential. They can find a
// value, change client keys and export the audit log.
//
// Only actions that would show a secret are rejected, before anything is written.
import assert from "node:assert/strict";
import { bearer, curl, setUp } from "../harness.mjs";
import { keyPair } from "../keys.mjs";

const world = setUp();
const PLAIN = { javaScriptEnabled: false };
const KINDS = [
  { path: () => "/settings/tokens", button: "Issue token", noun: "token", name: "Laptop" },
  { path: (org) => `/orgs/${org}/api-keys`, button: "Issue API key", noun: "API key", name: "Checkout" },
  { path: (org) => `/orgs/${org}/clients`, button: "Issue client", noun: "client", name: "Invoices" },
];

/** A person with one credential of a kind, created in a browser with script. */
async function someoneWith({ path, button, name }, organization, scopes) {
  const maker = await world.visitor();
  const person = await maker.signUp({ organization });
  const list = path(organization.toLowerCase());
  const secret = await maker.issue({ name, scopes, at: list, button });
  await maker.stored(list);
  await maker.leave();
  return { person, secret, list };
}

async function comeIn(plain, person) {
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
}

for (const [index, kind] of KINDS.entries()) {
  const { noun, name } = kind;

  world.journey(`${noun}: it is read, changed, switched off and on, and revoked`, async (plain) => {
    const organization = `Plain${index}`;
    const { person, secret, list } = await someoneWith(kind, organization, ["credentials:read", "audit:read"]);
    await comeIn(plain, person);
    await plain.open(list);
    await plain.row(name).getByText("Active").waitFor();
    const address = await plain.openRow(name);
    const main = plain.page.getByRole("main");
    const usage = plain.page.getByRole("region", { name: "Usage" });
    await usage.getByText("It has never been used.").waitFor();
    await plain.page.getByRole("region", { name: "History" }).getByText(/issued the/).waitFor();

    await plain.page.getByLabel("Name", { exact: true }).fill("Renamed");
    await plain.page.getByRole("button", { name: "Save changes" }).click();
    await main.getByRole("heading", { level: 1, name: "Renamed" }).waitFor();
    await plain.page.getByText("Change scopes and limits").click();
    await plain.scope("audit:read").uncheck();
    await plain.page.getByRole("button", { name: "Save scopes and limits" }).click();
    const details = plain.page.getByRole("region", { name: "Details" });
    await details.getByText("credentials:read").waitFor();
    assert.equal(await details.getByText("audit:read").count(), 0);

    await plain.page.getByRole("button", { name: `Disable ${noun}` }).click();
    await details.getByText("Disabled", { exact: true }).first().waitFor();
    if (noun !== "client") assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(secret))).status, 401);
    await plain.page.getByRole("button", { name: `Enable ${noun}` }).click();
    await details.getByText("Active").waitFor();
    if (noun !== "client") {
      assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(secret))).status, 200);
      await plain.eventually(async () => {
        await plain.open(address);
        return (await usage.getByText("It has never been used.").count()) === 0;
      }, "the use shows, so that revoking asks for the name");
    }

    await plain.open(`${address}/revoke`);
    const typed = plain.page.getByLabel(/to confirm/);
    if (await typed.count()) await typed.fill("Renamed");
    await plain.page.getByRole("button", { name: `Revoke ${noun}` }).click();
    await plain.landsOn(list);
    await plain.row("Renamed").getByText("Revoked").waitFor();
  }, PLAIN);

  world.journey(`${noun}: issuing and rolling is refused before anything is written`, async (plain) => {
    const { person, list } = await someoneWith(kind, `Refused${index}`, ["credentials:read"]);
    await comeIn(plain, person);
    await plain.open(`${list}/new`);
    await plain.page.getByText(/Turn script on/).first().waitFor();
    assert.ok(await plain.page.getByRole("button", { name: kind.button }).isDisabled());
    await plain.open(list);
    assert.equal(await plain.rows().count(), 1);
    const address = await plain.openRow(name);
    await plain.open(`${address}/roll`);
    await plain.page.getByText(/Turn script on/).first().waitFor();
    assert.ok(await plain.page.getByRole("button", { name: /Roll and show/ }).isDisabled());
    // Also rejected if the form is posted anyway, with a token of the page:
    const token = await plain.page.locator("meta[name=form-token]").getAttribute("content");
    const id = new URL(address).pathname.split("/").at(-1);
    for (const [path, form] of [
      ["/_fn/issue-credential", { at: list, "draft[name]": "By force" }],
      ["/_fn/roll-credential", { at: list, id, overlap_seconds: "0" }],
    ]) {
      const answer = await plain.page.request.post(path, { form, headers: { origin: plain.url, accept: "text/html", "x-form-token": token }, maxRedirects: 0 });
      assert.ok(!/mint_(pat|key|cs)_[0-9A-Za-z]{20}/.test(await answer.text()), path);
    }
    await plain.open(list);
    assert.equal(await plain.rows().count(), 1);
    await plain.open(address);
    assert.equal(await plain.page.getByRole("button", { name: "Cancel roll" }).count(), 0);
  }, PLAIN);
}

world.journey("a value is found by a form that posts it", async (plain) => {
  const { person, secret } = await someoneWith(KINDS[1], "Finder", ["credentials:read"]);
  await comeIn(plain, person);
  await plain.open("/orgs/finder/credentials/find");
  await plain.page.getByLabel("Value").fill(secret);
  await plain.page.getByRole("button", { name: "Find credential" }).click();
  await plain.page.getByText("It belongs to").waitFor();
  assert.ok(!plain.page.url().includes(secret) && !(await plain.page.content()).includes(secret));
}, PLAIN);

world.journey("a client's keys are added and removed", async (plain) => {
  const maker = await world.visitor();
  const person = await maker.signUp({ organization: "Keyring" });
  const at = "/orgs/keyring/clients";
  await maker.issueWithKey({ name: "Invoices", jwk: keyPair().jwk, at });
  await maker.leave();
  await comeIn(plain, person);
  await plain.open(at);
  await plain.openRow("Invoices");
  const fresh = keyPair();
  const add = async (jwk) => {
    const field = plain.page.getByRole("textbox", { name: "Public key" });
    if (!(await field.isVisible())) await plain.page.getByText("Add key", { exact: true }).first().click();
    await field.fill(JSON.stringify(jwk));
    await plain.page.getByRole("button", { name: "Add key" }).click();
  };
  await add(fresh.privateJwk);
  await plain.page.getByText(/This is a private key/).waitFor();
  assert.ok(!decodeURIComponent(plain.page.url()).includes(fresh.privateJwk.d));
  assert.ok(!(await plain.page.content()).includes(fresh.privateJwk.d));
  await add(fresh.jwk);
  await plain.page.getByText(/^Added/).waitFor();
  await plain.page.getByRole("link", { name: /^Remove key/ }).first().click();
  await plain.page.getByRole("button", { name: "Remove key" }).click();
  await plain.page.getByText(/^Removed/).waitFor();
  assert.equal(await plain.page.getByRole("link", { name: /^Remove key/ }).count(), 0);
}, PLAIN);
