// People, their organizations and their sessions.
import assert from "node:assert/strict";
import { setUp } from "../harness.mjs";

const world = setUp();

world.journey("a person signs up, signs out and signs in again", async (ada) => {
  const person = await ada.signUp();
  await ada.signOut();
  await ada.open("/settings/tokens");
  await ada.landsOn("/sign-in");
  await ada.signIn(person);
  await ada.landsOn("/settings/tokens");
  await ada.page.getByRole("heading", { level: 1, name: "My tokens" }).waitFor();
});

world.journey("a wrong password and an unknown address get the same answer", async (ada) => {
  const person = await ada.signUp();
  await ada.signOut();
  ada.expect(/status of 401/);
  const answers = [];
  for (const attempt of [{ ...person, password: "not the right one" }, { email: "nobody@example.test", password: person.password }]) {
    await ada.signIn(attempt);
    answers.push(await ada.page.getByRole("alert").innerText());
    assert.match(ada.page.url(), /sign-in/);
  }
  assert.equal(answers[0], answers[1]);
});

world.journey("signing in starts a new session", async (ada) => {
  const person = await ada.signUp();
  const before = await ada.sessionCookie();
  await ada.signOut();
  await ada.signIn(person);
  await ada.landsOn("/settings/tokens");
  const now = await ada.sessionCookie();
  assert.notEqual(now.value, before.value);
  assert.equal(now.httpOnly, true);
  assert.equal(now.sameSite, "Lax");
});

world.journey("a person sees where they are signed in and ends another session", async (ada) => {
  const person = await ada.signUp();
  const elsewhere = await world.visitor();
  await elsewhere.signIn(person);
  await elsewhere.landsOn("/settings/tokens");

  await ada.open("/settings/sessions");
  assert.equal(await ada.sessions().count(), 2);
  await ada.sessions().filter({ hasNotText: "This session" }).getByRole("button", { name: /^End/ }).click();
  await ada.eventually(async () => (await ada.sessions().count()) === 1, "one session is left");

  await elsewhere.open("/settings/tokens");
  await elsewhere.landsOn("/sign-in");
  elsewhere.assertQuiet();
  await elsewhere.leave();
  await ada.open("/settings/tokens");
  await ada.page.getByRole("heading", { level: 1, name: "My tokens" }).waitFor();
});

world.journey("a person creates a second organization and switches between the two", async (ada) => {
  await ada.signUp({ organization: "First Works" });
  await ada.issue({ name: "Of the first" });
  await ada.stored();
  await ada.open("/settings/orgs/new");
  await ada.page.getByLabel("Name").fill("Second Works");
  await ada.page.getByRole("button", { name: "Create organization" }).click();
  await ada.landsOn("/settings/tokens");
  assert.equal(await ada.row("Of the first").count(), 0, "tokens belong to one organization");
  await ada.switchTo("First Works");
  await ada.row("Of the first").waitFor();
});

world.journey("a taken address is refused at its field, and what was typed stays", async (ada) => {
  const person = await ada.signUp();
  await ada.signOut();
  ada.expect(/status of 4(09|22)/);
  await ada.open("/sign-up");
  await ada.fillSignUp({ ...person, name: "Second Ada" });
  const email = ada.page.getByLabel("Email");
  await ada.eventually(async () => (await email.getAttribute("aria-invalid")) === "true", "the field is marked");
  assert.equal(await ada.page.getByLabel("Your name").inputValue(), "Second Ada");
});

world.journey("a person ends all other sessions at once", async (ada) => {
  const person = await ada.signUp();
  const others = [await world.visitor(), await world.visitor()];
  for (const other of others) {
    await other.signIn(person);
    await other.landsOn("/settings/tokens");
  }
  await ada.open("/settings/sessions");
  await ada.page.getByRole("button", { name: "End all other sessions" }).click();
  await ada.eventually(async () => (await ada.sessions().count()) === 1, "one session is left");
  for (const other of others) {
    await other.open("/settings/tokens");
    await other.landsOn("/sign-in");
    await other.leave();
  }
});
