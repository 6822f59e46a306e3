// What the reference server and Mintmark are both set up with: one API for each signing algorithm, and clients of every kind.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";

/** The audience of each API, by the algorithm that its access tokens are signed with. */
export const AUDIENCES = {
  ES256: "https://contacts.example.test/",
  RS256: "https://reports.example.test/",
  EdDSA: "https://devices.example.test/",
};
export const AUDIENCE = AUDIENCES.ES256;
/** All that a client may have, and what exists but is not for them. */
export const SCOPE = "contacts:read contacts:write rmq.read:*/*";
export const FORBIDDEN = "contacts:delete";
export const SCOPES = [...SCOPE.split(" "), FORBIDDEN];
export const ACCESS_TOKEN_SECONDS = 300;
/** What clients sign their assertions with. */
export const CLIENT_ALGS = ["ES256", "RS256", "Ed25519"];

/** Certificate and key for servers that are to speak TLS, from the folder that tls.test.mjs made; else nothing. */
export function tls() {
  const folder = process.env.CLIENTS_TLS;
  if (!folder) return undefined;
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** New key pairs as JWKs, with ids that their owner made up: `{alg: {public, private}}`. */
export async function keyPairs(algs) {
  const pair = async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = async (key) => ({ ...(await exportJWK(key)), alg, use: "sig", kid: `key-for-${alg}` });
    return [alg, { public: await jwk(publicKey), private: await jwk(privateKey) }];
  };
  return Object.fromEntries(await Promise.all(algs.map(pair)));
}

export const half = (pairs, which) => Object.values(pairs).map((pair) => pair[which]);
