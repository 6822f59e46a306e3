//! Revokes credentials. A revocation is final and immediate, and a repetition changes nothing.

use super::CredentialTarget;
use crate::{Caller, Result, ServiceError, use_cases::Credentials, verify::Propagation};
use domain::{
    access::{Action, Permit},
    audit::AuditDetail,
    code::FlawCode,
    credential::{self, Credential},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
};
use std::time::Instant;

/// Whether the caller had to type the credential's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation<'a> {
    /// A program revokes. Programs do not confirm.
    NotAsked,
    /// The text that a person typed. If the credential was used in the last day, it must be the name.
    Typed(&'a str),
}

/// The result of a revocation.
#[derive(Clone, Debug)]
pub struct Revoked {
    pub credential: Credential,
    /// The nodes that reject the credential by now.
    pub propagation: Propagation,
}

impl Credentials<'_> {
    /// Revokes a credential and waits for the other nodes. One that is already revoked is returned without a write.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`], or with [`ServiceError::Invalid`] if the typed name is required and wrong.
    pub async fn revoke(
        self,
        caller: &Caller,
        target: CredentialTarget,
        id: &str,
        confirmation: Confirmation<'_>,
    ) -> Result<Revoked> {
        let since = Instant::now();
        let permit = self.change_permit(caller, target).await?;
        let credential = self.revoke_permitted(&permit, target, target.id(id)?, confirmation).await?;
        Ok(Revoked { credential, propagation: self.service.inner.engine.propagation(since).await })
    }

    /// Revokes one of many credentials, without waiting for the other nodes.
    pub(super) async fn revoke_one(self, caller: &Caller, target: CredentialTarget, id: &str) -> Result<Credential> {
        let permit = self.change_permit(caller, target).await?;
        self.revoke_permitted(&permit, target, target.id(id)?, Confirmation::NotAsked).await
    }

    /// Revokes the credential that the caller presented. Every credential may revoke itself.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the caller is a person in a session.
    pub async fn revoke_self(self, caller: &Caller) -> Result<Revoked> {
        let since = Instant::now();
        let permit = self.service.permit(caller, Action::ChangeSelf).await?;
        let id = caller.actor.credential().ok_or(ServiceError::Missing)?;
        let credential =
            self.revoke_permitted(&permit, CredentialTarget::Of(id.kind()), id, Confirmation::NotAsked).await?;
        Ok(Revoked { credential, propagation: self.service.inner.engine.propagation(since).await })
    }

    /// Revokes a credential within the permit's reach. On return, this node rejects it. Does not wait for others.
    pub(crate) async fn revoke_permitted(
        self,
        permit: &Permit,
        target: CredentialTarget,
        id: CredentialId,
        confirmation: Confirmation<'_>,
    ) -> Result<Credential> {
        let now = self.service.now();
        let mut tx = self.service.write(permit).await?;
        let mut credential = target.admits(tx.credential(id).await?)?;
        let was = credential.status(now);
        if credential::revoke(&mut credential, now).is_err() {
            return Ok(credential);
        }
        check_confirmation(&credential, confirmation, was.is_live() && credential.was_used_in_the_last_day(now))?;
        tx.revoke_credential(id, now).await?;
        let redacted = credential.redacted().to_owned();
        let detail = AuditDetail::CredentialRevoked { redacted, last_used_at: credential.last_used_at(), was };
        let event = self.service.event(&credential, &detail);
        self.commit_change(tx, event, &credential).await?;
        Ok(credential)
    }
}

fn check_confirmation(credential: &Credential, confirmation: Confirmation<'_>, in_use: bool) -> Result<()> {
    match confirmation {
        Confirmation::Typed(name) if in_use && name.trim() != credential.grant.name.as_str() => {
            let detail = "This credential was used in the last day. Type its name exactly as shown to revoke it.";
            Err(FieldErrors::one(Flaw::new(FlawCode::NameDoesNotMatch, detail).at("/confirm")).into())
        }
        _ => Ok(()),
    }
}
