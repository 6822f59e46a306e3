// npm openid-client, unmodified.
import assert from "node:assert/strict";
import { test } from "node:test";
import { importJWK } from "jose";
import {
  allowInsecureRequests, ClientSecretBasic, ClientSecretPost, clientCredentialsGrant, discovery,
  genericGrantRequest, PrivateKeyJwt, ResponseBodyError, tokenIntrospection, tokenRevocation, WWWAuthenticateChallengeError,
} from "openid-client";
import { assertActive, assertGranted, assertVerifies, INACTIVE } from "./checks.mjs";
import { AUDIENCE, CLIENT_ALGS, FORBIDDEN, keyPairs, SCOPE } from "./contract.mjs";
import { onEveryServer } from "./servers.mjs";

const METHODS = {
  client_secret_basic: ({ client_secret }) => ClientSecretBasic(client_secret),
  client_secret_post: ({ client_secret }) => ClientSecretPost(client_secret),
  private_key_jwt: ({ keys }, alg = "ES256") => ownKey(keys[alg]),
};

async function ownKey(jwk) {
  return PrivateKeyJwt({ key: await importJWK(jwk), kid: jwk.kid });
}

/** Discovers the server as a client that authenticates with `method`. `changes` replaces parts of the client's data. */
async function configure(server, method, { algorithm, alg, ...changes } = {}) {
  const client = { ...server.clients[method], ...changes };
  const execute = server.issuer.startsWith("https:") ? [] : [allowInsecureRequests];
  const authentication = await METHODS[method](client, alg);
  return discovery(new URL(server.issuer), client.client_id, undefined, authentication, { algorithm, execute });
}

onEveryServer((server) => {
  for (const algorithm of ["oidc", "oauth2"]) {
    test(`openid-client discovers it (${algorithm})`, async () => {
      const config = await configure(server, "client_secret_basic", { algorithm });
      const metadata = config.serverMetadata();
      assert.equal(metadata.issuer, server.issuer);
      const supports = (what, values) => {
        for (const value of values) assert.ok(metadata[`${what}_supported`].includes(value), `${what}: ${value}`);
      };
      supports("token_endpoint_auth_methods", Object.keys(METHODS));
      supports("token_endpoint_auth_signing_alg_values", CLIENT_ALGS);
      supports("grant_types", ["client_credentials"]);
    });
  }

  for (const method of Object.keys(METHODS)) {
    test(`openid-client gets, introspects and revokes tokens with ${method}`, async () => {
      const config = await configure(server, method);
      const { client_id } = server.clients[method];
      for (const resource of server.introspectable) {
        for (const scope of [SCOPE, "contacts:read", undefined]) {
          const reply = await clientCredentialsGrant(config, { ...(resource && { resource }), ...(scope && { scope }) });
          const expected = { client_id, scope: scope ?? server.withoutScope, issuer: server.issuer };
          assertGranted(reply, expected.scope);
          assertActive(await tokenIntrospection(config, reply.access_token), expected);
          await tokenRevocation(config, reply.access_token, { token_type_hint: "access_token" });
          assert.deepEqual(await tokenIntrospection(config, reply.access_token), INACTIVE);
          await tokenRevocation(config, reply.access_token);
        }
      }
      assert.deepEqual(await tokenIntrospection(config, "never-was-a-token"), INACTIVE);
      await tokenRevocation(config, "never-was-a-token");
    });

    test(`a token that openid-client got with ${method} for a resource verifies`, async () => {
      const config = await configure(server, method);
      const { client_id } = server.clients[method];
      const reply = await clientCredentialsGrant(config, { scope: SCOPE, resource: AUDIENCE });
      await assertVerifies(reply.access_token, config.serverMetadata(), { client_id, scope: SCOPE });
    });

    test(`openid-client says why a request with ${method} was refused`, async () => {
      const config = await configure(server, method);
      const refused = (error, parameters) =>
        assert.rejects(clientCredentialsGrant(config, parameters), (thrown) => {
          assert.ok(thrown instanceof ResponseBodyError, thrown);
          assert.deepEqual([thrown.error, thrown.status], [error, 400]);
          return true;
        });
      await refused("invalid_scope", { scope: FORBIDDEN });
      await refused("invalid_scope", { scope: `${SCOPE} ${FORBIDDEN}` });
      await refused("invalid_target", { scope: SCOPE, resource: "https://elsewhere.example.test/" });
      await assert.rejects(genericGrantRequest(config, "urn:example:unheard-of", {}), { error: "unsupported_grant_type" });
    });
  }

  for (const alg of CLIENT_ALGS) {
    test(`openid-client authenticates with a key for ${alg}`, async () => {
      const config = await configure(server, "private_key_jwt", { alg });
      assertGranted(await clientCredentialsGrant(config, { scope: SCOPE }), SCOPE);
    });
  }

  test("openid-client says invalid_client where the secret is wrong", async () => {
    const basic = await configure(server, "client_secret_basic", { client_secret: "wrong" });
    await assert.rejects(clientCredentialsGrant(basic), (thrown) => {
      assert.ok(thrown instanceof WWWAuthenticateChallengeError, thrown);
      const [{ scheme, parameters }] = thrown.cause;
      assert.deepEqual([thrown.status, scheme, parameters.error], [401, "basic", "invalid_client"]);
      return true;
    });
    const post = await configure(server, "client_secret_post", { client_secret: "wrong" });
    const stranger = await configure(server, "client_secret_post", { client_id: "cli_nobody" });
    const { kid } = server.clients.private_key_jwt.keys.ES256;
    const { ES256: foreign } = await keyPairs(["ES256"]);
    const wrongKey = await configure(server, "private_key_jwt", { keys: { ES256: { ...foreign.private, kid } } });
    for (const config of [post, stranger, wrongKey]) {
      await assert.rejects(clientCredentialsGrant(config), (thrown) => {
        // RFC 9110 requires a challenge on every 401, and the library reads it instead of the body. The reference sends
        // none.
        const challenge = thrown instanceof WWWAuthenticateChallengeError ? thrown.cause[0].parameters : thrown;
        assert.deepEqual([challenge.error, thrown.status], ["invalid_client", 401]);
        return true;
      });
    }
  });
});
