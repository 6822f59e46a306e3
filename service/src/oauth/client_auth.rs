//! Client authentication, by a secret (RFC 6749 section 2.3.1) or by a signed assertion (RFC 7523).
//!
//! A secret must be live and the client's own. An assertion is accepted once across all nodes.

use super::error::{OAuthError, as_client_error};
use crate::{
    authn::{Authenticated, authenticated, refusal},
    signing_keys::check_signature,
    use_cases::OAuth,
    verify::Verifying,
};
use domain::{
    access::RequestContext,
    credential::{AuthMethod, CredentialKind, PublicJwk},
    oauth::{Jws, Refusal, read_assertion},
    secret::PlainSecret,
    verify::AccessRequest,
};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use verifier::{Call, KnownCredential, UsageSource};

/// The proof that a client presents.
pub enum ClientProof {
    /// The client's id and one of its secrets.
    Secret {
        /// The `client_id`.
        client_id: String,
        /// The `client_secret`.
        secret: PlainSecret,
    },
    /// A signed assertion.
    Assertion {
        /// The `client_id`, which is optional.
        client_id: Option<String>,
        /// The `client_assertion`.
        assertion: String,
        /// The URL of the endpoint that received it.
        endpoint: String,
    },
}

/// An authenticated client: an M2M client, or a personal access token used as one.
pub struct AuthenticatedClient(pub(super) Authenticated);

impl AuthenticatedClient {
    pub fn authenticated(&self) -> &Authenticated {
        &self.0
    }
}

const UNKNOWN: &str = "There is no such client, or this is not its secret.";

impl OAuth<'_> {
    /// Authenticates a client.
    ///
    /// # Errors
    /// Fails with `invalid_client`. An unknown client and a wrong secret get one text.
    pub async fn authenticate_client(
        self,
        proof: ClientProof,
        context: RequestContext,
    ) -> Result<AuthenticatedClient, OAuthError> {
        let found = match proof {
            ClientProof::Secret { client_id, secret } => self.by_secret(&client_id, &secret, &context).await?,
            ClientProof::Assertion { client_id, assertion, endpoint } => {
                self.by_assertion(client_id.as_deref(), &assertion, &endpoint, context).await?
            }
        };
        Ok(AuthenticatedClient(found))
    }

    async fn by_secret(
        self,
        client_id: &str,
        secret: &PlainSecret,
        context: &RequestContext,
    ) -> Result<Authenticated, OAuthError> {
        let recognized = |verifying: &Verifying<'_>| {
            let known = verifying.client_by_secret(client_id, secret, context.ip)?;
            let found = authenticated(&known, context.clone(), None, verifying.now()).map_err(as_client_error)?;
            Ok(Authenticated { retires_at: known.retires_at(), ..found })
        };
        let verifying = self.service.verifying().await?;
        match recognized(&verifying) {
            Err(_) if verifying.is_unknown(secret.expose()) && self.service.node().look_again().await => {
                recognized(&self.service.verifying().await?)
            }
            found => found,
        }
    }

    async fn by_assertion(
        self,
        client_id: Option<&str>,
        assertion: &str,
        endpoint: &str,
        context: RequestContext,
    ) -> Result<Authenticated, OAuthError> {
        let inner = &self.service.inner;
        let jws = Jws::parse(assertion).map_err(|_| Refusal::client("The assertion is not a well-formed JWT."))?;
        let token_endpoint = format!("{}/oauth/token", inner.issuer);
        let audiences = [inner.issuer.as_str(), &token_endpoint, endpoint];
        let read = read_assertion(&jws, client_id, &audiences, self.service.now())?;
        let org = {
            let view = inner.engine.view().await?;
            let known = view.by_id(read.client).ok_or_else(|| Refusal::client(UNKNOWN))?;
            let keys = match &known.grant().stored.client {
                Some(client) if client.auth_method == AuthMethod::PrivateKeyJwt => client.keys.as_slice(),
                _ => return Err(Refusal::client("This client does not authenticate with private_key_jwt.").into()),
            };
            if !is_signed_by_one_of(&jws, keys) {
                return Err(Refusal::client("No key of this client made the signature of the assertion.").into());
            }
            known.org()
        };
        let jti_hash: [u8; 32] = Sha256::digest(&read.jti).into();
        let is_first = inner.db.use_assertion(org, read.client, &jti_hash, read.expires_at).await?;
        let view = inner.engine.view().await?;
        let known = view.by_id(read.client).ok_or_else(|| Refusal::client(UNKNOWN))?;
        let presentation =
            view.judge(known, &AccessRequest::default(), Call { ip: context.ip, cost: 1, now: self.service.now() })?;
        let known = refusal(presentation).map_err(as_client_error)?;
        view.note_source(&known, UsageSource { ip: context.ip, ..UsageSource::default() }, self.service.now());
        if !is_first {
            return Err(Refusal::client("This assertion was used before. Sign a new one with a new jti.").into());
        }
        authenticated(&known, context, None, self.service.now()).map_err(as_client_error)
    }
}

impl Verifying<'_> {
    /// Returns the client with this id and secret. This counts as a use.
    pub(super) fn client_by_secret(
        &self,
        client_id: &str,
        secret: &PlainSecret,
        ip: Option<IpAddr>,
    ) -> Result<KnownCredential<'_>, OAuthError> {
        let unknown = || Refusal::client(UNKNOWN);
        let known = self.view.find(secret.expose())?.known().ok_or_else(unknown)?;
        let presentation = self.view.judge(known, &AccessRequest::default(), self.call(ip))?;
        let known = refusal(presentation).map_err(as_client_error)?;
        self.view.note_source(&known, UsageSource { ip, ..UsageSource::default() }, self.now());
        if known.entry().credential.to_string() != client_id {
            return Err(unknown().into());
        }
        let refusal = match (known.entry().credential.kind(), &known.grant().stored.client) {
            (CredentialKind::Client, Some(client)) if client.auth_method == AuthMethod::ClientSecret => {
                return Ok(known);
            }
            (CredentialKind::PersonalAccessToken, _) => return Ok(known),
            (CredentialKind::Client, _) => "This client authenticates with its own keys (private_key_jwt).",
            (CredentialKind::ApiKey, _) => {
                "An API key is no client. Present it as it is, or use a client or a personal access token."
            }
        };
        Err(Refusal::client(refusal).into())
    }
}

/// Keys are stored under their thumbprints. A client may name them differently, so its `kid` is only a hint.
fn is_signed_by_one_of(jws: &Jws<'_>, keys: &[PublicJwk]) -> bool {
    let hinted = keys.iter().find(|key| jws.kid.as_deref() == Some(&key.kid));
    match hinted {
        Some(key) => check_signature(jws, key),
        None => keys.iter().any(|key| check_signature(jws, key)),
    }
}
