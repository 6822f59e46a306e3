// Saved views of the inventory: save, open and delete one. Also URLs with invalid filters.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";

const world = setUp();
const AT = "/orgs/views/credentials";

const views = (page) => page.getByRole("navigation", { name: "Saved views" });

async function keep(ada, filter, name) {
  await ada.open(`${AT}?${filter}`);
  await ada.page.getByLabel("Keep this view as").fill(name);
  await ada.page.getByRole("button", { name: "Keep view" }).click();
}

world.journey("a view is named, followed, kept for the next visit, and deleted", async (ada) => {
  await ada.signUp({ organization: "Views" });
  await ada.issue({ name: "Checkout", at: "/orgs/views/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/views/api-keys");
  await ada.issue({ name: "Laptop" });
  await ada.stored();
  const { page } = ada;
  await ada.open(AT);
  assert.equal(await page.getByLabel("Keep this view as").count(), 0, "everything needs no name");
  await keep(ada, "kind=api_key", "Keys <b>of</b> ours");
  const link = views(page).getByRole("link", { name: "Keys <b>of</b> ours" });
  await link.waitFor();
  assert.equal(await link.getAttribute("aria-current"), "true");
  assert.equal(await page.getByLabel("Keep this view as").count(), 0, "it is kept already");

  await ada.open(AT);
  await link.click();
  await ada.landsOn(AT);
  assert.equal(new URL(page.url()).search, "?kind=api_key");
  await ada.row("Checkout").waitFor();
  assert.equal(await ada.row("Laptop").count(), 0);

  await page.getByRole("button", { name: "Delete the view Keys <b>of</b> ours" }).click();
  await link.waitFor({ state: "detached" });
  await ada.open(AT);
  assert.equal(await views(page).getByRole("link").count(), 0);
});

world.journey("a view without a name or of a name that is taken is not kept, nor a secret", async (ada) => {
  await ada.signUp({ organization: "Views" });
  const at = (await ada.page.getByRole("link", { name: "Credentials", exact: true }).getAttribute("href"));
  const attempt = async (filter, name, words) => {
    await ada.open(`${at}?${filter}`);
    await ada.page.getByLabel("Keep this view as").fill(name);
    await ada.page.getByRole("button", { name: "Keep view" }).click();
    await ada.page.getByText(words).waitFor();
  };
  await attempt("env=test", "", "Give the view a name.");
  await ada.open(`${at}?q=mint_pat_0000000000`);
  await ada.page.getByText(/looks like a secret/).waitFor();
  assert.equal(await ada.page.getByLabel("Keep this view as").count(), 0, "there is nothing to keep");
  await ada.open(`${at}?env=test`);
  await ada.page.getByLabel("Keep this view as").fill("Test");
  await ada.page.getByRole("button", { name: "Keep view" }).click();
  await views(ada.page).getByRole("link", { name: "Test" }).waitFor();
  await attempt("env=live", "Test", /There is a view of this name/);
  const kept = await ada.page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(!kept.includes("mint_pat"), "nothing of a secret is kept");
});

world.journey("one person's views are not shown to another who uses the same browser", async (ada) => {
  await ada.signUp({ organization: "Shared desk" });
  const at = "/orgs/shared-desk/credentials";
  await ada.open(`${at}?env=test`);
  await ada.page.getByLabel("Keep this view as").fill("Mine");
  await ada.page.getByRole("button", { name: "Keep view" }).click();
  await views(ada.page).getByRole("link", { name: "Mine" }).waitFor();
  await ada.signOut();
  await ada.signUp({ organization: "Another desk" });
  await ada.open("/orgs/another-desk/credentials?env=test");
  await ada.page.getByLabel("Keep this view as").waitFor();
  assert.equal(await views(ada.page).getByRole("link").count(), 0);
});

world.journey("a filter that means nothing is left out, and the page says so", async (ada) => {
  await ada.signUp({ organization: "Nonsense" });
  await ada.issue({ name: "Laptop" });
  await ada.stored();
  await ada.open("/orgs/nonsense/credentials?status=asleep&idle=soon&kind=pat");
  await ada.page.getByText("status=asleep, idle=soon").waitFor();
  await ada.row("Laptop").waitFor();
  assert.equal(await ada.page.getByLabel("Kind").inputValue(), "pat");
});
