//! The one question of this crate: who is calling?
//!
//! Owns: telling the two forms of token apart. A JWT is checked here with the issuer's keys; an opaque credential is checked by its
//! shape first and then by asking the issuer. Never a yes where the issuer could not be asked.

use crate::{
    builder::VerifierBuilder,
    claims::{Claims, Expected},
    clock::Clock,
    error::{AuthError, InvalidToken},
    introspection::Introspection,
    jwks::Jwks,
    jwt::{MAX_TOKEN, Unverified},
    opaque::{self, OpaqueKind},
    presented,
    principal::Principal,
};
use http::{HeaderMap, Uri};
use std::sync::Arc;

/// Recognises callers by the credentials that one issuer gives out. Clones share its memory.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Parts>);

/// What a verifier is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) jwks: Jwks,
    pub(crate) introspection: Option<Introspection>,
    pub(crate) expected: Expected,
    pub(crate) brand: String,
    pub(crate) realm: String,
    pub(crate) accept_test_credentials: bool,
    pub(crate) clock: Clock,
}

impl Verifier {
    /// Starts with the two things that have no default: who issues the tokens, and the audience they must be for, which is how the
    /// issuer knows this API.
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> VerifierBuilder {
        VerifierBuilder::new(issuer.into(), audience.into())
    }

    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The caller of a request, by its headers and address.
    ///
    /// # Errors
    /// [`AuthError::NothingPresented`], [`AuthError::InvalidRequest`], and those of [`Verifier::verify`].
    pub async fn authenticate(&self, headers: &HeaderMap, uri: &Uri) -> Result<Principal, AuthError> {
        let token = presented::find(headers, uri, &self.0.brand)?.ok_or(AuthError::NothingPresented)?;
        self.verify(token).await
    }

    /// The caller that `token` stands for.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`], or [`AuthError::IssuerUnavailable`] where that cannot be known now.
    pub async fn verify(&self, token: &str) -> Result<Principal, AuthError> {
        if token.len() > MAX_TOKEN {
            return Err(InvalidToken::TooLong.into());
        }
        if token.contains('.') { self.verify_jwt(token).await } else { self.verify_opaque(token).await }
    }

    /// The realm that challenges name.
    pub fn realm(&self) -> &str {
        &self.0.realm
    }

    /// How many answers about opaque credentials are remembered now, for a gauge.
    pub fn remembered_answers(&self) -> usize {
        self.0.introspection.as_ref().map_or(0, Introspection::len)
    }

    async fn verify_jwt(&self, token: &str) -> Result<Principal, AuthError> {
        let token = Unverified::parse(token)?;
        let key = self.0.jwks.key(&token.kid).await?;
        let claims = Claims::of_token(token.verify(&key)?);
        Ok(claims.access_token(&self.0.expected, self.0.clock.unix_seconds())?)
    }

    async fn verify_opaque(&self, token: &str) -> Result<Principal, AuthError> {
        let shape = opaque::parse(&self.0.brand, token).ok_or(InvalidToken::Malformed)?;
        if shape.kind == OpaqueKind::ClientSecret {
            return Err(InvalidToken::ClientSecret.into());
        }
        if shape.test && !self.0.accept_test_credentials {
            return Err(InvalidToken::TestCredential.into());
        }
        let introspection = self.0.introspection.as_ref().ok_or(InvalidToken::OpaqueNotAccepted)?;
        introspection.principal(token).await
    }
}
