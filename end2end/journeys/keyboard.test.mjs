// The main job by keyboard alone: no pointer, focus always visible and where one expects it.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";

const world = setUp();

/** Presses Tab until `target` has the focus, as a person would. */
async function tabTo(page, target, what) {
  for (let presses = 0; presses < 80; presses += 1) {
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
