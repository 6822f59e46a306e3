// A person in a browser window. The actions find elements as assistive technology does, by role and label.
import assert from "node:assert/strict";
import { eventually, PATIENCE } from "./eventually.mjs";

let people = 0;

/** Runs in the page: true if it is complete and all interactive parts are ready. */
const alive = () =>
  document.readyState === "complete" &&
  (!document.querySelector("leptos-island, [data-copy], [data-program]") || "ready" in document.documentElement.dataset);

export class Visitor {
  static async arrive(world, options = {}) {
    const visitor = new Visitor();
    visitor.url = world.server.url;
    visitor.complaints = [];
    visitor.announced = [];
    visitor.context = await world.browser.newContext({ baseURL: visitor.url, ...options });
    visitor.context.setDefaultTimeout(PATIENCE);
    visitor.hasScript = options.javaScriptEnabled !== false;
    if (visitor.hasScript) {
      await visitor.context.addInitScript(() =>
        addEventListener("securitypolicyviolation", (event) =>
          console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`)));
    }
    visitor.context.on("page", (page) => visitor.#listen(page));
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  #listen(page) {
    const complain = (text) => this.announced.some((pattern) => pattern.test(text)) || this.complaints.push(text);
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complain(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => complain(`script error: ${error.message}`));
    page.on("crash", () => complain("the page crashed"));
  }

  /** Accepts console messages like `pattern` from here on. */
  expect(pattern) {
    this.announced.push(pattern);
  }

  assertQuiet() {
    assert.deepEqual(this.complaints, [], "console errors, script errors or policy violations");
  }

  leave() {
    return this.context.close();
  }

  /** Opens `path` and waits until the page is interactive. */
  async open(path, page = this.page) {
    const answer = await page.goto(path);
    await this.#settled(page);
    return answer;
  }

  /** Waits until the page with this path is interactive. */
  async landsOn(path) {
    const there = ({ pathname }) => (path instanceof RegExp ? path.test(pathname) : path === pathname);
    await this.page.waitForURL(there, { waitUntil: "commit" });
    await this.#settled(this.page);
  }

  /**
   * Back, forward or reload, as with the buttons of the browser. A page from the browser's cache fires no load event.
   */
  async move(how) {
    await this.page[how]({ waitUntil: "commit" });
    await this.#settled(this.page);
  }

  #settled(page) {
    return this.hasScript ? page.waitForFunction(alive) : page.waitForLoadState("load");
  }

  /** Signs up a new person with their own organization. Returns the values they entered. */
  async signUp(details = {}) {
    people += 1;
    const person = {
      name: `Person ${people}`,
      email: `person${people}-${process.pid}@example.test`,
      password: `correct horse battery ${people}`,
      organization: `Organization ${people}`,
      ...details,
    };
    await this.open("/sign-up");
    await this.fillSignUp(person);
    await this.landsOn("/settings/tokens");
    return person;
  }

  async fillSignUp({ name, email, password, organization }) {
    await this.page.getByLabel("Your name").fill(name);
    await this.page.getByLabel("Email").fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByLabel("Organization").fill(organization);
    await this.page.getByRole("button", { name: "Create account" }).click();
  }

  async signIn({ email, password }) {
    await this.open("/sign-in");
    await this.page.getByLabel("Email").fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Creates a credential, by default a token, up to the open reveal dialog. Returns the secret in it. */
  async issue({ name, scopes = ["credentials:read"], at = "/settings/tokens", button = "Issue token" } = {}) {
    await this.open(`${at}/new`);
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    for (const scope of scopes) await this.scope(scope).check();
    await this.page.getByRole("button", { name: button }).click();
    return this.revealed();
  }

  scope(name) {
    return this.page.getByRole("checkbox").and(this.page.locator(`[value="${name}"]`));
  }

  /** The secret in the open reveal dialog. */
  async revealed() {
    const field = this.page.getByRole("dialog").getByRole("textbox", { name: "Secret" });
    await field.waitFor();
    return field.inputValue();
  }

  /** Confirms "I have stored it" and closes the reveal dialog, which leads to `path`. */
  async stored(path = "/settings/tokens") {
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "I have stored it" }).check();
    await dialog.getByRole("button", { name: "Done" }).click();
    await this.landsOn(path);
  }

  rows() {
    return this.page.getByRole("table").getByRole("row").filter({ has: this.page.getByRole("cell") });
  }

  row(name) {
    return this.rows().filter({ hasText: name });
  }

  /** Opens the page of the row called `name`. Returns its URL. */
  async openRow(name) {
    await this.row(name).getByRole("link").first().click();
    await this.landsOn(/_[^/]+$/);
    return this.page.url();
  }

  /** Rolls the credential of the current page, up to the open reveal dialog. Returns the new secret. */
  async roll({ overlap } = {}) {
    await this.page.getByRole("link", { name: "Roll", exact: true }).click();
    await this.landsOn(/\/roll$/);
    if (overlap) await this.page.getByRole("radio", { name: overlap }).check();
    await this.page.getByRole("button", { name: "Roll and show the new secret" }).click();
    return this.revealed();
  }

  /** Creates a client that signs with its own key. `jwk` is the public key. */
  async issueWithKey({ name, jwk, at }) {
    await this.open(`${at}/new`);
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByRole("radio", { name: /Its own key/ }).check();
    await this.page.getByLabel("Public key").fill(JSON.stringify(jwk));
    await this.page.getByRole("button", { name: "Issue client" }).click();
    await this.landsOn(at);
  }

  /** Opens the page of a token from the list. Returns its URL. */
  async openToken(name) {
    await this.open("/settings/tokens");
    return this.openRow(name);
  }

  /** Revokes a token on its page, and types its name if the page asks for it. */
  async revoke(name) {
    await this.openToken(name);
    await this.page.getByRole("link", { name: "Revoke token" }).click();
    await this.landsOn(/\/revoke$/);
    const typed = this.page.getByLabel(/to confirm/);
    if (await typed.count()) await typed.fill(name);
    await this.page.getByRole("button", { name: "Revoke token" }).click();
    await this.landsOn("/settings/tokens");
  }

  sessions() {
    return this.page.getByRole("main").getByRole("table").getByRole("row").filter({ has: this.page.getByRole("cell") });
  }

  async sessionCookie() {
    const cookies = await this.context.cookies();
    return cookies.find(({ name }) => /^(__Host-)?sid$/.test(name));
  }

  async signOut() {
    await this.page.getByRole("button", { name: /your account/ }).click();
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.landsOn("/sign-in");
  }

  async switchTo(organization) {
    await this.page.getByRole("button", { name: /change organization/ }).click();
    await this.page.getByRole("button", { name: organization, exact: true }).click();
    await this.landsOn("/settings/tokens");
  }

  async chooseTheme(theme) {
    await this.page.getByRole("button", { name: theme, exact: true }).click();
  }

  eventually(condition, what) {
    return eventually(condition, what);
  }
}
