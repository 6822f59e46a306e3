//! Users.
//!
//! Owns: the rows of `users`, and [`PasswordHash`], the only form in which a password arrives here. Never hashes or
//! compares a password; `service` does. Reads by address or id happen before a caller is known: see [`crate::unscoped_queries`].

use crate::{
    ReadTx, Result, WriteTx,
    backend::{execute, fetch_optional},
    column::parse,
    sql::{accounts::has_address, statements},
};
use domain::{Timestamp, account::User, ids::UserId, text::fold};
use std::fmt;

/// A password's hash in PHC string format (argon2id with its parameters and salt).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An account with its address and password.
#[derive(Clone, Debug)]
pub struct Account {
    pub user: User,
    pub password: PasswordHash,
    /// Whether the user has verified the address.
    pub is_proved: bool,
}

impl ReadTx {
    /// Returns whether the user still has their address: they have verified it, or nobody has.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn has_address(&mut self, user: UserId) -> Result<bool> {
        Ok(fetch_optional!(&mut self.conn, (String,), HAS_ADDRESS, user.to_string())?.is_some())
    }
}

impl WriteTx {
    /// Records that the user has verified their address. Other accounts with this address lose it, and their sessions
    /// end. Does nothing if the user had verified it before.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] with `UserEmail` if another account has verified it.
    pub async fn prove_address(&mut self, user: UserId, at: Timestamp) -> Result<()> {
        let id = user.to_string();
        if execute!(&mut self.conn, PROVE_ADDRESS, id.as_str(), at.millis())? == 0 {
            return Ok(());
        }
        execute!(&mut self.conn, END_SESSIONS_OF_OTHERS, id).map(|_| ())
    }

    /// Adds a user with an unverified address. Users belong to no tenant, so the permit's reach does not apply.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] with `Id` if the id is taken.
    pub async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()> {
        execute!(
            &mut self.conn,
            INSERT_USER,
            user.id.to_string(),
            user.email.as_str(),
            user.name.as_str(),
            password.as_str(),
            user.created_at.millis(),
            search_text(user.name.as_str(), user.email.as_str()),
        )
        .map(|_| ())
    }
}

/// Returns the text in which a search for a user looks.
pub(crate) fn search_text(name: &str, email: &str) -> String {
    fold(&format!("{name}\n{email}"))
}

#[derive(sqlx::FromRow)]
pub(crate) struct UserRow {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) created_at: i64,
}

impl UserRow {
    pub(crate) fn user(&self) -> Result<User> {
        Ok(User {
            id: parse("user id", &self.id)?,
            name: parse("user name", &self.name)?,
            email: parse("e-mail address", &self.email)?,
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

statements! {
    INSERT_USER = "INSERT INTO users (id, email, name, password_hash, created_at, search_text)
        VALUES ($1, $2, $3, $4, $5, $6)";

    HAS_ADDRESS = concat!("SELECT u.id FROM users u WHERE u.id = $1 AND ", has_address!());

    PROVE_ADDRESS = "UPDATE users SET proved_at = $2 WHERE id = $1 AND proved_at IS NULL";

    /// Ends the sessions of accounts that have lost their address to user $1.
    END_SESSIONS_OF_OTHERS = "DELETE FROM sessions WHERE user_id IN (
        SELECT o.id FROM users u JOIN users o ON o.email = u.email AND o.id <> u.id WHERE u.id = $1)";
}
