// npm jose, unmodified: as an API that verifies access tokens, and as a client that signs its own assertions.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createRemoteJWKSet, importJWK, jwtVerify, SignJWT } from "jose";
import { assertGranted, assertVerifies } from "./checks.mjs";
import { ACCESS_TOKEN_SECONDS, AUDIENCE, AUDIENCES, CLIENT_ALGS, SCOPE } from "./contract.mjs";
import { accessToken, discover } from "./plain.mjs";
import { onEveryServer } from "./servers.mjs";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** A valid assertion (RFC 7523), or one with other `claims`. */
async function sign({ client_id, keys }, audience, { alg = "ES256", ...claims } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: client_id, sub: client_id, aud: audience, jti: randomUUID(), iat: now, exp: now + 60, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg, kid: keys[alg].kid }).sign(await importJWK(keys[alg]));
}

async function present(url, client_assertion, form = {}) {
  const body = new URLSearchParams({
    grant_type: "client_credentials", scope: SCOPE, client_assertion_type: ASSERTION, client_assertion, ...form,
  });
  const answer = await fetch(url, { method: "POST", body });
  return { status: answer.status, ...(await answer.json()) };
}

onEveryServer((server) => {
  for (const [alg, audience] of Object.entries(AUDIENCES)) {
    test(`jose verifies access tokens signed with ${alg}`, async () => {
      const client = server.everyAudience;
      const token = await accessToken(server, { scope: SCOPE, resource: audience }, client);
      await assertVerifies(token, await discover(server.issuer), { client_id: client.client_id, scope: SCOPE, audience, alg });
    });
  }

  test("jose refuses an access token for another API, from another issuer, of another type or of the past", async () => {
    const { issuer, jwks_uri } = await discover(server.issuer);
    const keys = createRemoteJWKSet(new URL(jwks_uri));
    const token = await accessToken(server, { scope: SCOPE, resource: AUDIENCE });
    const expected = { issuer, audience: AUDIENCE, typ: "at+jwt" };
    await jwtVerify(token, keys, expected);
    const refused = (claim, changes) => assert.rejects(jwtVerify(token, keys, { ...expected, ...changes }), { claim });
    await refused("aud", { audience: AUDIENCES.RS256 });
    await refused("iss", { issuer: `${issuer}/` });
    await refused("typ", { typ: "JWT" });
    await refused("exp", { currentDate: new Date(Date.now() + (ACCESS_TOKEN_SECONDS + 1) * 1000) });
  });

  test("the published keys are public and say what they are for", async () => {
    const { jwks_uri } = await discover(server.issuer);
    const { keys } = await (await fetch(jwks_uri)).json();
    for (const alg of Object.keys(AUDIENCES)) assert.ok(keys.some((key) => key.alg === alg), alg);
    for (const { kid, use, ...rest } of keys) {
      assert.equal(use, "sig");
      assert.ok(kid);
      for (const secret of ["d", "p", "q", "dp", "dq", "qi", "k"]) assert.ok(!(secret in rest), secret);
    }
  });

  for (const alg of CLIENT_ALGS) {
    test(`an assertion that jose signed with ${alg} is good once, for issuer or endpoint, with client_id or not`, async () => {
      const client = server.clients.private_key_jwt;
      const { issuer, token_endpoint } = await discover(server.issuer);
      for (const audience of [issuer, token_endpoint]) {
        for (const form of [{}, { client_id: client.client_id }]) {
          const assertion = await sign(client, audience, { alg });
          assertGranted(await present(token_endpoint, assertion, form), SCOPE);
          const { status, error } = await present(token_endpoint, assertion, form);
          assert.deepEqual([status, error], [401, "invalid_client"], "a second time");
        }
      }
    });
  }

  test("an assertion for someone else, by someone else or out of its time is refused", async () => {
    const client = server.clients.private_key_jwt;
    const { issuer, token_endpoint } = await discover(server.issuer);
    const now = Math.floor(Date.now() / 1000);
    for (const claims of [
      { aud: "https://elsewhere.example.test/" }, { aud: `${issuer}/v1/me` }, { aud: undefined },
      { iss: server.clients.client_secret_basic.client_id }, { sub: "usr_01hzy3v7c0000000000000000" }, { iss: undefined },
      { exp: now - 120 }, { exp: undefined }, { exp: `${now + 60}` }, { nbf: now + 600 }, { jti: undefined },
    ]) {
      const { status, error } = await present(token_endpoint, await sign(client, issuer, claims));
      assert.deepEqual([status, error], [401, "invalid_client"], JSON.stringify(claims));
    }
  });
});
