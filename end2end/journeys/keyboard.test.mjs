// The main task with the keyboard alone. The focus is always visible and where people expect it.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";

const world = setUp();

/** Presses Tab until `target` has the focus. */
async function tabTo(page, target, what) {
  // The scope picker has a checkbox for each operation.
  for (let presses = 0; presses < 200; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      const ring = await target.evaluate((element) => {
        const seen = getComputedStyle(element);
        return seen.outlineStyle !== "none" || seen.boxShadow !== "none";
      });
      assert.ok(ring, `${what} shows that it has the focus`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} cannot be reached with Tab`);
}

world.journey("a token is issued, stored and revoked without a pointer", async (ada) => {
  await ada.signUp();
  const { page } = ada;
  await tabTo(page, page.getByRole("link", { name: "Issue token" }).first(), "Issue token");
  await page.keyboard.press("Enter");
  await ada.landsOn("/settings/tokens/new");

  await tabTo(page, page.getByLabel("Name"), "the name field");
  await page.keyboard.type("By keyboard");
  const scope = ada.scope("credentials:read");
  await tabTo(page, scope, "a scope");
  await page.keyboard.press("Space");
  assert.ok(await scope.isChecked());
  await tabTo(page, page.getByRole("button", { name: "Issue token" }), "Issue token");
  await page.keyboard.press("Enter");

  const token = await ada.revealed();
  const dialog = page.getByRole("dialog");
  assert.ok(await dialog.evaluate((element) => element.contains(document.activeElement)), "focus is in the dialog");
  await tabTo(page, dialog.getByRole("checkbox", { name: "I have stored it" }), "I have stored it");
  await page.keyboard.press("Space");
  await tabTo(page, dialog.getByRole("button", { name: "Done" }), "Done");
  await page.keyboard.press("Enter");
  await ada.landsOn("/settings/tokens");
  assert.ok(!(await page.content()).includes(token));

  await ada.open("/settings/tokens");
  await tabTo(page, ada.row("By keyboard").getByRole("link").first(), "the token's row");
  await page.keyboard.press("Enter");
  await ada.landsOn(/\/settings\/tokens\/pat_/);
  await tabTo(page, page.getByRole("link", { name: "Revoke token" }), "Revoke");
  await page.keyboard.press("Enter");
  await ada.landsOn(/\/revoke$/);
  await tabTo(page, page.getByRole("button", { name: "Revoke token" }), "Revoke token");
  await page.keyboard.press("Enter");
  await ada.landsOn("/settings/tokens");
  await ada.open("/settings/tokens");
  await ada.row("By keyboard").getByText("Revoked").waitFor();
});

world.journey("the inventory is narrowed, and a credential in it switched off, without a pointer", async (ada) => {
  await ada.signUp({ organization: "Keyboard" });
  await ada.issue({ name: "Checkout", at: "/orgs/keyboard/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/keyboard/api-keys");
  const { page } = ada;
  await ada.open("/orgs/keyboard/credentials");
  await tabTo(page, page.getByLabel("Search"), "the search");
  await page.keyboard.type("checkout");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=checkout/);
  const tick = page.getByRole("checkbox", { name: "Select Checkout" });
  await tabTo(page, tick, "the row's box");
  await page.keyboard.press("Space");
  assert.ok(await tick.isChecked());
  await tabTo(page, page.getByRole("button", { name: /^Disable/ }), "Disable");
  await page.keyboard.press("Enter");
  await ada.landsOn(/\/bulk$/);
  await tabTo(page, page.getByRole("button", { name: /^Disable/ }), "the button of the dry run");
  await page.keyboard.press("Enter");
  await ada.landsOn("/orgs/keyboard/credentials");
  await ada.row("Checkout").getByText("Disabled").waitFor();
});

world.journey("a credential is rolled without a pointer, with an overlap chosen by arrow keys", async (ada) => {
  await ada.signUp({ organization: "Rolling" });
  await ada.issue({ name: "Checkout", at: "/orgs/rolling/api-keys", button: "Issue API key" });
  await ada.stored("/orgs/rolling/api-keys");
  const { page } = ada;
  await ada.openRow("Checkout");
  await tabTo(page, page.getByRole("link", { name: "Roll", exact: true }), "Roll");
  await page.keyboard.press("Enter");
  await ada.landsOn(/\/roll$/);
  const chosen = page.locator('input[name="overlap"]:checked');
  await tabTo(page, chosen, "the overlap");
  const before = await chosen.getAttribute("value");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await chosen.getAttribute("value"), before, "an arrow key chooses another overlap");
  await tabTo(page, page.getByRole("button", { name: "Roll and show the new secret" }), "Roll and show");
  await page.keyboard.press("Enter");
  await ada.revealed();
  const dialog = page.getByRole("dialog");
  await page.keyboard.press("Escape");
  assert.ok(await dialog.isVisible(), "a key pressed by accident does not lose the secret");
  await tabTo(page, dialog.getByRole("checkbox", { name: "I have stored it" }), "I have stored it");
  await page.keyboard.press("Space");
  await tabTo(page, dialog.getByRole("button", { name: "Done" }), "Done");
  await page.keyboard.press("Enter");
  await ada.landsOn(/\/key_[^/]+$/);
  await tabTo(page, page.getByRole("button", { name: "Cancel roll" }), "Cancel roll");
  await page.keyboard.press("Enter");
  await page.getByText(/^Roll cancelled/).waitFor();
});

world.journey("the chooser is asked and followed without a pointer", async (ada) => {
  await ada.signUp({ organization: "Choosing" });
  const { page } = ada;
  await ada.open("/settings/new-credential");
  const pick = page.getByRole("checkbox").and(page.locator('[value="me.tokens.list"]'));
  await tabTo(page, pick, "an operation");
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Advise me" }), "the button");
  await page.keyboard.press("Enter");
  await page.waitForURL(/op=me\.tokens\.list/);
  await tabTo(page, page.getByRole("link", { name: /Issue/ }).first(), "the way to the form");
  await page.keyboard.press("Enter");
  await ada.landsOn("/settings/tokens/new");
  assert.ok(await ada.scope("credentials:read").isChecked());
});
