//! The reviewed list of reads that happen before a caller is known, and therefore without a permit.
//!
//! Owns: recognising a credential by its verifier and a person by their address or session. Nothing else may read
//! across tenants, and nothing here may list a tenant's rows. Add to this file only what cannot come after
//! authentication, and say here why.
//!
//! [`Db::presented`] recognises a credential. [`Db::password_of`] is for signing in. [`Db::membership`] and
//! [`Db::memberships_of`] turn a session into an actor and offer a switch. [`Db::has_users`] greets the first visitor.

use crate::{
    Db, PasswordHash, Result, StoreError,
    backend::{fetch_all, fetch_optional},
    column::{parse, parse_optional},
    credentials::row::{CredentialRow, fold},
    members::MembershipRow,
    sql::{accounts, credentials::PRESENTED},
    users::UserRow,
};
use domain::{
    EmailAddress, Slug, Timestamp,
    access::Role,
    account::{Membership, Org, User},
    credential::Credential,
    ids::{OrgId, SecretId, UserId},
    secret::Verifier,
};

/// A credential that was recognised by one of its secrets. Whether it is live depends on the time, and what it may
/// do on the role: that is the domain's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The credential with all its secrets.
    pub credential: Credential,
    /// The secret that was presented.
    pub secret: SecretId,
    /// Its organisation.
    pub org: Org,
    /// The person it represents, if it represents one.
    pub user: Option<User>,
    /// That person's role in the organisation now; none if they are no member.
    pub role: Option<Role>,
}

#[derive(sqlx::FromRow)]
struct PresentedRow {
    presented_id: String,
    org_slug: String,
    org_name: String,
    org_created_at: i64,
    user_id: Option<String>,
    user_email: Option<String>,
    user_name: Option<String>,
    user_created_at: Option<i64>,
    role: Option<String>,
    #[sqlx(flatten)]
    credential: CredentialRow,
}

#[derive(sqlx::FromRow)]
struct PasswordRow {
    #[sqlx(flatten)]
    user: UserRow,
    password_hash: String,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    membership: MembershipRow,
}

impl Db {
    /// The credential that one of its secrets recognises, whatever its state; nothing for an unknown verifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn presented(&self, verifier: &Verifier) -> Result<Option<Presented>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, PresentedRow, PRESENTED, verifier.as_bytes().to_vec())?;
        presented(rows)
    }

    /// The person who signs in with this address, and the hash of their password.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn password_of(&self, email: &EmailAddress) -> Result<Option<(User, PasswordHash)>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, PasswordRow, accounts::PASSWORD_OF, email.as_str())?;
        row.map(|row| Ok((row.user.user()?, PasswordHash::new(row.password_hash)))).transpose()
    }

    /// The organisations that a person belongs to, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn memberships_of(&self, user: UserId) -> Result<Vec<Membership>> {
        let mut conn = self.begin_read().await?;
        let rows = fetch_all!(&mut conn, MembershipRow, accounts::MEMBERSHIPS_OF, user.to_string())?;
        rows.iter().map(MembershipRow::membership).collect()
    }

    /// A person as a member of one organisation; nothing if they are none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn membership(&self, user: UserId, org: OrgId) -> Result<Option<(User, Membership)>> {
        let mut conn = self.begin_read().await?;
        let row = fetch_optional!(&mut conn, MemberRow, accounts::MEMBERSHIP, org.to_string(), user.to_string())?;
        row.map(|row| Ok((row.user.user()?, row.membership.membership()?))).transpose()
    }

    /// Whether an organisation has this slug.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_org(&self, slug: &Slug) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        fetch_optional!(&mut conn, (String,), accounts::ORG_OF_SLUG, slug.as_str()).map(|org| org.is_some())
    }

    /// Whether anybody has signed up.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_users(&self) -> Result<bool> {
        let mut conn = self.begin_read().await?;
        fetch_optional!(&mut conn, (String,), accounts::ANY_USER).map(|user| user.is_some())
    }
}

fn presented(rows: Vec<PresentedRow>) -> Result<Option<Presented>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let secret = parse("secret id", &first.presented_id)?;
    let (slug, name) = (parse("slug", &first.org_slug)?, parse("organisation name", &first.org_name)?);
    let created_at = Timestamp::from_millis(first.org_created_at);
    let (user, role) = (first.user()?, parse_optional("role", first.role.as_deref())?);
    let rows: Vec<_> = rows.into_iter().map(|row| row.credential).collect();
    let credential = fold(&rows)?.pop().ok_or(StoreError::Missing)?;
    let org = Org { id: credential.org, slug, name, created_at };
    Ok(Some(Presented { credential, secret, org, user, role }))
}

impl PresentedRow {
    fn user(&self) -> Result<Option<User>> {
        let (Some(id), Some(email), Some(name), Some(created_at)) =
            (&self.user_id, &self.user_email, &self.user_name, self.user_created_at)
        else {
            return Ok(None);
        };
        let row = UserRow { id: id.clone(), email: email.clone(), name: name.clone(), created_at };
        row.user().map(Some)
    }
}
