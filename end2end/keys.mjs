// Key pairs for clients that sign with their own key.
import { generateKeyPairSync } from "node:crypto";

/** A new Ed25519 key pair as JWKs: `jwk` is the public half, `privateJwk` the whole pair. */
export function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return { jwk: publicKey.export({ format: "jwk" }), privateJwk: privateKey.export({ format: "jwk" }) };
}
