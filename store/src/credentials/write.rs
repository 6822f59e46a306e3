//! Changing credentials.
//!
//! Owns: the guarded statements. Each changes exactly one row that the permit reaches and that can still be
//! changed, or answers [`crate::StoreError::Missing`]. What a change may be is decided by `domain`'s life-cycle before.

use crate::{
    Result, WriteTx,
    backend::execute,
    column::to_json,
    sql::credentials::{
        END_SECRET, INSERT_CREDENTIAL, INSERT_SECRET, REVOKE_CREDENTIAL, TRANSFER_CREDENTIAL, UPDATE_CREDENTIAL,
    },
    tx::changed_one,
};
use domain::{
    Name, Timestamp,
    credential::{Credential, Owner, Secret},
    ids::{CredentialId, ServiceAccountId},
    secret::Verifier,
    text::fold,
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

/// What of a credential is stored as JSON.
pub(super) struct Json {
    pub(super) rate_limit: Option<String>,
    pub(super) quota: Option<String>,
    pub(super) metadata: String,
    pub(super) client: Option<String>,
}

impl Json {
    pub(super) fn of(credential: &Credential) -> Result<Self> {
        Ok(Self {
            rate_limit: credential.rate_limit.as_ref().map(to_json).transpose()?,
            quota: credential.quota.as_ref().map(to_json).transpose()?,
            metadata: to_json(&credential.metadata)?,
            client: credential.client.as_ref().map(to_json).transpose()?,
        })
    }
}

impl WriteTx {
    /// Adds a credential with its first secret; a client that has its own keys has none. The credential's `secrets` are
    /// not looked at: the stored form comes apart.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: the permit does not reach the credential's organisation or owner, or the owner is
    /// a service account that is not there.
    /// [`crate::StoreError::Conflict`]: `Verifier`, `Id`, or `Reference` for an unknown organisation or pepper.
    pub async fn insert_credential(&mut self, credential: &Credential, first: Option<&StoredSecret>) -> Result<()> {
        self.check_owner(credential).await?;
        let (org, json) = (self.org(), Json::of(credential)?);
        execute!(
            &mut self.conn,
            INSERT_CREDENTIAL,
            org,
            credential.id.to_string(),
            credential.kind().as_str(),
            credential.env.as_str(),
            credential.owner.type_name(),
            credential.owner.id(credential.org),
            credential.created_by.id.as_str(),
            credential.created_by.name.as_str(),
            credential.name.as_str(),
            folded(&credential.name),
            credential.description.as_str(),
            credential.scopes.to_string(),
            credential.resources.to_string(),
            credential.networks.to_string(),
            json.rate_limit,
            json.metadata,
            json.client,
            credential.created_at.millis(),
            credential.expires_at.map(Timestamp::millis),
            credential.disabled_at.map(Timestamp::millis),
            credential.revoked_at.map(Timestamp::millis),
            credential.first_notice_at().map(Timestamp::millis),
            json.quota,
            credential.pending_since.map(Timestamp::millis),
        )?;
        match first {
            Some(first) => self.insert_secret(credential.id, first).await,
            None => Ok(()),
        }
    }

    /// Refuses a new credential whose organisation or owner the permit does not reach, or whose owner is not there.
    pub(super) async fn check_owner(&mut self, credential: &Credential) -> Result<()> {
        self.check_reach(credential.org, credential.owner)?;
        if let Owner::ServiceAccount(account) = credential.owner {
            self.service_account(account).await?;
        }
        Ok(())
    }

    /// Adds a secret to a credential that is not revoked; it is the newest from now on.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches, or revoked.
    /// [`crate::StoreError::Conflict`]: `Verifier`, `Id`, or `Reference` for an unknown pepper.
    pub async fn insert_secret(&mut self, credential: CredentialId, stored: &StoredSecret) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let secret = &stored.secret;
        let rows = execute!(
            &mut self.conn,
            INSERT_SECRET,
            org,
            owner_type,
            owner,
            credential.to_string(),
            secret.id.to_string(),
            stored.verifier.as_bytes().to_vec(),
            stored.pepper_version,
            secret.redacted.as_str(),
            secret.created_at.millis(),
            secret.last_used_at.map(Timestamp::millis),
            secret.last_used_ip.map(|ip| ip.to_string()),
            secret.first_used_at.map(Timestamp::millis),
            secret.overlap_seconds,
            secret.cancelled_at.map(Timestamp::millis),
            secret.retired_at.map(Timestamp::millis),
        )?;
        changed_one(rows)
    }

    /// Stores when a secret was cancelled or retired, once; the rest of it never changes this way.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: none that the permit reaches, its credential is revoked, it was cancelled or
    /// retired before, or it is to be cancelled and was used meanwhile.
    pub async fn update_secret(&mut self, credential: CredentialId, secret: &Secret) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let rows = execute!(
            &mut self.conn,
            END_SECRET,
            org,
            owner_type,
            owner,
            credential.to_string(),
            secret.id.to_string(),
            secret.cancelled_at.map(Timestamp::millis),
            secret.retired_at.map(Timestamp::millis),
        )?;
        changed_one(rows)
    }

    /// Stores what of a credential can change while it is not revoked: name, description, scopes, resources, networks,
    /// rate limit, quota, metadata, client settings and the switch.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: none that the permit reaches, or revoked.
    pub async fn update_credential(&mut self, credential: &Credential) -> Result<()> {
        let ((org, owner_type, owner), json) = (self.reach(), Json::of(credential)?);
        let rows = execute!(
            &mut self.conn,
            UPDATE_CREDENTIAL,
            org,
            owner_type,
            owner,
            credential.id.to_string(),
            credential.name.as_str(),
            folded(&credential.name),
            credential.description.as_str(),
            credential.scopes.to_string(),
            credential.resources.to_string(),
            credential.networks.to_string(),
            json.rate_limit,
            json.metadata,
            json.client,
            credential.disabled_at.map(Timestamp::millis),
            json.quota,
            credential.enabled_at.map(Timestamp::millis),
            credential.held_since.map(Timestamp::millis),
        )?;
        changed_one(rows)
    }

    /// Marks a credential as revoked at this instant, for good.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: none that the permit reaches, or revoked before (the first instant stands).
    pub async fn revoke_credential(&mut self, id: CredentialId, at: Timestamp) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let rows = execute!(&mut self.conn, REVOKE_CREDENTIAL, org, owner_type, owner, id.to_string(), at.millis())?;
        changed_one(rows)
    }

    /// Makes a service account of the organisation the owner of a credential, which then works in no other.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no credential that the permit reaches, revoked, or no such service account.
    pub async fn transfer_credential(&mut self, id: CredentialId, to: ServiceAccountId) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let conn = &mut self.conn;
        let rows = execute!(conn, TRANSFER_CREDENTIAL, org, owner_type, owner, id.to_string(), to.to_string())?;
        changed_one(rows)?;
        self.end_org_authorizations_of(id).await
    }
}

/// The name as it is searched for.
pub(super) fn folded(name: &Name) -> String {
    fold(name.as_str())
}
