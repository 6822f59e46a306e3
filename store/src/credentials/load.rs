//! Adds very many credentials at once.
//!
//! Owns: the guarantee that the rows equal those of [`WriteTx::insert_credential`]. Each statement adds several rows,
//! and binds their common values once. Statements and commits have a time limit. A load of a million credentials should
//! therefore open one transaction for each few thousand.

use super::write::StoredSecret;
use crate::{
    Result, WriteTx,
    backend::{in_time, on},
    sql::load::{INSERT_ALIKE, INSERT_FIRST_SECRETS, ROWS},
};
use domain::{Name, credential::Credential, ids::CredentialId};

/// One of many credentials that are otherwise equal.
#[derive(Clone)]
pub struct Alike {
    pub id: CredentialId,
    pub name: Name,
    /// The first secret, which was never used.
    pub first: StoredSecret,
}

impl Alike {
    fn whole(&self, like: &Credential) -> Credential {
        let mut whole = Credential { id: self.id, ..like.clone() };
        whole.grant.name = self.name.clone();
        whole
    }
}

impl WriteTx {
    /// Adds credentials that differ from `like` only in id, name and secret. `like` itself is not added.
    ///
    /// # Errors
    /// The errors of [`WriteTx::insert_credential`] for any of them. The transaction must not be committed then.
    pub async fn insert_alike(&mut self, like: &Credential, many: &[Alike]) -> Result<()> {
        self.check_owner(like).await?;
        let (full, rest) = many.as_chunks::<ROWS>();
        for rows in full {
            self.insert_rows(&INSERT_ALIKE, like, rows.iter().map(|one| (one.id, &one.name))).await?;
            self.insert_secret_rows(rows).await?;
        }
        for one in rest {
            self.insert_credential(&one.whole(like), Some(&one.first)).await?;
        }
        Ok(())
    }

    async fn insert_secret_rows(&mut self, rows: &[Alike; ROWS]) -> Result<()> {
        let org = self.org();
        on!(&mut self.conn, |c| {
            let mut query = sqlx::query(INSERT_FIRST_SECRETS.as_str()).bind(org);
            for Alike { id, first: StoredSecret { secret, verifier, pepper_version }, .. } in rows {
                query = query
                    .bind(id.to_string())
                    .bind(secret.id.to_string())
                    .bind(verifier.as_bytes().as_slice())
                    .bind(*pepper_version)
                    .bind(secret.redacted.as_str())
                    .bind(secret.created_at.millis());
            }
            in_time(query.execute(c)).await.map(|_| ())
        })
    }
}
