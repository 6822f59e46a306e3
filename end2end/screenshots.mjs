// Takes docs/screenshots: pages at 1280 and 390 pixels, light and dark, for a person with a few credentials of each
// kind.
import { mkdir } from "node:fs/promises";
import { Server, bearer, curl, launchBrowser } from "./harness.mjs";
import { inviteAndJoin } from "./joining.mjs";
import { keyPair } from "./keys.mjs";
import { Visitor } from "./visitor.mjs";

const folder = new URL("../docs/screenshots/", import.meta.url).pathname;
const LOOKS = ["light", "dark"].flatMap((colorScheme) => [1280, 390].map((width) => ({ colorScheme, width })));
const LONG = "Warehouse reconciliation between the northern and southern depots, nightly, with retries and a report to the floor managers";

const KEYS = "/orgs/acme/api-keys";
const CONTACTS = {
  openapi: "3.1.0",
  components: {
    securitySchemes: {
      oauth: {
        type: "oauth2",
        flows: {
          clientCredentials: {
            tokenUrl: "https://api.acme.test/token",
            scopes: { "contacts:read": "Read contacts", "contacts:write": "Add, change and delete contacts" },
          },
        },
      },
    },
  },
  paths: {
    "/contacts": {
      get: { operationId: "contacts.list", security: [{ oauth: ["contacts:read"] }] },
      post: { operationId: "contacts.create", security: [{ oauth: ["contacts:write"] }] },
    },
    "/contacts/{id}": {
      get: { operationId: "contacts.show", security: [{ oauth: ["contacts:read"] }] },
      delete: { operationId: "contacts.delete", security: [{ oauth: ["contacts:write"] }] },
    },
    "/me/favorites": {
      get: {
        operationId: "favorites.list",
        security: [{ oauth: ["contacts:read"] }],
        "x-mintmark-user-context": "required",
      },
    },
  },
};

const server = await Server.start();
const browser = await launchBrowser();
const ada = await Visitor.arrive({ server, browser });

