//! Changes credentials.
//!
//! Owns: the guarded statements. Each changes exactly one row that the permit reaches and that can still
//! change. Otherwise it returns [`crate::StoreError::Missing`]. The life-cycle rules of `domain` decide
//! beforehand which change is allowed.

use super::grant::{Json, bind_grant};
use crate::{
    Result, WriteTx,
    backend::{execute, in_time, on},
    sql::{credentials::reached, load::INSERT_CREDENTIAL, load::UPDATE_CREDENTIAL, statements},
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
        self.insert_rows(&INSERT_CREDENTIAL, credential, [(credential.id, &credential.grant.name)]).await?;
        match first {
            Some(first) => self.insert_secret(credential.id, first).await,
            None => Ok(()),
        }
    }

    /// Runs a statement that adds a row like `like` for each id and name.
    pub(super) async fn insert_rows<'a>(
        &mut self,
        sql: &'static str,
        like: &Credential,
        rows: impl IntoIterator<Item = (CredentialId, &'a Name)>,
    ) -> Result<()> {
        let (org, json) = (self.org(), Json::of(like)?);
        on!(&mut self.conn, |c| {
            let query = sqlx::query(sql)
                .bind(org)
                .bind(like.kind().as_str())
                .bind(like.grant.env.as_str())
                .bind(like.grant.expires_at.map(Timestamp::millis))
                .bind(like.owner.type_name())
                .bind(like.owner.id(like.org))
                .bind(like.created_by.id.as_str())
                .bind(like.created_by.name.as_str())
                .bind(like.created_at.millis())
                .bind(like.disabled_at.map(Timestamp::millis))
                .bind(like.revoked_at.map(Timestamp::millis))
                .bind(like.pending_since.map(Timestamp::millis))
                .bind(like.first_notice_at().map(Timestamp::millis));
            let mut query = bind_grant!(query, like.grant, json);
            for (id, name) in rows {
                query = query.bind(id.to_string()).bind(name.as_str()).bind(folded(name));
            }
            in_time(query.execute(c)).await.map(|_| ())
        })
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

    /// Stores what can change while a credential is not revoked: its grant without environment and end, and whether it
    /// is disabled.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential, or the credential is revoked.
    pub async fn update_credential(&mut self, credential: &Credential) -> Result<()> {
        let ((org, owner_type, owner), json) = (self.reach(), Json::of(credential)?);
        let rows = on!(&mut self.conn, |c| {
            let query = sqlx::query(UPDATE_CREDENTIAL.as_str())
                .bind(org)
                .bind(owner_type)
                .bind(owner)
                .bind(credential.id.to_string())
                .bind(credential.grant.name.as_str())
                .bind(folded(&credential.grant.name))
                .bind(credential.disabled_at.map(Timestamp::millis))
                .bind(credential.enabled_at.map(Timestamp::millis))
                .bind(credential.held_since.map(Timestamp::millis));
            in_time(bind_grant!(query, credential.grant, json).execute(c)).await.map(|done| done.rows_affected())
        })?;
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

statements! {
    /// The next number can't be taken in the meantime: only one transaction at a time writes in an organization.
    INSERT_SECRET = concat!("INSERT INTO secrets (org_id, credential_id, id, number, verifier, pepper_version, redacted,
            created_at, last_used_at, last_used_ip, first_used_at, overlap_seconds, cancelled_at, retired_at)
        SELECT c.org_id, c.id, $5, 1 + (SELECT COALESCE(MAX(n.number), 0) FROM secrets n
                WHERE n.org_id = c.org_id AND n.credential_id = c.id),
            $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
        FROM credentials c
        WHERE c.org_id = $1 AND c.id = $4 AND ", reached!("c."), " AND c.revoked_at IS NULL");

    /// Revoking is permanent: a second time changes nothing.
    REVOKE_CREDENTIAL = concat!("UPDATE credentials SET revoked_at = $5
        WHERE org_id = $1 AND id = $4 AND ", reached!(""), " AND revoked_at IS NULL");

    /// The new owner is a service account of the same organization.
    TRANSFER_CREDENTIAL = concat!("UPDATE credentials SET owner_type = 'service_account', owner_id = $5, held_since = NULL
        WHERE org_id = $1 AND id = $4 AND ", reached!(""), " AND revoked_at IS NULL
            AND EXISTS (SELECT 1 FROM service_accounts v WHERE v.org_id = $1 AND v.id = $5)");

    /// The first end of a secret is kept. A secret that was used in the meantime can't be canceled anymore.
    END_SECRET = concat!("UPDATE secrets SET cancelled_at = $6, retired_at = $7
        WHERE org_id = $1 AND credential_id = $4 AND id = $5 AND cancelled_at IS NULL AND retired_at IS NULL
            AND (CAST($6 AS BIGINT) IS NULL OR first_used_at IS NULL)
            AND EXISTS (SELECT 1 FROM credentials c
                WHERE c.org_id = $1 AND c.id = $4 AND ", reached!("c."), " AND c.revoked_at IS NULL)");
}
