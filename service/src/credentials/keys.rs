//! The public keys with which a client proves who it is.

use super::Which;
use crate::{Caller, Result, Service, ServiceError};
use domain::{
    audit::AuditAction,
    credential::{AuthMethod, Credential, CredentialKind, PublicJwk},
    error::FieldErrors,
};
use serde_json::{Value, json};

const CLIENTS: Which = Which::Of(CredentialKind::Client);
/// The most keys of one client.
const MAX_KEYS: usize = 10;

impl Service {
    /// Adds a public key to a client; one it has already is kept as it is.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], [`ServiceError::Invalid`] for a private or weak key, or [`ServiceError::Refused`] with
    /// `too_many_keys`.
    pub async fn add_client_key(&self, caller: &Caller, id: &str, jwk: &Value) -> Result<Credential> {
        let key = PublicJwk::parse(jwk).map_err(|flaw| FieldErrors::one(flaw.at("")))?;
        self.change_keys(caller, id, json!({ "added": key.kid }), |keys| {
            if keys.iter().any(|known| known.kid == key.kid) {
                return Ok(());
            }
            if keys.len() >= MAX_KEYS {
                let detail = "A client can have at most ten keys. Remove one first.";
                return Err(ServiceError::Refused { code: "too_many_keys", detail });
            }
            keys.push(key);
            Ok(())
        })
        .await
    }

    /// Removes a key from a client. The last key of a client that has no secret stays.
    ///
    /// # Errors
    /// [`ServiceError::Missing`], or [`ServiceError::Refused`] with `last_key`.
    pub async fn remove_client_key(&self, caller: &Caller, id: &str, kid: &str) -> Result<Credential> {
        let removed = kid.to_owned();
        self.change_keys(caller, id, json!({ "removed": removed }), |keys| {
            let place = keys.iter().position(|key| key.kid == removed).ok_or(ServiceError::Missing)?;
            if keys.len() == 1 {
                let detail = "This is the client's only key. Add its successor first.";
                return Err(ServiceError::Refused { code: "last_key", detail });
            }
            keys.remove(place);
            Ok(())
        })
        .await
    }

    async fn change_keys(
        &self,
        caller: &Caller,
        id: &str,
        detail: Value,
        change: impl FnOnce(&mut Vec<PublicJwk>) -> Result<()>,
    ) -> Result<Credential> {
        let permit = self.change_permit(caller, CLIENTS).await?;
        let id = CLIENTS.id(id)?;
        let mut tx = self.write(&permit).await?;
        let mut credential = tx.credential(id).await?;
        if credential.status(self.now()).is_final() {
            let detail = "A revoked or expired client cannot be changed. Issue a new one.";
            return Err(ServiceError::Refused { code: "credential_ended", detail });
        }
        let settings = credential.client.as_mut().ok_or(ServiceError::Missing)?;
        if settings.auth_method != AuthMethod::PrivateKeyJwt {
            let detail = "This client authenticates with its secret and has no keys.";
            return Err(ServiceError::Refused { code: "no_keys", detail });
        }
        let before = settings.keys.len();
        change(&mut settings.keys)?;
        if settings.keys.len() != before {
            tx.update_credential(&credential).await?;
            tx.commit(self.credential_event(AuditAction::CredentialUpdated, &credential, json!({ "keys": detail })))
                .await?;
        }
        Ok(credential)
    }
}
