//! The browser sessions of the acting user.
//!
//! Owns: listing and ending them by their public id. Never another user's: `user_id` comes from the permit's actor. The
//! table that browser cookies refer to is in [`crate::sessions`].

use crate::{
    ReadTx, Result, WriteTx,
    backend::{execute, fetch_all},
    column::{parse, parse_optional},
    sql::statements,
    tx::changed_one,
};
use domain::{Timestamp, account::SessionInfo, ids::SessionId};

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: String,
    user_id: String,
    ip: Option<String>,
    user_agent: Option<String>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl SessionRow {
    fn info(self) -> Result<SessionInfo> {
        Ok(SessionInfo {
            id: parse("session id", &self.id)?,
            user: parse("user id", &self.user_id)?,
            created_at: Timestamp::from_millis(self.created_at),
            last_seen_at: Timestamp::from_millis(self.last_seen_at),
            expires_at: Timestamp::from_millis(self.expires_at),
            ip: parse_optional("address", self.ip.as_deref())?,
            user_agent: self.user_agent,
        })
    }
}

impl ReadTx {
    /// Returns the user's sessions that have not expired; the most recently used comes first.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit does not belong to a user.
    pub async fn list_sessions(&mut self, now: Timestamp) -> Result<Vec<SessionInfo>> {
        let user = self.user()?;
        let rows = fetch_all!(&mut self.conn, SessionRow, LIST_SESSIONS, user, now.millis())?;
        rows.into_iter().map(SessionRow::info).collect()
    }
}

impl WriteTx {
    /// Ends one of the user's sessions.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the user has no such session.
    pub async fn end_session(&mut self, id: SessionId) -> Result<()> {
        let user = self.user()?;
        changed_one(execute!(&mut self.conn, END_SESSION, user, id.to_string())?)
    }

    /// Ends all sessions of the user but one, and returns their number.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit does not belong to a user.
    pub async fn end_other_sessions(&mut self, keep: SessionId) -> Result<u64> {
        let user = self.user()?;
        execute!(&mut self.conn, END_OTHER_SESSIONS, user, keep.to_string())
    }
}

statements! {
    LIST_SESSIONS = "SELECT id, user_id, ip, user_agent, created_at, last_seen_at, expires_at FROM sessions
        WHERE user_id = $1 AND expires_at > $2
        ORDER BY last_seen_at DESC, id DESC";

    END_SESSION = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";

    END_OTHER_SESSIONS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
}
