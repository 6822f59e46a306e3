//! Adding very many credentials at once.
//!
//! Owns: that they become the same rows as those of [`WriteTx::insert_credential`], several with each statement. Who
//! loads a million opens a transaction for each few thousand of them, as every statement and commit is bound in time.

use super::write::{Json, StoredSecret, folded};
use crate::{
    Result, WriteTx,
    backend::{in_time, on},
    sql::load::{INSERT_CREDENTIALS, INSERT_FIRST_SECRETS, ROWS},
};
use domain::{Timestamp, credential::Credential};

impl WriteTx {
    /// Adds credentials, each with its first secret, which need not stand in its `secrets`.
    ///
    /// # Errors
    /// As [`WriteTx::insert_credential`] for any of them; then none may be kept.
    pub async fn insert_credentials(&mut self, many: &[(Credential, StoredSecret)]) -> Result<()> {
        let (full, rest) = many.as_chunks::<ROWS>();
        for rows in full {
            for (credential, _) in rows {
                self.check_owner(credential).await?;
            }
            self.insert_credential_rows(rows).await?;
            self.insert_secret_rows(rows).await?;
        }
        for (credential, first) in rest {
            self.insert_credential(credential, Some(first)).await?;
        }
        Ok(())
    }

    async fn insert_credential_rows(&mut self, rows: &[(Credential, StoredSecret); ROWS]) -> Result<()> {
        let org = self.org();
        on!(&mut self.conn, |c| {
            let mut query = sqlx::query(INSERT_CREDENTIALS.as_str()).bind(org);
            for (credential, _) in rows {
                let json = Json::of(credential)?;
                query = query
                    .bind(credential.id.to_string())
                    .bind(credential.kind().as_str())
                    .bind(credential.env.as_str())
                    .bind(credential.owner.type_name())
                    .bind(credential.owner.id(credential.org))
                    .bind(credential.created_by.id.as_str())
                    .bind(credential.created_by.name.as_str())
                    .bind(credential.name.as_str())
                    .bind(folded(credential))
                    .bind(credential.description.as_str())
                    .bind(credential.scopes.to_string())
                    .bind(credential.resources.to_string())
                    .bind(credential.networks.to_string())
                    .bind(json.rate_limit)
                    .bind(json.metadata)
                    .bind(json.client)
                    .bind(credential.created_at.millis())
                    .bind(credential.expires_at.map(Timestamp::millis))
                    .bind(credential.disabled_at.map(Timestamp::millis))
                    .bind(credential.revoked_at.map(Timestamp::millis))
                    .bind(credential.first_notice_at().map(Timestamp::millis));
            }
            in_time(query.execute(c)).await.map(|_| ())
        })
    }

    async fn insert_secret_rows(&mut self, rows: &[(Credential, StoredSecret); ROWS]) -> Result<()> {
        let org = self.org();
        on!(&mut self.conn, |c| {
            let mut query = sqlx::query(INSERT_FIRST_SECRETS.as_str()).bind(org);
            for (credential, StoredSecret { secret, verifier, pepper_version }) in rows {
                query = query
                    .bind(credential.id.to_string())
                    .bind(secret.id.to_string())
                    .bind(verifier.as_bytes().as_slice())
                    .bind(*pepper_version)
                    .bind(secret.redacted.as_str())
                    .bind(secret.created_at.millis())
                    .bind(secret.last_used_at.map(Timestamp::millis))
                    .bind(secret.last_used_ip.map(|ip| ip.to_string()))
                    .bind(secret.first_used_at.map(Timestamp::millis))
                    .bind(secret.overlap_seconds)
                    .bind(secret.cancelled_at.map(Timestamp::millis))
                    .bind(secret.retired_at.map(Timestamp::millis));
            }
            in_time(query.execute(c)).await.map(|_| ())
        })
    }
}
