//! The life cycle of a credential: create it, disable and enable it, then let it expire or revoke it.
//!
//! This module owns every change except rolling, as pure functions. Revoked and expired are final states, and no
//! function leads out of them.

use super::{CreatedBy, Credential, CredentialKind, Grant, Owner, Secret};
use crate::{
    Timestamp,
    access::Actor,
    ids::{CredentialId, OrgId, SecretId, ServiceAccountId},
    secret::{PlainSecret, redact},
};

/// Makes the data for a secret that was just created.
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

/// Makes a credential from a grant, with its first secret. A client that has its own keys gets no secret.
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
        owner,
        created_by,
        grant,
        created_at: now,
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

/// The credential is already in the requested state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing to do")]
pub struct NothingToDo;

/// Revokes a credential. An expired credential can be revoked too, so that it can never work again.
///
/// # Errors
/// Returns [`NothingToDo`] if it was revoked before. The earlier date does not change.
pub fn revoke(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    if credential.revoked_at.is_some() {
        return Err(NothingToDo);
    }
    credential.revoked_at = Some(now);
    Ok(())
}

/// Disables a credential until it is enabled again.
///
/// # Errors
/// Returns [`NothingToDo`] if it is already disabled.
pub fn disable(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    if credential.disabled_at.is_some() {
        return Err(NothingToDo);
    }
    credential.disabled_at = Some(now);
    Ok(())
}

/// Enables a disabled credential, and ends a hold.
///
/// # Errors
/// Returns [`NothingToDo`] if it is not disabled.
pub fn enable(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    credential.disabled_at.take().ok_or(NothingToDo)?;
    (credential.enabled_at, credential.held_since) = (Some(now), None);
    Ok(())
}

/// Disables a token whose owner returns to the organization, until the owner confirms it.
///
/// # Errors
/// Returns [`NothingToDo`] if the token is disabled or has ended, because it would not start to work anyway.
pub fn hold(credential: &mut Credential, now: Timestamp) -> Result<(), NothingToDo> {
    if credential.status(now).is_final() {
        return Err(NothingToDo);
    }
    disable(credential, now)?;
    credential.held_since = Some(now);
    Ok(())
}

/// Returns whether this actor may enable the credential with regard to a hold. Only the owner, in a browser session,
/// can end a hold.
pub fn may_enable(credential: &Credential, actor: &Actor) -> bool {
    let is_owner = actor.session().is_some() && actor.owner() == credential.owner;
    credential.held_since.is_none() || is_owner
}

/// The reason why a credential cannot be transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefused {
    /// The credential represents no user.
    #[error("only personal access tokens can be transferred")]
    NotAToken,
    /// The credential has expired or was revoked.
    #[error("it has ended")]
    Ended,
    /// The credential already belongs to that service account.
    #[error("it belongs to that service account already")]
    AlreadyTheirs,
}

/// Transfers a personal access token to a service account of the same organization. Secrets, scopes and end stay as
/// they are. The role of the new owner now limits what the token can do.
///
/// # Errors
/// Returns [`TransferRefused`] with the reason.
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
    // The transfer itself is the decision that a hold waits for. The token stays disabled until it is enabled.
    credential.held_since = None;
    Ok(())
}
