//! Changing credentials.
//!
//! Owns: the guarded statements. Each changes exactly one row that the permit reaches and that can still be
//! changed, or answers [`crate::StoreError::Missing`]. What a change may be is decided by `domain`'s life-cycle before.

use crate::{
    Result, WriteTx,
    backend::execute,
    sql::credentials::{INSERT_CREDENTIAL, INSERT_SECRET, REVOKE_CREDENTIAL, UPDATE_CREDENTIAL},
    tx::changed_one,
};
use domain::{
    Timestamp,
    credential::{Credential, Secret},
    ids::CredentialId,
    secret::Verifier,
};

/// A secret as it is stored: what may be shown of it, and what recognises it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSecret {
    /// What may be shown.
    pub secret: Secret,
    /// The keyed hash of the whole token.
    pub verifier: Verifier,
    /// The version of the pepper that keyed it.
    pub pepper_version: i32,
}

impl WriteTx {
    /// Adds a credential with its first secret. Its `secrets` are not looked at: the stored form comes apart.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: the permit does not reach the credential's organisation or owner.
    /// [`crate::StoreError::Conflict`]: `Verifier`, `Id`, or `Reference` for an unknown organisation or pepper.
    pub async fn insert_credential(&mut self, credential: &Credential, first: &StoredSecret) -> Result<()> {
        self.check_reach(credential.org, credential.owner.user())?;
        let org = self.org();
        let owner_id = credential.owner.user().map_or_else(|| org.clone(), |user| user.to_string());
        execute!(
            &mut self.conn,
            INSERT_CREDENTIAL,
            org,
            credential.id.to_string(),
            credential.kind().as_str(),
            credential.env.as_str(),
            credential.owner.type_name(),
            owner_id,
            credential.created_by.id.to_string(),
            credential.created_by.name.as_str(),
            credential.name.as_str(),
            credential.description.as_str(),
            credential.scopes.to_string(),
            credential.created_at.millis(),
            credential.expires_at.map(Timestamp::millis),
            credential.revoked_at.map(Timestamp::millis),
        )?;
        self.insert_secret(credential.id, first).await
    }

    async fn insert_secret(&mut self, credential: CredentialId, stored: &StoredSecret) -> Result<()> {
        let org = self.org();
        let secret = &stored.secret;
        execute!(
            &mut self.conn,
            INSERT_SECRET,
            org,
            credential.to_string(),
            secret.id.to_string(),
            stored.verifier.as_bytes().to_vec(),
            stored.pepper_version,
            secret.redacted.as_str(),
            secret.created_at.millis(),
            secret.last_used_at.map(Timestamp::millis),
            secret.last_used_ip.map(|ip| ip.to_string()),
            secret.retires_at.map(Timestamp::millis),
        )
        .map(|_| ())
    }

    /// Stores name, description and scopes of a credential that is not revoked; the rest never changes this way.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: none that the permit reaches, or revoked.
    pub async fn update_credential(&mut self, credential: &Credential) -> Result<()> {
        let (org, owner) = (self.org(), self.owner());
        let rows = execute!(
            &mut self.conn,
            UPDATE_CREDENTIAL,
            org,
            credential.id.to_string(),
            owner,
            credential.name.as_str(),
            credential.description.as_str(),
            credential.scopes.to_string(),
        )?;
        changed_one(rows)
    }

    /// Marks a credential as revoked at this instant, for good.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: none that the permit reaches, or revoked before (the first instant stands).
    pub async fn revoke_credential(&mut self, id: CredentialId, at: Timestamp) -> Result<()> {
        let (org, owner) = (self.org(), self.owner());
        let rows = execute!(&mut self.conn, REVOKE_CREDENTIAL, org, id.to_string(), owner, at.millis())?;
        changed_one(rows)
    }
}
