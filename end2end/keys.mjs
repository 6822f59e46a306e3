// Key pairs for clients that sign with their own key.
import { generateKeyPairSync } from "node:crypto";

/** A new Ed25519 pair as JWKs: `jwk` is the public half, `privateJwk` all of it. */
export function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { jwk: publicKey.export({ format: "jwk" }), privateJwk: privateKey.export({ format: "jwk" }) };
}
