// Policies and approvals: preview and announce a policy, request approval, decide, and the actions that each role sees.
import assert from "node:assert/strict";
import { bearer, curl, setUp } from "../harness.mjs";
import { inviteAndJoin } from "../joining.mjs";

const world = setUp();
const POLICIES = "/orgs/northwind/policies";

world.journey("an admin tries a policy, sees whom it hits, and announces it; nothing stops working meanwhile", async (ada) => {
  await ada.signUp({ organization: "Northwind" });
  await ada.open("/settings/tokens/new");
  await ada.page.getByLabel("Name", { exact: true }).fill("Nightly export");
  await ada.page.getByRole("radio", { name: "Never expires" }).check();
  await ada.page.getByRole("checkbox", { name: /may work for ever/ }).check();
  await ada.page.getByRole("button", { name: "Issue token" }).click();
  const secret = await ada.revealed();
  await ada.stored();

  await ada.open(POLICIES);
  await ada.page.getByRole("link", { name: /Change the policy for personal access tokens/ }).click();
  await ada.landsOn(`${POLICIES}/pat`);
  await ada.page.getByLabel("Longest life").fill("lots");
  await ada.page.getByRole("button", { name: "Try it" }).click();
  await ada.page.getByText("Write a whole number, or leave it empty").waitFor();
  await ada.page.getByLabel("Longest life").fill("90");
  await ada.page.getByRole("button", { name: "Try it" }).click();
  await ada.page.getByRole("heading", { name: "It hits 1 of 1 token" }).waitFor();
  await ada.row("Nightly export").getByText("Has no end").waitFor();
  await ada.page.getByRole("button", { name: /Announce it; 1 token will be hit/ }).click();
  await ada.landsOn(POLICIES);
  await ada.page.getByText("Ends within 90 days of being issued").waitFor();
  assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(secret))).status, 200, "it works until the notice is over");

  // The page of the token announces the block, and links to an exception.
  await ada.openToken("Nightly export");
  await ada.page.getByText("A policy is going to block it").waitFor();
  await ada.page.getByRole("link", { name: "Let it off for a while" }).click();
  await ada.landsOn(POLICIES);
  await ada.page.getByLabel("Why").fill("Replaced in March");
  await ada.page.getByRole("button", { name: "Make the exception" }).click();
  await ada.page.getByText("The exception counts from the next call").waitFor();
  await ada.row("Nightly export").getByRole("button", { name: /End now/ }).click();
  await ada.page.getByText("Ended. The policy counts again.").waitFor();

  // The form for a new token offers only lifetimes within the policy.
  await ada.open("/settings/tokens/new");
  await ada.page.getByRole("radio", { name: "90 days" }).waitFor();
  assert.equal(await ada.page.getByRole("radio", { name: "Never expires" }).count(), 0, "no life without an end is offered");
});

world.journey("a member asks, an admin approves for less, and the secret they have starts to work", async (ada) => {
  await ada.signUp({ organization: "Southwind" });
  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Grace's own" });
  await inviteAndJoin(ada, grace, person.email, "/orgs/southwind/members");
  assert.equal(await grace.page.getByRole("link", { name: "Approvals" }).count(), 0, "a member is not offered to decide");

  await ada.open("/orgs/southwind/policies/pat");
  await ada.page.getByRole("checkbox", { name: /Somebody approves it/ }).check();
  await ada.page.getByRole("button", { name: "Try it" }).click();
  await ada.page.getByRole("button", { name: "Save policy" }).click();
  await ada.page.getByText("Saved. New credentials keep it from now on.").waitFor();

  await grace.open("/settings/tokens/new");
  await grace.page.getByText("Somebody approves each before it works").waitFor();
  await grace.page.getByLabel("Name", { exact: true }).fill("CI deploy");
  for (const scope of ["credentials:read", "members:read"]) await grace.scope(scope).check();
  grace.expect(/status of 422/);
  await grace.page.getByRole("button", { name: "Issue token" }).click();
  await grace.page.getByText(/Say what it is needed for/).waitFor();
  await grace.page.getByLabel("What it is needed for").fill("The nightly deployment");
  await grace.page.getByRole("button", { name: "Issue token" }).click();
  const secret = await grace.revealed();
  await grace.stored();
  await grace.openToken("CI deploy");
  await grace.page.getByText("It waits for approval").waitFor();
  assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(secret))).status, 401);

  await ada.open("/orgs/southwind/overview");
  await ada.page.getByRole("link", { name: "Approvals 1 waiting" }).click();
  await ada.landsOn("/orgs/southwind/approvals");
  const request = ada.page.getByRole("region", { name: "CI deploy" });
  await request.getByText("The nightly deployment").waitFor();
  await request.getByRole("checkbox", { name: "members:read" }).uncheck();
  await request.getByLabel("Note").fill("Without the members");
  await request.getByRole("button", { name: "Approve" }).click();
  await ada.page.getByText("Approved. It works from now on").waitFor();
  await ada.page.getByText("Without the members").waitFor();
  const me = await curl(`${world.server.url}/v1/me`, ...bearer(secret));
  assert.equal(me.status, 200);
  assert.deepEqual(me.json().credential.scopes, ["credentials:read"]);
  grace.assertQuiet();
  await grace.leave();
});
