// The setup of the reference server and of Mintmark: one API for each signing algorithm, and clients of every kind.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";

/** The audience of each API, by the algorithm that signs its access tokens. */
export const AUDIENCES = {
  ES256: "https://contacts.example.test/",
  RS256: "https://reports.example.test/",
  EdDSA: "https://devices.example.test/",
};
export const AUDIENCE = AUDIENCES.ES256;
/** All scopes of a client. The scope in FORBIDDEN exists, but no client has it. */
export const SCOPE = "contacts:read contacts:write rmq.read:*/*";
export const FORBIDDEN = "contacts:delete";
export const SCOPES = [...SCOPE.split(" "), FORBIDDEN];
export const ACCESS_TOKEN_SECONDS = 300;
/** The algorithms with which clients sign their assertions. */
export const CLIENT_ALGS = ["ES256", "RS256", "Ed25519"];

/** The certificate and key for servers with TLS, from the folder that tls.test.mjs created, if there is one. */
export function tls() {
  const folder = process.env.CLIENTS_TLS;
  if (!folder) return undefined;
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** New key pairs as JWKs, with ids that the client chose: `{alg: {public, private}}`. */
export async function keyPairs(algs) {
  const pair = async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = async (key) => ({ ...(await exportJWK(key)), alg, use: "sig", kid: `key-for-${alg}` });
    return [alg, { public: await jwk(publicKey), private: await jwk(privateKey) }];
  };
  return Object.fromEntries(await Promise.all(algs.map(pair)));
}

export const half = (pairs, which) => Object.values(pairs).map((pair) => pair[which]);
