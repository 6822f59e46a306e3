//! Makes a retry of a request safe.
//!
//! Keeps one claim for each caller, route and key for a day. The secret in a reply is sealed under a key that is
//! derived from two others. One is the idempotency key, which is not stored. The other is a server key, which only the
//! master key opens. A copy of the database opens nothing, not even with the idempotency key, and the server opens
//! nothing without it.
//!
//! The stored hash of an idempotency key is keyed, so that a copy of the database does not allow guessing. If the key
//! is shorter than 32 characters, nothing is sealed. Only that key would protect it from a holder of the master key.

use crate::{Result, Service, ServiceError, authority::Asked, credentials::Issued};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::{
    access::{Door, Permit},
    code::{FlawCode, ProblemCode},
    error::{FieldErrors, Flaw},
    secret::{Pepper, PlainSecret, RevealedSecret},
};
use sha2::{Digest, Sha256};
use std::future::Future;
use store::{Claim, ClaimOutcome, ClaimRequest};
use zeroize::Zeroizing;

const MAX_KEY: usize = 255;
/// The least number of characters of a key that seals a secret.
const SEALING_KEY: usize = 32;
const NONCE: usize = 24;

/// An idempotency key with the request it was sent with.
pub struct Idempotency {
    key: Zeroizing<String>,
    route: String,
    fingerprint: [u8; 32],
}

impl Idempotency {
    /// Takes the key, the route and the body of the request to repeat.
    ///
    /// # Errors
    /// Fails if the key is empty, longer than 255 characters, or not printable ASCII.
    pub fn new(key: &str, route: String, body: &[u8]) -> Result<Self> {
        if (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
            return Ok(Self { key: Zeroizing::new(key.to_owned()), route, fingerprint: Sha256::digest(body).into() });
        }
        let detail = "An Idempotency-Key has 1 to 255 printable ASCII characters without spaces; use a UUID.";
        Err(FieldErrors::one(Flaw::new(FlawCode::InvalidIdempotencyKey, detail).at("")).into())
    }

    /// Returns the hash that identifies the claim.
    fn hash(&self, pepper: &Pepper) -> [u8; 32] {
        *self.keyed(pepper, "idempotency key", &[])
    }

    /// Returns the cipher for this caller and route. It depends on the server's key and on the sender's.
    fn cipher(&self, pepper: &Pepper, permit: &Permit) -> Option<XChaCha20Poly1305> {
        if self.key.len() < SEALING_KEY {
            return None;
        }
        let key = self.keyed(pepper, "idempotency seal", &[&permit.org().to_string(), &principal(permit), &self.route]);
        Some(XChaCha20Poly1305::new((&*key).into()))
    }

    /// Returns the HMAC-SHA-256 of these parts and the idempotency key, under the server's key for the purpose.
    fn keyed(&self, pepper: &Pepper, purpose: &str, parts: &[&str]) -> Zeroizing<[u8; 32]> {
        let text = Zeroizing::new([parts, &[self.key.as_str()]].concat().join("\0"));
        pepper.derive(purpose).mac(text.as_bytes())
    }
}

/// Whether a request with an idempotency key is the first one.
pub(crate) enum Turn {
    /// The first request. It must complete or release the claim.
    First(Claim),
    /// A retry of a completed request.
    Again {
        /// The id of the created resource.
        target: String,
        /// The secret, which only the sender of the key can open.
        sealed: Option<Vec<u8>>,
    },
}

/// Returns the owner of a claim. An access token repeats only its own requests, because its credential may obtain more.
fn principal(permit: &Permit) -> String {
    match permit.actor().credential() {
        Some(credential) if permit.actor().is_access_token() => format!("{credential} by access token"),
        Some(credential) => credential.to_string(),
        None => permit.actor().owner().id(permit.org()),
    }
}

