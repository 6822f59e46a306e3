// Features that Mintmark has and the reference server lacks: personal access tokens as clients, token exchange, key
// rotation, and bodies that are not forms.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, customFetch, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import {
  allowInsecureRequests, ClientSecretBasic, ClientSecretPost, clientCredentialsGrant, discovery, genericGrantRequest,
} from "openid-client";
import { ClientCredentials } from "simple-oauth2";
import { eventually } from "../eventually.mjs";
import { assertVerifies, INACTIVE } from "./checks.mjs";
import { AUDIENCE, keyPairs, SCOPE } from "./contract.mjs";
import { hostile } from "./hostile.mjs";
import { Mintmark } from "./mintmark.mjs";
import { accessToken, discover, each, introspect, post } from "./plain.mjs";
import { describeTo, python } from "./python.mjs";
import { bothRefuse, judge, OF_ACCESS_TOKENS } from "./verdicts.mjs";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const server = new Mintmark();
before(() => server.start());
after(() => server.stop());

const configure = ({ client_id, client_secret }, how = ClientSecretBasic) =>
  discovery(new URL(server.issuer), client_id, undefined, how(client_secret), { execute: [allowInsecureRequests] });

/** Creates a personal access token of the owner. Returns its id, its secret, and both as client credentials. */
async function personalToken(scopes, expires_in = 3600) {
  const { id, token } = await server.post("/v1/me/tokens", { org: "acme", name: `Laptop ${scopes}`, scopes, expires_in });
  return { id, token, client_id: id, client_secret: token };
}

const exchanged = (token, parameters) => ({
  subject_token: token, subject_token_type: "urn:mintmark:token-type:credential", resource: AUDIENCE, ...parameters,
});

for (const how of [ClientSecretBasic, ClientSecretPost]) {
  test(`openid-client (${how.name}) gets a token in a person's name with their personal access token`, async () => {
    const person = await personalToken(["contacts:read"]);
    const config = await configure(person, how);
    const reply = await clientCredentialsGrant(config, { scope: "contacts:read", resource: AUDIENCE });
    assert.equal(reply.identity_id, server.owner.user_id);
    assert.equal(reply.user_name, "ada@acme.test");
    assert.ok(reply.org && reply.tenant_id);
    const claims = decodeJwt(reply.access_token);
    assert.deepEqual([claims.sub, claims.sub_type, claims.client_id], [server.owner.user_id, "user", person.id]);
    await assert.rejects(clientCredentialsGrant(config, { scope: "contacts:write" }), { error: "invalid_scope" });
  });
}

test("a client's own token is in nobody's name", async () => {
  const config = await configure(server.clients.client_secret_basic);
  const reply = await clientCredentialsGrant(config, { scope: SCOPE });
  assert.deepEqual([reply.identity_id, reply.user_name], [undefined, undefined]);
});

test("the sailpoint SDK calls the API in a person's name with their personal access token", async () => {
  const person = await personalToken(["credentials:read"]);
  const { OAUTH_SERVER, ...environment } = describeTo(server);
  const about = JSON.stringify({ ...JSON.parse(OAUTH_SERVER), person: { ...person, user_id: server.owner.user_id } });
  await python("test_sailpoint_person.py", { environment: { ...environment, OAUTH_SERVER: about } });
});

test("openid-client exchanges a personal access token for a short-lived one, which ends with it", async () => {
  const client = await server.client("Gateway", { grant_types: ["client_credentials", EXCHANGE] });
  const config = await configure(client);
  const person = await personalToken(["contacts:read", "contacts:write"]);
  const reply = await genericGrantRequest(config, EXCHANGE, exchanged(person.token, { scope: "contacts:read" }));
  assert.equal(reply.issued_token_type, "urn:ietf:params:oauth:token-type:access_token");
  assert.ok(reply.expires_in <= 900, `${reply.expires_in}`);
  const claims = decodeJwt(reply.access_token);
  assert.deepEqual([claims.sub, claims.sub_type, claims.scope], [server.owner.user_id, "user", "contacts:read"]);

  const refused = (error, parameters) => assert.rejects(genericGrantRequest(config, EXCHANGE, parameters), { error });
  await refused("invalid_scope", exchanged(person.token, { scope: "contacts:delete" }));
  await refused("invalid_target", exchanged(person.token, { resource: "https://elsewhere.example.test/" }));
  await refused("invalid_request", exchanged("mint_pat_never", { scope: "contacts:read" }));
  await refused("invalid_request", exchanged(person.token, { subject_token_type: "urn:ietf:params:oauth:token-type:jwt" }));
  const strict = await configure(server.clients.client_secret_basic);
  await assert.rejects(genericGrantRequest(strict, EXCHANGE, exchanged(person.token)), { error: "unauthorized_client" });

  assert.equal((await introspect(server, reply.access_token)).active, true);
  await server.post(`/v1/me/tokens/${person.id}/revoke`);
  assert.deepEqual(await introspect(server, reply.access_token), INACTIVE);
  await refused("invalid_request", exchanged(person.token));
});

