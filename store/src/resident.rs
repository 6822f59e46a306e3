//! What the memory of the verification path is filled with.
//!
//! Owns: reading it, all at start and one by one after that. It crosses tenants as a presented secret does, and so belongs
//! to the reviewed list of [`crate::lookups`]; what comes of it is verdicts, never a list. Everything is read by
//! several connections at once, each from a snapshot of its own: whoever asks knows a place in the feed from before, and takes
//! in again what was changed since.

mod packed;

pub use self::packed::{Resident, ResidentFacts, ResidentSecret, Residents, Shared};

use crate::{
    Db, Result, apis,
    backend::{Conn, fetch_all, fetch_optional, on},
    column::parse,
    org_authorizations,
    orgs::OrgRow,
    policies,
    roles::RoleColumns,
    service_accounts::ServiceAccountRow,
    sql::org_authorizations::{AUTHORIZED_ELSEWHERE, MEMBERS_ELSEWHERE},
    sql::resident::{
        COUNT_RESIDENTS, IN_GRACE, MEMBERS, ORG, ORG_IDS, PAGE_END, RESIDENT, RESIDENTS, REVOKED_ACCESS_TOKENS,
        SERVICE_ACCOUNTS,
    },
    users::UserRow,
};
use domain::{
    Slug, Timestamp,
    access::MemberRole,
    account::{Org, ServiceAccount, User},
    credential::OrgAuthorization,
    ids::{CredentialId, OrgId, UserId},
    operation::Api,
    policy::Policies,
};
use futures_util::future::try_join_all;
use tokio::sync::{Mutex, mpsc};

/// How many connections read at once when everything is read.
pub(crate) const READERS: u32 = 2;

/// An organisation with all that the verdicts on its credentials depend on.
#[derive(Clone, Debug)]
pub struct OrgContext {
    /// The organisation.
    pub org: Org,
    /// Its members.
    pub members: Vec<(User, MemberRole)>,
    /// What it asks of its credentials.
    pub policies: Policies,
    /// Whoever has left and whose tokens went on when this was read. When that ends is for whoever uses it to see.
    pub departed: Vec<GraceOf>,
    /// Its service accounts.
    pub service_accounts: Vec<ServiceAccount>,
    /// Tokens of other organisations that work here, or are to.
    pub authorizations: Vec<OrgAuthorization>,
}

/// Somebody who has left, and whose tokens go on for now.
#[derive(Clone, Debug)]
pub struct GraceOf {
    /// Who.
    pub user: User,
    /// What they were.
    pub role: MemberRole,
    /// Until when their tokens go on.
    pub ends_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct GraceRow {
    #[sqlx(flatten)]
    role: RoleColumns,
    #[sqlx(flatten)]
    user: UserRow,
    grace_ends_at: i64,
}

impl GraceRow {
    fn grace(&self) -> Result<GraceOf> {
        let ends_at = Timestamp::from_millis(self.grace_ends_at);
        Ok(GraceOf { user: self.user.user()?, role: self.role.role()?, ends_at })
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    role: RoleColumns,
    #[sqlx(flatten)]
    user: UserRow,
}

/// What is still to be read.
struct Pages {
    orgs: std::vec::IntoIter<(String,)>,
    /// The organisation that is being read, and the id after which to go on.
    org: Option<(String, String)>,
    credentials: u32,
}

impl Pages {
    /// The next page: organisation, after which id, and its last id. Whoever reads it looks for its end in the same snapshot.
    async fn next(&mut self, conn: &mut Conn) -> Result<Option<(String, String, String)>> {
        loop {
            if self.org.is_none() {
                self.org = self.orgs.next().map(|(org,)| (org, String::new()));
            }
            let Some((org, after)) = self.org.clone() else { return Ok(None) };
            let end: Option<String> = on!(&mut *conn, |c| {
                let find = sqlx::query_scalar(PAGE_END).bind(&org).bind(&after);
                find.bind(i64::from(self.credentials.max(1)) - 1).fetch_one(c).await?
            });
            self.org = end.clone().map(|end| (org.clone(), end));
            if let Some(end) = end {
                return Ok(Some((org, after, end)));
            }
        }
    }
}

impl Db {
    /// How many secrets [`Db::send_residents`] will send, about, with those credentials that have none.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn count_residents(&self) -> Result<u64> {
        let mut conn = self.begin_load().await?;
        // Counting a large table may take longer than a statement of the desk.
        let row: Option<(i64,)> = on!(&mut conn, |c| sqlx::query_as(COUNT_RESIDENTS).fetch_optional(c).await?);
        Ok(row.and_then(|(rows,)| u64::try_from(rows).ok()).unwrap_or(0))
    }

