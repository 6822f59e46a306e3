//! What is stored instead of a secret: HMAC-SHA-256 (RFC 2104) of the whole token under a pepper.
//!
//! Owns: that computation. A secret has 256 random bits, so a slow password hash would add nothing but a slow
//! endpoint; the key means that a stolen database can be neither searched nor planted with verifiers.

use super::PlainSecret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The key under which verifiers are computed, with the version that rows record.
pub struct Pepper {
    version: i32,
    /// The state after the key, so that it is not hashed again for every token.
    keyed: Hmac<Sha256>,
}

impl Pepper {
    /// A pepper of this version.
    pub fn new(version: i32, key: [u8; 32]) -> Self {
        let key = Zeroizing::new(key);
        // A 32-byte key is within one block, so it is used as it is.
        let mut block = Zeroizing::new([0u8; 64]);
        block[..32].copy_from_slice(&*key);
        Self { version, keyed: Hmac::<Sha256>::new((&*block).into()) }
    }

    /// The version that a stored verifier names.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// The verifier of a secret under this pepper.
    pub fn verifier(&self, secret: &PlainSecret) -> Verifier {
        self.verifier_of(secret.expose())
    }

    /// The key of the same version for one other purpose.
    pub fn derive(&self, purpose: &str) -> Self {
        // Neither a token nor a link of ours has a NUL, so no verifier is ever such a key.
        Self::new(self.version, *self.mac(format!("mintmark key\0{purpose}").as_bytes()))
    }

    /// HMAC-SHA-256 of these bytes.
    pub fn mac(&self, bytes: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.keyed.clone().chain_update(bytes).finalize().into_bytes().into())
    }

    /// The same of a secret that somebody else keeps.
    pub fn verifier_of(&self, secret: &str) -> Verifier {
        Verifier(*self.mac(secret.as_bytes()))
    }
}

/// The keyed hash of a secret. Useless without the pepper.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verifier([u8; 32]);

impl Verifier {
    /// One that was stored.
    pub fn stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes that are stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hmac_sha_256_of_the_whole_token() {
        // RFC 4231, test case 2, whose key is padded with zeros as HMAC pads it.
        let mut key = [0u8; 32];
        key[..4].copy_from_slice(b"Jefe");
        let verifier = Pepper::new(1, key).verifier(&PlainSecret::presented("what do ya want for nothing?".to_owned()));
        let hex: String = verifier.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn a_derived_key_depends_on_the_pepper_and_on_the_purpose() {
        let (one, other) = (Pepper::new(1, [1; 32]), Pepper::new(2, [2; 32]));
        let mac = |pepper: &Pepper| pepper.mac(b"event");
        assert_eq!(mac(&one.derive("audit")), mac(&one.derive("audit")));
        for unlike in [other.derive("audit"), one.derive("idempotency"), Pepper::new(1, [1; 32])] {
            assert_ne!(mac(&one.derive("audit")), mac(&unlike));
        }
    }
}
