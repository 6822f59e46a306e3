//! Rows of credentials joined with their secrets.
//!
//! Owns: folding the rows of a credential, one for each secret, into one [`Credential`]. Relies on the statements to
//! return these rows together, newest secret first.

use super::grant::GrantRow;
use crate::{
    ReadTx, Result,
    column::{instant, parse, parse_optional},
};
use domain::{
    Timestamp,
    credential::{CreatedBy, Credential, Owner, Secret},
};

/// One row with the columns that [`crate::sql::credentials`] names.
#[derive(sqlx::FromRow)]
pub(crate) struct CredentialRow {
    id: String,
    org_id: String,
    owner_type: String,
    owner_id: String,
    created_by_id: String,
    created_by_name: String,
    #[sqlx(flatten)]
    grant: GrantRow,
    created_at: i64,
    disabled_at: Option<i64>,
    enabled_at: Option<i64>,
    held_since: Option<i64>,
    revoked_at: Option<i64>,
    pending_since: Option<i64>,
    used_by_key_at: Option<i64>,
    secret_id: Option<String>,
    redacted: Option<String>,
    secret_created_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_ip: Option<String>,
    first_used_at: Option<i64>,
    overlap_seconds: Option<i64>,
    cancelled_at: Option<i64>,
    retired_at: Option<i64>,
}

/// Builds the credentials of these rows, in row order. The effects of policies are not filled in yet.
fn fold(rows: &[CredentialRow]) -> Result<Vec<Credential>> {
    rows.chunk_by(|one, next| one.id == next.id).map(credential).collect()
}

impl ReadTx {
    /// Builds the credentials of these rows, in row order, with the policies that block them.
    pub(super) async fn fold(&mut self, rows: &[CredentialRow]) -> Result<Vec<Credential>> {
        let mut credentials = fold(rows)?;
        if !credentials.is_empty() {
            let policies = self.policies().await?;
            for credential in &mut credentials {
                credential.blocks = policies.blocks(credential.id, &credential.existing());
            }
        }
        Ok(credentials)
    }
}

fn credential(rows: &[CredentialRow]) -> Result<Credential> {
    let row = &rows[0];
    Ok(Credential {
        id: parse("credential id", &row.id)?,
        org: parse("organization id", &row.org_id)?,
        owner: owner(&row.owner_type, &row.owner_id)?,
        created_by: CreatedBy { id: row.created_by_id.clone(), name: parse("creator's name", &row.created_by_name)? },
        grant: row.grant.read()?,
        created_at: Timestamp::from_millis(row.created_at),
        disabled_at: instant(row.disabled_at),
        enabled_at: instant(row.enabled_at),
        held_since: instant(row.held_since),
        revoked_at: instant(row.revoked_at),
        pending_since: instant(row.pending_since),
        blocks: Vec::new(),
        used_by_key_at: instant(row.used_by_key_at),
        secrets: rows.iter().filter_map(|row| secret(row).transpose()).collect::<Result<_>>()?,
    })
}

fn secret(row: &CredentialRow) -> Result<Option<Secret>> {
    let (Some(id), Some(redacted), Some(created_at)) = (&row.secret_id, &row.redacted, row.secret_created_at) else {
        return Ok(None);
    };
    Ok(Some(Secret {
        id: parse("secret id", id)?,
        redacted: redacted.clone(),
        created_at: Timestamp::from_millis(created_at),
        last_used_at: instant(row.last_used_at),
        last_used_ip: parse_optional("address", row.last_used_ip.as_deref())?,
        first_used_at: instant(row.first_used_at),
        overlap_seconds: row.overlap_seconds,
        cancelled_at: instant(row.cancelled_at),
        retired_at: instant(row.retired_at),
    }))
}

fn owner(kind: &str, id: &str) -> Result<Owner> {
    match kind {
        "organization" => Ok(Owner::Organization),
        "user" => Ok(Owner::User(parse("owner's id", id)?)),
        "service_account" => Ok(Owner::ServiceAccount(parse("owner's id", id)?)),
        _ => Err(crate::StoreError::damaged("owner", kind)),
    }
}
