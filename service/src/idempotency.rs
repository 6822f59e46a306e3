//! Making the repetition of a request harmless.
//!
//! Owns: one claim for each caller, route and key, kept a day. The secret in a reply is sealed under a key derived from the
//! idempotency key itself, which is not stored: whoever repeats the request can open it, the server cannot. A short key
//! could be guessed, so under one nothing is sealed, and the repetition says that the secret was revealed before.

use crate::{Result, Service, ServiceError, credentials::Issued};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::{
    access::Permit,
    error::{FieldErrors, Flaw},
    secret::{PlainSecret, RevealedSecret},
};
use sha2::{Digest, Sha256};
use std::future::Future;
use store::{Claim, ClaimOutcome, ClaimRequest};
use zeroize::Zeroizing;

const MAX_KEY: usize = 255;
/// A key this long, as a UUID is, is taken to be beyond guessing.
const SEALING_KEY: usize = 32;
const NONCE: usize = 24;

/// An idempotency key with the request it was sent with.
pub struct Idempotency {
    key: Zeroizing<String>,
    route: String,
    fingerprint: [u8; 32],
}

impl Idempotency {
    /// The key as it was sent, the route, and the body whose repetition it marks.
    ///
    /// # Errors
    /// The key is empty, longer than 255 characters, or not printable ASCII.
    pub fn new(key: &str, route: String, body: &[u8]) -> Result<Self> {
        if (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
            return Ok(Self { key: Zeroizing::new(key.to_owned()), route, fingerprint: Sha256::digest(body).into() });
        }
        let detail = "An Idempotency-Key has 1 to 255 printable ASCII characters without spaces; use a UUID.";
        Err(FieldErrors::one(Flaw::new("invalid_idempotency_key", detail).at("")).into())
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::new().chain_update(b"mintmark idempotency key\0").chain_update(self.key.as_bytes()).finalize().into()
    }

    /// The cipher that only the sender of the key can make again, for this caller and route.
    fn cipher(&self, permit: &Permit) -> Option<XChaCha20Poly1305> {
        if self.key.len() < SEALING_KEY {
            return None;
        }
        let mut digest = Sha256::new().chain_update(b"mintmark idempotency seal\0");
        for part in [permit.org().to_string(), principal(permit), self.route.clone()] {
            digest = digest.chain_update(part).chain_update(b"\0");
        }
        let key = Zeroizing::new(<[u8; 32]>::from(digest.chain_update(self.key.as_bytes()).finalize()));
        Some(XChaCha20Poly1305::new((&*key).into()))
    }
}

fn principal(permit: &Permit) -> String {
    match permit.actor().credential() {
        Some(credential) => credential.to_string(),
        None => permit.actor().owner().id(permit.org()),
    }
}

impl Service {
    /// Seals a secret for the repetition of a request; nothing if it cannot be done without us being able to open it.
    pub(crate) fn seal(
        &self,
        idempotency: Option<&Idempotency>,
        permit: &Permit,
        plain: Option<&PlainSecret>,
    ) -> Option<Vec<u8>> {
        let (cipher, plain) = (idempotency?.cipher(permit)?, plain?);
        let mut nonce = [0; NONCE];
        self.inner.sources.fill(&mut nonce);
        let payload = Payload { msg: plain.expose().as_bytes(), aad: b"" };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Does the work, or answers as it was answered before.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with `idempotency_in_flight`; [`ServiceError::Invalid`] with `idempotency_key_reused`;
    /// whatever the work refuses, after which the key is free again.
    pub(crate) async fn once<F, W>(&self, permit: &Permit, idempotency: Option<&Idempotency>, work: W) -> Result<Issued>
    where
        W: FnOnce(Option<Claim>) -> F,
        F: Future<Output = Result<Issued>>,
    {
        let Some(idempotency) = idempotency else { return work(None).await };
        let request = ClaimRequest {
            org: permit.org(),
            principal: principal(permit),
            route: idempotency.route.clone(),
            key_hash: idempotency.hash(),
            fingerprint: idempotency.fingerprint,
            now: self.now(),
        };
        match self.inner.db.claim(&request).await? {
            ClaimOutcome::New(claim) => {
                let result = work(Some(claim.clone())).await;
                if result.is_err() {
                    self.inner.db.release(&claim).await?;
                }
                result
            }
            ClaimOutcome::InFlight => {
                let detail = "The first request with this Idempotency-Key is still under way. Try again in a moment.";
                Err(ServiceError::Refused { code: "idempotency_in_flight", detail })
            }
            ClaimOutcome::OtherBody => {
                let detail = "This Idempotency-Key was used with another body. Use a new key for a new request.";
                Err(FieldErrors::one(Flaw::new("idempotency_key_reused", detail).at("")).into())
            }
            ClaimOutcome::Done { target, sealed } => self.replay(permit, idempotency, &target, sealed.as_deref()).await,
        }
    }

    async fn replay(
        &self,
        permit: &Permit,
        idempotency: &Idempotency,
        target: &str,
        sealed: Option<&[u8]>,
    ) -> Result<Issued> {
        let id = target.parse().map_err(|_| ServiceError::Missing)?;
        let credential = self.inner.db.read(permit).await?.credential(id).await?;
        let open = || {
            let (nonce, sealed) = sealed?.split_first_chunk::<NONCE>()?;
            let plain =
                idempotency.cipher(permit)?.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: b"" }).ok()?;
            String::from_utf8(plain).ok().map(|plain| RevealedSecret::new(PlainSecret::presented(plain)))
        };
        Ok(Issued { credential, secret: open(), replayed: true })
    }
}
