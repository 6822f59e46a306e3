//! Answers the one question of this crate: who is calling?
//!
//! Owns: telling the two forms of token apart. A JWT is verified here with the issuer's keys. An opaque credential is
//! checked by its format first, and then by asking the issuer. No token is ever accepted because the issuer could not
//! be asked.

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

/// Identifies callers by the credentials of one issuer. Clones share the remembered keys and answers.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Parts>);

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
    /// Starts with the two settings that have no default: the issuer, and the audience under which the issuer knows
    /// this API.
    pub fn builder(issuer: impl Into<String>, audience: impl Into<String>) -> VerifierBuilder {
        VerifierBuilder::new(issuer.into(), audience.into())
    }

    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Identifies the caller of a request by its headers and URL.
    ///
    /// # Errors
    /// [`AuthError::NothingPresented`] without a credential, [`AuthError::InvalidRequest`] for two credentials or one
    /// in the URL, and the errors of [`Verifier::verify`].
    pub async fn authenticate(&self, headers: &HeaderMap, uri: &Uri) -> Result<Principal, AuthError> {
        let token = presented::find(headers, uri, &self.0.brand)?.ok_or(AuthError::NothingPresented)?;
        self.verify(token).await
    }

    /// Identifies the caller that `token` represents.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] if the token is not valid, and [`AuthError::IssuerUnavailable`] if that cannot be
    /// determined now.
    pub async fn verify(&self, token: &str) -> Result<Principal, AuthError> {
        if token.len() > MAX_TOKEN {
            return Err(InvalidToken::TooLong.into());
        }
        if token.contains('.') { self.verify_jwt(token).await } else { self.verify_opaque(token).await }
    }

    /// The realm in challenges.
    pub fn realm(&self) -> &str {
        &self.0.realm
    }

    /// Number of answers about opaque credentials that are remembered now, for a gauge.
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
