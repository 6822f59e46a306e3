//! The life of a credential: issue, then disable and enable at will, then expire or revoke.
//!
//! Owns: every change of a credential but rolling, as a pure function. Revoked and expired are final: nothing here
//! leads back.

use super::{CreatedBy, Credential, CredentialKind, Grant, Owner, Secret};
use crate::{
    Timestamp,
    access::Actor,
    ids::{CredentialId, OrgId, SecretId, ServiceAccountId},
    secret::{PlainSecret, redact},
};

/// What is known of a secret that was just made.
pub fn new_secret(id: SecretId, secret: &PlainSecret, now: Timestamp) -> Secret {
    Secret {
        id,
        redacted: redact(secret),
        created_at: now,
        last_used_at: None,
        last_used_ip: None,
        first_used_at: None,
        overlap_seconds: None,
        cancelled_at: None,
        retired_at: None,
    }
}

/// The credential that a grant becomes, with its first secret; a client that has its own keys has none.
pub fn issue(
    id: CredentialId,
    org: OrgId,
    owner: Owner,
    created_by: CreatedBy,
    grant: Grant,
    secret: Option<Secret>,
    now: Timestamp,
) -> Credential {
    Credential {
        id,
        org,
        env: grant.env,
        owner,
        created_by,
        name: grant.name,
        description: grant.description,
        scopes: grant.scopes,
        resources: grant.resources,
        networks: grant.networks,
        rate_limit: grant.rate_limit,
        quota: grant.quota,
        metadata: grant.metadata,
        client: grant.client,
        created_at: now,
        expires_at: grant.expires_at,
        disabled_at: None,
        enabled_at: None,
        held_since: None,
        revoked_at: None,
        pending_since: None,
        blocks: Vec::new(),
        secrets: secret.into_iter().collect(),
        used_by_key_at: None,
    }
}

/// The credential is already as it was to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing to do")]
pub struct NothingToDo;

/// Ends a credential for good. An expired one can still be revoked, so that it is sure to stay dead.
///
/// # Errors
/// [`NothingToDo`] if it was revoked before; the first instant stands.
pub fn revoke(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    if credential.revoked_at.is_some() {
        return Err(NothingToDo);
    }
    credential.revoked_at = Some(now);
    Ok(())
}

/// Switches a credential off until it is enabled again.
///
/// # Errors
/// [`NothingToDo`] if it is off already.
pub fn disable(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    if credential.disabled_at.is_some() {
        return Err(NothingToDo);
    }
    credential.disabled_at = Some(now);
    Ok(())
}

/// Switches a credential on again.
///
/// # Errors
/// [`NothingToDo`] if it is on.
pub fn enable(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    credential.disabled_at.take().ok_or(NothingToDo)?;
    (credential.enabled_at, credential.held_since) = (Some(now), None);
    Ok(())
}

/// Switches off a token whose owner is coming back to the organization, until they confirm it.
///
/// # Errors
/// [`NothingToDo`] if it is off or over: nothing would start to work by itself.
pub fn hold(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    if credential.status(now).is_final() {
        return Err(NothingToDo);
    }
    disable(credential, now)?;
    credential.held_since = Some(now);
    Ok(())
}

/// Whether this actor may switch it on again, as far as it is held: only its owner may, signed in.
pub fn may_enable(credential: &Credential, actor: &Actor) -> bool {
    let is_owner = actor.session().is_some() && actor.owner() == credential.owner;
    credential.held_since.is_none() || is_owner
}

/// Why a credential cannot be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefused {
    /// It represents nobody, so there is nobody to take over from.
    #[error("only personal access tokens can be handed over")]
    NotAToken,
    /// It is over for good.
    #[error("it has ended")]
    Ended,
    /// It belongs to that service account already.
    #[error("it belongs to that service account already")]
    AlreadyTheirs,
}

/// Hands a personal access token to a service account of the same organisation. Secrets, scopes and end stay; from now on
/// it can do what they and the role of its new owner both allow.
///
/// # Errors
/// [`TransferRefused`].
pub fn transfer(credential: &mut Credential, to: ServiceAccountId, now: Timestamp) -> Result<(), TransferRefused> {
    if credential.kind() != CredentialKind::PersonalAccessToken {
        return Err(TransferRefused::NotAToken);
    }
    if credential.status(now).is_final() {
        return Err(TransferRefused::Ended);
    }
    let owner = Owner::ServiceAccount(to);
    if credential.owner == owner {
        return Err(TransferRefused::AlreadyTheirs);
    }
    credential.owner = owner;
    // Whoever hands it over has decided on it; it stays off until somebody enables it.
    credential.held_since = None;
    Ok(())
}