    /// Sends every credential with each of its secrets, about so many credentials at a time and in no order. Ends early if
    /// nobody takes them any more. One that is added meanwhile may come or not.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn send_residents(self, credentials: u32, to: mpsc::Sender<Residents>) -> Result<()> {
        let mut conn = self.begin_load().await?;
        let orgs: Vec<(String,)> = on!(&mut conn, |c| sqlx::query_as(ORG_IDS).fetch_all(c).await?);
        drop(conn);
        let pages = Mutex::new(Pages { orgs: orgs.into_iter(), org: None, credentials });
        try_join_all((0..READERS).map(|_| self.send_pages(&pages, &to))).await.map(drop)
    }

    async fn send_pages(&self, pages: &Mutex<Pages>, to: &mpsc::Sender<Residents>) -> Result<()> {
        let mut conn = self.begin_load().await?;
        loop {
            let Some((org, after, end)) = pages.lock().await.next(&mut conn).await? else { return Ok(()) };
            let page =
                on!(&mut conn, |c| sqlx::query_as(RESIDENTS).bind(org).bind(after).bind(end).fetch_one(c).await?);
            if to.send(page).await.is_err() {
                return Ok(());
            }
        }
    }

    /// One credential with each of its secrets.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn resident(&self, org: OrgId, id: CredentialId) -> Result<Residents> {
        let mut conn = self.begin_follow().await?;
        let found = fetch_optional!(&mut conn, Residents, RESIDENT, org.to_string(), id.to_string())?;
        Ok(found.unwrap_or_default())
    }

    /// An organisation's context at `now`; nothing if it is not there.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn org_context(&self, org: OrgId, now: Timestamp) -> Result<Option<OrgContext>> {
        let mut conn = self.begin_follow().await?;
        let id = org.to_string();
        let Some(row) = fetch_optional!(&mut conn, OrgRow, ORG, id.as_str())? else { return Ok(None) };
        let members = fetch_all!(&mut conn, MemberRow, MEMBERS, id.as_str())?;
        let departed = fetch_all!(&mut conn, GraceRow, IN_GRACE, id.as_str(), now.millis())?;
        let accounts = fetch_all!(&mut conn, ServiceAccountRow, SERVICE_ACCOUNTS, id.as_str())?;
        Ok(Some(OrgContext {
            org: row.org()?,
            members: members.iter().map(|row| Ok((row.user.user()?, row.role.role()?))).collect::<Result<_>>()?,
            policies: policies::load(&mut conn, org).await?,
            departed: departed.iter().map(GraceRow::grace).collect::<Result<_>>()?,
            authorizations: org_authorizations::load(&mut conn, org).await?,
            service_accounts: accounts.iter().map(ServiceAccountRow::account).collect::<Result<_>>()?,
        }))
    }

    /// What an organisation sees of the catalogue. It is by far the largest part of an organisation and seldom changes, so it
    /// is read by itself.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn resident_apis(&self, org: OrgId) -> Result<Vec<Api>> {
        apis::load(&mut self.begin_follow().await?, org, None).await
    }

    /// The other organisations for which credentials of this one are authorised, for the memory of the verification path.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn authorized_elsewhere(&self, home: OrgId) -> Result<Vec<OrgId>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, (String,), AUTHORIZED_ELSEWHERE, home.to_string())?;
        rows.iter().map(|(org,)| parse("organisation id", org)).collect()
    }

    /// Every organisation of each member who belongs to others too, for the same.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn members_elsewhere(&self, org: OrgId) -> Result<Vec<(UserId, OrgId, Slug)>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, (String, String, String), MEMBERS_ELSEWHERE, org.to_string())?;
        let belongs = |(user, org, slug): &(String, String, String)| {
            Ok((parse("user id", user)?, parse("organisation id", org)?, parse("slug", slug)?))
        };
        rows.iter().map(belongs).collect()
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
