// The verdicts of two careful libraries, jose and PyJWT, on a token.
import { createLocalJWKSet, jwtVerify } from "jose";
import { python } from "./python.mjs";

/**
 * Judges a corpus of `[name, token]`. Returns `{name, token, jose, pyjwt}` with "accepted" or the name of the error.
 * `expected` has issuer, audience, required claims and an optional `typ`.
 */
export async function judge(corpus, jwks, expected) {
  const { issuer, audience, required: requiredClaims, typ } = expected;
  const options = { issuer, audience, requiredClaims, typ, algorithms: ["ES256", "RS256", "EdDSA"] };
  const keys = createLocalJWKSet(jwks);
  const tokens = corpus.map(([, token]) => token);
  const verdict = (token) => jwtVerify(token, keys, options).then(() => "accepted", ({ name }) => name);
  const ofJose = await Promise.all(tokens.map(verdict));
  const ofPyJwt = JSON.parse(await python("verdicts.py", { input: JSON.stringify({ tokens, jwks, expected }) }));
  return corpus.map(([name, token], index) => ({ name, token, jose: ofJose[index], pyjwt: ofPyJwt[index] }));
}

/** The required claims of an access token (RFC 9068 section 2.2). */
export const OF_ACCESS_TOKENS = ["iss", "aud", "sub", "client_id", "iat", "exp", "jti"];

export const bothRefuse = ({ jose, pyjwt }) => jose !== "accepted" && pyjwt !== "accepted";
