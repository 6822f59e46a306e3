//! What the memory of the verification path is filled with.
//!
//! Owns: reading it, all at start and one by one after that. It crosses tenants as a presented secret does, and so belongs
//! to the reviewed list of [`crate::lookups`]; what comes of it is verdicts, never a list. Texts are handed over as they
//! are stored: of a million credentials most share theirs, and whoever folds them parses each once.

use crate::{
    Db, Result, apis,
    backend::{fetch_all, fetch_optional, on},
    column::parse,
    orgs::OrgRow,
    service_accounts::ServiceAccountRow,
    sql::resident::{COUNT_RESIDENTS, MEMBERS, ORG, RESIDENT, RESIDENTS, REVOKED_ACCESS_TOKENS, SERVICE_ACCOUNTS},
    users::UserRow,
};
use domain::{
    Timestamp,
    access::Role,
    account::{Org, ServiceAccount, User},
    ids::{CredentialId, OrgId},
    operation::Api,
};
use futures_util::TryStreamExt;
use tokio::sync::mpsc;

/// A credential with one of its secrets, as stored. One that has no secret comes once, without.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Resident {
    /// The credential.
    pub id: String,
    /// The tenant.
    pub org_id: String,
    /// `live` or `test`.
    pub env: String,
    /// `organization`, `user` or `service_account`.
    pub owner_type: String,
    /// Its id.
    pub owner_id: String,
    /// What people call the credential.
    pub name: String,
    /// Scopes, joined by spaces.
    pub scopes: String,
    /// Resources, joined by spaces.
    pub resources: String,
    /// Networks, joined by spaces.
    pub networks: String,
    /// JSON.
    pub rate_limit: Option<String>,
    /// JSON.
    pub quota: Option<String>,
    /// JSON, for M2M clients.
    pub client: Option<String>,
    /// Milliseconds since 1970, as all that follow.
    pub created_at: i64,
    /// When it stops.
    pub expires_at: Option<i64>,
    /// Since when it is switched off.
    pub disabled_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The secret's number in the credential.
    pub number: Option<i64>,
    /// Its verifier.
    pub verifier: Option<Vec<u8>>,
    /// When the secret was issued.
    pub secret_created_at: Option<i64>,
    /// When it was first presented.
    pub first_used_at: Option<i64>,
    /// How long older secrets go on working after that.
    pub overlap_seconds: Option<i64>,
    /// When the roll that made it was taken back.
    pub cancelled_at: Option<i64>,
    /// When somebody ended it.
    pub retired_at: Option<i64>,
}

/// An organisation with all that the verdicts on its credentials depend on.
#[derive(Clone, Debug)]
pub struct OrgContext {
    /// The organisation.
    pub org: Org,
    /// Its APIs and the platform's.
    pub apis: Vec<Api>,
    /// Its members.
    pub members: Vec<(User, Role)>,
    /// Its service accounts.
    pub service_accounts: Vec<ServiceAccount>,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    role: String,
    #[sqlx(flatten)]
    user: UserRow,
}

impl Db {
    /// How many rows [`Db::each_resident`] will hand over, about.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn count_residents(&self) -> Result<u64> {
        let mut conn = self.begin_load().await?;
        // Counting a large table may take longer than a statement of the desk.
        let row: Option<(i64,)> = on!(&mut conn, |c| sqlx::query_as(COUNT_RESIDENTS).fetch_optional(c).await?);
        Ok(row.and_then(|(rows,)| u64::try_from(rows).ok()).unwrap_or(0))
    }

    /// Sends every credential with each of its secrets, the newest first, in chunks of about so many rows. Those of an
    /// organisation come together, and those of a credential in one chunk. Ends early if nobody takes them any more.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn send_residents(self, rows: usize, to: mpsc::Sender<Vec<Resident>>) -> Result<()> {
        let mut conn = self.begin_load().await?;
        let mut chunk: Vec<Resident> = Vec::with_capacity(rows);
        on!(&mut conn, |c| {
            let mut stream = sqlx::query_as::<_, Resident>(RESIDENTS).fetch(c);
            while let Some(row) = stream.try_next().await? {
                let ends = chunk.last().is_some_and(|last| last.id != row.id);
                if ends && chunk.len() >= rows {
                    let full = std::mem::replace(&mut chunk, Vec::with_capacity(rows));
                    if to.send(full).await.is_err() {
                        return Ok(());
                    }
                }
                chunk.push(row);
            }
        });
        let _ = to.send(chunk).await;
        Ok(())
    }

    /// One credential with each of its secrets, the newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn resident(&self, org: OrgId, id: CredentialId) -> Result<Vec<Resident>> {
        let mut conn = self.begin_follow().await?;
        fetch_all!(&mut conn, Resident, RESIDENT, org.to_string(), id.to_string())
    }

    /// An organisation's context; nothing if it is not there.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn org_context(&self, org: OrgId) -> Result<Option<OrgContext>> {
        let mut conn = self.begin_follow().await?;
        let id = org.to_string();
        let Some(row) = fetch_optional!(&mut conn, OrgRow, ORG, id.as_str())? else { return Ok(None) };
        let members = fetch_all!(&mut conn, MemberRow, MEMBERS, id.as_str())?;
        let accounts = fetch_all!(&mut conn, ServiceAccountRow, SERVICE_ACCOUNTS, id.as_str())?;
        Ok(Some(OrgContext {
            org: row.org()?,
            apis: apis::load(&mut conn, org, None).await?,
            members: members
                .iter()
                .map(|row| Ok((row.user.user()?, parse("role", &row.role)?)))
                .collect::<Result<_>>()?,
            service_accounts: accounts.iter().map(ServiceAccountRow::account).collect::<Result<_>>()?,
        }))
    }

    /// The access tokens that were revoked and have not ended at `now`: tenant and name.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn revoked_access_tokens(&self, now: Timestamp) -> Result<Vec<(OrgId, String)>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, (String, String), REVOKED_ACCESS_TOKENS, now.millis())?;
        rows.into_iter().map(|(org, jti)| Ok((parse("organisation id", &org)?, jti))).collect()
    }
}
