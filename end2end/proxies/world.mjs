// The set-up for all tests of a file: Mintmark with two organizations, a proxy in front of an API, and its callers.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { eventually } from "../eventually.mjs";
import { Server } from "../server.mjs";
import { ask } from "./ask.mjs";
import { Caddy, Envoy, Nginx } from "./proxies.mjs";
import { echo, gitHost, wiretap } from "./upstream.mjs";

export const AUDIENCE = "https://contacts.example.com";
const SCOPES = ["contacts:read", "contacts:write", "code:read", "code:write"];

export class World {
  constructor(proxy) {
    this.proxy = proxy;
  }

  /** `repositories` is a folder of git repositories. */
  async start(repositories) {
    // Only the proxy may set the client address.
    this.mintmark = await Server.start({ MINTMARK_TRUSTED_PROXIES: "127.0.0.1/32" });
    this.owners = {};
    for (const org of ["acme", "globex"]) {
      const bootstrap = ["bootstrap", "--org", org, "--email", `owner@${org}.test`, "--password-stdin", "--json"];
      this.owners[org] = JSON.parse(await this.mintmark.run(bootstrap, "correct horse battery staple\n")).token;
      // Another process created the organization, so the server learns of it from the feed.
      await eventually(async () => (await this.asOwner(org, "/v1/me")).ok, `the server knows the owner of ${org}`);
    }
    await this.api("acme", AUDIENCE);
    this.contacts = await echo();
    this.code = await gitHost(repositories);
    this.wire = await wiretap(new URL(this.mintmark.url).port);
    await this.proxy.start({ mintmark: this.wire.port, contacts: this.contacts.port, code: this.code.port });
  }

  async stop() {
    await this.proxy.stop();
    for (const part of [this.wire, this.contacts, this.code]) await part?.end();
    await this.mintmark?.stop();
  }

  /** Sends a request to the proxy. */
  ask(path, options) {
    return ask(this.proxy.port, path, options);
  }

  asOwner(org, path, options = {}) {
    const headers = { Authorization: `Bearer ${this.owners[org]}`, "Content-Type": "application/json" };
    return fetch(this.mintmark.url + path, { headers, ...options });
  }

  /** Posts directly to Mintmark as the owner of `org`. The request must succeed. */
  async post(org, path, body = {}) {
    const answer = await this.asOwner(org, path, { method: "POST", body: JSON.stringify(body) });
    const made = await answer.json();
    assert.ok(answer.ok, `${path}: ${JSON.stringify(made)}`);
    return made;
  }

  api(org, audience) {
    return this.post(org, `/v1/orgs/${org}/apis`, { name: audience, audience, scopes: SCOPES.map((name) => ({ name })) });
  }

  /** Creates an API key. Returns `{ id, token, … }`. */
  key(org, scopes, settings = {}) {
    return this.post(org, `/v1/orgs/${org}/api-keys`, { name: "Sync", scopes, ...settings });
  }

  /** Creates a personal access token of the owner. */
  pat(org, scopes) {
    return this.post(org, "/v1/me/tokens", { org, name: "Laptop", scopes, expires_in: 3600 });
  }
}

/** Registers `tests(world)` behind each proxy. `prepare` returns the folder of repositories. */
export function behindEveryProxy(tests, prepare = async () => "/nonexistent") {
  for (const proxy of [new Nginx(), new Caddy(), new Envoy()]) {
    describe(proxy.name, () => {
      const world = new World(proxy);
      before(async () => world.start(await prepare(world)));
      after(() => world.stop());
      tests(world);
    });
  }
}
