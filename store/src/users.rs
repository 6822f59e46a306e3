//! People.
//!
//! Owns: the rows of `users`, and [`PasswordHash`], the only form in which a password gets here. Never hashes or
//! compares one; `service` does. Reading by address or id is before a caller is known: see [`crate::lookups`].

use crate::{Result, WriteTx, backend::execute, column::parse, sql::accounts::INSERT_USER};
use domain::{Timestamp, account::User};
use std::fmt;

/// A password's hash in PHC string form (argon2id with its parameters and salt).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes the string as it is.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl WriteTx {
    /// Adds a person. People belong to no tenant, so the permit's reach does not matter here.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`]: `UserEmail` or `Id`.
    pub async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()> {
        execute!(
            &mut self.conn,
            INSERT_USER,
            user.id.to_string(),
            user.email.as_str(),
            user.name.as_str(),
            password.as_str(),
            user.created_at.millis(),
        )
        .map(|_| ())
    }
}

/// The columns of a person.
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