test("jose verifies tokens while the keys are rotated, and in an emergency no token of before", async () => {
  const { issuer, jwks_uri } = await discover(server.issuer);
  const before = (await (await fetch(jwks_uri)).json()).keys;
  let fetched = 0;
  const keys = createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: (...request) => (fetched += 1, fetch(...request)) });
  const verify = (token, known = keys) => jwtVerify(token, known, { issuer, audience: AUDIENCE, typ: "at+jwt" });
  const old = await accessToken(server, { scope: SCOPE, resource: AUDIENCE });
  await verify(old);
  await server.server.run(["keys", "rotate"]);
  const published = async () => (await (await fetch(jwks_uri)).json()).keys.map(({ kid }) => kid);
  const { kid } = decodeProtectedHeader(old);
  await eventually(async () => (await published()).length > before.length, "the next key is published");
  const meanwhile = await accessToken(server, { scope: SCOPE, resource: AUDIENCE });
  assert.equal(decodeProtectedHeader(meanwhile).kid, kid, "the next key does not sign before it is known");
  for (const token of [old, meanwhile]) await verify(token);
  assert.equal(fetched, 1);

  await server.server.run(["keys", "rotate", "--emergency"]);
  await eventually(async () => !(await published()).includes(kid), "the old key is not published");
  const fresh = await accessToken(server, { scope: SCOPE, resource: AUDIENCE });
  const anew = createRemoteJWKSet(new URL(jwks_uri));
  await verify(fresh, anew);
  await assert.rejects(verify(old, anew), { code: "ERR_JWKS_NO_MATCHING_KEY" });
  assert.deepEqual(await introspect(server, old), INACTIVE);
  const client_id = server.clients.client_secret_basic.client_id;
  await assertVerifies(fresh, { issuer, jwks_uri }, { client_id, scope: SCOPE });
});

/**
 * Builds the corpus from a good access token and judges it. Another key signs the changed tokens, because the server's
 * key is not available.
 */
async function hostileTo(real) {
  const { issuer, jwks_uri } = await discover(server.issuer);
  const [header, good, { ES256 }] = [decodeProtectedHeader(real), decodeJwt(real), await keyPairs(["ES256"])];
  const claims = () => ({ ...good, jti: randomUUID() });
  const corpus = [...hostile({ header, claims, key: ES256.private, real: () => real })];
  const jwks = await (await fetch(jwks_uri)).json();
  return judge(corpus, jwks, { issuer, audience: good.aud, required: OF_ACCESS_TOKENS, typ: "at+jwt" });
}

test("no access token is active that jose and PyJWT both refuse", async () => {
  const { introspection_endpoint } = await discover(server.issuer);
  const client = server.clients.client_secret_basic;
  const real = await accessToken(server, { scope: SCOPE, resource: AUDIENCE });
  const ask = (token) => post(introspection_endpoint, client, { token });
  assert.equal((await ask(real)).body.active, true);
  const verdicts = await hostileTo(real);
  // Every endpoint ignores spaces around a token and the prefix of RFC 8959.
  const bare = (token) => token.trim().replace(/^secret-token:/, "");
  await each(verdicts.filter(({ token }) => token !== "" && token === bare(token)), async (entry) => {
    const { status, body } = await ask(entry.token);
    assert.ok(status < 500, `${entry.name}: ${status}`);
    if (bothRefuse(entry)) assert.deepEqual({ status, body }, { status: 200, body: INACTIVE }, entry.name);
  });
});

test("no access token opens the management API that jose and PyJWT both refuse", async () => {
  const real = await accessToken(server, {}, await personalToken(["credentials:read"]));
  const call = (token) => fetch(`${server.issuer}/v1/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await call(real)).status, 200);
  const verdicts = await hostileTo(real);
  // RFC 8959 allows a good token with the prefix `secret-token:` in a header.
  const canBeSent = ({ token }) => /^[\x21-\x7e]{1,12000}$/.test(token) && !token.startsWith("secret-token:");
  await each(verdicts.filter(canBeSent), async (entry) => {
    const { status } = await call(entry.token);
    assert.ok(status < 500, `${entry.name}: ${status}`);
    if (bothRefuse(entry)) assert.ok([400, 401].includes(status), `${entry.name}: ${status}`);
  });
});

test("a form may be multipart, and may not be JSON", async () => {
  const { token_endpoint } = await discover(server.issuer);
  const { client_id, client_secret } = server.clients.client_secret_post;
  const fields = { grant_type: "client_credentials", client_id, client_secret, scope: SCOPE };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const answer = await fetch(token_endpoint, { method: "POST", body: form });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).scope ?? SCOPE, SCOPE);

  const client = new ClientCredentials({
    client: { id: client_id, secret: client_secret },
    auth: { tokenHost: server.issuer, tokenPath: token_endpoint },
    options: { authorizationMethod: "body", bodyFormat: "json" },
  });
  await assert.rejects(client.getToken({ scope: SCOPE }), (thrown) => {
    assert.deepEqual([thrown.output.statusCode, thrown.data.payload.error], [400, "invalid_request"]);
    return true;
  });
});
