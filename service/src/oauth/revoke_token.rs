//! Ending a token before its time (RFC 7009).
//!
//! Owns: what a client may end: its own access tokens, and any credential of its organisation that it holds, because whoever
//! holds a secret can use it and so may also take it out of use. To every other token nothing happens, which is recorded, and
//! the answer is the same.

use super::{AuthenticatedClient, OAuthError};
use crate::{Service, ServiceError};
use domain::{
    access::{Action, Permit},
    audit::{AuditAction, AuditEvent, Target},
    credential::{Credential, revoke},
    ids::EventId,
    oauth::AccessTokenClaims,
    secret::PlainSecret,
};
use serde_json::json;

impl Service {
    /// Revokes a token. One that is unknown, over or revoked already is as good as revoked.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`]; then nothing can be said, and it is to be tried again.
    pub async fn revoke_token(&self, client: &AuthenticatedClient, token: &PlainSecret) -> Result<(), OAuthError> {
        let permit = self.permit(&client.0.caller, Action::RevokePresented).await?;
        if let Some(claims) = self.signed_claims(token.expose()) {
            let is_own = claims.client_id == client.0.credential.id && claims.org_id == client.0.org.id;
            return if is_own {
                self.revoke_one_access_token(&permit, &claims).await
            } else {
                self.record_refused_revocation(&permit, &claims.jti, "access_token").await
            };
        }
        // The allow-list of networks is for using a credential, not for ending it.
        let found = match self.find_presented(token).await? {
            Some(found) => found,
            None => return Ok(()),
        };
        if found.org != client.0.org.id {
            return self.record_refused_revocation(&permit, "", "credential").await;
        }
        self.revoke_presented(&permit, &found).await
    }

    async fn revoke_one_access_token(&self, permit: &Permit, claims: &AccessTokenClaims) -> Result<(), OAuthError> {
        if self.inner.db.is_access_token_revoked(claims.org_id, &claims.jti).await? {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.write(permit).await?;
        tx.revoke_access_token(&claims.jti, claims.credential_id, claims.expires_at()).await?;
        tx.commit(AuditEvent {
            id: EventId::new(now, self.inner.sources.entropy()),
            at: now,
            action: AuditAction::AccessTokenRevoked,
            target: Target { kind: "access_token", id: claims.jti.clone(), name: None },
            detail: json!({ "client_id": claims.client_id, "credential_id": claims.credential_id, "sub": claims.sub }),
        })
        .await?;
        Ok(())
    }

    async fn revoke_presented(&self, permit: &Permit, found: &Credential) -> Result<(), OAuthError> {
        let now = self.now();
        let mut tx = self.write(permit).await?;
        let mut credential = tx.credential(found.id).await?;
        let was = credential.status(now);
        if revoke(&mut credential, now).is_err() {
            return Ok(());
        }
        tx.revoke_credential(credential.id, now).await?;
        let detail = json!({ "redacted": credential.redacted(), "last_used_at": credential.last_used_at(), "was": was,
            "presented": true });
        tx.commit(self.credential_event(AuditAction::CredentialRevoked, &credential, detail)).await?;
        Ok(())
    }

    async fn record_refused_revocation(
        &self,
        permit: &Permit,
        name: &str,
        kind: &'static str,
    ) -> Result<(), OAuthError> {
        let now = self.now();
        let event = AuditEvent {
            id: EventId::new(now, self.inner.sources.entropy()),
            at: now,
            action: AuditAction::CredentialDenied,
            target: Target { kind, id: name.to_owned(), name: None },
            detail: json!({ "asked_for": "RevokePresented", "why": "the token is not this client's" }),
        };
        self.write(permit).await?.commit(event).await?;
        Ok(())
    }

    /// The credential that a secret belongs to, whatever its state and wherever it is; looking is not a use of it.
    async fn find_presented(&self, secret: &PlainSecret) -> Result<Option<Credential>, ServiceError> {
        if domain::secret::parse(&self.inner.brand, secret.expose()).is_err() {
            return Ok(None);
        }
        for pepper in &self.inner.peppers {
            if let Some(found) = self.inner.db.presented(&pepper.verifier(secret)).await? {
                return Ok(Some(found.credential));
            }
        }
        Ok(None)
    }
}
