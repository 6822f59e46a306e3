//! Withdraws organization authorizations. The token still works in all other organizations.

use crate::{Caller, Result, ServiceError, use_cases::OrgAuthorizations, verify::Propagation};
use domain::{
    access::Action,
    audit::AuditDetail,
    credential::{CredentialKind, Owner},
    ids::CredentialId,
};
use std::time::Instant;

impl OrgAuthorizations<'_> {
    /// Withdraws the authorization of another organization's token in the caller's organization. Waits for other nodes.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the token has no authorization here, or is not within reach.
    pub async fn deauthorize(self, caller: &Caller, id: &str) -> Result<Propagation> {
        let since = Instant::now();
        let permit = self.service.permit(caller, Action::Change(CredentialKind::PersonalAccessToken)).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        self.service.policies().check_is_member(&mut tx, caller).await?;
        let token = tx.authorized_token(id).await?;
        tx.delete_org_authorization(id).await?;
        let authorization = &token.authorization;
        let detail = AuditDetail::OrgAuthorizationEnded {
            redacted: token.redacted.clone(),
            owner: authorization.owner,
            by_owner: caller.actor.owner() == Owner::User(authorization.owner),
            by: None,
        };
        let about = (authorization, token.name.as_str());
        self.service.commit(tx, self.authorization_event(about, &detail)).await?;
        Ok(self.service.inner.engine.propagation(since).await)
    }

    /// Withdraws the authorization of the caller's token in another organization, by id or slug. Waits for other nodes.
    ///
    /// # Errors
    /// Fails like [`OrgAuthorizations::deauthorize`], or with [`ServiceError::PersonRequired`] for a credential.
    pub async fn withdraw(self, caller: &Caller, id: &str, org: &str) -> Result<Propagation> {
        let home = self.service.permit(caller, Action::ChangeOwnToken).await?;
        let there = self.there(caller, org).await?;
        let token: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        self.service.inner.db.read(&home).await?.credential(token).await?;
        self.deauthorize(&there, id).await
    }
}
