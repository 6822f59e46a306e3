// npm oauth4webapi, unmodified. It checks every reply against the standard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importJWK } from "jose";
import * as oauth from "oauth4webapi";
import { assertActive, assertGranted, INACTIVE } from "./checks.mjs";
import { AUDIENCE, AUDIENCES, CLIENT_ALGS, FORBIDDEN, SCOPE } from "./contract.mjs";
import { onEveryServer } from "./servers.mjs";

const METHODS = {
  client_secret_basic: ({ client_secret }) => oauth.ClientSecretBasic(client_secret),
  client_secret_post: ({ client_secret }) => oauth.ClientSecretPost(client_secret),
  private_key_jwt: ({ keys }, alg = "ES256") => ownKey(keys[alg]),
};

async function ownKey(jwk) {
  return oauth.PrivateKeyJwt({ key: await importJWK(jwk), kid: jwk.kid });
}

const options = (server) => (server.issuer.startsWith("https:") ? {} : { [oauth.allowInsecureRequests]: true });

async function discover(server, algorithm = "oauth2") {
  const issuer = new URL(server.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...options(server) }));
}

/** A client with its authentication method, and one function for each request. */
async function clientOf(server, { client_id, ...knows }, method, alg) {
  const [as, authentication, client] = [await discover(server), await METHODS[method](knows, alg), { client_id }];
  const ask = (request, process) => async (...what) =>
    process(as, client, await request(as, client, authentication, ...what, options(server)));
  return {
    as,
    client_id,
    grant: ask(oauth.clientCredentialsGrantRequest, oauth.processClientCredentialsResponse),
    introspect: ask(oauth.introspectionRequest, oauth.processIntrospectionResponse),
    revoke: ask(oauth.revocationRequest, (_as, _client, response) => oauth.processRevocationResponse(response)),
  };
}

const asking = (parameters) => new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined));

onEveryServer((server) => {
  for (const algorithm of ["oidc", "oauth2"]) {
    test(`oauth4webapi discovers it (${algorithm})`, async () => {
      assert.equal((await discover(server, algorithm)).issuer, server.issuer);
    });
  }

  for (const method of Object.keys(METHODS)) {
    test(`oauth4webapi gets, introspects and revokes tokens with ${method}`, async () => {
      const { client_id, grant, introspect, revoke } = await clientOf(server, server.clients[method], method);
      for (const resource of server.introspectable) {
        for (const asked of [SCOPE, "contacts:write", undefined]) {
          const scope = asked ?? server.withoutScope;
          const { access_token, ...reply } = await grant(asking({ scope: asked, resource }));
          assertGranted({ access_token, ...reply }, scope);
          assertActive(await introspect(access_token), { client_id, scope, issuer: server.issuer });
          await revoke(access_token);
          assert.deepEqual(await introspect(access_token), INACTIVE);
        }
      }
    });
  }

  for (const alg of CLIENT_ALGS) {
    test(`oauth4webapi authenticates with a key for ${alg}`, async () => {
      const { grant } = await clientOf(server, server.clients.private_key_jwt, "private_key_jwt", alg);
      assertGranted(await grant(asking({ scope: SCOPE })), SCOPE);
    });
  }

  for (const [alg, audience] of Object.entries(AUDIENCES)) {
    test(`oauth4webapi accepts an access token signed with ${alg} at the API it is for, and at no other`, async () => {
      const { as, client_id, grant } = await clientOf(server, server.everyAudience, "client_secret_basic");
      const { access_token } = await grant(asking({ scope: SCOPE, resource: audience }));
      const request = new Request(audience, { headers: { Authorization: `Bearer ${access_token}` } });
      const validate = (at) => oauth.validateJwtAccessToken(as, request, at, { signingAlgorithms: [alg], ...options(server) });
      const claims = await validate(audience);
      assert.deepEqual([claims.client_id, claims.sub, claims.scope], [client_id, client_id, SCOPE]);
      await assert.rejects(validate("https://elsewhere.example.test/"), { code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED" });
    });
  }

  test("oauth4webapi reads every refusal as the standard writes it", async () => {
    const good = await clientOf(server, server.clients.client_secret_post, "client_secret_post");
    const refused = (request, error, status = 400) =>
      assert.rejects(request, (thrown) => {
        // RFC 9110 requires a challenge on every 401, and the library reads it instead of the body. The reference sends
        // none.
        const isChallenge = status === 401 && thrown instanceof oauth.WWWAuthenticateChallengeError;
        assert.ok(isChallenge || thrown instanceof oauth.ResponseBodyError, thrown);
        assert.deepEqual([isChallenge ? thrown.cause[0].parameters.error : thrown.error, thrown.status], [error, status]);
        return true;
      });
    await refused(good.grant(asking({ scope: FORBIDDEN })), "invalid_scope");
    await refused(good.grant(asking({ scope: SCOPE, resource: "https://elsewhere.example.test/" })), "invalid_target");
    await refused(good.grant([["scope", SCOPE], ["scope", SCOPE]]), "invalid_request");
    const knows = { ...server.clients.client_secret_post, client_secret: "wrong" };
    const bad = await clientOf(server, knows, "client_secret_post");
    await refused(bad.grant(asking({ scope: SCOPE, resource: AUDIENCE })), "invalid_client", 401);
    await refused(bad.introspect("token"), "invalid_client", 401);
    await refused(bad.revoke("token"), "invalid_client", 401);
  });
});
