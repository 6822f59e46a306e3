// Members: invite, join, change a role, remove, leave, and the actions that each role sees.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";

const world = setUp();
const MEMBERS = "/orgs/northwind/members";

/** Invites a person. Returns the path of the link. */
async function invite(owner, email, role = "member") {
  await owner.open(MEMBERS);
  await owner.page.getByLabel("E-mail address").fill(email);
  await owner.page.getByRole("combobox", { name: "Role" }).selectOption(role);
  await owner.page.getByRole("button", { name: "Invite", exact: true }).click();
  await owner.page.getByText("Copy the link and pass it on").waitFor();
  const row = owner.page.getByRole("row").filter({ hasText: email });
  const copy = row.getByRole("button", { name: "Copy link" });
  return new URL(await copy.getAttribute("data-copy")).pathname;
}

async function join(visitor, path) {
  await visitor.open(path);
  await visitor.page.getByRole("button", { name: "Join the organization" }).click();
  await visitor.landsOn("/settings/tokens");
}

world.journey("an owner invites somebody, who joins, is given a role, and is removed", async (ada) => {
  await ada.signUp({ organization: "Northwind" });
  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Grace's own" });
  const path = await invite(ada, person.email);
  await join(grace, path);

  // A member sees the members, but no action that a member may not perform.
  await grace.open(MEMBERS);
  await grace.page.getByRole("heading", { level: 1, name: "Members" }).waitFor();
  assert.equal(await grace.page.getByRole("button", { name: "Invite", exact: true }).count(), 0);
  assert.equal(await grace.page.getByRole("link", { name: "Overview" }).count(), 0);
  await grace.issue({ name: "Grace's script" });
  await grace.stored();

  await ada.open(MEMBERS);
  await ada.openRow(person.name);
  await ada.page.getByText("Grace's script").waitFor();
  await ada.page.getByRole("combobox", { name: "Role" }).selectOption("viewer");
  await ada.page.getByRole("button", { name: "Change role" }).click();
  await ada.page.getByText("Role changed.").waitFor();
  await ada.openRow(person.name);
  await ada.page.getByText(/Their 1 working credential stops at once/).waitFor();
  await ada.page.getByRole("button", { name: "Remove member" }).click();
  await ada.page.getByText(/their tokens are listed under Former members/).waitFor();

  // The overview counts her tokens, and the number links to them.
  await ada.open("/orgs/northwind/overview");
  await ada.page.getByRole("link", { name: /whose owner has left/ }).click();
  await ada.row("Grace's script").waitFor();
  grace.expect(/status of 404/);
  assert.equal((await grace.open(MEMBERS)).status(), 404);
  grace.assertQuiet();
  await grace.leave();
});

world.journey("what somebody leaves behind goes on for some days, and is transferred or revoked from one page", async (ada) => {
  await ada.signUp({ organization: "Northwind Offboarding" });
  const people = "/orgs/northwind-offboarding/members";
  await ada.open("/orgs/northwind-offboarding/offboarding");
  await ada.page.getByText("No former members").waitFor();
  await ada.page.getByRole("combobox", { name: "Their tokens go on for" }).selectOption("7");
  await ada.page.getByRole("button", { name: "Save" }).click();
  await ada.page.getByText("Saved for whoever leaves from now on.").waitFor();

  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Grace's own" });
  await ada.open(people);
  await ada.page.getByLabel("E-mail address").fill(person.email);
  await ada.page.getByRole("button", { name: "Invite", exact: true }).click();
  const copy = ada.page.getByRole("row").filter({ hasText: person.email }).getByRole("button", { name: "Copy link" });
  await join(grace, new URL(await copy.getAttribute("data-copy")).pathname);
  await grace.issue({ name: "Grace's script" });
  await grace.stored();

  await ada.open(people);
  await ada.openRow(person.name);
  await ada.page.getByText(/Their 1 working credential goes on for 7 days/).waitFor();
  await ada.page.getByRole("button", { name: "Remove member" }).click();
  await ada.page.getByRole("link", { name: "Former members" }).click();
  await ada.row("Grace's script").waitFor();
  await ada.page.getByText(/Their tokens go on and stop/).waitFor();
  await ada.page.getByRole("combobox", { name: "Let the tokens go on for" }).selectOption("14");
  await ada.page.getByRole("button", { name: "Let them go on" }).click();
  await ada.page.getByText(/in 14 days/).waitFor();
  await ada.page.getByRole("button", { name: "Stop them now" }).click();
  await ada.page.getByText(/Their tokens stopped/).waitFor();
  await ada.page.getByRole("link", { name: "Revoke all…" }).click();
  await ada.page.getByRole("button", { name: "Revoke 1 credential" }).click();
  await ada.open("/orgs/northwind-offboarding/offboarding");
  await ada.page.getByText("No former members").waitFor();
  grace.assertQuiet();
  await grace.leave();
});

world.journey("the last owner stays, and says why", async (ada) => {
  await ada.signUp({ organization: "Northwind Alone" });
  ada.expect(/status of 409/);
  await ada.open("/orgs/northwind-alone/members");
  await ada.page.getByRole("button", { name: "Leave organization" }).click();
  await ada.page.getByText(/your only organization/).waitFor();
  await ada.openRow("(you)");
  await ada.page.getByRole("combobox", { name: "Role" }).selectOption("member");
  await ada.page.getByRole("button", { name: "Change role" }).click();
  await ada.page.getByText(/needs an owner/).waitFor();
});

world.journey("an invitation that was taken back leads nowhere", async (ada) => {
  await ada.signUp({ organization: "Northwind" });
  await ada.open("/settings/tokens");
  const members = new URL(await ada.page.getByRole("link", { name: "Members", exact: true }).getAttribute("href"), ada.page.url()).pathname;
  await ada.open(members);
  await ada.page.getByLabel("E-mail address").fill("nobody@example.test");
  await ada.page.getByRole("button", { name: "Invite", exact: true }).click();
  await ada.page.getByText("Copy the link and pass it on").waitFor();
  await ada.page.getByRole("button", { name: "Take back" }).click();
  await ada.page.getByText("The link leads nowhere now").waitFor();
  assert.equal(await ada.page.getByText("nobody@example.test").count(), 0);
});
