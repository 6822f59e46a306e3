// axe-core finds nothing to report on any page, in light and dark, wide and narrow.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setUp } from "../harness.mjs";

const world = setUp();
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core, or a narrow window, finds wrong with what `page` shows now; one line a finding. */
async function findings(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return [
    ...violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`)),
    ...(overflow > 0 ? [`scrolls sideways by ${overflow} px`] : []),
  ];
}

/** Runs in the page: waits until it is drawn and no colour is on its way, not even one that another started. */
async function drawn() {
  do {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    await new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)));
  } while (document.getAnimations().length > 0);
}

/** Looks at what is shown in every look, and notes everything before it fails. */
class Review {
  found = [];

  async look({ page }, what) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate(drawn);
        for (const finding of await findings(page)) this.found.push(`${what}, ${colorScheme}, ${width} wide: ${finding}`);
      }
    }
    if ((await page.locator("h1").count()) !== 1) this.found.push(`${what}: not exactly one main heading`);
    if (!(await page.title())) this.found.push(`${what}: no title`);
  }

  done() {
    assert.deepEqual(this.found, []);
  }
}

for (const path of ["/sign-in", "/sign-up"]) {
  world.journey(`a stranger can use ${path}`, async (stranger) => {
    await stranger.open(path);
    const review = new Review();
    await review.look(stranger, path);
    review.done();
  });
}

world.journey("a page that is not there is as accessible as the others", async (ada) => {
  ada.expect(/status of 404/);
  await ada.signUp();
  assert.equal((await ada.open("/settings/nothing-here")).status(), 404);
  const review = new Review();
  await review.look(ada, "the page for what is not there");
  review.done();
});

world.journey("every page of a person with tokens is accessible", async (ada) => {
  const review = new Review();
  await ada.signUp();
  await review.look(ada, "the empty list");
  await ada.open("/settings/tokens/new");
  await review.look(ada, "the issue form");
  ada.expect(/status of 422/);
  await ada.page.getByRole("button", { name: "Issue token" }).click();
  await review.look(ada, "the issue form with errors");
  await ada.issue({ name: "Night shift" });
  await review.look(ada, "the reveal dialog");
  await ada.stored();
  await ada.open("/settings/tokens");
  await review.look(ada, "the list");
  await ada.openToken("Night shift");
  await review.look(ada, "the token's page");
  await ada.page.getByRole("link", { name: "Revoke token" }).click();
  await ada.landsOn(/\/revoke$/);
  await review.look(ada, "the revoke page");
  for (const path of ["/settings/sessions", "/settings/orgs/new"]) {
    await ada.open(path);
    await review.look(ada, path);
  }
  review.done();
});
