//! The reviewed list of reads that happen before a caller is known, and therefore without a permit.
//!
//! Owns: recognizing a credential by its verifier, and a user by their address or session. Nothing else may read across
//! tenants. Nothing here may list a tenant's rows, except its catalog. Add to this file only reads that can't happen
//! after authentication, and give the reason here:
//! * [`crate::snapshot`] reads the data that recognizes credentials.
//! * [`Db::accounts_of`] is for signing in and signing up.
//! * [`Db::membership`] and [`Db::memberships_of`] turn a session into an actor, and list the
//!   organizations to switch to.
//! * [`Db::apis_of`] is the catalog. Every permit is decided with it, so it is read first.
//! * [`Db::org`] returns the organization of a caller that was just recognized.
//! * [`Db::has_users`] detects the first visitor.
//! * [`Db::org_ids`], [`Db::org_of_slug`] and [`Db::verify_chain_of`] are for the operator at the command line, who
//!   acts in no organization. They report whether a chain is intact, but nothing of its content.
//! * [`Db::platform_org`] decides who is an operator.
//! * [`Db::invitation_of_link`] is for people who received a link and are not members yet. Only the holder of the
//!   link's key sees the result.
//! * [`Db::is_invited`] decides whether a person may sign up at all. It returns yes or no.
//! * [`Db::due_notices`], [`Db::idle_credentials`], [`Db::idle_elsewhere`] and [`Db::due_mail`] tell jobs in which
//!   organizations they have work. They return only ids; the work needs a permit in each organization.

use crate::{
    Account, ChainVerdict, Db, PasswordHash, Result, apis, audit_log,
    backend::{fetch_all, fetch_optional},
    column::{parse, parse_optional},
    invitations::InvitationRow,
    members::MembershipRow,
    orgs::OrgRow,
    outbox::MailOf,
    sql::{
        accounts::has_address, accounts::invitation, catalog::api_scopes, inventory::used_or_issued, roles::join_role,
        roles::role_of, statements,
    },
    users::UserRow,
};
use domain::{
    EmailAddress, Slug, Timestamp,
    account::{Invitation, Membership, Org, User},
    ids::{CredentialId, InvitationId, OrgId, UserId},
    operation::Api,
    scope::ScopeSet,
};

/// A user as a member of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub user: User,
    pub membership: Membership,
    /// The scopes that all APIs visible to the organization define.
    pub api_scopes: ScopeSet,
}

/// A credential that a job has to process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobOn {
    /// The organization in which the job acts.
    pub org: OrgId,
    pub credential: CredentialId,
}

impl JobOn {
    fn read((org, id): &(String, String)) -> Result<Self> {
        Ok(Self { org: parse("organization id", org)?, credential: parse("credential id", id)? })
    }
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    #[sqlx(flatten)]
    user: UserRow,
    password_hash: String,
    proved_at: Option<i64>,
}

impl AccountRow {
    fn account(self) -> Result<Account> {
        let is_proved = self.proved_at.is_some();
        Ok(Account { user: self.user.user()?, password: PasswordHash::new(self.password_hash), is_proved })
    }
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    membership: MembershipRow,
    api_scopes: Option<String>,
}

