//! Revoking a credential: final, immediate, and harmless to repeat.

use super::Which;
use crate::{Caller, Result, Service, ServiceError, verify::Propagation};
use domain::{
    access::{Action, Permit},
    audit::AuditAction,
    credential::{self, Credential},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
};
use serde_json::json;
use std::time::Instant;

/// Whether the caller was asked to type the credential's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation<'a> {
    /// A program revokes; programs are not asked.
    NotAsked,
    /// A person typed this. It must be the name, if the credential was used in the last day.
    Typed(&'a str),
}

/// What came of revoking.
#[derive(Clone, Debug)]
pub struct Revoked {
    /// The credential as it is now.
    pub credential: Credential,
    /// How far that has come: which nodes refuse it by now.
    pub propagation: Propagation,
}

impl Service {
    /// Revokes a credential, and waits for the other nodes. One that is revoked already is returned as it is, and nothing is
    /// written.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Invalid`] when the name was to be typed and was not.
    pub async fn revoke(
        &self,
        caller: &Caller,
        which: Which,
        id: &str,
        confirmation: Confirmation<'_>,
    ) -> Result<Revoked> {
        let since = Instant::now();
        let permit = self.change_permit(caller, which).await?;
        let credential = self.revoke_permitted(&permit, which, which.id(id)?, confirmation).await?;
        Ok(Revoked { credential, propagation: self.propagation(since).await })
    }

    /// The same for one of many, without waiting for the other nodes.
    pub(super) async fn revoke_one(&self, caller: &Caller, which: Which, id: &str) -> Result<Credential> {
        let permit = self.change_permit(caller, which).await?;
        self.revoke_permitted(&permit, which, which.id(id)?, Confirmation::NotAsked).await
    }

    /// Revokes the credential that calls; it can always do that.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] for a person in a session.
    pub async fn revoke_self(&self, caller: &Caller) -> Result<Revoked> {
        let since = Instant::now();
        let permit = self.permit(caller, Action::ChangeSelf).await?;
        let id = caller.actor.credential().ok_or(ServiceError::Missing)?;
        let credential = self.revoke_permitted(&permit, Which::Of(id.kind()), id, Confirmation::NotAsked).await?;
        Ok(Revoked { credential, propagation: self.propagation(since).await })
    }

    /// Revokes what the permit reaches. This node refuses it when this returns; others are not waited for.
    pub(crate) async fn revoke_permitted(
        &self,
        permit: &Permit,
        which: Which,
        id: CredentialId,
        confirmation: Confirmation<'_>,
    ) -> Result<Credential> {
        let now = self.now();
        let mut tx = self.write(permit).await?;
        let mut credential = which.admits(tx.credential(id).await?)?;
        let was = credential.status(now);
        if credential::revoke(&mut credential, now).is_err() {
            return Ok(credential);
        }
        check_confirmation(&credential, confirmation, was.is_live() && credential.was_used_in_the_last_day(now))?;
        tx.revoke_credential(id, now).await?;
        let detail =
            json!({ "redacted": credential.redacted(), "last_used_at": credential.last_used_at(), "was": was });
        let event = self.credential_event(AuditAction::CredentialRevoked, &credential, detail);
        self.commit_change(tx, event, &credential).await?;
        Ok(credential)
    }
}

fn check_confirmation(credential: &Credential, confirmation: Confirmation<'_>, in_use: bool) -> Result<()> {
    match confirmation {
        Confirmation::Typed(name) if in_use && name.trim() != credential.name.as_str() => {
            let detail = "This credential was used in the last day. Type its name exactly as shown to revoke it.";
            Err(FieldErrors::one(Flaw::new("name_does_not_match", detail).at("/confirm")).into())
        }
        _ => Ok(()),
    }
}
