// Names that other people choose: long, in any script, or written to break a page.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";

const world = setUp();

const NAMES = {
  markup: `<script>document.title="broken"</script>`,
  attribute: `"><img src=x onerror=document.title="broken">`,
  "right-to-left": "مفتاح التصدير الليلي",
  "200 characters": "n".repeat(200),
  "no place to break": `${"W".repeat(120)}`,
  template: "{{7*7}} ${7*7} %s \\u003cb\\u003e",
};

for (const [kind, name] of Object.entries(NAMES)) {
  world.journey(`a name is shown as it was typed and changes nothing: ${kind}`, async (ada) => {
    await ada.signUp({ name, organization: name.slice(0, 80) });
    await ada.issue({ name });
    await ada.stored();
    for (const width of [1280, 390]) {
      await ada.page.setViewportSize({ width, height: 900 });
      await ada.open("/settings/tokens");
      await ada.row(name).waitFor();
      assert.doesNotMatch(await ada.page.title(), /^broken$/);
      const overflow = await ada.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `the page does not scroll sideways at ${width} (by ${overflow})`);
    }
    await ada.openToken(name);
    await ada.page.getByRole("heading", { level: 1, name }).waitFor();
  });
}

world.journey("a name that is empty or too long is refused at its field, and nothing is issued", async (ada) => {
  await ada.signUp();
  ada.expect(/status of 422/);
  for (const name of ["", "n".repeat(201), "two\u202etxt"]) {
    await ada.open("/settings/tokens/new");
    const field = ada.page.getByLabel("Name");
    await field.evaluate((element) => element.removeAttribute("maxlength"));
    await field.fill(name);
    await ada.scope("credentials:read").check();
    await ada.page.getByRole("button", { name: "Issue token" }).click();
    await ada.eventually(
      () => field.evaluate((element) => element.getAttribute("aria-invalid") === "true" || !element.checkValidity()),
      `${JSON.stringify(name.slice(0, 10))} is refused`,
    );
  }
  await ada.open("/settings/tokens");
  assert.equal(await ada.rows().count(), 0);
});
