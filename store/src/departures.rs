//! Former members, and the grace period of their tokens.
//!
//! Owns: the rows of `departures`, and the length of the grace period that an organization sets. The `domain`
//! crate decides their effect.

use crate::{
    ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    roles::{RoleColumns, columns},
    sql::departures::{
        CALLS_OF_ABANDONED, DELETE_DEPARTURE, DEPARTURE, DEPARTURES, GRACE_DAYS, INSERT_DEPARTURE, SET_GRACE_DAYS,
        UPDATE_GRACE,
    },
    tx::changed_one,
};
use domain::{
    Name, Timestamp,
    access::Departure,
    credential::Owner,
    ids::{CredentialId, UserId},
};

/// A former member, with their current name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departed {
    /// The date of leaving, and the end of the grace period.
    pub departure: Departure,
    pub name: Name,
}

#[derive(sqlx::FromRow)]
struct DepartureRow {
    user_id: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    left_at: i64,
    grace_ends_at: i64,
    name: String,
}

impl DepartureRow {
    fn departed(&self) -> Result<Departed> {
        let departure = Departure {
            user: parse("user id", &self.user_id)?,
            role: self.role.role()?,
            left_at: Timestamp::from_millis(self.left_at),
            grace_ends_at: Timestamp::from_millis(self.grace_ends_at),
        };
        Ok(Departed { departure, name: parse("user name", &self.name)? })
    }
}

impl ReadTx {
    /// Returns the length of the grace period for tokens of members who leave, in days.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization does not exist.
    pub async fn succession_grace_days(&mut self) -> Result<i64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), GRACE_DAYS, org)?;
        row.map(|(days,)| days).ok_or(StoreError::Missing)
    }

    /// Returns the departure of a former member. Returns `None` for members, and for users who left before
    /// departures were recorded.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn departure(&mut self, user: UserId) -> Result<Option<Departed>> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, DepartureRow, DEPARTURE, org, user.to_string())?;
        row.map(|row| row.departed()).transpose()
    }

    /// Returns up to 1,000 former members; the most recent departure comes first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn departures(&mut self) -> Result<Vec<Departed>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, DepartureRow, DEPARTURES, org)?;
        rows.iter().map(DepartureRow::departed).collect()
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
    pub async fn set_succession_grace_days(&mut self, days: i64) -> Result<()> {
        let org = self.org();
        changed_one(execute!(&mut self.conn, SET_GRACE_DAYS, org, days)?)
    }

    /// Records that a member has left, in the transaction that ends their membership.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit does not reach the user.
    pub async fn insert_departure(&mut self, departure: &Departure) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(departure.user))?;
        let (org, user) = (self.org(), departure.user.to_string());
        let (role, role_id) = columns(&departure.role);
        // A member has no such row, unless the membership was created without the use cases.
        execute!(&mut self.conn, DELETE_DEPARTURE, org.as_str(), user.as_str())?;
        execute!(
            &mut self.conn,
            INSERT_DEPARTURE,
            org,
            user,
            role,
            departure.left_at.millis(),
            departure.grace_ends_at.millis(),
            role_id,
        )
        .map(|_| ())
    }

    /// Deletes the departure of a former member, in the transaction that makes them a member again.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit does not reach the user.
    pub async fn delete_departure(&mut self, user: UserId) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        execute!(&mut self.conn, DELETE_DEPARTURE, org, user.to_string()).map(|_| ())
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
