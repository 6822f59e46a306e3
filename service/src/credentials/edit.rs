//! Changing what a personal access token is called and what it may do. The secret stays the same.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    audit::AuditAction,
    credential::{Credential, Edit, Grant, check_edit},
    ids::CredentialId,
};
use serde_json::{Map, Value, json};

/// What is to change.
pub type TokenEdit = Edit;

const FINAL: ServiceError = ServiceError::Refused {
    code: "credential_ended",
    detail: "A revoked or expired token cannot be changed. Issue a new one.",
};

impl Service {
    /// Changes name, description or scopes; what is absent stays. Scopes can be taken away at will, and added only by
    /// a caller that holds them. A change that changes nothing writes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], [`ServiceError::Invalid`], [`ServiceError::MissingScope`], or
    /// [`ServiceError::Refused`] with `credential_ended`.
    pub async fn edit_token(&self, caller: &Caller, id: &str, edit: &TokenEdit) -> Result<Credential> {
        let permit = caller.permit(Action::EditOwnToken)?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.inner.db.write(&permit).await?;
        let mut credential = tx.credential(id).await?;
        if !credential.status(self.now()).is_live() {
            return Err(FINAL);
        }
        let before = Grant {
            name: credential.name.clone(),
            description: credential.description.clone(),
            scopes: credential.scopes.clone(),
            expires_at: credential.expires_at,
        };
        let after = check_edit(edit, id.kind().rules(), &before)?;
        permit.actor().may_grant(&after.scopes.difference(&before.scopes))?;
        let detail = changes(&before, &after);
        if detail.is_empty() {
            return Ok(credential);
        }
        credential.name = after.name;
        credential.description = after.description;
        credential.scopes = after.scopes;
        tx.update_credential(&credential).await?;
        tx.commit(self.credential_event(AuditAction::CredentialUpdated, &credential, detail.into())).await?;
        Ok(credential)
    }
}

fn changes(before: &Grant, after: &Grant) -> Map<String, Value> {
    let pairs = [
        ("name", json!(before.name), json!(after.name)),
        ("description", json!(before.description), json!(after.description)),
        ("scopes", json!(before.scopes), json!(after.scopes)),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(field, before, after)| (field.to_owned(), json!({ "before": before, "after": after }))).collect()
}
