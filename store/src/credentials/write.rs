//! Changes credentials.
//!
//! Owns: the guarded statements. Each changes exactly one row that the permit reaches and that can still
//! change. Otherwise it returns [`crate::StoreError::Missing`]. The life-cycle rules of `domain` decide
//! beforehand which change is allowed.

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

/// A secret as it is stored: its metadata and its verifier.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSecret {
    /// The secret's metadata, which may be shown.
    pub secret: Secret,
    /// The keyed hash of the whole token.
    pub verifier: Verifier,
    /// Version of the pepper that keyed the verifier.
    pub pepper_version: i32,
}

/// The fields of a credential that are stored as JSON.
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
    /// Adds a credential with its first secret. A client with its own keys has no secret. The `secrets` field of the
    /// credential is ignored; the stored form is passed separately.
    ///
    /// # Errors
    /// * [`crate::StoreError::Missing`] if the permit does not reach the credential's organization or owner, or the
    ///   owner is a service account that does not exist.
    /// * [`crate::StoreError::Conflict`] with `Verifier` or `Id` if one of them is taken, or with `Reference` for an
    ///   unknown organization or pepper.
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

    /// Rejects a new credential if the permit does not reach its organization or owner, or its service
    /// account does not exist.
    pub(super) async fn check_owner(&mut self, credential: &Credential) -> Result<()> {
        self.check_reach(credential.org, credential.owner)?;
        if let Owner::ServiceAccount(account) = credential.owner {
            self.service_account(account).await?;
        }
        Ok(())
    }

    /// Adds a secret to a credential that is not revoked. It becomes the newest secret.
    ///
    /// # Errors
    /// * [`crate::StoreError::Missing`] if the permit reaches no such credential, or the credential is revoked.
    /// * [`crate::StoreError::Conflict`] with `Verifier` or `Id` if one of them is taken, or with `Reference`
    ///   for an unknown pepper.
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

    /// Stores the time at which a secret was canceled or retired. This can happen once; no other field changes.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] in each of these cases:
    /// * The permit reaches no such secret.
    /// * The credential is revoked.
    /// * The secret was canceled or retired before.
    /// * The secret is to be canceled, but was used in the meantime.
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

    /// Stores the fields that can change while a credential is not revoked. These are name, description, scopes,
    /// resources, IP allowlist, rate limit, quota, metadata, client settings and whether it is disabled.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential, or the credential is revoked.
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

    /// Revokes a credential permanently, at this time.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential, or it was revoked before.
    /// The first time is kept.
    pub async fn revoke_credential(&mut self, id: CredentialId, at: Timestamp) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let rows = execute!(&mut self.conn, REVOKE_CREDENTIAL, org, owner_type, owner, id.to_string(), at.millis())?;
        changed_one(rows)
    }

    /// Transfers a credential to a service account of the organization. Its organization authorizations end.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential, the credential is revoked, or the
    /// service account does not exist.
    pub async fn transfer_credential(&mut self, id: CredentialId, to: ServiceAccountId) -> Result<()> {
        let (org, owner_type, owner) = self.reach();
        let conn = &mut self.conn;
        let rows = execute!(conn, TRANSFER_CREDENTIAL, org, owner_type, owner, id.to_string(), to.to_string())?;
        changed_one(rows)?;
        self.end_org_authorizations_of(id).await
    }
}

/// Returns the name in the form that searches use.
pub(super) fn folded(name: &Name) -> String {
    fold(name.as_str())
}
