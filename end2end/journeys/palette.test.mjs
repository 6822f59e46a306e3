// The command palette and the single-key shortcuts: everything is reachable without a pointer, and no key acts by
// accident.
import assert from "node:assert/strict";
import { eventually, setUp } from "../harness.mjs";

const world = setUp();

const combobox = (page) => page.getByRole("combobox", { name: "Page, action or credential" });
const options = (page) => page.getByRole("option");

/** Opens the palette once the page is interactive, and types. */
async function look(page, typed) {
  await page.waitForFunction(() => "ready" in document.documentElement.dataset);
  await page.keyboard.press("Control+k");
  await combobox(page).waitFor();
  await page.keyboard.type(typed);
}

/** The name of the active option. */
function active(page) {
  return combobox(page).evaluate((field) =>
    document.getElementById(field.getAttribute("aria-activedescendant"))?.innerText.split("\n")[0]);
}

const focused = (page) => page.evaluate(() => document.activeElement?.textContent);

world.journey("the palette reaches pages, actions and credentials, with the focus in its field", async (ada) => {
  await ada.signUp({ organization: "Palette" });
  await ada.issue({ name: "Checkout", at: "/orgs/palette/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/palette/api-keys");
  const { page } = ada;
  await ada.open("/orgs/palette/api-keys");
  await look(page, "api");
  await page.keyboard.press("Control+k");
  await combobox(page).waitFor({ state: "hidden" });
  const redacted = (await ada.row("Checkout").locator(".mono").textContent()).trim();
  const before = await focused(page);

  await look(page, "audit");
  assert.equal(await active(page), "Audit log");
  await page.keyboard.press("Escape");
  await combobox(page).waitFor({ state: "detached" });
  await eventually(async () => (await focused(page)) === before, "the focus returns");

  await look(page, "issue");
  await page.getByRole("group", { name: "Documentation" }).waitFor();
  const words = (await options(page).allInnerTexts()).map((text) => text.split("\n")[0]);
  assert.deepEqual(words.slice(0, 3), ["Issue token", "Issue API key", "Issue client"]);
  assert.equal(await active(page), "Issue token");
  await page.keyboard.press("ArrowDown");
  assert.equal(await active(page), "Issue API key");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await active(page), words.at(-1), "the list goes round");
  for (const _ of ["first", "second", "third"]) await page.keyboard.press("ArrowDown");
  assert.equal(await active(page), "Issue client");
  assert.ok(await combobox(page).evaluate((field) => field === document.activeElement));
  await page.keyboard.press("Enter");
  await ada.landsOn("/orgs/palette/clients/new");

  for (const typed of ["checkout", redacted, redacted.slice(-4)]) {
    await ada.open("/settings/sessions");
    await look(page, typed);
    await page.getByRole("option", { name: /^Checkout/ }).waitFor();
    await page.getByRole("status").filter({ hasText: "1 result" }).waitFor();
    await page.keyboard.press("Enter");
    await ada.landsOn(/^\/orgs\/palette\/api-keys\/key_[^/]+$/);
  }
  await look(page, "no such thing");
  await page.getByRole("status").filter({ hasText: "Nothing found" }).waitFor();
});

world.journey("the palette switches theme and organization and signs out", async (ada) => {
  await ada.signUp({ organization: "First" });
  const { page } = ada;
  await look(page, "new organ");
  await page.keyboard.press("Enter");
  await ada.landsOn("/settings/orgs/new");
  await page.getByLabel("Name", { exact: true }).fill("Second");
  await page.getByRole("button", { name: "Create organization" }).click();
  await ada.landsOn("/settings/tokens");
  await look(page, "switch to first");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^First, change organization|First.*change organization/ }).waitFor();
  await look(page, "dark");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await ada.open("/settings/tokens");
  await look(page, "sign out");
  await page.keyboard.press("Enter");
  await ada.landsOn("/sign-in");
});

world.journey("a secret typed into the palette is sent nowhere", async (ada) => {
  await ada.signUp({ organization: "Careful" });
  const secret = await ada.issue({ name: "Laptop" });
  await ada.stored();
  const { page } = ada;
  const sent = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  for (const pasted of [secret, ` token=${secret} `, secret.slice(0, 30), secret.slice(9)]) {
    await ada.open("/settings/sessions");
    await page.keyboard.press("Control+k");
    await combobox(page).fill(pasted);
    await page.getByRole("status").filter({ hasText: "looks like a secret" }).waitFor();
    assert.deepEqual(await options(page).allInnerTexts(), ["Find which credential this is"]);
    await page.keyboard.press("Enter");
    await ada.landsOn("/orgs/careful/credentials/find");
    assert.equal(await page.getByLabel("Value").inputValue(), "", "the value is not carried along");
  }
  assert.ok(sent.length > 0 && !sent.some((text) => text.includes(secret.slice(9, 25))), "nothing of it left the page");
});