impl Db {
    /// Returns whether any organization has an open invitation for this address.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn is_invited(&self, email: &EmailAddress, now: Timestamp) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, (i64,), IS_INVITED, email.as_str(), now.millis())?;
        Ok(row.is_some_and(|(count,)| count > 0))
    }

    /// Returns the invitation that a link names, in any organization.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn invitation_of_link(&self, id: InvitationId) -> Result<Option<Invitation>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, InvitationRow, INVITATION_OF_LINK, id.to_string())?;
        row.map(|row| row.invitation()).transpose()
    }

    /// Returns at most `limit` accounts with this address: the one that has verified it, or else all, oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn accounts_of(&self, email: &EmailAddress, limit: u32) -> Result<Vec<Account>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, AccountRow, ACCOUNTS_OF, email.as_str(), i64::from(limit))?;
        rows.into_iter().map(AccountRow::account).collect()
    }

    /// Returns the memberships of a user; the oldest organization comes first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn memberships_of(&self, user: UserId) -> Result<Vec<Membership>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, MembershipRow, MEMBERSHIPS_OF, user.to_string())?;
        rows.iter().map(MembershipRow::membership).collect()
    }

    /// Returns a user as a member of one organization, or `None` if the user is not a member.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn membership(&self, user: UserId, org: OrgId) -> Result<Option<Member>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, MemberRow, MEMBERSHIP, org.to_string(), user.to_string())?;
        let member = |row: MemberRow| {
            let api_scopes = parse_optional("API scopes", row.api_scopes.as_deref())?.unwrap_or_default();
            Ok(Member { user: row.user.user()?, membership: row.membership.membership()?, api_scopes })
        };
        row.map(member).transpose()
    }

    /// Returns the organization with this id.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn org(&self, id: OrgId) -> Result<Option<Org>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, OrgRow, ORG, id.to_string())?;
        row.map(|row| row.org()).transpose()
    }

    /// Returns the id of the organization with this slug.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn org_of_slug(&self, slug: &Slug) -> Result<Option<OrgId>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, (String,), ORG_OF_SLUG, slug.as_str())?;
        row.map(|(id,)| parse("organization id", &id)).transpose()
    }

    /// Returns whether anyone has signed up.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn has_users(&self) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        fetch_optional!(&mut conn, (String,), ANY_USER).map(|user| user.is_some())
    }

    /// Returns the APIs that an organization sees, with all their operations. The platform's APIs come first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn apis_of(&self, org: OrgId) -> Result<Vec<Api>> {
        apis::load(&mut self.begin_read().await?, org, None).await
    }

    /// Returns the ids of all organizations, oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn org_ids(&self) -> Result<Vec<OrgId>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String,), ORG_IDS)?;
        rows.iter().map(|(id,)| parse("organization id", id)).collect()
    }

    /// Returns at most `limit` credentials whose next notice is due at `now`, the longest overdue first. Revoked
    /// credentials are left out.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn due_notices(&self, now: Timestamp, limit: u32) -> Result<Vec<JobOn>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), DUE_NOTICES, now.millis(), i64::from(limit))?;
        rows.iter().map(JobOn::read).collect()
    }

    /// Returns at most `limit` credentials that were unused for longer than a policy allows.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn idle_credentials(&self, now: Timestamp, limit: u32) -> Result<Vec<JobOn>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), IDLE, now.millis(), i64::from(limit))?;
        rows.iter().map(JobOn::read).collect()
    }

    /// Returns at most `limit` tokens with an organization authorization that were unused for longer than a policy
    /// allows. The policy is that of the organization in which the token is used, which is also the one returned.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn idle_elsewhere(&self, now: Timestamp, limit: u32) -> Result<Vec<JobOn>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), IDLE_ELSEWHERE, now.millis(), i64::from(limit))?;
        rows.iter().map(JobOn::read).collect()
    }

    /// Returns at most `limit` mails that are due at `now`, the longest overdue first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn due_mail(&self, now: Timestamp, limit: u32) -> Result<Vec<MailOf>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), DUE_MAIL, now.millis(), i64::from(limit))?;
        let due = |(org, id): &(String, String)| {
            Ok(MailOf { org: parse("organization id", org)?, mail: parse("mail id", id)? })
        };
        rows.iter().map(due).collect()
    }

    /// Recomputes an organization's audit chain from its first event to its head.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available. A broken chain is a result, not an error.
    pub async fn verify_chain_of(&self, org: OrgId) -> Result<ChainVerdict> {
        audit_log::verify(&mut self.begin_read().await?, self.audit_keys(), org).await
    }
}

