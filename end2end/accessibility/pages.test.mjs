// axe-core reports nothing on any page, in light and dark, on wide and narrow screens.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setUp } from "../harness.mjs";
import { inviteAndJoin } from "../joining.mjs";
import { keyPair } from "../keys.mjs";

const world = setUp();
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One line if the page is wider than the window. */
async function overflow(page) {
  const pixels = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return pixels > 0 ? [`scrolls sideways by ${pixels} px`] : [];
}

/** The violations that axe-core finds, and whether the page is too wide; one line each. */
async function findings(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`)),
    ...(await overflow(page)),
  ];
}

/**
 * Runs in the page: waits until it is drawn and all transitions have ended, including those that another one started.
 */
async function drawn() {
  do {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    await new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)));
  } while (document.getAnimations().length > 0);
}

/** Checks a page in every theme and width, and collects all findings before it fails. */
class Review {
  found = [];

  async look({ page }, what) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate(drawn);
        for (const finding of await findings(page)) this.found.push(`${what}, ${colorScheme}, ${width} wide: ${finding}`);
      }
    }
    // A window of 1280 pixels at 200 %.
    await page.setViewportSize({ width: 640, height: 450 });
    await page.evaluate(drawn);
    for (const finding of await overflow(page)) this.found.push(`${what}, at 200 %: ${finding}`);
    if ((await page.locator("h1").count()) !== 1) this.found.push(`${what}: not exactly one main heading`);
    if (!(await page.title())) this.found.push(`${what}: no title`);
  }

  done() {
    assert.deepEqual(this.found, []);
  }
}

for (const path of ["/sign-in", "/sign-up"]) {
  world.journey(`a stranger can use ${path}`, async (stranger) => {
    await stranger.open(path);
    const review = new Review();
    await review.look(stranger, path);
    review.done();
  });
}

// The first person who signs up on a server is its operator.
world.journey("the pages of the operator are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Operator" });
  await ada.issue({ name: "Invoices", scopes: [], at: "/orgs/operator/clients", button: "Issue client" });
  await ada.stored("/orgs/operator/clients");
  await ada.open("/platform/signing-keys");
  await review.look(ada, "the signing keys");
  await ada.page.getByRole("button", { name: "Rotate", exact: true }).click();
  await ada.page.getByRole("status").first().waitFor();
  await review.look(ada, "the signing keys after a rotation");
  await ada.open("/platform/signing-keys/emergency");
  await review.look(ada, "the emergency rotation");
  await ada.page.getByLabel(/to confirm/).fill("no");
  await ada.page.getByRole("button", { name: "Replace the keys now" }).click();
  await ada.page.getByText(/Nothing was changed/).waitFor();
  await review.look(ada, "the emergency rotation refused");
  review.done();
});

world.journey("a page that is not there is as accessible as the others", async (ada) => {
  ada.expect(/status of 404/);
  await ada.signUp();
  assert.equal((await ada.open("/settings/nothing-here")).status(), 404);
  const review = new Review();
  await review.look(ada, "the page for what is not there");
  review.done();
});

world.journey("every page of a person with tokens is accessible", async (ada) => {
  const review = new Review();
  await ada.signUp();
  await review.look(ada, "the empty list");
  await ada.open("/settings/tokens/new");
  await review.look(ada, "the issue form");
  ada.expect(/status of 422/);
  await ada.page.getByRole("button", { name: "Issue token" }).click();
  await review.look(ada, "the issue form with errors");
  await ada.issue({ name: "Night shift" });
  await review.look(ada, "the reveal dialog");
  await ada.stored();
  await ada.open("/settings/tokens");
  await review.look(ada, "the list");
  await ada.openToken("Night shift");
  await review.look(ada, "the token's page");
  await ada.page.getByRole("link", { name: "Revoke token" }).click();
  await ada.landsOn(/\/revoke$/);
  await review.look(ada, "the revoke page");
  for (const path of ["/settings/sessions", "/settings/orgs/new"]) {
    await ada.open(path);
    await review.look(ada, path);
  }
  review.done();
});

world.journey("every page about API keys and clients is accessible", async (ada) => {
  const review = new Review();
  const list = "/orgs/keys/api-keys";
  await ada.signUp({ organization: "Keys" });
  for (const path of [list, `${list}/new`, "/orgs/keys/clients", "/orgs/keys/clients/new"]) {
    await ada.open(path);
    await review.look(ada, `${path}, without any`);
  }
  await ada.issue({ name: "CRM sync", at: list, button: "Issue API key" });
  await review.look(ada, "the reveal dialog of an API key");
  await ada.stored(list);
  await review.look(ada, "the list of API keys");
  const page = await ada.openRow("CRM sync");
  await review.look(ada, "the API key's page");
  await ada.open(`${page}/roll`);
  await review.look(ada, "the roll form");
  await ada.open(page);
  await ada.roll();
  await ada.stored(/\/key_[^/]+$/);
  await review.look(ada, "the API key's page while it is rolled");
  await ada.open(`${page}/revoke`);
  await review.look(ada, "the API key's revoke page");
  await ada.issue({ name: "Invoices", at: "/orgs/keys/clients", button: "Issue client" });
  await ada.stored("/orgs/keys/clients");
  await ada.openRow("Invoices");
  await review.look(ada, "the client's page");
  await ada.page.getByRole("button", { name: "Get a test token" }).click();
  await ada.page.getByLabel("Test token", { exact: true }).waitFor();
  await review.look(ada, "the client's page with a test token");
  review.done();
});

world.journey("the keys of a client, and being asked before one is removed, are accessible", async (ada) => {
  const review = new Review();
  const at = "/orgs/signing/clients";
  await ada.signUp({ organization: "Signing" });
  await ada.issueWithKey({ name: "Invoices", jwk: keyPair().jwk, at });
  const page = await ada.openRow("Invoices");
  await ada.page.getByText("Add key", { exact: true }).first().click();
  ada.expect(/status of 422/);
  await ada.page.getByRole("textbox", { name: "Public key" }).fill("{}");
  await ada.page.getByRole("button", { name: "Add key" }).click();
  await ada.page.getByText(/Paste a JWK/).waitFor();
  await review.look(ada, "the form for a key, with what is wrong with it");
  await ada.page.getByRole("textbox", { name: "Public key" }).fill(JSON.stringify(keyPair().jwk));
  await ada.page.getByRole("button", { name: "Add key" }).click();
  await ada.page.getByText(/^Added/).waitFor();
  await ada.open(page);
  await review.look(ada, "the client's keys");
  await ada.page.getByRole("link", { name: /^Remove key/ }).first().click();
  await ada.page.getByRole("button", { name: "Remove key" }).waitFor();
  await review.look(ada, "being asked before a key is removed");
  review.done();
});

world.journey("the inventory, its dry run and the audit log are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Inventory" });
  await ada.issue({ name: "Laptop" });
  await ada.stored();
  const key = await ada.issue({ name: "Checkout", at: "/orgs/inventory/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/inventory/api-keys");
  await ada.open("/orgs/inventory/credentials?kind=client");
  await review.look(ada, "the inventory with a filter that nothing fits");
  await ada.open("/orgs/inventory/credentials");
  await review.look(ada, "the inventory");
  await ada.page.getByRole("button", { name: "Actions for Checkout" }).click();
  await ada.page.getByRole("link", { name: "Revoke API key" }).waitFor();
  await review.look(ada, "the inventory with the menu of a row");
  await ada.row("Checkout").getByRole("checkbox").check();
  await ada.page.getByRole("button", { name: /^Disable/ }).click();
  await ada.landsOn(/\/bulk$/);
  await review.look(ada, "the dry run");
  await ada.open("/orgs/inventory/credentials/bulk?action=transfer&all=1");
  await review.look(ada, "handing over without a service account");
  await ada.open("/orgs/inventory/service-accounts/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("ci");
  await ada.page.getByRole("button", { name: "Create service account" }).click();
  await ada.landsOn(/\/svc_[^/]+$/);
  await ada.open("/orgs/inventory/credentials/bulk?action=transfer&all=1");
  await review.look(ada, "choosing who gets the tokens");
  await ada.page.getByRole("button", { name: "Show what would happen" }).click();
  await ada.page.getByRole("heading", { name: /^Transfer 1 token/ }).waitFor();
  await review.look(ada, "the dry run of handing over");
  await ada.open("/orgs/inventory/audit");
  await review.look(ada, "the audit log");
  await ada.page.getByRole("link", { name: /^details of event/ }).first().click();
  await ada.page.getByRole("heading", { name: /^Event \d+$/ }).waitFor();
  await review.look(ada, "an event as it is stored");
  for (const [value, what] of [["nothing", "a value that is none"], [key, "a value that was found"]]) {
    await ada.open("/orgs/inventory/credentials/find");
    await review.look(ada, "finding by value");
    await ada.page.getByLabel("Value").fill(value);
    await ada.page.getByRole("button", { name: "Find credential" }).click();
    await ada.page.getByRole("status").first().waitFor();
    await review.look(ada, what);
  }
  review.done();
});

world.journey("the chooser, APIs and service accounts are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Catalog" });
  for (const path of ["/settings/new-credential", "/settings/new-credential?op=me.tokens.issue"]) {
    await ada.open(path);
    await review.look(ada, path);
  }
  for (const path of ["/orgs/catalog/apis", "/orgs/catalog/apis/new"]) {
    await ada.open(path);
    await review.look(ada, path);
  }
  await ada.page.getByLabel("Name", { exact: true }).fill("Contacts");
  await ada.page.getByLabel("Audience").fill("https://api.catalog.test");
  await ada.page.getByRole("button", { name: "Define API" }).click();
  await ada.landsOn(/\/apis\/api_[^/]+$/);
  for (const summary of await ada.page.locator("summary").all()) await summary.click();
  await review.look(ada, "an API's page with its forms open");
  await ada.open("/orgs/catalog/apis");
  await ada.openRow("Mintmark management API");
  await review.look(ada, "the page of Mintmark's own API");
  for (const path of ["/orgs/catalog/service-accounts", "/orgs/catalog/service-accounts/new"]) {
    await ada.open(path);
    await review.look(ada, path);
  }
  await ada.page.getByLabel("Name", { exact: true }).fill("ci");
  await ada.page.getByRole("button", { name: "Create service account" }).click();
  await ada.landsOn(/\/service-accounts\/svc_[^/]+$/);
  await review.look(ada, "a service account without tokens");
  const account = new URL(ada.page.url()).pathname;
  await ada.issue({ name: "build", at: `${account}/tokens` });
  await ada.stored(account);
  await review.look(ada, "a service account with a token");
  await ada.open("/orgs/catalog/service-accounts");
  await review.look(ada, "the list of service accounts");
  review.done();
});

world.journey("the overview and the members are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Desk" });
  await ada.open("/orgs/desk/overview");
  await review.look(ada, "the overview without calls");
  for (const summary of await ada.page.locator("summary").all()) await summary.click();
  await review.look(ada, "the overview's table");
  await ada.open("/orgs/desk/members");
  await review.look(ada, "the members");
  await ada.open("/orgs/desk/offboarding");
  await review.look(ada, "former members, of whom there are none");
  await ada.open("/orgs/desk/members");
  await ada.page.getByLabel("E-mail address").fill("grace@example.test");
  await ada.page.getByRole("button", { name: "Invite", exact: true }).click();
  await ada.page.getByText("Copy the link and pass it on").waitFor();
  await review.look(ada, "the members with an invitation");
  await ada.openRow("(you)");
  await review.look(ada, "one member");
  ada.expect(/status of 404/);
  await ada.open("/invitations/inv_00000000000000000000000000/0");
  await review.look(ada, "an invitation that is not there");
  review.done();
});

world.journey("roles are accessible, with none, while one is made, with a mistake, and with one", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Roles" });
  await ada.open("/orgs/roles/roles");
  await review.look(ada, "roles, none of its own");
  await ada.page.getByRole("link", { name: "Make a role" }).first().click();
  await ada.landsOn("/orgs/roles/roles/new");
  await review.look(ada, "making a role");
  ada.expect(/status of 422/);
  await ada.page.getByLabel("Name").fill("Owner");
  await ada.page.getByRole("button", { name: "Make role" }).click();
  await ada.page.getByText("Every organization has a role of this name").waitFor();
  await review.look(ada, "a role with a mistake");
  await ada.page.getByLabel("Name").fill("Support ".repeat(24));
  await ada.page.getByRole("checkbox", { name: /audit:read/ }).check();
  await ada.page.getByRole("button", { name: "Make role" }).click();
  await ada.page.getByText("Saved. It counts from the next call.").waitFor();
  await review.look(ada, "roles, one with a long name");
  await ada.page.getByRole("link", { name: /Support Support/ }).click();
  await ada.page.getByRole("heading", { name: "Delete role" }).waitFor();
  await review.look(ada, "one role");
  review.done();
});

world.journey("policies and approvals are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Rules" });
  await ada.issue({ name: "Nightly export", scopes: ["all"] });
  await ada.stored();
  await ada.open("/orgs/rules/policies/pat?try=1&creators=owner&forbids_all=on&max_life=lots");
  await review.look(ada, "a policy with a mistake");
  await ada.open("/orgs/rules/policies/pat?try=1&creators=owner&creators=member&forbids_all=on&needs_approval=on");
  await review.look(ada, "a policy that was tried");
  await ada.page.getByRole("button", { name: /Announce it/ }).click();
  await ada.landsOn("/orgs/rules/policies");
  await review.look(ada, "policies, one of them announced");
  await ada.openToken("Nightly export");
  await review.look(ada, "a token that a policy is going to block");
  await ada.open("/orgs/rules/approvals");
  await review.look(ada, "approvals with nothing to decide");
  const grace = await world.visitor();
  const person = await grace.signUp();
  await inviteAndJoin(ada, grace, person.email, "/orgs/rules/members");
  await grace.open("/settings/tokens/new");
  await review.look(grace, "issuing a token that needs approval");
  await grace.page.getByLabel("Name", { exact: true }).fill("CI deploy");
  await grace.page.getByLabel("What it is needed for").fill("The nightly deployment");
  await grace.page.getByRole("button", { name: "Issue token" }).click();
  await grace.revealed();
  await grace.stored();
  await grace.openToken("CI deploy");
  await review.look(grace, "a token that waits for approval");
  await grace.leave();
  await ada.open("/orgs/rules/approvals");
  await ada.page.getByText("Deny", { exact: true }).click();
  await review.look(ada, "a request to decide");
  review.done();
});

world.journey("tokens in two organizations are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Harbor" });
  await ada.open("/orgs/harbor/organization-authorizations");
  await review.look(ada, "authorized tokens, of which there are none");
  await ada.open("/orgs/harbor/policies/pat?try=1&creators=owner&creators=member&needs_approval=on");
  await ada.page.getByRole("button", { name: "Save policy" }).click();
  await ada.landsOn("/orgs/harbor/policies");
  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Lighthouse" });
  for (const name of ["Laptop", "Desktop"]) {
    await grace.issue({ name });
    await grace.revealed();
    await grace.stored();
  }
  await inviteAndJoin(ada, grace, person.email, "/orgs/harbor/members");
  await grace.switchTo("Lighthouse");
  for (const name of ["Laptop", "Desktop"]) {
    await grace.openToken(name);
    await grace.open(`${new URL(grace.page.url()).pathname}?authorize=harbor`);
    await grace.page.getByRole("button", { name: "Authorize token" }).waitFor();
    await review.look(grace, `a token that another organization asks for: ${name}`);
    await grace.page.getByRole("button", { name: "Authorize token" }).click();
    await grace.page.getByText("Waits for approval").waitFor();
  }
  await review.look(grace, "a token that waits in another organization");
  await grace.leave();
  await ada.open("/orgs/harbor/organization-authorizations");
  await ada.page.getByRole("button", { name: "Approve" }).first().click();
  await ada.page.getByText("Approved. It works here from now on").waitFor();
  await ada.page.getByText("Deny", { exact: true }).click();
  await review.look(ada, "authorized tokens, one of which waits");
  await ada.page.getByRole("link", { name: /Take back/ }).click();
  await ada.page.getByRole("button", { name: "Take back token" }).waitFor();
  await review.look(ada, "taking back a token");
  review.done();
});

world.journey("the palette and the list of shortcuts are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Palette" });
  await ada.issue({ name: "Checkout", at: "/orgs/palette/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/palette/api-keys");
  const field = ada.page.getByRole("combobox", { name: "Page, action or credential" });
  await ada.page.keyboard.press("Control+k");
  await field.waitFor();
  await review.look(ada, "the palette");
  await field.fill("checkout");
  await ada.page.getByRole("option", { name: /^Checkout/ }).waitFor();
  await review.look(ada, "the palette with what it found");
  await field.fill("no such thing");
  await ada.page.getByText(/^Nothing found/).waitFor();
  await review.look(ada, "the palette that found nothing");
  await field.fill("mint_pat_0000000000");
  await ada.page.getByText(/looks like a secret/).waitFor();
  await review.look(ada, "the palette with a secret in it");
  await ada.page.keyboard.press("Escape");
  await field.waitFor({ state: "hidden" });
  await ada.page.keyboard.press("?");
  await ada.page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await review.look(ada, "the list of shortcuts");
  review.done();
});

world.journey("saved views and a filter that is none are accessible", async (ada) => {
  const review = new Review();
  await ada.signUp({ organization: "Kept" });
  await ada.open("/orgs/kept/credentials?kind=client&status=asleep");
  await ada.page.getByRole("button", { name: "Keep view" }).click();
  await ada.page.getByText("Give the view a name.").waitFor();
  await review.look(ada, "a view without a name");
  await ada.page.getByLabel("Keep this view as").fill("Clients that nobody has used for a long time, in test");
  await ada.page.getByRole("button", { name: "Keep view" }).click();
  await ada.page.getByRole("navigation", { name: "Saved views" }).getByRole("link").waitFor();
  await review.look(ada, "a view that is kept");
  review.done();
});

world.journey("the documentation is accessible, before and after signing in", async (ada) => {
  const review = new Review();
  const paths = ["/docs", "/docs?kind=client", "/docs/verification", "/docs/verdicts", "/docs/api", "/docs/api/api_keys", "/docs/api/oauth",
    "/docs/guides", "/docs/configuration", "/docs/security"];
  await ada.open("/docs");
  await review.look(ada, "the documentation for strangers");
  await ada.signUp({ organization: "Reading" });
  for (const path of paths) {
    await ada.open(path);
    await review.look(ada, path);
  }
  await ada.open("/docs/verdicts#revoked");
  await review.look(ada, "a verdict that was linked to");
  review.done();
});
