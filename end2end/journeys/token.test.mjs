// The main task: create a token, see it once, use it and revoke it.
import assert from "node:assert/strict";
import { bearer, curl, eventually, setUp } from "../harness.mjs";
import { traces } from "../traces.mjs";

const world = setUp();

world.journey("a token works until it is revoked, and is refused from then on", async (ada) => {
  const person = await ada.signUp({ name: "Ada Lovelace", organization: "Acme" });
  const token = await ada.issue({ name: "Nightly export" });
  assert.match(token, /^mint_pat_[0-9A-Za-z]{49}$/);
  await ada.stored();

  const used = await curl(`${world.server.url}/v1/me`, ...bearer(token));
  assert.equal(used.status, 200);
  assert.equal(used.json().user.email ?? person.email, person.email);
  assert.equal(used.json().organization.name, "Acme");

  await eventually(async () => {
    await ada.open("/settings/tokens");
    return (await ada.row("Nightly export").getByText(/now|second|minute/).count()) > 0;
  }, "the list shows that the token was used");

  await ada.revoke("Nightly export");
  await ada.open("/settings/tokens");
  await ada.row("Nightly export").getByText("Revoked").waitFor();
  const refused = await curl(`${world.server.url}/v1/me`, ...bearer(token));
  assert.equal(refused.status, 401);
  assert.match(refused.headers["www-authenticate"], /error="invalid_token"/);
});

world.journey("the secret is gone after reload, back and forward, and in a second tab", async (ada) => {
  await ada.signUp();
  const token = await ada.issue({ name: "Seen once" });
  await ada.move("reload");
  assert.deepEqual(await traces(ada.page, token), [], "after a reload with the dialog open");

  const second = await ada.issue({ name: "Seen once more" });
  await ada.stored();
  assert.deepEqual(await traces(ada.page, second), [], "after the dialog is closed");
  for (const move of ["goBack", "goBack", "goForward", "goForward", "reload"]) {
    await ada.move(move);
    assert.deepEqual(await traces(ada.page, second), [], `after ${move}`);
  }

  const tab = await ada.context.newPage();
  for (const path of ["/settings/tokens", "/settings/tokens/new"]) {
    const html = await (await ada.open(path, tab)).text();
    assert.ok(!html.includes(second), `${path} as the server sends it`);
    assert.deepEqual(await traces(tab, second), [], `${path} in a second tab`);
  }
});

world.journey("leaving with the dialog open asks first, and coming back shows no secret", async (ada) => {
  await ada.signUp();
  const token = await ada.issue({ name: "Left open" });
  const questions = [];
  ada.page.on("dialog", (dialog) => (questions.push(dialog.type()), dialog.accept()));
  await ada.open("/settings/sessions");
  assert.deepEqual(questions, ["beforeunload"]);
  await ada.move("goBack");
  assert.deepEqual(await traces(ada.page, token), []);
});

world.journey("the dialog does not close by accident", async (ada) => {
  await ada.signUp();
  const token = await ada.issue({ name: "Careful" });
  await ada.page.keyboard.press("Escape");
  await ada.page.mouse.click(2, 2);
  assert.equal(await ada.revealed(), token);
  await ada.stored();
});

world.journey("the ready curl line of the dialog works as it stands", async (ada) => {
  await ada.signUp();
  const token = await ada.issue({ name: "Copied" });
  const line = await ada.page.getByRole("dialog").getByText(/^curl /).innerText();
  assert.ok(line.includes(token));
  const [, url] = line.match(/(https?:\/\/[^\s'"]+)/);
  const [, header] = line.match(/(?:-H|--header) ["']([^"']+)["']/);
  assert.equal((await curl(url, "--header", header)).status, 200);
});

world.journey("what curl is told about a wrong token says what is wrong, and nothing about others", async (ada) => {
  await ada.signUp();
  const token = await ada.issue({ name: "Mistyped" });
  const wrong = token.slice(0, -1) + (token.endsWith("a") ? "b" : "a");
  const me = `${world.server.url}/v1/me`;
  const nothing = await curl(me);
  assert.equal(nothing.status, 401);
  assert.equal(nothing.headers["www-authenticate"].includes("error="), false);
  assert.equal((await curl(me, ...bearer(wrong))).status, 401);
  assert.equal((await curl(me, ...bearer(token), "--header", `X-API-Key: ${token}`)).status, 400);
  const cookies = await ada.context.cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  assert.equal((await curl(me, "--header", `Cookie: ${cookie}`)).status, 401, "a session opens no API");
});

world.journey("a token can be given another name", async (ada) => {
  await ada.signUp();
  await ada.issue({ name: "Before" });
  await ada.stored();
  await ada.openToken("Before");
  await ada.page.getByLabel("Name", { exact: true }).fill("After");
  await ada.page.getByRole("button", { name: "Save changes" }).click();
  await ada.page.getByRole("heading", { level: 1, name: "After" }).waitFor();
});

world.journey("another organization's token is not there, as if it had never been", async (ada) => {
  await ada.signUp();
  await ada.issue({ name: "Private" });
  await ada.stored();
  const path = new URL(await ada.openToken("Private")).pathname;
  const eve = await world.visitor();
  eve.expect(/status of 404/);
  await eve.signUp();
  for (const page of [path, `${path}/revoke`]) {
    assert.equal((await eve.open(page)).status(), 404);
    assert.equal(await eve.page.getByText("Private").count(), 0);
  }
  eve.assertQuiet();
  await eve.leave();
});
