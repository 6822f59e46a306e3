//! Revokes tokens before their end (RFC 7009).
//!
//! A client may revoke its own access tokens, and any credential of its organization that it presents. The holder of a
//! secret can use it, and so may also stop it. For any other token, the attempt is recorded, nothing is revoked, and
//! the reply does not differ.

use super::{AuthenticatedClient, OAuthError};
use crate::{
    credentials::{Confirmation, CredentialTarget},
    use_cases::OAuth,
};
use domain::{
    access::{Action, Permit},
    audit::{AuditDetail, Target},
    oauth::AccessTokenClaims,
    secret::PlainSecret,
};

impl OAuth<'_> {
    /// Revokes a token. A token that is unknown, ended or already revoked counts as revoked.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Unavailable`] if the state of the token is not known. The client should retry.
    pub async fn revoke_token(self, client: &AuthenticatedClient, token: &PlainSecret) -> Result<(), OAuthError> {
        let permit = self.service.permit(&client.0.caller, Action::RevokePresented).await?;
        if let Some(signed) = self.signed(token.expose()) {
            let claims = &signed.claims;
            let is_own = claims.client_id == client.0.credential.id && claims.org_id == client.0.org.id;
            return if is_own {
                self.revoke_one_access_token(&permit, claims).await
            } else {
                self.record_refused_revocation(&permit, &claims.jti, "access_token").await
            };
        }
        // The IP allowlist limits the use of a credential, not its revocation.
        let Some((org, id)) = self.service.look_up(token).await? else { return Ok(()) };
        if org != client.0.org.id {
            return self.record_refused_revocation(&permit, "", "credential").await;
        }
        self.service
            .credentials()
            .revoke_permitted(&permit, CredentialTarget::Of(id.kind()), id, Confirmation::NotAsked)
            .await?;
        Ok(())
    }

    async fn revoke_one_access_token(self, permit: &Permit, claims: &AccessTokenClaims) -> Result<(), OAuthError> {
        if self.service.inner.db.is_access_token_revoked(claims.org_id, &claims.jti).await? {
            return Ok(());
        }
        let mut tx = self.service.write(permit).await?;
        tx.revoke_access_token(&claims.jti, claims.credential_id, claims.expires_at()).await?;
        let target = Target { kind: "access_token", id: claims.jti.clone(), name: None };
        let detail = AuditDetail::AccessTokenRevoked {
            client_id: claims.client_id,
            credential_id: claims.credential_id,
            sub: claims.sub.clone(),
        };
        self.service.commit(tx, self.service.event(target, &detail)).await?;
        Ok(())
    }

    async fn record_refused_revocation(
        self,
        permit: &Permit,
        name: &str,
        kind: &'static str,
    ) -> Result<(), OAuthError> {
        let (now, caller) = (self.service.now(), permit.actor().credential().map(|id| id.to_string()));
        let asked_for = permit.action().to_string();
        if !self.service.inner.denials.is_news(caller.unwrap_or_default(), asked_for.clone(), now) {
            return Ok(());
        }
        let target = Target { kind, id: name.to_owned(), name: None };
        let why = "the token is not this client's".to_owned();
        let detail = AuditDetail::CredentialDenied { asked_for, why, missing_scopes: None };
        self.service.commit(self.service.write(permit).await?, self.service.event_at(now, target, &detail)).await?;
        Ok(())
    }
}
