//! Reads the data of the verifier's snapshot.
//!
//! Owns: reading everything at startup, and single items after that. These reads cross tenants, because only a
//! presented secret tells whose it is. They belong to the reviewed list in [`crate::unscoped_queries`], and lead to verdicts,
//! never to a list. Several connections read at once, each in its own transaction. Callers must note a feed position
//! first, and then read again what changed after it.

mod packed;

pub use self::packed::{CredentialFields, CredentialRow, PackedCredentials, SecretFields, SharedFields};

use crate::{
    Db, Result, apis,
    backend::{Conn, fetch_all, fetch_optional, on},
    column::parse,
    org_authorizations,
    orgs::OrgRow,
    policies,
    roles::RoleColumns,
    service_accounts::ServiceAccountRow,
    sql::{credentials::join_secrets, roles::join_role, roles::role_of, statements},
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

/// Number of connections that read at once when everything is loaded.
pub(crate) const READERS: u32 = 2;

/// An organization with everything that the verdicts on its credentials depend on.
#[derive(Clone, Debug)]
pub struct OrgContext {
    pub org: Org,
    pub members: Vec<(User, MemberRole)>,
    pub policies: Policies,
    /// Former members in their grace period at the time of reading. Callers must check when the grace period ends.
    pub offboarded: Vec<GraceOf>,
    pub service_accounts: Vec<ServiceAccount>,
    /// Organization authorizations of tokens from other organizations, whatever their state.
    pub authorizations: Vec<OrgAuthorization>,
}

/// A former member in the grace period.
#[derive(Clone, Debug)]
pub struct GraceOf {
    pub user: User,
    /// The role that the member had.
    pub role: MemberRole,
    /// End of the grace period.
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

/// The pages still to be read.
struct Pages {
    orgs: std::vec::IntoIter<(String,)>,
    /// The organization that is being read, and the id after which to continue.
    org: Option<(String, String)>,
    credentials: u32,
}

impl Pages {
    /// Returns the next page: the organization, the id before it, and its last id. A reader finds the end of a page and
    /// reads the page in the same transaction.
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
    /// Returns the approximate number of rows that [`Db::send_credentials`] will send: secrets, and
    /// credentials without a secret.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn count_secrets(&self) -> Result<u64> {
        let mut conn = self.begin_load().await?;
        // Counting a large table may take longer than the usual time limit of a statement.
        let row: Option<(i64,)> = on!(&mut conn, |c| sqlx::query_as(COUNT_SECRETS).fetch_optional(c).await?);
        Ok(row.and_then(|(rows,)| u64::try_from(rows).ok()).unwrap_or(0))
    }

    /// Sends every credential with each of its secrets, about `credentials` at a time and in no order. Stops early if
    /// the receiver is dropped. A credential that is added in the meantime may or may not be included.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn send_credentials(self, credentials: u32, to: mpsc::Sender<PackedCredentials>) -> Result<()> {
        let mut conn = self.begin_load().await?;
        let orgs: Vec<(String,)> = on!(&mut conn, |c| sqlx::query_as(ORG_IDS).fetch_all(c).await?);
        drop(conn);
        let pages = Mutex::new(Pages { orgs: orgs.into_iter(), org: None, credentials });
        try_join_all((0..READERS).map(|_| self.send_pages(&pages, &to))).await.map(drop)
    }

    async fn send_pages(&self, pages: &Mutex<Pages>, to: &mpsc::Sender<PackedCredentials>) -> Result<()> {
        let mut conn = self.begin_load().await?;
        loop {
            let Some((org, after, end)) = pages.lock().await.next(&mut conn).await? else { return Ok(()) };
            let page =
                on!(&mut conn, |c| sqlx::query_as(PACKED_PAGE).bind(org).bind(after).bind(end).fetch_one(c).await?);
            if to.send(page).await.is_err() {
                return Ok(());
            }
        }
    }

    /// Returns one credential with each of its secrets.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn packed_credential(&self, org: OrgId, id: CredentialId) -> Result<PackedCredentials> {
        let mut conn = self.begin_follow().await?;
        let found = fetch_optional!(&mut conn, PackedCredentials, PACKED_ONE, org.to_string(), id.to_string())?;
        Ok(found.unwrap_or_default())
    }

    /// Returns the context of an organization at `now`, or `None` if it does not exist.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn org_context(&self, org: OrgId, now: Timestamp) -> Result<Option<OrgContext>> {
        let mut conn = self.begin_follow().await?;
        let id = org.to_string();
        let Some(row) = fetch_optional!(&mut conn, OrgRow, ORG, id.as_str())? else { return Ok(None) };
        let members = fetch_all!(&mut conn, MemberRow, MEMBERS, id.as_str())?;
        let offboarded = fetch_all!(&mut conn, GraceRow, IN_GRACE, id.as_str(), now.millis())?;
        let accounts = fetch_all!(&mut conn, ServiceAccountRow, SERVICE_ACCOUNTS, id.as_str())?;
        Ok(Some(OrgContext {
            org: row.org()?,
            members: members.iter().map(|row| Ok((row.user.user()?, row.role.role()?))).collect::<Result<_>>()?,
            policies: policies::load(&mut conn, org).await?,
            offboarded: offboarded.iter().map(GraceRow::grace).collect::<Result<_>>()?,
            authorizations: org_authorizations::load(&mut conn, org).await?,
            service_accounts: accounts.iter().map(ServiceAccountRow::account).collect::<Result<_>>()?,
        }))
    }

    /// Returns the catalog that an organization sees. It is by far the largest part of an organization and seldom
    /// changes, so it is read separately.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn snapshot_apis(&self, org: OrgId) -> Result<Vec<Api>> {
        apis::load(&mut self.begin_follow().await?, org, None).await
    }

    /// Returns the organizations in which tokens of `home` have an organization authorization.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn authorized_elsewhere(&self, home: OrgId) -> Result<Vec<OrgId>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, (String,), AUTHORIZED_ELSEWHERE, home.to_string())?;
        rows.iter().map(|(org,)| parse("organization id", org)).collect()
    }

    /// Returns all organizations of each member who also belongs to other organizations.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn members_elsewhere(&self, org: OrgId) -> Result<Vec<(UserId, OrgId, Slug)>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, (String, String, String), MEMBERS_ELSEWHERE, org.to_string())?;
        let belongs = |(user, org, slug): &(String, String, String)| {
            Ok((parse("user id", user)?, parse("organization id", org)?, parse("slug", slug)?))
        };
        rows.iter().map(belongs).collect()
    }

    /// Returns the organization and `jti` of each revoked access token that has not expired at `now`.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn revoked_access_tokens(&self, now: Timestamp) -> Result<Vec<(OrgId, String)>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, (String, String), REVOKED_ACCESS_TOKENS, now.millis())?;
        rows.into_iter().map(|(org, jti)| Ok((parse("organization id", &org)?, jti))).collect()
    }
}