/** Takes screenshots of the visitor's page in every width and theme, from the top or around this heading. */
async function take(name, heading, { page } = ada) {
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    if (heading) {
      const element = page.getByRole("heading", { name: heading, exact: true });
      await element.evaluate((found) => found.scrollIntoView({ block: "center" }));
    }
    await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png`, animations: "disabled" });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

try {
  await mkdir(folder, { recursive: true });
  await ada.open("/sign-in");
  await take("sign-in");
  await ada.signUp({ name: "Ada Lovelace", email: "ada@acme.test", organization: "Acme" });
  await take("list-empty");

  const used = await ada.issue({ name: "Nightly export", scopes: ["credentials:read", "audit:read", "members:read"] });
  await ada.stored();
  await ada.issue({ name: LONG });
  await ada.stored();
  await ada.issue({ name: "Old laptop" });
  await ada.stored();
  await ada.revoke("Old laptop");
  await curl(`${server.url}/v1/me`, ...bearer(used));
  await ada.open("/settings/tokens/new");
  await ada.page.getByLabel("Name").fill("CRM sync");
  await ada.scope("credentials:read").check();
  await take("issue");
  await ada.issue({ name: "CRM sync" });
  await take("reveal");
  await ada.stored();
  await ada.eventually(async () => {
    await ada.open("/settings/tokens");
    return (await ada.row("Nightly export").getByText(/now|second|minute/).count()) > 0;
  }, "the used token shows its use");
  await take("list");
  await ada.openToken("Nightly export");
  await take("detail");
  await ada.page.getByRole("link", { name: "Revoke token" }).click();
  await ada.landsOn(/\/revoke$/);
  await take("revoke");
  await ada.open("/settings/sessions");
  await take("sessions");

  await ada.open("/orgs/acme/apis/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("Contacts");
  await ada.page.getByLabel("Audience").fill("https://api.acme.test");
  await ada.page.getByRole("button", { name: "Define API" }).click();
  await ada.landsOn(/\/apis\/api_[^/]+$/);
  await ada.page.getByText("Import OpenAPI", { exact: true }).click();
  await ada.page.getByLabel("OpenAPI document").fill(JSON.stringify(CONTACTS));
  await ada.page.getByRole("button", { name: "Import", exact: true }).click();
  await ada.page.getByText("contacts.create").waitFor();
  await ada.open(ada.page.url().split("?")[0]);
  await take("api");
  await ada.open("/settings/new-credential?op=contacts.list&op=contacts.create&name=CRM+sync");
  await take("chooser");

  await ada.issue({ name: "CRM sync", scopes: ["contacts:read", "contacts:write"], at: KEYS, button: "Issue API key" });
  await ada.stored(KEYS);
  await ada.issue({ name: "Status page", at: KEYS, button: "Issue API key" });
  await ada.stored(KEYS);
  await ada.issue({ name: "Invoices", scopes: ["contacts:read"], at: "/orgs/acme/clients", button: "Issue client" });
  await ada.stored("/orgs/acme/clients");
  await ada.open(KEYS);
  const key = await ada.openRow("CRM sync");
  await ada.open(`${key}/roll`);
  await take("roll");
  await ada.open(key);
  const rolled = await ada.roll();
  await curl(`${server.url}/v1/me`, ...bearer(rolled));
  await ada.stored(/\/key_[^/]+$/);
  await ada.eventually(async () => {
    await ada.open(key);
    return (await ada.page.getByRole("button", { name: "Cancel roll" }).count()) === 0;
  }, "the first use of the new secret is seen");
  await take("rolling", "Secrets");
  await curl(`${server.url}/v1/orgs/acme/audit-events`, ...bearer(rolled));
  await ada.eventually(async () => {
    await ada.open(key);
    return (await ada.page.getByText("audit:read was missing").count()) > 0;
  }, "what it was refused shows");
  await take("usage", "Usage");
  await take("history", "History");
  await ada.open("/orgs/acme/credentials");
  await take("inventory");
  await ada.open("/orgs/acme/credentials?kind=api_key");
  await ada.page.getByLabel("Keep this view as").fill("API keys");
  await ada.page.getByRole("button", { name: "Keep view" }).click();
  await ada.page.getByRole("navigation", { name: "Saved views" }).getByRole("link").waitFor();
  await ada.open("/orgs/acme/credentials?kind=client");
  await ada.page.getByLabel("Keep this view as").waitFor();
  await take("views");
  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox", { name: "Page, action or credential" }).waitFor();
  await take("palette-empty");
  await ada.page.keyboard.type("crm");
  await ada.page.getByRole("option", { name: /^CRM sync/ }).first().waitFor();
  await take("palette");
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("?");
  await ada.page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await take("shortcuts");
  await ada.page.keyboard.press("Escape");
  for (const [path, name] of [["/docs", "docs"], ["/docs?kind=client", "docs-client"], ["/docs/verification", "docs-verification"],
    ["/docs/verdicts", "docs-verdicts"], ["/docs/api", "docs-api"], ["/docs/api/api_keys", "docs-api-keys"],
    ["/docs/guides", "docs-guides"], ["/docs/configuration", "docs-guide"]]) {
    await ada.open(path);
    await take(name);
  }
  await ada.open("/orgs/acme/credentials/find");
  await ada.page.getByLabel("Value").fill(rolled);
  await ada.page.getByRole("button", { name: "Find credential" }).click();
  await ada.page.getByText("It belongs to").waitFor();
  await take("find");
  await ada.issueWithKey({ name: "Thermostat line 4", jwk: keyPair().jwk, at: "/orgs/acme/clients" });
  await ada.openRow("Thermostat line 4");
  await ada.page.getByText("Add key", { exact: true }).first().click();
  await ada.page.getByRole("textbox", { name: "Public key" }).fill(JSON.stringify(keyPair().jwk));
  await ada.page.getByRole("button", { name: "Add key" }).click();
  await ada.page.getByText(/^Added/).waitFor();
  await ada.page.getByRole("link", { name: /^Remove key/ }).last().click();
  await ada.page.getByRole("button", { name: "Remove key" }).waitFor();
  await take("keys", "Public keys");
  await ada.open("/orgs/acme/clients");
  await ada.openRow("Invoices");
  await take("client-token", "Get an access token");
  await ada.open("/platform/signing-keys");
  await take("signing-keys");
  await ada.open("/orgs/acme/audit");
  await take("audit");
  const verifier = await ada.issue({ name: "Contacts API", scopes: ["keys:verify"], at: KEYS, button: "Issue API key" });
  await ada.stored(KEYS);
  for (const scope of ["contacts:read", "contacts:read", "contacts:read", "contacts:read", "apis:write"]) {
    const body = JSON.stringify({ token: rolled, scopes: [scope] });
    await curl(`${server.url}/v1/verify`, ...bearer(verifier), "--header", "Content-Type: application/json", "--data", body);
  }
  await ada.open("/orgs/acme/overview");
  await take("overview");
  await ada.open("/orgs/acme/members");
  await ada.page.getByLabel("E-mail address").fill("grace@example.test");
  await ada.page.getByRole("button", { name: "Invite", exact: true }).click();
  await ada.page.getByText("Copy the link and pass it on").waitFor();
  await ada.open("/orgs/acme/members");
  await take("members");
  await ada.open("/orgs/acme/roles/new");
  await take("role-new");
  await ada.page.getByLabel("Name").fill("Key keeper");
  for (const scope of ["api_keys:write", "credentials:read"]) await ada.page.getByRole("checkbox", { name: new RegExp(scope) }).check();
  await ada.page.getByRole("radio", { name: /Everyone/ }).check();
  await ada.page.getByRole("button", { name: "Make role" }).click();
  await ada.landsOn("/orgs/acme/roles");
  await take("roles");
  await ada.open("/orgs/acme/members");
  await ada.openRow("(you)");
  await take("member");
  await ada.open("/orgs/acme/policies/pat?try=1&creators=owner&creators=admin&creators=member&max_life=30&needs_approval=on");
  await take("policy-dry-run");
  await ada.page.getByRole("button", { name: /Announce it/ }).click();
  await ada.landsOn("/orgs/acme/policies");
  await take("policies");
  const grace = await Visitor.arrive({ server, browser });
  const person = await grace.signUp({ name: "Grace Hopper", organization: "Harbor" });
  await grace.open("/settings/tokens/new");
  await grace.page.getByLabel("Name", { exact: true }).fill("Laptop");
  await grace.scope("members:read").check();
  await grace.page.getByRole("radio", { name: "30 days" }).check();
  await grace.page.getByRole("button", { name: "Issue token" }).click();
  await grace.revealed();
  await grace.stored();
  await ada.page.setViewportSize({ width: 1280, height: 800 });
  await inviteAndJoin(ada, grace, person.email, "/orgs/acme/members");
  await grace.open("/settings/tokens/new");
  await grace.page.getByLabel("Name", { exact: true }).fill("Nightly build");
  for (const scope of ["credentials:read", "members:read"]) await grace.scope(scope).check();
  await grace.page.getByRole("radio", { name: "30 days" }).check();
  await grace.page.getByLabel("What it is needed for").fill("The nightly build reads which credentials end soon and opens an issue for each.");
  await grace.page.getByRole("button", { name: "Issue token" }).click();
  await grace.revealed();
  await grace.stored();
  await grace.switchTo("Harbor");
  await grace.openToken("Laptop");
  await grace.page.getByRole("button", { name: "Authorize for Acme" }).click();
  await grace.page.getByText("Asked for.").waitFor();
  await take("token-organizations", "Organizations", grace);
  await grace.leave();
  await ada.open("/orgs/acme/approvals");
  await take("approvals");
  await ada.open("/orgs/acme/organization-authorizations");
  await take("organization-authorizations");
  ada.assertQuiet();
  console.log(`mintmark: pictures are in docs/screenshots`);
} finally {
  await browser.close();
  await server.stop();
}
