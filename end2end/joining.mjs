// Adds a person to the organization of another, with an invitation and its link.
/** Invites a person on the page `members`, and lets them join. */
export async function inviteAndJoin(owner, visitor, email, members, role = "member") {
  await owner.open(members);
  await owner.page.getByLabel("E-mail address").fill(email);
  await owner.page.getByRole("combobox", { name: "Role" }).selectOption(role);
  await owner.page.getByRole("button", { name: "Invite", exact: true }).click();
  const copy = owner.page.getByRole("row").filter({ hasText: email }).getByRole("button", { name: "Copy link" });
  await visitor.open(new URL(await copy.getAttribute("data-copy")).pathname);
  await visitor.page.getByRole("button", { name: "Join the organization" }).click();
  await visitor.landsOn("/settings/tokens");
}
