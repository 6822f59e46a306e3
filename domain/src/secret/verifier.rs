//! Verifiers, which are stored instead of secrets: HMAC-SHA-256 (RFC 2104) of the whole token, keyed with a pepper.
//!
//! A secret has 256 random bits, so a slow password hash would only slow down verification. Without the key, a thief of
//! the database can neither search for secrets nor insert verifiers of their own.

use super::PlainSecret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The key of the verifiers, with the version that is stored beside each verifier.
pub struct Pepper {
    version: i32,
    /// The HMAC state after the key, so that the key is not hashed again for every token.
    keyed: Hmac<Sha256>,
}

impl Pepper {
    pub fn new(version: i32, key: [u8; 32]) -> Self {
        let key = Zeroizing::new(key);
        // A 32-byte key fits into one block, so HMAC uses it unchanged.
        let mut block = Zeroizing::new([0u8; 64]);
        block[..32].copy_from_slice(&*key);
        Self { version, keyed: Hmac::<Sha256>::new((&*block).into()) }
    }

    pub fn version(&self) -> i32 {
        self.version
    }

    pub fn verifier(&self, secret: &PlainSecret) -> Verifier {
        self.verifier_of(secret.expose())
    }

    /// Derives a key of the same version for another purpose.
    pub fn derive(&self, purpose: &str) -> Self {
        // Tokens and links contain no NUL, so no verifier can be equal to a derived key.
        Self::new(self.version, *self.mac(format!("mintmark key\0{purpose}").as_bytes()))
    }

    /// Computes HMAC-SHA-256 of these bytes.
    pub fn mac(&self, bytes: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.keyed.clone().chain_update(bytes).finalize().into_bytes().into())
    }

    /// Computes the verifier of a text that is not in a [`PlainSecret`].
    pub fn verifier_of(&self, secret: &str) -> Verifier {
        Verifier(*self.mac(secret.as_bytes()))
    }
}

/// The keyed hash of a secret. It is useless without the pepper.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verifier([u8; 32]);

impl Verifier {
    /// Wraps the bytes of a stored verifier.
    pub fn stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_hmac_sha_256_of_the_whole_token() {
        // RFC 4231, test case 2. Its key is padded with zeros, as HMAC pads it.
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
