//! Cost of a bare signature: aws-lc-rs in a loop, with one key.

use crate::{Outcome, process::cpu_seconds};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// As long as the header and claims of an access token.
const MESSAGE: [u8; 640] = [b'a'; 640];
const SECONDS: u64 = 1;

pub(crate) enum Signer {
    /// ES256.
    Ecdsa(EcdsaKeyPair),
    /// RS256 with 2048 bits.
    Rsa(Box<RsaKeyPair>),
    /// EdDSA.
    Ed25519(Ed25519KeyPair),
}

impl Signer {
    /// Generates a key for the algorithm with this JOSE name.
    pub(crate) fn new(alg: &str) -> Outcome<Self> {
        Ok(match alg {
            "ES256" => Self::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?),
            "RS256" => Self::Rsa(Box::new(RsaKeyPair::generate(KeySize::Rsa2048)?)),
            "EdDSA" => Self::Ed25519(Ed25519KeyPair::generate()?),
            _ => return Err(format!("no algorithm {alg}").into()),
        })
    }

    fn sign(&self) -> Outcome {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(key) => drop(black_box(key.sign(&random, &MESSAGE)?)),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, &MESSAGE, &mut signature)?;
                black_box(signature);
            }
            Self::Ed25519(key) => drop(black_box(key.sign(&MESSAGE))),
        }
        Ok(())
    }

    /// CPU time of one signature, in microseconds.
    pub(crate) fn cpu(&self) -> Outcome<f64> {
        let (before, until, mut signed) = (cpu_seconds("self")?, Instant::now() + Duration::from_secs(SECONDS), 0_u32);
        while Instant::now() < until {
            for _ in 0..20 {
                self.sign()?;
                signed += 1;
            }
        }
        Ok((cpu_seconds("self")? - before) * 1e6 / f64::from(signed))
    }
}

#[cfg(test)]
mod tests {
    use super::Signer;

    #[test]
    fn every_algorithm_of_the_product_can_be_measured() {
        for alg in ["ES256", "RS256", "EdDSA"] {
            Signer::new(alg).unwrap().sign().unwrap();
        }
        assert!(Signer::new("none").is_err());
    }
}
