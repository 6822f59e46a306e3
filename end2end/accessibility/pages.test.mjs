// axe-core finds nothing to report on any page, in light and dark, wide and narrow.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setUp } from "../harness.mjs";

const world = setUp();
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every rule of axe-core on what `page` shows now; one line a violation. */
async function violations(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

async function assertAccessible({ page }, what) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      assert.deepEqual(await violations(page), [], `${what}, ${colorScheme}, ${width} wide`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${what} scrolls sideways at ${width} (by ${overflow})`);
    }
  }
  assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${what} has one main heading`);
  assert.notEqual(await page.title(), "", `${what} has a title`);
}

for (const path of ["/sign-in", "/sign-up"]) {
  world.journey(`a stranger can use ${path}`, async (stranger) => {
    await stranger.open(path);
    await assertAccessible(stranger, path);
  });
}

world.journey("a page that is not there is as accessible as the others", async (ada) => {
  ada.expect(/status of 404/);
  await ada.signUp();
  assert.equal((await ada.open("/settings/nothing-here")).status(), 404);
  await assertAccessible(ada, "the page for what is not there");
});

world.journey("every page of a person with tokens is accessible", async (ada) => {
  await ada.signUp();
  await assertAccessible(ada, "the empty list");
  await ada.open("/settings/tokens/new");
  await assertAccessible(ada, "the issue form");
  await ada.page.getByRole("button", { name: "Issue token" }).click();
  await assertAccessible(ada, "the issue form with errors");
  await ada.issue({ name: "Night shift" });
  await assertAccessible(ada, "the reveal dialog");
  await ada.stored();
  await ada.open("/settings/tokens");
  await assertAccessible(ada, "the list");
  await ada.openToken("Night shift");
  await assertAccessible(ada, "the token's page");
  await ada.page.getByRole("link", { name: "Revoke token" }).click();
  await ada.landsOn(/\/revoke$/);
  await assertAccessible(ada, "the revoke page");
  for (const path of ["/settings/sessions", "/settings/orgs/new"]) {
    await ada.open(path);
    await assertAccessible(ada, path);
  }
});
