// Without script, people can sign in, read, revoke and end sessions. Only seeing a new secret needs script.
import assert from "node:assert/strict";
import { bearer, curl, setUp } from "../harness.mjs";

const world = setUp();
const PLAIN = { javaScriptEnabled: false };

/** A person with a token, created in a browser with script. */
async function someoneWithToken(name) {
  const maker = await world.visitor();
  const person = await maker.signUp();
  const token = await maker.issue({ name });
  await maker.stored();
  await maker.leave();
  return { person, token };
}

world.journey("a person signs in, reads the list, and revokes a token", async (plain) => {
  const { person, token } = await someoneWithToken("From before");
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
  await plain.row("From before").getByText("Active").waitFor();
  await plain.openToken("From before");
  await plain.page.getByRole("heading", { level: 1, name: "From before" }).waitFor();
  await plain.revoke("From before");
  await plain.open("/settings/tokens");
  await plain.row("From before").getByText("Revoked").waitFor();
  assert.equal((await curl(`${world.server.url}/v1/me`, ...bearer(token))).status, 401);
}, PLAIN);

world.journey("a person ends another session and signs out", async (plain) => {
  const { person } = await someoneWithToken("Any");
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
  await plain.open("/settings/sessions");
  const others = plain.sessions().filter({ hasNotText: "This session" });
  const before = await others.count();
  assert.ok(before >= 1);
  await others.first().getByRole("button", { name: /^End/ }).click();
  await plain.eventually(async () => (await others.count()) === before - 1, "one session fewer");
  await plain.signOut();
  await plain.open("/settings/tokens");
  await plain.landsOn("/sign-in");
}, PLAIN);

world.journey("a person signs up", async (plain) => {
  await plain.signUp();
  await plain.page.getByRole("heading", { level: 1, name: "My tokens" }).waitFor();
}, PLAIN);

world.journey("a wrong password is explained on the page", async (plain) => {
  await plain.signIn({ email: "nobody@example.test", password: "whatever it is" });
  await plain.page.getByRole("alert").waitFor();
}, PLAIN);

world.journey("issuing says that it needs script, and writes nothing", async (plain) => {
  const { person } = await someoneWithToken("Only one");
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
  await plain.open("/settings/tokens/new");
  await plain.page.getByText(/Turn script on/).first().waitFor();
  assert.ok(await plain.page.getByRole("button", { name: "Issue token" }).isDisabled());
  await plain.open("/settings/tokens");
  assert.equal(await plain.rows().count(), 1);
}, PLAIN);

world.journey("the theme can be switched and stays", async (plain) => {
  const { person } = await someoneWithToken("Any");
  await plain.signIn(person);
  await plain.landsOn("/settings/tokens");
  const background = () => plain.page.locator("html").evaluate((html) => getComputedStyle(html).backgroundColor);
  await plain.page.emulateMedia({ colorScheme: "light" });
  const light = await background();
  await plain.chooseTheme("Dark");
  await plain.eventually(async () => (await background()) !== light, "the page is dark");
  const dark = await background();
  await plain.open("/settings/sessions");
  assert.equal(await background(), dark);
}, PLAIN);
