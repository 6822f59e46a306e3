//! Switching a credential off and on again. Nothing is lost: secrets, scopes and end stay as they are.

use super::Which;
use crate::{Caller, Result, Service, ServiceError};
use domain::{
    audit::AuditAction,
    credential::{self, Credential},
};
use serde_json::json;

const FINAL: ServiceError =
    ServiceError::Refused { code: "credential_ended", detail: "A revoked or expired credential is over for good." };

/// The owner of the token was away from the organization.
const HELD: ServiceError = ServiceError::Forbidden {
    code: "owner_confirmation_required",
    detail: "The owner of this token left the organization and came back. Only the owner can confirm it, signed in.",
};

impl Service {
    /// Switches a credential off; harmless to repeat.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Refused`] with `credential_ended`.
    pub async fn disable(&self, caller: &Caller, which: Which, id: &str) -> Result<Credential> {
        self.switch(caller, which, id, AuditAction::CredentialDisabled).await
    }

    /// Switches a credential on; harmless to repeat.
    ///
    /// # Errors
    /// [`ServiceError::Missing`]; [`ServiceError::Refused`] with `credential_ended`; [`ServiceError::Forbidden`] with
    /// `owner_confirmation_required`.
    pub async fn enable(&self, caller: &Caller, which: Which, id: &str) -> Result<Credential> {
        self.switch(caller, which, id, AuditAction::CredentialEnabled).await
    }

    async fn switch(&self, caller: &Caller, which: Which, id: &str, action: AuditAction) -> Result<Credential> {
        let permit = self.change_permit(caller, which).await?;
        let (id, now) = (which.id(id)?, self.now());
        let mut tx = self.write(&permit).await?;
        let mut credential = which.admits(tx.credential(id).await?)?;
        if credential.status(now).is_final() {
            return Err(FINAL);
        }
        if action == AuditAction::CredentialEnabled && !credential::may_enable(&credential, &caller.actor) {
            return Err(HELD);
        }
        let was_held = credential.held_since.is_some();
        let changed = match action {
            AuditAction::CredentialDisabled => credential::disable(&mut credential, now),
            _ => credential::enable(&mut credential, now),
        };
        if changed.is_err() {
            return Ok(credential);
        }
        tx.update_credential(&credential).await?;
        let detail = if was_held { json!({ "reason": "owner_confirmed" }) } else { json!({}) };
        self.commit_change(tx, self.credential_event(action, &credential, detail), &credential).await?;
        Ok(credential)
    }
}
