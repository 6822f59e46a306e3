// The example proxy configurations: which requests reach an API, which do not, and how the API identifies the caller.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { basic, bearer } from "./ask.mjs";
import { AUDIENCE, behindEveryProxy } from "./world.mjs";

const IDENTITY = ["subject", "subject-type", "org", "scopes", "credential-id", "user-name", "resources", "env", "org-external-id"].map((name) => `x-auth-${name}`);

behindEveryProxy((world) => {
  /** Sends a request, and fails if it reached the API. */
  const refused = async (path, options, status) => {
    const before = world.contacts.requests;
    const answer = await world.ask(path, options);
    assert.equal(answer.status, status, answer.text);
    assert.equal(world.contacts.requests, before, "the API was not asked");
    return answer;
  };
  const allowed = async (path, options) => {
    const answer = await world.ask(path, options);
    assert.equal(answer.status, 200, answer.text);
    return answer.seen;
  };

  test("without a credential, 401 and the challenge", async () => {
    for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
      const { challenges } = await refused("/contacts", { method }, 401);
      assert.match(challenges.join(), /^Bearer realm="mintmark"/);
      assert.doesNotMatch(challenges.join(), /error=/);
    }
    await refused("/contacts", { headers: { Cookie: "sid=1; token=2" } }, 401);
    await refused("/a/place/that/nobody/configured", {}, 401);
    await refused("/_mintmark/contacts", {}, world.proxy.name === "nginx" ? 404 : 401);
  });

  test("with a good key the API learns whose it is, and from Mintmark alone", async () => {
    const { id, token } = await world.key("acme", ["contacts:read"]);
    const { token: pat } = await world.pat("acme", ["contacts:read"]);
    const forged = Object.fromEntries(IDENTITY.map((name) => [name, "forged"]));
    // nginx has no wildcard for headers: it replaces only the headers that Mintmark sets.
    if (world.proxy.name !== "nginx") forged["X-Auth-Role"] = "forged";
    const alike = { X_Auth_Org: "forged", "x-auth_subject": "forged", x_auth_scopes: "forged" };
    for (const credential of [bearer(token), { "X-API-Key": token }, basic("anyone", token), basic(token, "")]) {
      const sent = { ...forged, ...alike, ...credential };
      const { headers, names } = await allowed("/contacts?page=2&org=globex&scope=", { headers: sent });
      assert.equal(headers["x-auth-subject"], id);
      assert.equal(headers["x-auth-subject-type"], "application");
      assert.equal(headers["x-auth-org"], "acme");
      assert.equal(headers["x-auth-scopes"], "contacts:read");
      assert.equal(headers["x-auth-credential-id"], id);
      assert.equal(headers["x-auth-user-name"] ?? "", "");
      assert.equal(headers["x-auth-resources"] ?? "", "");
      assert.equal(headers["x-auth-env"], "live");
      assert.equal(headers["x-auth-org-external-id"] ?? "", "");
      assert.equal(headers.authorization, undefined, "the API does not see the credential");
      assert.equal(headers["x-api-key"], undefined, "the API does not see the credential");
      const identity = names.filter((name) => name.replaceAll("_", "-").startsWith("x-auth-"));
      assert.deepEqual(identity.filter((name) => !IDENTITY.includes(name)), [], "nothing that looks like an identity");
      assert.equal(new Set(identity).size, identity.length, "each is there once");
    }
    const { headers, url } = await allowed("/contacts/7?page=2", { headers: bearer(pat) });
    assert.equal(headers["x-auth-subject-type"], "user");
    assert.equal(headers["x-auth-user-name"], "owner@acme.test");
    assert.equal(url, "/contacts/7?page=2");
  });

  test("two credentials at once are none", async () => {
    const { token } = await world.key("acme", ["contacts:read"]);
    await refused("/contacts", { headers: { ...bearer(token), "X-API-Key": token } }, 401);
  });

  test("a scope too few is 403, by method, and says what would have been enough", async () => {
    const { token } = await world.key("acme", ["contacts:read"]);
    const { token: writer } = await world.key("acme", ["contacts:read", "contacts:write"]);
    await allowed("/contacts", { headers: bearer(token) });
    assert.equal((await world.ask("/contacts", { method: "HEAD", headers: bearer(token) })).status, 200);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"]) {
      const { headers } = await refused("/contacts", { method, headers: bearer(token) }, 403);
      assert.equal(headers["x-accepted-scopes"], "contacts:write");
      assert.equal((await allowed("/contacts", { method, headers: bearer(writer) })).method, method);
    }
    const override = { "X-HTTP-Method-Override": "GET", "X-Forwarded-Method": "GET", "X-Original-Method": "GET" };
    await refused("/contacts", { method: "POST", headers: { ...bearer(token), ...override } }, 403);
  });

  test("a revoked key is 401 from the next request on", async () => {
    const { id, token } = await world.key("acme", ["contacts:read"]);
    await allowed("/contacts", { headers: bearer(token) });
    await world.post("acme", `/v1/orgs/acme/api-keys/${id}/revoke`);
    const { challenges } = await refused("/contacts", { headers: bearer(token) }, 401);
    assert.match(challenges.join(), /error="invalid_token"/);
  });

  test("another organization's key is 401, whatever it calls its own API", async () => {
    await world.api("globex", `${AUDIENCE}/globex`);
    const { token } = await world.key("globex", ["contacts:read"]);
    const { challenges } = await refused("/contacts", { headers: bearer(token) }, 401);
    assert.match(challenges.join(), /error="invalid_token"/);
    await refused("/contacts?org=globex", { headers: { ...bearer(token), "X-Auth-Org": "acme" } }, 401);
  });

  test("a body reaches the API whole, and Mintmark not at all", async () => {
    const { token } = await world.key("acme", ["contacts:write"]);
    const secret = `body-${randomBytes(8).toString("hex")}`;
    const body = Buffer.concat([Buffer.from(secret), randomBytes(3 << 20)]);
    const digest = createHash("sha256").update(body).digest("hex");
    world.wire.sent = "";
    const private_ = { Cookie: "session=crumbs", Referer: "http://else.test/?code=referred" };
    for (const chunked of [{ "Content-Length": body.length }, { "Transfer-Encoding": "chunked" }]) {
      const headers = { ...bearer(token), ...private_, ...chunked };
      const seen = await allowed("/contacts?link=one-time", { method: "POST", headers, body });
      assert.deepEqual([seen.method, seen.digest, seen.headers.cookie], ["POST", digest, "session=crumbs"]);
    }
    assert.match(world.wire.sent, new RegExp(token));
    for (const leak of [secret, "crumbs", "one-time", "referred"]) assert.ok(!world.wire.sent.includes(leak), `Mintmark was sent ${leak}`);
  });

  test("an allow-list of addresses sees the caller's, which the caller cannot choose", async () => {
    const { token } = await world.key("acme", ["contacts:read"], { ip_allowlist: ["127.0.0.7/32"] });
    const claims = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"];
    const forged = Object.fromEntries(claims.map((name) => [name, name === "Forwarded" ? "for=127.0.0.7" : "127.0.0.7"]));
    assert.equal((await allowed("/contacts", { headers: bearer(token), from: "127.0.0.7" })).headers["x-auth-org"], "acme");
    await refused("/contacts", { headers: bearer(token), from: "127.0.0.8" }, 403);
    await refused("/contacts", { headers: { ...bearer(token), ...forged }, from: "127.0.0.8" }, 403);
    await allowed("/contacts", { headers: { ...bearer(token), "X-Forwarded-For": "127.0.0.8" }, from: "127.0.0.7" });
    const { token: proxies } = await world.key("acme", ["contacts:read"], { ip_allowlist: ["127.0.0.1/32"] });
    await refused("/contacts", { headers: { ...bearer(proxies), "X-Forwarded-For": "127.0.0.1" }, from: "127.0.0.8" }, 403);
  });

  test("when Mintmark does not answer, nobody passes", async () => {
    const { token } = await world.key("acme", ["contacts:read"]);
    await allowed("/contacts", { headers: bearer(token) });
    const before = world.contacts.requests;
    const closed = async () => {
      for (const headers of [bearer(token), {}]) {
        const { status } = await world.ask("/contacts", { headers });
        assert.ok(status >= 500, `${status}`);
      }
    };
    await world.mintmark.halt(); // the server accepts connections and drops them
    await closed();
    await world.wire.end(); // and now it does not accept them
    await closed();
    assert.equal(world.contacts.requests, before, "the API was not asked");
  });

  test("no log has a credential", () => {
    assert.match(world.mintmark.log, /forward-auth/);
    for (const log of [world.mintmark.log, world.proxy.log]) assert.doesNotMatch(log, /mint_(key|pat)_(?!nonsense)/);
  });
});
