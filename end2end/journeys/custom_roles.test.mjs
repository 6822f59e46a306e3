// Custom roles: an admin creates and assigns one. A person with the role sees only the actions of that role, and the
// server rejects all others.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";
import { inviteAndJoin } from "../joining.mjs";

const world = setUp();
const ROLES = "/orgs/wharf/roles";
const MEMBERS = "/orgs/wharf/members";

world.journey("an admin makes a role and gives it to a member, who may do that and no more", async (ada) => {
  await ada.signUp({ organization: "Wharf" });
  const grace = await world.visitor();
  const person = await grace.signUp({ organization: "Grace's own" });
  await inviteAndJoin(ada, grace, person.email, MEMBERS);

  await ada.open(MEMBERS);
  await ada.page.getByRole("link", { name: "Roles", exact: true }).first().click();
  await ada.landsOn(ROLES);
  await ada.page.getByText("No roles of its own yet").waitFor();
  await ada.page.getByRole("link", { name: "Make a role" }).first().click();
  await ada.landsOn(`${ROLES}/new`);

  // After an error, the form keeps its values.
  ada.expect(/status of 422/);
  const name = ada.page.getByLabel("Name");
  await name.fill("Admin");
  const box = (scope) => ada.page.getByRole("checkbox", { name: new RegExp(scope) });
  for (const scope of ["audit:read", "members:read", "members:write", "pats:write"]) await box(scope).check();
  await ada.page.getByRole("radio", { name: /Everyone/ }).check();
  await ada.page.getByRole("button", { name: "Make role" }).click();
  await ada.page.getByText("Every organization has a role of this name").waitFor();
  assert.ok(await box("audit:read").isChecked());
  await name.fill("Purser");
  await ada.page.getByRole("button", { name: "Make role" }).click();
  await ada.page.getByText("Saved. It counts from the next call.").waitFor();
  await ada.page.getByRole("link", { name: "Purser" }).waitFor();

  await ada.open(MEMBERS);
  await ada.openRow(person.name);
  await ada.page.getByRole("combobox", { name: "Role" }).selectOption({ label: "Purser: 4 scopes, everyone’s credentials" });
  await ada.page.getByRole("button", { name: "Change role" }).click();
  await ada.page.getByText("Role changed.").waitFor();
  await ada.row(person.name).getByText("Purser").waitFor();

  // She sees only the actions of her role.
  await grace.open(MEMBERS);
  await grace.page.getByRole("link", { name: "Audit log" }).waitFor();
  assert.equal(await grace.page.getByRole("link", { name: "API keys" }).count(), 0);
  const offered = await grace.page.getByRole("combobox", { name: "Role" }).locator("option").allTextContents();
  assert.deepEqual(offered, ["Purser: 4 scopes, everyone’s credentials"]);
  await grace.open(`${ROLES}/new`);
  assert.ok(await grace.page.getByRole("checkbox", { name: /apis:write/ }).isDisabled());

  // A forged request gets an error with the missing scope.
  grace.expect(/status of 403/);
  await grace.page.getByLabel("Name").fill("Captain");
  const forced = grace.page.getByRole("checkbox", { name: /apis:write/ });
  await forced.evaluate((element) => { element.disabled = false; });
  await forced.check();
  await grace.page.getByRole("button", { name: "Make role" }).click();
  await grace.page.getByText(/needs the scope apis:write/).waitFor();
  await grace.open(MEMBERS);
  await grace.openRow("(you)");
  await grace.page.getByRole("combobox", { name: "Role" }).evaluate((element) => {
    element.add(new Option("Admin", "admin"));
    element.value = "admin";
  });
  await grace.page.getByRole("button", { name: "Change role" }).click();
  await grace.page.getByText(/which your role in this organization does not have/).waitFor();

  // A role with members cannot be deleted, and the error names them.
  ada.expect(/status of 409/);
  await ada.open(ROLES);
  await ada.page.getByRole("link", { name: "Purser" }).click();
  await ada.page.getByLabel(/to go on/).fill("delete");
  await ada.page.getByRole("button", { name: "Delete role" }).click();
  await ada.page.getByText(`Give another role to ${person.name}.`).waitFor();
  grace.assertQuiet();
  await grace.leave();
});
