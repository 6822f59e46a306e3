//! Reads Mintmark's own access tokens: signature and claims.
//!
//! Accepts only tokens that this server signed and that have not ended. Their effective rights are decided in
//! [`verifier`], by one function for `/v1`, verification, proxies and introspection.

use crate::{
    Result,
    authn::{Authenticated, authenticated},
    signing_keys::check_signature,
    use_cases::OAuth,
};
use domain::{
    access::RequestContext,
    oauth::{AccessTokenClaims, Jws},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use verifier::SignedToken;

/// Tokens with a checked signature, by their SHA-256. The least used are dropped.
pub(crate) type SignedBefore = quick_cache::sync::Cache<[u8; 32], Arc<SignedToken>>;

/// The number of such tokens to keep.
pub(crate) const MAX_SIGNED: usize = 10_000;

impl OAuth<'_> {
    /// Returns the content of a token that this server signed and that has not ended. Says nothing about its
    /// credential. The signature is checked once; the key and the time are checked on each call.
    pub(crate) fn signed(self, text: &str) -> Option<Arc<SignedToken>> {
        let (inner, now) = (&self.service.inner, self.service.now());
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
        let signed = Arc::new(SignedToken { kid: key.public.kid, scopes: claims.scopes(), claims });
        inner.signed_before.insert(digest, signed.clone());
        Some(signed)
    }

    /// Recognizes a caller of Mintmark's own API by an access token for it, with the verdict of verification.
    ///
    /// # Errors
    /// Fails like [`Service::authenticate`].
    pub(crate) async fn authenticate_access_token(self, text: &str, context: RequestContext) -> Result<Authenticated> {
        let verifying = self.service.verifying().await?;
        let call = verifying.by_access_token(text, context.ip)?;
        let token = (call.signed.scopes.clone(), call.signed.claims.expires_at());
        let found = authenticated(&call.known, context, Some(token), verifying.now())?;
        Ok(Authenticated { allowance: call.allowance, quota: call.quota, ..found })
    }
}
