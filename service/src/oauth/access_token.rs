//! Reading an access token of ours: signature and claims.
//!
//! Owns: that only what we signed and has not ended is read. What such a token is worth now is decided in
//! [`crate::verify`], by one function for `/v1`, verification, proxies and introspection.

use crate::{
    Result, Service,
    authn::{Authenticated, authenticated},
    signing_keys::check_signature,
};
use domain::{
    access::Origin,
    oauth::{AccessTokenClaims, Jws},
    scope::ScopeSet,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The claims of a token whose signature was good, and the key that made it.
pub(crate) struct Signed {
    kid: String,
    pub(crate) claims: AccessTokenClaims,
    /// Its scopes, read.
    pub(crate) scopes: ScopeSet,
}

/// Tokens whose signatures were checked, by their SHA-256. The least used give way.
pub(crate) type SignedBefore = quick_cache::sync::Cache<[u8; 32], Arc<Signed>>;

/// How many of them are kept.
pub(crate) const MAX_SIGNED: usize = 10_000;

impl Service {
    /// What is in a token that we signed and that has not ended; nothing is said of what it comes from. A signature is
    /// checked once; whether its key and its time still count, each time.
    pub(crate) fn signed(&self, text: &str) -> Option<Arc<Signed>> {
        let (inner, now) = (&self.inner, self.now());
        let digest: [u8; 32] = Sha256::digest(text).into();
        if let Some(known) = inner.signed_before.get(&digest) {
            let is_good = inner.signing_keys.accepts(&known.kid, now) && known.claims.expires_at() > now;
            return is_good.then_some(known);
        }
        let jws = Jws::parse(text).ok()?;
        if jws.typ.as_deref() != Some(AccessTokenClaims::TYPE) {
            return None;
        }
        let key = inner.signing_keys.accepted(jws.kid.as_deref()?, now)?;
        if !check_signature(&jws, &key.public) {
            return None;
        }
        let claims = AccessTokenClaims::read(jws.claims, &inner.issuer, now)?;
        let signed = Arc::new(Signed { kid: key.public.kid, scopes: claims.scopes(), claims });
        inner.signed_before.insert(digest, signed.clone());
        Some(signed)
    }

    /// Recognizes a caller of Mintmark's own API by an access token for it, by the verdict that verification gives.
    ///
    /// # Errors
    /// As [`Service::authenticate`].
    pub(crate) async fn authenticate_access_token(&self, text: &str, origin: Origin) -> Result<Authenticated> {
        let verifying = self.verifying().await?;
        let call = verifying.by_access_token(text, origin.ip)?;
        let token = (call.signed.scopes.clone(), call.signed.claims.expires_at());
        let found = authenticated(&call.known, origin, Some(token), verifying.now())?;
        Ok(Authenticated { allowance: call.allowance, quota: call.quota, ..found })
    }
}
