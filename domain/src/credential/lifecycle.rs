//! The life of a credential: issue, then expire or revoke.
//!
//! Owns: every change of a credential, as a pure function. Revoked and expired are final: nothing here leads back.

use super::{CreatedBy, Credential, Grant, Owner, Secret};
use crate::{
    Timestamp,
    ids::{CredentialId, OrgId, SecretId},
    secret::{Environment, PlainSecret, redact},
};

/// What is known of a secret that was just made.
pub fn first_secret(id: SecretId, secret: &PlainSecret, now: Timestamp) -> Secret {
    Secret { id, redacted: redact(secret), created_at: now, last_used_at: None, last_used_ip: None, retires_at: None }
}

/// The credential that a grant becomes, with its first secret.
pub fn issue(
    id: CredentialId,
    org: OrgId,
    owner: Owner,
    created_by: CreatedBy,
    grant: Grant,
    secret: Secret,
    now: Timestamp,
) -> Credential {
    Credential {
        id,
        org,
        env: Environment::Live,
        owner,
        created_by,
        name: grant.name,
        description: grant.description,
        scopes: grant.scopes,
        created_at: now,
        expires_at: grant.expires_at,
        revoked_at: None,
        secrets: vec![secret],
    }
}

/// Nothing to do: the credential was revoked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential is already revoked")]
pub struct AlreadyFinal;

/// Ends a credential for good. An expired one can still be revoked, so that it is sure to stay dead.
///
/// # Errors
/// [`AlreadyFinal`] if it was revoked before; the first instant stands.
pub fn revoke(credential: &mut Credential, now: Timestamp) -> Result<(), AlreadyFinal> {
    if credential.revoked_at.is_some() {
        return Err(AlreadyFinal);
    }
    credential.revoked_at = Some(now);
    Ok(())
}
