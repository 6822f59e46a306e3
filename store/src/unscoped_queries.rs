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
    sql::{accounts, credentials::DUE_NOTICES, inventory::IDLE, org_authorizations::IDLE_ELSEWHERE, outbox::DUE_MAIL},
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
        let row = fetch_optional!(&mut conn, (i64,), accounts::IS_INVITED, email.as_str(), now.millis())?;
        Ok(row.is_some_and(|(count,)| count > 0))
    }

    /// Returns the invitation that a link names, in any organization.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn invitation_of_link(&self, id: InvitationId) -> Result<Option<Invitation>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, InvitationRow, accounts::INVITATION_OF_LINK, id.to_string())?;
        row.map(|row| row.invitation()).transpose()
    }

    /// Returns at most `limit` accounts with this address: the one that has verified it, or else all, oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn accounts_of(&self, email: &EmailAddress, limit: u32) -> Result<Vec<Account>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, AccountRow, accounts::ACCOUNTS_OF, email.as_str(), i64::from(limit))?;
        rows.into_iter().map(AccountRow::account).collect()
    }

    /// Returns the memberships of a user; the oldest organization comes first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn memberships_of(&self, user: UserId) -> Result<Vec<Membership>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, MembershipRow, accounts::MEMBERSHIPS_OF, user.to_string())?;
        rows.iter().map(MembershipRow::membership).collect()
    }

    /// Returns a user as a member of one organization, or `None` if the user is not a member.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn membership(&self, user: UserId, org: OrgId) -> Result<Option<Member>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, MemberRow, accounts::MEMBERSHIP, org.to_string(), user.to_string())?;
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
        let row = fetch_optional!(&mut conn, OrgRow, accounts::ORG, id.to_string())?;
        row.map(|row| row.org()).transpose()
    }

    /// Returns the id of the organization with this slug.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn org_of_slug(&self, slug: &Slug) -> Result<Option<OrgId>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, (String,), accounts::ORG_OF_SLUG, slug.as_str())?;
        row.map(|(id,)| parse("organization id", &id)).transpose()
    }

    /// Returns whether anyone has signed up.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn has_users(&self) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        fetch_optional!(&mut conn, (String,), accounts::ANY_USER).map(|user| user.is_some())
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
        let rows = fetch_all!(&mut conn, (String,), accounts::ORG_IDS)?;
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
