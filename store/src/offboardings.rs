//! Former members, and the grace period of their tokens.
//!
//! Owns: the rows of `offboardings`, and the length of the grace period that an organization sets. The `domain`
//! crate decides their effect.

use crate::{
    ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    roles::{RoleColumns, columns},
    sql::{inventory::is_abandoned, roles::join_role, roles::role_of, statements},
    tx::changed_one,
};
use domain::{
    Name, Timestamp,
    access::Offboarding,
    credential::Owner,
    ids::{CredentialId, UserId},
};

/// A former member, with their current name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOffboarding {
    /// The date of leaving, and the end of the grace period.
    pub offboarding: Offboarding,
    pub name: Name,
}

#[derive(sqlx::FromRow)]
struct OffboardingRow {
    user_id: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    left_at: i64,
    grace_ends_at: i64,
    name: String,
}

impl OffboardingRow {
    fn offboarded(&self) -> Result<NamedOffboarding> {
        let offboarding = Offboarding {
            user: parse("user id", &self.user_id)?,
            role: self.role.role()?,
            left_at: Timestamp::from_millis(self.left_at),
            grace_ends_at: Timestamp::from_millis(self.grace_ends_at),
        };
        Ok(NamedOffboarding { offboarding, name: parse("user name", &self.name)? })
    }
}

impl ReadTx {
    /// Returns the length of the grace period for tokens of members who leave, in days.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization does not exist.
    pub async fn grace_period_days(&mut self) -> Result<i64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), GRACE_DAYS, org)?;
        row.map(|(days,)| days).ok_or(StoreError::Missing)
    }

    /// Returns the offboarding of a former member. Returns `None` for members, and for users who left before
    /// offboardings were recorded.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn offboarding(&mut self, user: UserId) -> Result<Option<NamedOffboarding>> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, OffboardingRow, OFFBOARDING, org, user.to_string())?;
        row.map(|row| row.offboarded()).transpose()
    }

    /// Returns up to 1,000 former members; the most recent offboarding comes first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn offboardings(&mut self) -> Result<Vec<NamedOffboarding>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, OffboardingRow, OFFBOARDINGS, org)?;
        rows.iter().map(OffboardingRow::offboarded).collect()
    }

    /// Returns the number of calls since `from` with each token whose owner has left. `from` is the start of an hour.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn calls_of_abandoned(&mut self, from: Timestamp) -> Result<Vec<(CredentialId, u64)>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, (String, i64), CALLS_OF_ABANDONED, org, from.millis())?;
        let calls = |(id, calls): &(String, i64)| Ok((parse("credential id", id)?, u64::try_from(*calls).unwrap_or(0)));
        rows.iter().map(calls).collect()
    }
}

impl WriteTx {
    /// Sets the length of the grace period for members who leave from now on, in days.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization does not exist.
    pub async fn set_grace_period_days(&mut self, days: i64) -> Result<()> {
        let org = self.org();
        changed_one(execute!(&mut self.conn, SET_GRACE_DAYS, org, days)?)
    }

    /// Records that a member has left, in the transaction that ends their membership.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit does not reach the user.
    pub async fn insert_offboarding(&mut self, offboarding: &Offboarding) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(offboarding.user))?;
        let (org, user) = (self.org(), offboarding.user.to_string());
        let (role, role_id) = columns(&offboarding.role);
        // A member has no such row, unless the membership was created without the use cases.
        execute!(&mut self.conn, DELETE_OFFBOARDING, org.as_str(), user.as_str())?;
        execute!(
            &mut self.conn,
            INSERT_OFFBOARDING,
            org,
            user,
            role,
            offboarding.left_at.millis(),
            offboarding.grace_ends_at.millis(),
            role_id,
        )
        .map(|_| ())
    }

    /// Deletes the offboarding of a former member, in the transaction that makes them a member again.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit does not reach the user.
    pub async fn delete_offboarding(&mut self, user: UserId) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        execute!(&mut self.conn, DELETE_OFFBOARDING, org, user.to_string()).map(|_| ())
    }

    /// Changes the end of a former member's grace period.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the user has not left, or the permit does not reach the user.
    pub async fn update_grace(&mut self, user: UserId, ends_at: Timestamp) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        changed_one(execute!(&mut self.conn, UPDATE_GRACE, org, user.to_string(), ends_at.millis())?)
    }
}

statements! {
    GRACE_DAYS = "SELECT grace_period_days FROM orgs WHERE id = $1";

    SET_GRACE_DAYS = "UPDATE orgs SET grace_period_days = $2 WHERE id = $1";

    INSERT_OFFBOARDING = "INSERT INTO offboardings (org_id, user_id, role, left_at, grace_ends_at, role_id)
        VALUES ($1, $2, $3, $4, $5, $6)";

    DELETE_OFFBOARDING = "DELETE FROM offboardings WHERE org_id = $1 AND user_id = $2";

    UPDATE_GRACE = "UPDATE offboardings SET grace_ends_at = $3 WHERE org_id = $1 AND user_id = $2";

    OFFBOARDING = concat!("SELECT d.user_id, ", role_of!("d"), ", d.left_at, d.grace_ends_at, u.name
        FROM offboardings d JOIN users u ON u.id = d.user_id ", join_role!("d"), "
        WHERE d.org_id = $1 AND d.user_id = $2");

    /// The most recent offboarding comes first.
    OFFBOARDINGS = concat!("SELECT d.user_id, ", role_of!("d"), ", d.left_at, d.grace_ends_at, u.name
        FROM offboardings d JOIN users u ON u.id = d.user_id ", join_role!("d"), "
        WHERE d.org_id = $1 ORDER BY d.left_at DESC, d.user_id DESC LIMIT 1000");

    /// Number of calls since $2 with each token whose owner has left.
    CALLS_OF_ABANDONED = concat!("SELECT f.id, CAST(SUM(u.count) AS BIGINT) AS calls
        FROM credentials f JOIN usage_hours u ON u.org_id = f.org_id AND u.credential_id = f.id
        WHERE f.org_id = $1 AND u.hour >= $2 AND ", is_abandoned!(), " GROUP BY f.id");
}
