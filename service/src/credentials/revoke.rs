//! Revoking a personal access token: final, immediate, and harmless to repeat.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    audit::AuditAction,
    credential::{self, Credential},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
};
use serde_json::json;

/// Whether the caller was asked to type the token's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation<'a> {
    /// A program revokes; programs are not asked.
    NotAsked,
    /// A person typed this. It must be the name, if the token was used in the last day.
    Typed(&'a str),
}

impl Service {
    /// Revokes the caller's token. One that is revoked already is returned as it is, and nothing is written.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Invalid`] when the name was to be typed and was not.
    pub async fn revoke_token(&self, caller: &Caller, id: &str, confirmation: Confirmation<'_>) -> Result<Credential> {
        let permit = caller.permit(Action::RevokeOwnToken)?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let now = self.now();
        let mut tx = self.inner.db.write(&permit).await?;
        let mut credential = tx.credential(id).await?;
        let was = credential.status(now);
        if credential::revoke(&mut credential, now).is_err() {
            return Ok(credential);
        }
        check_confirmation(&credential, confirmation, was.is_live() && credential.was_used_in_the_last_day(now))?;
        tx.revoke_credential(id, now).await?;
        let detail =
            json!({ "redacted": credential.redacted(), "last_used_at": credential.last_used_at(), "was": was });
        tx.commit(self.credential_event(AuditAction::CredentialRevoked, &credential, detail)).await?;
        Ok(credential)
    }
}

fn check_confirmation(credential: &Credential, confirmation: Confirmation<'_>, in_use: bool) -> Result<()> {
    match confirmation {
        Confirmation::Typed(name) if in_use && name.trim() != credential.name.as_str() => {
            let detail = "This token was used in the last day. Type its name exactly as shown to revoke it.";
            Err(FieldErrors::one(Flaw::new("name_does_not_match", detail).at("/confirm")).into())
        }
        _ => Ok(()),
    }
}
