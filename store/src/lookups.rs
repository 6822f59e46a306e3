//! The reviewed list of reads that happen before a caller is known, and therefore without a permit.
//!
//! Owns: recognising a credential by its verifier and a person by their address or session. Nothing else may read
//! across tenants, and nothing here may list a tenant's rows but its catalogue. Add to this file only what cannot come
//! after authentication, and say here why.
//!
//! What recognises credentials is read in [`crate::resident`]. [`Db::accounts_of`] is for signing in and up. [`Db::membership`] and
//! [`Db::memberships_of`] turn a session into an actor and offer a switch. [`Db::apis_of`] is the catalogue by which
//! every permit is decided, and so comes before it. [`Db::org`] names the organisation of a caller just recognised.
//! [`Db::has_users`] greets the first visitor. [`Db::org_ids`], [`Db::org_of_slug`] and [`Db::verify_chain_of`] are for the
//! operator at the command line, who acts in no organisation; they tell that a chain is whole, and nothing of what is in it.
//! [`Db::platform_org`] decides who is an operator. [`Db::invitation_of_link`] is for whoever was sent a link and is no member yet; what it answers is shown to whoever has the
//! link's key alone.
//! [`Db::is_invited`] decides whether somebody may sign up at all, and answers yes or no.
//! [`Db::due_notices`], [`Db::idle_credentials`], [`Db::idle_elsewhere`] and [`Db::due_mail`] tell jobs in which organisations they
//! have work; they answer ids, and the work needs a permit in each.

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

/// A person as a member of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub user: User,
    /// Where they belong, and as what.
    pub membership: Membership,
    /// What the APIs that the organisation sees define.
    pub api_scopes: ScopeSet,
}

/// A credential with which a job has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobOn {
    /// Its organisation.
    pub org: OrgId,
    /// The credential.
    pub credential: CredentialId,
}

impl JobOn {
    fn read((org, id): &(String, String)) -> Result<Self> {
        Ok(Self { org: parse("organisation id", org)?, credential: parse("credential id", id)? })
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
    /// Whether an invitation of this address is open, in whichever organization.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn is_invited(&self, email: &EmailAddress, now: Timestamp) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, (i64,), accounts::IS_INVITED, email.as_str(), now.millis())?;
        Ok(row.is_some_and(|(count,)| count > 0))
    }

    /// The invitation that a link names, in whichever organisation.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn invitation_of_link(&self, id: InvitationId) -> Result<Option<Invitation>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, InvitationRow, accounts::INVITATION_OF_LINK, id.to_string())?;
        row.map(|row| row.invitation()).transpose()
    }

    /// The accounts that have this address, at most `limit`: the one that has proved it, else all, the oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn accounts_of(&self, email: &EmailAddress, limit: u32) -> Result<Vec<Account>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, AccountRow, accounts::ACCOUNTS_OF, email.as_str(), i64::from(limit))?;
        rows.into_iter().map(AccountRow::account).collect()
    }

    /// The organisations that a person belongs to, the oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn memberships_of(&self, user: UserId) -> Result<Vec<Membership>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, MembershipRow, accounts::MEMBERSHIPS_OF, user.to_string())?;
        rows.iter().map(MembershipRow::membership).collect()
    }

    /// A person as a member of one organisation; nothing if they are none.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn membership(&self, user: UserId, org: OrgId) -> Result<Option<Member>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, MemberRow, accounts::MEMBERSHIP, org.to_string(), user.to_string())?;
        let member = |row: MemberRow| {
            let api_scopes = parse_optional("API scopes", row.api_scopes.as_deref())?.unwrap_or_default();
            Ok(Member { user: row.user.user()?, membership: row.membership.membership()?, api_scopes })
        };
        row.map(member).transpose()
    }

    /// The organisation of this id.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn org(&self, id: OrgId) -> Result<Option<Org>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, OrgRow, accounts::ORG, id.to_string())?;
        row.map(|row| row.org()).transpose()
    }

    /// The organisation that has this slug.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn org_of_slug(&self, slug: &Slug) -> Result<Option<OrgId>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, (String,), accounts::ORG_OF_SLUG, slug.as_str())?;
        row.map(|(id,)| parse("organisation id", &id)).transpose()
    }

    /// Whether anybody has signed up.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn has_users(&self) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        fetch_optional!(&mut conn, (String,), accounts::ANY_USER).map(|user| user.is_some())
    }

    /// The APIs that an organisation sees with all their operations: its own and the platform's, the platform's first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn apis_of(&self, org: OrgId) -> Result<Vec<Api>> {
        apis::load(&mut self.begin_read().await?, org, None).await
    }

    /// Every organisation, the oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn org_ids(&self) -> Result<Vec<OrgId>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String,), accounts::ORG_IDS)?;
        rows.iter().map(|(id,)| parse("organisation id", id)).collect()
    }

    /// Credentials whose next notice was due by `now`, at most `limit`, the longest overdue first; no revoked ones.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn due_notices(&self, now: Timestamp, limit: u32) -> Result<Vec<JobOn>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), DUE_NOTICES, now.millis(), i64::from(limit))?;
        rows.iter().map(JobOn::read).collect()
    }

    /// Credentials that were not used for as long as a policy allows.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn idle_credentials(&self, now: Timestamp, limit: u32) -> Result<Vec<JobOn>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), IDLE, now.millis(), i64::from(limit))?;
        rows.iter().map(JobOn::read).collect()
    }

    /// Tokens that work in an organisation beside their home, which that organisation is named for here, and were not used for
    /// as long as its policy allows.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn idle_elsewhere(&self, now: Timestamp, limit: u32) -> Result<Vec<JobOn>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), IDLE_ELSEWHERE, now.millis(), i64::from(limit))?;
        rows.iter().map(JobOn::read).collect()
    }

    /// Mail that was to be sent by `now`, at most `limit`, the longest overdue first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn due_mail(&self, now: Timestamp, limit: u32) -> Result<Vec<MailOf>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, (String, String), DUE_MAIL, now.millis(), i64::from(limit))?;
        let due = |(org, id): &(String, String)| {
            Ok(MailOf { org: parse("organisation id", org)?, mail: parse("mail id", id)? })
        };
        rows.iter().map(due).collect()
    }

    /// Recomputes an organisation's audit chain from its first event to its head.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`]. A broken chain is an answer, not an error.
    pub async fn verify_chain_of(&self, org: OrgId) -> Result<ChainVerdict> {
        audit_log::verify(&mut self.begin_read().await?, self.audit_keys(), org).await
    }
}
