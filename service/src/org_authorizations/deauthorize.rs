//! Taking back that a token works in an organisation beside its home. It goes on everywhere else.

use crate::{Caller, Result, Service, ServiceError, verify::Propagation};
use domain::{
    access::Action,
    audit::AuditAction,
    credential::{CredentialKind, Owner},
    ids::CredentialId,
};
use serde_json::json;
use std::time::Instant;

impl Service {
    /// Takes back that a token of another organisation works in the caller's, and waits for the other nodes.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] for a token that does not work here, or is not within reach.
    pub async fn deauthorize_token(&self, caller: &Caller, id: &str) -> Result<Propagation> {
        let since = Instant::now();
        let permit = self.permit(caller, Action::Change(CredentialKind::PersonalAccessToken)).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.write(&permit).await?;
        self.check_is_member(&mut tx, caller).await?;
        let token = tx.authorized_token(id).await?;
        tx.delete_org_authorization(id).await?;
        let authorization = &token.authorization;
        let detail = json!({
            "redacted": token.redacted,
            "owner": authorization.owner,
            "by_owner": caller.actor.owner() == Owner::User(authorization.owner),
        });
        let about = (authorization, token.name.as_str());
        self.commit(tx, self.authorization_event(AuditAction::OrgAuthorizationEnded, about, detail)).await?;
        Ok(self.propagation(since).await)
    }

    /// The same for a token of the caller's, from its home, for an organisation by its id or slug.
    ///
    /// # Errors
    /// As [`Service::deauthorize_token`]; [`ServiceError::PersonRequired`] for any credential.
    pub async fn withdraw_authorization(&self, caller: &Caller, id: &str, org: &str) -> Result<Propagation> {
        let home = self.permit(caller, Action::ChangeOwnToken).await?;
        let there = self.there(caller, org).await?;
        let token: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        self.inner.db.read(&home).await?.credential(token).await?;
        self.deauthorize_token(&there, id).await
    }
}
