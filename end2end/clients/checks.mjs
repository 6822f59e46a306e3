// The checks that the test of every client makes, whatever the library.
import assert from "node:assert/strict";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { ACCESS_TOKEN_SECONDS, AUDIENCE } from "./contract.mjs";

/** A reply of the token endpoint (RFC 6749 section 5.1), without a refresh token. */
export function assertGranted(reply, scope) {
  assert.equal(typeof reply.access_token, "string");
  assert.equal(reply.token_type.toLowerCase(), "bearer");
  assert.ok(reply.expires_in > ACCESS_TOKEN_SECONDS - 30 && reply.expires_in <= ACCESS_TOKEN_SECONDS, `${reply.expires_in}`);
  assert.equal(reply.scope, scope);
  assert.equal(reply.refresh_token, undefined);
}

/** Verifies an access token as RFC 9068 requires, with the keys from discovery. Returns its claims. */
export async function assertVerifies(token, { issuer, jwks_uri }, { client_id, scope, audience = AUDIENCE, alg = "ES256" }) {
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer, audience, typ: "at+jwt", algorithms: [alg], requiredClaims: ["sub", "client_id", "iat", "exp", "jti"],
  });
  assert.equal(payload.aud, audience);
  assert.equal(payload.client_id, client_id);
  assert.equal(payload.sub, client_id);
  assert.equal(payload.scope, scope);
  assert.ok(protectedHeader.kid);
  return payload;
}

/** The introspection response for an active token (RFC 7662 section 2.2). */
export function assertActive(answer, { client_id, scope, issuer }) {
  assert.equal(answer.active, true);
  assert.equal(answer.client_id, client_id);
  assert.equal(answer.scope, scope);
  assert.equal(answer.iss, issuer);
  assert.equal(answer.token_type, "Bearer");
  assert.ok(answer.exp > answer.iat);
}

/** The complete introspection response for any other token. */
export const INACTIVE = { active: false };