statements! {
    /// The account that has verified the address, or else all accounts with it, oldest first.
    ACCOUNTS_OF = concat!("SELECT u.id, u.email, u.name, u.created_at, u.password_hash, u.proved_at FROM users u
        WHERE u.email = $1 AND ", has_address!(), " ORDER BY u.id LIMIT $2");

    /// Oldest organization first.
    MEMBERSHIPS_OF = concat!("SELECT m.user_id, ", role_of!("m"), ", o.id AS org_id, o.slug AS org_slug, o.name AS org_name,
            o.created_at AS org_created_at
        FROM memberships m JOIN orgs o ON o.id = m.org_id ", join_role!("m"), "
        WHERE m.user_id = $1
        ORDER BY o.id");

    MEMBERSHIP = concat!("SELECT u.id, u.email, u.name, u.created_at, m.user_id, ", role_of!("m"), ", o.id AS org_id,
            o.slug AS org_slug, o.name AS org_name, o.created_at AS org_created_at, ", api_scopes!("o.id"), " AS api_scopes
        FROM memberships m JOIN orgs o ON o.id = m.org_id JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND m.user_id = $2");

    INVITATION_OF_LINK = concat!(invitation!(), "WHERE i.id = $1");

    IS_INVITED = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM invitations
        WHERE email = $1 AND ended_at IS NULL AND expires_at > $2 LIMIT 1) AS counted";

    ORG_IDS = "SELECT id FROM orgs ORDER BY id";

    ORG_OF_SLUG = "SELECT id FROM orgs WHERE slug = $1";

    ORG = "SELECT id AS org_id, slug AS org_slug, name AS org_name, created_at AS org_created_at FROM orgs WHERE id = $1";

    ANY_USER = "SELECT id FROM users LIMIT 1";

    /// Across tenants, longest overdue first.
    DUE_NOTICES = "SELECT org_id, id FROM credentials
        WHERE notice_due_at <= $1 AND revoked_at IS NULL
        ORDER BY notice_due_at LIMIT $2";

    /// Across tenants: credentials that were unused for as long as the policy enforced at $1 allows. Revoked, disabled,
    /// pending and expired credentials are left out, as are those with a policy exception.
    IDLE = concat!("SELECT f.org_id, f.id FROM policies p JOIN credentials f ON f.org_id = p.org_id AND f.kind = p.kind
        WHERE p.max_idle_days IS NOT NULL AND p.enforced_at <= $1
            AND NOT EXISTS (SELECT 1 FROM policies q WHERE q.org_id = p.org_id AND q.kind = p.kind
                AND q.enforced_at > p.enforced_at AND q.enforced_at <= $1)
            AND f.revoked_at IS NULL AND f.disabled_at IS NULL AND f.pending_since IS NULL
            AND (f.expires_at IS NULL OR f.expires_at > $1)
            AND ", used_or_issued!(), " <= $1 - 86400000 * p.max_idle_days
            AND (f.enabled_at IS NULL OR f.enabled_at <= $1 - 86400000 * p.max_idle_days)
            AND NOT EXISTS (SELECT 1 FROM policy_exceptions e
                WHERE e.org_id = f.org_id AND e.credential_id = f.id AND e.ends_at > $1)
        ORDER BY f.id LIMIT $2");

    /// Across tenants: tokens that were not used, authorized or approved for as long as the policy enforced at $1
    /// allows. The policy is that of the organization in which the token is used. Revoked tokens and pending
    /// authorizations are left out.
    IDLE_ELSEWHERE = "SELECT a.org_id, a.credential_id
        FROM policies p JOIN org_authorizations a ON a.org_id = p.org_id
            JOIN credentials c ON c.org_id = a.home_id AND c.id = a.credential_id AND c.kind = p.kind
        WHERE p.max_idle_days IS NOT NULL AND p.enforced_at <= $1
            AND NOT EXISTS (SELECT 1 FROM policies q WHERE q.org_id = p.org_id AND q.kind = p.kind
                AND q.enforced_at > p.enforced_at AND q.enforced_at <= $1)
            AND c.revoked_at IS NULL AND a.pending_since IS NULL
            AND a.authorized_at <= $1 - 86400000 * p.max_idle_days
            AND (a.decided_at IS NULL OR a.decided_at <= $1 - 86400000 * p.max_idle_days)
            AND NOT EXISTS (SELECT 1 FROM secrets s WHERE s.org_id = a.home_id AND s.credential_id = a.credential_id
                AND s.last_used_at > $1 - 86400000 * p.max_idle_days)
        ORDER BY a.credential_id, a.org_id LIMIT $2";

    DUE_MAIL = "SELECT org_id, id FROM outbox WHERE next_at <= $1 ORDER BY next_at LIMIT $2";
}
