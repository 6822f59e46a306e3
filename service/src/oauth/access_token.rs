//! Reading an access token of ours: signature, claims, and whether what it comes from still works.
//!
//! Owns: that a token is worth no more than its credential is now. Revoking, disabling or expiring that, or the client that
//! exchanged it, ends the token; what the credential or its owner may not do any more, the token may not either.

use crate::{
    Result, Service, ServiceError,
    authn::{Authenticated, UNKNOWN, authenticated, check_network, check_status, refuse},
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

/// An access token that is good, and what it comes from.
struct ReadToken {
    signed: Arc<Signed>,
    found: Authenticated,
}

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

    /// Reads a token, wherever it is for.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`], or [`ServiceError::Unavailable`] when nothing can be said.
    async fn read_access_token(&self, text: &str, origin: Origin) -> Result<ReadToken> {
        let signed = self.signed(text).ok_or_else(|| refuse(UNKNOWN))?;
        let claims = &signed.claims;
        let guard = self.fresh().await?;
        let state = guard.as_deref().ok_or_else(|| refuse(UNKNOWN))?;
        if state.is_revoked(claims.org_id, &claims.jti) {
            return Err(refuse("The token was revoked."));
        }
        let now = self.now();
        let mut source = None;
        for id in claims.credentials() {
            let known = state.by_id(id).filter(|known| known.org() == claims.org_id).ok_or_else(|| refuse(UNKNOWN))?;
            check_status(known.status(now))?;
            source.get_or_insert(known);
        }
        let source = source.ok_or_else(|| ServiceError::internal("a token comes from nothing"))?;
        let token = (signed.scopes.clone(), claims.expires_at());
        let found = authenticated(&source, origin, Some(token), now)?;
        Ok(ReadToken { signed, found })
    }

    /// Recognises a caller of Mintmark's own API by an access token for it.
    pub(crate) async fn authenticate_access_token(&self, text: &str, origin: Origin) -> Result<Authenticated> {
        let ip = origin.ip;
        let ReadToken { signed, found } = self.read_access_token(text, origin).await?;
        if !signed.claims.aud.all().contains(&self.inner.management_audience) {
            return Err(refuse("The token is for another API. Ask for one with this resource."));
        }
        check_network(&found.credential.networks, found.policy_networks.as_ref(), ip)?;
        Ok(found)
    }
}
