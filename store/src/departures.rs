//! Who has left the organisation, and until when their tokens go on.
//!
//! Owns: the rows of `departures`, and how many days an organisation gives. What they mean is `domain`'s to say.

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

/// Somebody who has left, with the name they have now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departed {
    /// When they left, and until when their tokens go on.
    pub departure: Departure,
    /// What they are called.
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
    /// For how many days the tokens of whoever leaves go on.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: there is no such organisation.
    pub async fn succession_grace_days(&mut self) -> Result<i64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), GRACE_DAYS, org)?;
        row.map(|(days,)| days).ok_or(StoreError::Missing)
    }

    /// When somebody left; nothing for members, and for whoever left before that was noted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn departure(&mut self, user: UserId) -> Result<Option<Departed>> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, DepartureRow, DEPARTURE, org, user.to_string())?;
        row.map(|row| row.departed()).transpose()
    }

    /// Who has left, the last first; at most a thousand.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn departures(&mut self) -> Result<Vec<Departed>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, DepartureRow, DEPARTURES, org)?;
        rows.iter().map(DepartureRow::departed).collect()
    }

    /// How many calls there were since `from`, the beginning of an hour, with each token whose owner has left.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn calls_of_abandoned(&mut self, from: Timestamp) -> Result<Vec<(CredentialId, u64)>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, (String, i64), CALLS_OF_ABANDONED, org, from.millis())?;
        let calls = |(id, calls): &(String, i64)| Ok((parse("credential id", id)?, u64::try_from(*calls).unwrap_or(0)));
        rows.iter().map(calls).collect()
    }
}

impl WriteTx {
    /// Gives whoever leaves from now on so many days.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: there is no such organisation.
    pub async fn set_succession_grace_days(&mut self, days: i64) -> Result<()> {
        let org = self.org();
        changed_one(execute!(&mut self.conn, SET_GRACE_DAYS, org, days)?)
    }

    /// Notes that somebody has left, in the transaction that ends their membership.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: not within reach.
    pub async fn insert_departure(&mut self, departure: &Departure) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(departure.user))?;
        let (org, user) = (self.org(), departure.user.to_string());
        let (role, role_id) = columns(&departure.role);
        // Whoever was a member has none, unless they became one past the use cases.
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

    /// Forgets that somebody had left, in the transaction that makes them a member again.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: not within reach.
    pub async fn delete_departure(&mut self, user: UserId) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        execute!(&mut self.conn, DELETE_DEPARTURE, org, user.to_string()).map(|_| ())
    }

    /// Ends the grace of somebody who has left at another moment.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: they have not left, or not within reach.
    pub async fn update_grace(&mut self, user: UserId, ends_at: Timestamp) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        changed_one(execute!(&mut self.conn, UPDATE_GRACE, org, user.to_string(), ends_at.millis())?)
    }
}
