// npm simple-oauth2, unmodified. It parses every reply as JSON, even that of a revocation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientCredentials } from "simple-oauth2";
import { assertGranted, assertVerifies, INACTIVE } from "./checks.mjs";
import { AUDIENCE, FORBIDDEN, SCOPE } from "./contract.mjs";
import { discover, introspect } from "./plain.mjs";
import { onEveryServer } from "./servers.mjs";

/** The authentication options: the place of the secret and, in the header, its encoding. */
const WAYS = [
  { authorizationMethod: "header", credentialsEncodingMode: "strict" },
  { authorizationMethod: "header", credentialsEncodingMode: "loose" },
  { authorizationMethod: "body" },
];

const knownTo = ({ clients }, { authorizationMethod }) =>
  authorizationMethod === "body" ? clients.client_secret_post : clients.client_secret_basic;

async function clientOf(server, way, { client_id, client_secret }) {
  const { token_endpoint, revocation_endpoint } = await discover(server.issuer);
  return new ClientCredentials({
    client: { id: client_id, secret: client_secret },
    auth: { tokenHost: server.issuer, tokenPath: token_endpoint, revokePath: revocation_endpoint },
    options: way,
  });
}

onEveryServer((server) => {
  for (const way of WAYS) {
    const how = Object.values(way).join(", ");

    test(`simple-oauth2 (${how}) gets tokens and revokes them`, async () => {
      const client = await clientOf(server, way, knownTo(server, way));
      for (const resource of server.introspectable) {
        for (const scope of [SCOPE.split(" "), "contacts:read", undefined]) {
          const access = await client.getToken({ ...(scope && { scope }), ...(resource && { resource }) });
          assertGranted(access.token, scope === undefined ? server.withoutScope : [scope].flat().join(" "));
          assert.equal(access.expired(), false);
          assert.equal((await introspect(server, access.token.access_token)).active, true);
          await access.revoke("access_token");
          assert.deepEqual(await introspect(server, access.token.access_token), INACTIVE);
        }
      }
    });

    test(`a token that simple-oauth2 (${how}) got for a resource verifies`, async () => {
      const { client_id, client_secret } = knownTo(server, way);
      const client = await clientOf(server, way, { client_id, client_secret });
      const { token } = await client.getToken({ scope: SCOPE, resource: AUDIENCE });
      await assertVerifies(token.access_token, await discover(server.issuer), { client_id, scope: SCOPE });
    });

    test(`simple-oauth2 (${how}) says why a request was refused`, async () => {
      const refused = (request, error, status) =>
        assert.rejects(request, (thrown) => {
          assert.ok(thrown.isBoom, thrown);
          assert.deepEqual([thrown.data.payload.error, thrown.output.statusCode], [error, status]);
          return true;
        });
      const client = await clientOf(server, way, knownTo(server, way));
      await refused(client.getToken({ scope: FORBIDDEN }), "invalid_scope", 400);
      await refused(client.getToken({ scope: SCOPE, resource: "https://elsewhere.example.test/" }), "invalid_target", 400);
      const wrong = await clientOf(server, way, { ...knownTo(server, way), client_secret: "wrong" });
      await refused(wrong.getToken(), "invalid_client", 401);
    });
  }
});
