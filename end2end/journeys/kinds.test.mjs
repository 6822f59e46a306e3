// API keys and clients: issued, rolled with overlap, disabled, found in the inventory, and told in the audit log.
import assert from "node:assert/strict";
import { bearer, curl, eventually, setUp } from "../harness.mjs";
import { traces } from "../traces.mjs";

const world = setUp();
const me = (secret) => curl(`${world.server.url}/v1/me`, ...bearer(secret));

/** Issues a credential of a kind as far as the open reveal dialog; returns the plain secret read from it. */
async function issue(visitor, path, button, { name, scopes = [] }) {
  await visitor.open(`${path}/new`);
  await visitor.page.getByLabel("Name", { exact: true }).fill(name);
  for (const scope of scopes) await visitor.scope(scope).check();
  await visitor.page.getByRole("button", { name: button }).click();
  return visitor.revealed();
}

async function dismiss(visitor) {
  const dialog = visitor.page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: "I have stored it" }).check();
  await dialog.getByRole("button", { name: "Done" }).click();
}

world.journey("an API key is rolled with overlap: both secrets work until the old one is ended", async (ada) => {
  await ada.signUp({ organization: "Acme" });
  const list = "/orgs/acme/api-keys";
  const old = await issue(ada, list, "Issue API key", { name: "CRM sync", scopes: ["credentials:read"] });
  assert.match(old, /^mint_key_[0-9A-Za-z]{49}$/);
  await dismiss(ada);
  await ada.landsOn(list);
  assert.equal((await me(old)).json().user, null);

  await ada.row("CRM sync").getByRole("link").first().click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  const page = ada.page.url();
  await ada.page.getByRole("link", { name: "Roll", exact: true }).click();
  await ada.landsOn(/\/roll$/);
  await ada.page.getByRole("radio", { name: "3 days" }).check();
  await ada.page.getByRole("button", { name: "Roll and show the new secret" }).click();
  const fresh = await ada.revealed();
  assert.notEqual(fresh, old);
  await dismiss(ada);
  await ada.open(page);
  await ada.page.getByRole("button", { name: "Cancel roll" }).waitFor();
  assert.deepEqual(await traces(ada.page, fresh), []);
  assert.equal((await me(old)).status, 200);

  assert.equal((await me(fresh)).status, 200);
  await eventually(async () => {
    await ada.open(page);
    return (await ada.page.getByRole("button", { name: "Cancel roll" }).count()) === 0;
  }, "the first use of the new secret is seen");
  assert.ok((await me(old)).headers["x-credential-retires-at"], "the old secret says when it retires");
  await ada.page.getByRole("button", { name: "Finish now" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  assert.equal((await me(old)).status, 401);
  assert.equal((await me(fresh)).status, 200);

  await ada.page.getByRole("button", { name: "Disable API key" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  assert.equal((await me(fresh)).status, 401);
  await ada.page.getByRole("button", { name: "Enable API key" }).click();
  await ada.landsOn(/\/api-keys\/key_[^/]+$/);
  assert.equal((await me(fresh)).status, 200);
});

world.journey("every kind is in the inventory, which acts on many after saying what would happen", async (ada) => {
  await ada.signUp({ organization: "Globex" });
  const token = await ada.issue({ name: "Laptop" });
  await ada.stored();
  const key = await issue(ada, "/orgs/globex/api-keys", "Issue API key", { name: "Checkout" });
  await dismiss(ada);
  await ada.landsOn("/orgs/globex/api-keys");
  assert.match(await issue(ada, "/orgs/globex/clients", "Issue client", { name: "Invoices" }), /^mint_cs_/);
  await dismiss(ada);
  await ada.landsOn("/orgs/globex/clients");

  await ada.open("/orgs/globex/credentials");
  for (const name of ["Laptop", "Checkout", "Invoices"]) await ada.row(name).waitFor();
  await ada.open("/orgs/globex/credentials?kind=api_key");
  assert.equal(await ada.rows().count(), 1);

  await ada.row("Checkout").getByRole("checkbox").check();
  await ada.page.getByRole("button", { name: /^Disable/ }).click();
  await ada.landsOn(/\/bulk$/);
  assert.equal((await me(key)).status, 200, "a dry run changes nothing");
  await ada.page.getByRole("button", { name: /^Disable/ }).click();
  await ada.landsOn("/orgs/globex/credentials");
  assert.equal((await me(key)).status, 401);
  assert.equal((await me(token)).status, 200);

  await ada.open("/orgs/globex/audit");
  await ada.page.getByText(/disabled/).first().waitFor();
});

world.journey("the chooser says which kind, and leads to the form filled in", async (ada) => {
  await ada.signUp({ organization: "Initech" });
  await ada.open("/settings/new-credential?op=me.tokens.issue");
  await ada.page.getByText(/act for a person/).first().waitFor();
  await ada.open("/settings/new?kind=api_key&scopes=audit:read&name=Export");
  await ada.landsOn("/orgs/initech/api-keys/new");
  assert.equal(await ada.page.getByLabel("Name", { exact: true }).inputValue(), "Export");
  assert.ok(await ada.scope("audit:read").isChecked());
});

world.journey("an API brings its scopes to the form, and a service account its own tokens", async (ada) => {
  await ada.signUp({ organization: "Hooli" });
  await ada.open("/orgs/hooli/apis/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("Contacts");
  await ada.page.getByLabel("Audience").fill("https://api.hooli.test");
  await ada.page.getByRole("button", { name: /API/ }).click();
  await ada.landsOn(/\/apis\/api_[^/]+$/);

  await ada.open("/orgs/hooli/service-accounts/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("ci");
  await ada.page.getByRole("button", { name: "Create service account" }).click();
  await ada.landsOn(/\/service-accounts\/svc_[^/]+$/);
  await ada.page.getByRole("link", { name: /Issue/ }).first().click();
  await ada.landsOn(/\/tokens\/new$/);
  await ada.page.getByLabel("Name", { exact: true }).fill("build");
  await ada.page.getByRole("button", { name: "Issue token" }).click();
  const token = await ada.revealed();
  await dismiss(ada);
  await ada.landsOn(/\/service-accounts\/svc_[^/]+$/);
  assert.equal((await me(token)).json().service_account.name, "ci");
});
