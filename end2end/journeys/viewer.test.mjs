// A viewer sees everything, creates tokens that only read, and sees no other actions. The server rejects forged
// requests.
import assert from "node:assert/strict";
import { bearer, curl, setUp } from "../harness.mjs";
import { inviteAndJoin } from "../joining.mjs";

const world = setUp();

world.journey("a viewer is offered what a viewer may do, and refused the rest", async (ada) => {
  await ada.signUp({ organization: "Quay" });
  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Grace's own" });
  await inviteAndJoin(ada, grace, person.email, "/orgs/quay/members", "viewer");

  await grace.open("/orgs/quay/members");
  const link = (name) => grace.page.getByRole("link", { name, exact: true });
  for (const name of ["Members", "Policies", "APIs & scopes"]) await link(name).waitFor();
  for (const name of ["Overview", "Credentials", "API keys", "M2M clients", "Approvals", "Service accounts", "Audit log"]) {
    assert.equal(await link(name).count(), 0, `${name} is not offered`);
  }
  assert.equal(await grace.page.getByRole("button", { name: "Invite", exact: true }).count(), 0);

  await grace.open("/settings/tokens/new");
  await grace.page.getByLabel("Name", { exact: true }).fill("Wall display");
  assert.ok(await grace.scope("members:write").isDisabled(), "nobody gives what they do not hold");
  await grace.scope("members:read").check();
  await grace.page.getByRole("button", { name: "Issue token" }).click();
  const secret = await grace.revealed();
  await grace.stored();
  assert.equal((await curl(`${world.server.url}/v1/orgs/quay/members`, ...bearer(secret))).status, 200);

  grace.expect(/status of 403/);
  assert.equal((await grace.open("/orgs/quay/audit")).status(), 403);
  assert.equal((await curl(`${world.server.url}/v1/orgs/quay/audit-events`, ...bearer(secret))).status, 403);
  grace.assertQuiet();
  await grace.leave();
});
