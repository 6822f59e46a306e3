//! The public keys with which an M2M client authenticates.

use super::CredentialTarget;
use crate::{Caller, Result, ServiceError, authority::Asked, use_cases::Credentials};
use domain::{
    access::Door,
    audit::{
        AuditDetail,
        detail::{Changes, Field},
    },
    code::{FlawCode, ProblemCode},
    credential::{AuthMethod, Credential, CredentialKind, PublicJwk},
    error::{FieldErrors, Flaw},
};
use serde_json::Value;

const CLIENTS: CredentialTarget = CredentialTarget::Of(CredentialKind::Client);
/// The maximum number of keys of one client.
const MAX_KEYS: usize = 10;

fn duplicate(kid: &str) -> ServiceError {
    let detail = format!("The key {kid}, or another one with its kid, is there already. Give each key once.");
    FieldErrors::one(Flaw::new(FlawCode::DuplicateKey, detail).at("/kid")).into()
}

impl Credentials<'_> {
    /// Adds a public key to a client. A key that the client already has under this name stays as it is.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the client does not exist or is not within reach.
    /// * [`ServiceError::Invalid`] for a private or weak key, or one that the client has under another name.
    /// * [`ServiceError::MissingScope`] if the client has rights that the caller does not have.
    /// * [`ServiceError::Refused`] with `too_many_keys`.
    pub async fn add_client_key(self, caller: &Caller, id: &str, jwk: &Value) -> Result<Credential> {
        let key = PublicJwk::parse(jwk).map_err(|flaw| FieldErrors::one(flaw.at("")))?;
        self.add_keys(caller, id, vec![key]).await
    }

    /// Adds every key of a JWK set to a client, or none of them.
    ///
    /// # Errors
    /// Fails like [`Credentials::add_client_key`], with the flaws of all keys.
    pub async fn add_client_keys(self, caller: &Caller, id: &str, jwks: &[Value]) -> Result<Credential> {
        let mut errors = FieldErrors::default();
        let check = |(index, jwk)| errors.check(&format!("/keys/{index}"), PublicJwk::parse(jwk));
        let keys = jwks.iter().enumerate().filter_map(check).collect();
        if errors.is_empty() { self.add_keys(caller, id, keys).await } else { Err(errors.into()) }
    }

    /// Removes a key from a client. The last key cannot be removed, because the client has no secret.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`], or with [`ServiceError::Refused`] with `last_key`.
    pub async fn remove_client_key(self, caller: &Caller, id: &str, kid: &str) -> Result<Credential> {
        let removed = kid.to_owned();
        self.change_keys(caller, id, |keys| {
            let place = keys.iter().position(|key| key.kid == removed).ok_or(ServiceError::Missing)?;
            if keys.len() == 1 {
                let detail = "This is the client's only key. Add its successor first.";
                return Err(ServiceError::Refused { code: ProblemCode::LastKey, detail });
            }
            keys.remove(place);
            Ok(Changes::default().extending(Field::Keys, None, Some(vec![removed])))
        })
        .await
    }

    async fn add_keys(self, caller: &Caller, id: &str, new: Vec<PublicJwk>) -> Result<Credential> {
        self.change_keys(caller, id, |keys| {
            let mut added = Vec::new();
            for key in new {
                match keys.iter().find(|known| known.collides_with(&key)) {
                    Some(known) if *known == key && !added.contains(&key.kid) => {}
                    Some(_) => return Err(duplicate(&key.kid)),
                    None => {
                        added.push(key.kid.clone());
                        keys.push(key);
                    }
                }
            }
            if keys.len() > MAX_KEYS {
                let detail = "A client can have at most ten keys. Remove one first.";
                return Err(ServiceError::Refused { code: ProblemCode::TooManyKeys, detail });
            }
            Ok(Changes::default().extending(Field::Keys, Some(added), None))
        })
        .await
    }

    /// Changes the keys of a client. `change` returns what the audit log records.
    async fn change_keys(
        self,
        caller: &Caller,
        id: &str,
        change: impl FnOnce(&mut Vec<PublicJwk>) -> Result<Changes>,
    ) -> Result<Credential> {
        let permit = self.change_permit(caller, CLIENTS).await?;
        let id = CLIENTS.id(id)?;
        let mut tx = self.service.write(&permit).await?;
        let mut credential = tx.credential(id).await?;
        if credential.status(self.service.now()).is_final() {
            let detail = "A revoked or expired client cannot be changed. Issue a new one.";
            return Err(ServiceError::Refused { code: ProblemCode::CredentialEnded, detail });
        }
        let settings = credential.grant.client.as_mut().ok_or(ServiceError::Missing)?;
        if settings.auth_method != AuthMethod::PrivateKeyJwt {
            let detail = "This client authenticates with its secret and has no keys.";
            return Err(ServiceError::Refused { code: ProblemCode::NoKeys, detail });
        }
        let before = settings.keys.len();
        let changes = change(&mut settings.keys)?;
        let after = settings.keys.len();
        if after > before {
            // The holder of the private key can act as the client.
            self.service.check_obtain(&mut tx, Door::Reveal, Asked::of(&credential)).await?;
        }
        if after != before {
            tx.update_credential(&credential).await?;
            self.service.commit(tx, self.service.event(&credential, &AuditDetail::CredentialUpdated(changes))).await?;
        }
        Ok(credential)
    }
}