impl Service {
    /// Seals a secret for retries. Returns `None` if the idempotency key is missing or too short.
    pub(crate) fn seal(
        &self,
        idempotency: Option<&Idempotency>,
        permit: &Permit,
        plain: Option<&PlainSecret>,
    ) -> Option<Vec<u8>> {
        let (cipher, plain) = (idempotency?.cipher(self.inner.peppers.first()?, permit)?, plain?);
        let mut nonce = [0; NONCE];
        self.inner.sources.fill(&mut nonce);
        let payload = Payload { msg: plain.expose().as_bytes(), aad: b"" };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Does the work, or returns the earlier reply.
    ///
    /// # Errors
    /// * [`ServiceError::Refused`] with `idempotency_in_flight`.
    /// * [`ServiceError::Invalid`] with `idempotency_key_reused`.
    /// * The errors of the work. The key is free again afterwards.
    pub(crate) async fn once<F, W>(&self, permit: &Permit, idempotency: Option<&Idempotency>, work: W) -> Result<Issued>
    where
        W: FnOnce(Option<Claim>) -> F,
        F: Future<Output = Result<Issued>>,
    {
        let Some(idempotency) = idempotency else { return work(None).await };
        match self.claim(permit, idempotency).await? {
            Turn::First(claim) => {
                let result = work(Some(claim.clone())).await;
                if result.is_err() {
                    self.inner.db.release(&claim).await?;
                }
                result
            }
            Turn::Again { target, sealed } => self.replay(permit, idempotency, &target, sealed.as_deref()).await,
        }
    }

    /// Claims the request, or finds the resource that it created before.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Refused`] with `idempotency_in_flight`, or with [`ServiceError::Invalid`] with
    /// `idempotency_key_reused`.
    pub(crate) async fn claim(&self, permit: &Permit, idempotency: &Idempotency) -> Result<Turn> {
        let pepper = self.inner.peppers.first().ok_or_else(|| ServiceError::internal("the keyring is empty"))?;
        let request = ClaimRequest {
            org: permit.org(),
            principal: principal(permit),
            route: idempotency.route.clone(),
            key_hash: idempotency.hash(pepper),
            fingerprint: idempotency.fingerprint,
            now: self.now(),
        };
        match self.inner.db.claim(&request).await? {
            ClaimOutcome::New(claim) => Ok(Turn::First(claim)),
            ClaimOutcome::Done { target, sealed } => Ok(Turn::Again { target, sealed }),
            ClaimOutcome::InFlight => {
                let detail = "The first request with this Idempotency-Key is still under way. Try again in a moment.";
                Err(ServiceError::Refused { code: ProblemCode::IdempotencyInFlight, detail })
            }
            ClaimOutcome::OtherBody => {
                let detail = "This Idempotency-Key was used with another body. Use a new key for a new request.";
                Err(FieldErrors::one(Flaw::new(FlawCode::IdempotencyKeyReused, detail).at("")).into())
            }
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
        let mut tx = self.inner.db.read(permit).await?;
        let credential = tx.credential(id).await?;
        if sealed.is_some() {
            // The rights of the caller may have changed since the first request.
            self.check_obtain(&mut tx, Door::Reveal, Asked::of(&credential)).await?;
        }
        let is_revoked = credential.status(self.now()).is_final();
        let open = || {
            let (nonce, sealed) = sealed?.split_first_chunk::<NONCE>()?;
            let cipher = idempotency.cipher(self.inner.peppers.first()?, permit)?;
            let plain = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: b"" }).ok()?;
            String::from_utf8(plain).ok().map(|plain| RevealedSecret::new(PlainSecret::presented(plain)))
        };
        Ok(Issued { secret: open().filter(|_| !is_revoked), credential, replayed: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        Name,
        access::{Action, Actor, RequestContext, Role},
        ids::{OrgId, UserId},
        scope::ScopeSet,
    };

    const KEY: &str = "5b1b2f5e-9a0c-4d3c-8f0a-1f4c7b0f6a11";

    fn permit(user: u8) -> Permit {
        let now = domain::Timestamp::from_millis(1_795_287_600_000);
        let (org, user) = (OrgId::new(now, [1; 10]), UserId::new(now, [user; 10]));
        let actor = Actor::person(user, Name::fixed("Ada"), org, Role::Owner, &ScopeSet::default(), None);
        actor.permit(Action::IssueOwnToken, &RequestContext::default()).unwrap()
    }

    fn request(key: &str, route: &str) -> Idempotency {
        Idempotency::new(key, route.to_owned(), b"{}").unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_with_our_key_and_the_senders_together_alone() {
        let (ours, other) = (Pepper::new(1, [1; 32]), Pepper::new(1, [2; 32]));
        let sent = request(KEY, "POST /tokens");
        let nonce = XNonce::from([0; NONCE]);
        let sealed = sent.cipher(&ours, &permit(1)).unwrap().encrypt(&nonce, &b"secret"[..]).unwrap();
        let opens = |request: &Idempotency, pepper: &Pepper, user: u8| {
            request.cipher(pepper, &permit(user)).unwrap().decrypt(&nonce, &sealed[..]).is_ok()
        };
        assert!(opens(&request(KEY, "POST /tokens"), &ours, 1));
        assert!(!opens(&sent, &other, 1), "another master key");
        assert!(!opens(&request(&KEY.replace('5', "6"), "POST /tokens"), &ours, 1), "another idempotency key");
        assert!(!opens(&request(KEY, "POST /keys"), &ours, 1), "another route");
        assert!(!opens(&sent, &ours, 2), "another caller");
    }

    #[test]
    fn the_stored_hash_of_a_key_cannot_be_computed_without_our_key() {
        let (ours, other) = (Pepper::new(1, [1; 32]), Pepper::new(1, [2; 32]));
        let sent = request("deploy-42", "POST /tokens");
        assert_eq!(sent.hash(&ours), request("deploy-42", "POST /keys").hash(&ours));
        assert_ne!(sent.hash(&ours), sent.hash(&other));
        let unkeyed = Sha256::new().chain_update(b"mintmark idempotency key\0").chain_update("deploy-42").finalize();
        assert_ne!(sent.hash(&ours), <[u8; 32]>::from(unkeyed));
    }
}
