// Organization authorizations: the owner of a token authorizes it for a second organization, which later revokes that.
import assert from "node:assert/strict";
import { bearer, curl, setUp } from "../harness.mjs";
import { inviteAndJoin } from "../joining.mjs";

const world = setUp();
const LIST = "/orgs/harbor/organization-authorizations";

/** The verdict on a token, for an API with this key. */
async function verdict(key, token) {
  const body = ["--json", JSON.stringify({ token })];
  return (await curl(`${world.server.url}/v1/verify`, ...bearer(key), ...body)).json();
}

world.journey("a token is authorized from the link of a refusal, approved there, and taken back there alone", async (ada) => {
  await ada.signUp({ organization: "Harbor" });
  await ada.issue({ name: "Gateway", scopes: ["keys:verify"], at: "/orgs/harbor/api-keys", button: "Issue API key" });
  const key = await ada.revealed();
  await ada.stored("/orgs/harbor/api-keys");

  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Lighthouse" });
  await grace.issue({ name: "Laptop", scopes: ["members:read", "audit:read"] });
  const token = await grace.revealed();
  await grace.stored();
  assert.equal((await verdict(key, token)).code, "not_found", "she is no member of Harbor");
  await inviteAndJoin(ada, grace, person.email, "/orgs/harbor/members");

  const told = await verdict(key, token);
  assert.deepEqual([told.code, told.credential_id, told.name], ["org_authorization_required", null, null]);
  await ada.open("/orgs/harbor/policies/pat");
  await ada.page.getByRole("checkbox", { name: /Somebody approves it/ }).check();
  await ada.page.getByRole("button", { name: "Try it" }).click();
  await ada.page.getByRole("button", { name: "Save policy" }).click();
  await ada.page.getByText("Saved. New credentials keep it from now on.").waitFor();

  // She acts in Harbor now, and the home organization of the token is Lighthouse.
  const fix = new URL(told.fix_url);
  await grace.open(`${fix.pathname}${fix.search}`);
  await grace.page.getByRole("button", { name: "Change organization and go on" }).click();
  const panel = grace.page.getByRole("region", { name: "Organizations" });
  await panel.getByText("Authorize it for Harbor?").waitFor();
  await panel.getByRole("button", { name: "Authorize token" }).click();
  await grace.page.getByText("Asked for. It works there as soon as").waitFor();
  await panel.getByRole("row", { name: /Harbor/ }).getByText("Waits for approval").waitFor();
  await panel.getByRole("row", { name: /Lighthouse/ }).getByText("Home").waitFor();
  assert.equal((await verdict(key, token)).code, "pending_approval");

  await ada.open("/orgs/harbor/approvals");
  await ada.page.getByRole("link", { name: "Authorized tokens" }).click();
  await ada.landsOn(LIST);
  const request = ada.page.getByRole("region", { name: "Laptop" });
  await request.getByText("members:read", { exact: true }).waitFor();
  await request.getByLabel("Note").fill("For the migration");
  await request.getByRole("button", { name: "Approve" }).click();
  await ada.page.getByText("Approved. It works here from now on").waitFor();
  const valid = await verdict(key, token);
  assert.deepEqual([valid.code, valid.org.slug, valid.scopes], ["valid", "harbor", ["members:read"]]);

  // The preview of a policy in Harbor includes tokens of other home organizations.
  await ada.open("/orgs/harbor/policies/pat");
  await ada.page.getByLabel("Longest life").fill("7");
  await ada.page.getByRole("button", { name: "Try it" }).click();
  await ada.page.getByRole("heading", { name: "It hits 1 of 1 token" }).waitFor();
  await ada.row("Laptop").getByText("Of another organization").waitFor();
  await ada.row("Laptop").getByRole("link", { name: "Laptop" }).click();
  await ada.landsOn(LIST);

  await ada.row("Laptop").getByRole("link", { name: /Take back/ }).click();
  await ada.page.getByText("goes on where it is at home").waitFor();
  await ada.page.getByRole("button", { name: "Take back token" }).click();
  await ada.page.getByText("Taken back. It is refused here from now on.").waitFor();
  assert.equal((await verdict(key, token)).code, "org_authorization_required");
  assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(token))).status, 200, "at home it works");

  await grace.openToken("Laptop");
  await panel.getByRole("row", { name: /Harbor/ }).getByText("Not authorized").waitFor();
  grace.assertQuiet();
  await grace.leave();
});

world.journey("whoever authorizes takes it back from the token's page", async (ada) => {
  await ada.signUp({ organization: "Quay" });
  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Grace's own" });
  await grace.issue({ name: "Laptop" });
  await grace.revealed();
  await grace.stored();
  await inviteAndJoin(ada, grace, person.email, "/orgs/quay/members");
  await grace.switchTo("Grace's own");
  await grace.openToken("Laptop");
  const row = grace.page.getByRole("region", { name: "Organizations" }).getByRole("row", { name: /Quay/ });
  await row.getByRole("button", { name: "Authorize for Quay" }).click();
  await grace.page.getByText("Authorized. It works there from now on.").waitFor();
  await row.getByText("Authorized", { exact: true }).waitFor();
  await ada.open("/orgs/quay/audit");
  await ada.page.getByText(/a token of another organization, to work here/).waitFor();
  await row.getByRole("button", { name: "Take back for Quay" }).click();
  await grace.page.getByText("Taken back. It is refused there from now on.").waitFor();
  await row.getByText("Not authorized").waitFor();
  grace.assertQuiet();
  await grace.leave();
});