// Transferring a row costs several times as much as reading it, so one row holds many credentials. It has their fields
// as one text, and the verifiers of their secrets, 32 bytes each, in the same order. [`PackedCredentials`] unpacks them.

/// NULL becomes an empty text. Fields that users write come after all fields that tell one row from the next.
macro_rules! packed_credentials {
    () => {
        concat!(
            "SELECT string_agg(format('%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s",
            "\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s',
                c.id, s.number, s.created_at, s.first_used_at, s.overlap_seconds, s.cancelled_at, s.retired_at, c.env,
                c.expires_at, c.disabled_at, c.revoked_at, c.pending_since, c.name, c.org_id, c.owner_type, c.owner_id, c.scopes,
                c.resources, c.networks, c.rate_limit, c.quota, c.client), '\u{1e}') AS fields, string_agg(s.verifier, '') AS verifiers
            FROM credentials c", join_secrets!())
    };
}

statements! {
    /// The other organizations in which tokens of this organization work.
    AUTHORIZED_ELSEWHERE = "SELECT DISTINCT a.org_id FROM org_authorizations a
        WHERE a.home_id = $1 AND EXISTS (SELECT 1 FROM credentials c WHERE c.org_id = $1 AND c.id = a.credential_id)";

    /// All organizations of each member who also belongs to other organizations.
    MEMBERS_ELSEWHERE = "SELECT n.user_id, n.org_id, o.slug
        FROM memberships m JOIN memberships n ON n.user_id = m.user_id JOIN orgs o ON o.id = n.org_id
        WHERE m.org_id = $1 AND EXISTS (SELECT 1 FROM memberships e WHERE e.user_id = m.user_id AND e.org_id <> m.org_id)
        ORDER BY n.user_id";

    /// Number of credentials, plus every secret but the first of each.
    COUNT_SECRETS = "SELECT (SELECT COUNT(*) FROM credentials) + (SELECT COUNT(*) FROM secrets WHERE number > 1)";

    ORG_IDS = "SELECT id FROM orgs ORDER BY id";

    /// The id of the credential $3 places after the first one past $2, or the last id of the organization. NULL
    /// after the last credential.
    PAGE_END = "SELECT COALESCE(
            (SELECT id FROM credentials WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3),
            (SELECT MAX(id) FROM credentials WHERE org_id = $1 AND id > $2))";

    PACKED_PAGE = concat!(packed_credentials!(), "WHERE c.org_id = $1 AND c.id > $2 AND c.id <= $3");

    PACKED_ONE = concat!(packed_credentials!(), "WHERE c.org_id = $1 AND c.id = $2");

    ORG = "SELECT id AS org_id, slug AS org_slug, name AS org_name, created_at AS org_created_at FROM orgs WHERE id = $1";

    MEMBERS = concat!("SELECT ", role_of!("m"), ", u.id, u.email, u.name, u.created_at
        FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), " WHERE m.org_id = $1");

    /// Former members in their grace period.
    IN_GRACE = concat!("SELECT ", role_of!("d"), ", u.id, u.email, u.name, u.created_at, d.grace_ends_at
        FROM offboardings d JOIN users u ON u.id = d.user_id ", join_role!("d"), "
        WHERE d.org_id = $1 AND d.grace_ends_at > $2");

    SERVICE_ACCOUNTS = "SELECT id, org_id, name, description, role, created_at FROM service_accounts WHERE org_id = $1";

    REVOKED_ACCESS_TOKENS = "SELECT org_id, jti FROM revoked_access_tokens WHERE expires_at > $1";
}