world.journey("nobody finds what is not theirs", async (ada) => {
  await ada.signUp({ organization: "Owner of things" });
  await ada.issue({ name: "Payroll", at: "/orgs/owner-of-things/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/owner-of-things/api-keys");
  const eve = await world.visitor();
  await eve.signUp({ organization: "Elsewhere" });
  await look(eve.page, "payroll");
  await eve.page.getByRole("status").filter({ hasText: "Nothing found" }).waitFor();
  eve.assertQuiet();
  await eve.leave();
});

world.journey("single keys go to pages, search, and begin the page's main action", async (ada) => {
  await ada.signUp({ organization: "Keys" });
  await ada.issue({ name: "Laptop" });
  await ada.stored();
  const { page } = ada;
  for (const [letter, path] of [["c", "/orgs/keys/credentials"], ["o", "/orgs/keys/overview"], ["m", "/orgs/keys/members"],
    ["a", "/orgs/keys/audit"], ["t", "/settings/tokens"]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await ada.landsOn(path);
  }
  await page.keyboard.press("c");
  await ada.landsOn("/settings/tokens/new");
  await page.getByLabel("Name", { exact: true }).focus();
  await page.keyboard.type("g c ? x");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "g c ? x", "letters in a field are letters");
  await ada.open("/orgs/keys/credentials");
  await page.keyboard.press("/");
  assert.ok(await page.getByLabel("Search").evaluate((field) => field === document.activeElement));
});

world.journey("rows are walked, selected and opened by key, and the bulk bar comes along", async (ada) => {
  await ada.signUp({ organization: "Rows" });
  for (const name of ["First key", "Second key"]) {
    await ada.issue({ name, at: "/orgs/rows/api-keys", button: "Issue API key" });
    await ada.stored("/orgs/rows/api-keys");
  }
  const { page } = ada;
  await ada.open("/orgs/rows/credentials");
  await page.keyboard.press("j");
  assert.equal(await focused(page), "Second key");
  await page.keyboard.press("j");
  assert.equal(await focused(page), "First key");
  await page.keyboard.press("j");
  assert.equal(await focused(page), "First key", "the last row stays");
  await page.keyboard.press("x");
  assert.ok(await page.getByRole("checkbox", { name: "Select First key" }).isChecked());
  await page.getByRole("status").filter({ hasText: "Selected First key. 1 selected." }).waitFor();
  await page.getByRole("button", { name: /^Disable/ }).waitFor();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await ada.landsOn(/\/key_[^/]+$/);
  await page.getByRole("heading", { level: 1, name: "Second key" }).waitFor();
});

world.journey("the list of shortcuts opens with ?, and switches single keys off for this browser", async (ada) => {
  await ada.signUp({ organization: "Quiet" });
  const { page } = ada;
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await dialog.getByText("Audit log").waitFor();
  await dialog.getByRole("checkbox", { name: "Use single keys" }).uncheck();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await ada.open("/settings/sessions");
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await look(page, "shortcuts");
  assert.equal(new URL(page.url()).pathname, "/settings/sessions");
  await page.keyboard.press("Enter");
  await dialog.getByRole("checkbox", { name: "Use single keys" }).check();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await ada.landsOn("/settings/tokens");
});

world.journey("a key works before the browser has drawn the page without the palette", async (ada) => {
  await ada.signUp({ organization: "Quick" });
  const { page } = ada;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Page, action or credential" }).waitFor();
  await page.evaluate(() => {
    document.querySelector("dialog[open]").close();
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }));
  });
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
});

world.journey("a button in the frame opens the palette on a phone", async (ada) => {
  await ada.signUp({ organization: "Phone" });
  const { page } = ada;
  await page.getByRole("button", { name: "Jump to" }).click();
  await combobox(page).fill("members");
  await page.getByRole("option", { name: /^Members/ }).click();
  await ada.landsOn("/orgs/phone/members");
}, { viewport: { width: 390, height: 844 } });
