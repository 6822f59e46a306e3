//! The session table for tower-sessions, which browser cookies refer to.
//!
//! Owns: storing sessions without the value that opens them. Rows are found by the SHA-256 of the cookie's id, and no
//! column has the id itself. The visible columns come from well-known keys of the session's data: [`SESSION_ID`],
//! [`USER_ID`], [`STARTED_AT`], [`IP`], [`USER_AGENT`]. Never decides how long a session lives. Listing and ending
//! one's own sessions is in `own_sessions`.

use crate::{
    Db, StoreError,
    backend::{execute, fetch_optional},
    sql::statements,
};
use async_trait::async_trait;
use domain::{
    Timestamp,
    ids::{SessionId, UserId},
};
use sha2::{Digest, Sha256};
use std::{fmt, net::IpAddr, sync::Arc};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, ExpiredDeletion, Result},
};

/// Data key: the public id, a [`SessionId`] as text. It is required once there is a [`USER_ID`]. If two rows have the
/// same public id, the newer replaces the older.
pub const SESSION_ID: &str = "session_id";
/// Data key: the signed-in user, a [`UserId`] as text.
pub const USER_ID: &str = "user_id";
/// Data key: the time of sign-in, a [`Timestamp`] as RFC 3339 text. Without it, the creation time of the row is used.
/// It survives changes of the cookie's id.
pub const STARTED_AT: &str = "started_at";
/// Data key: the client's address, an [`IpAddr`] as text.
pub const IP: &str = "ip";
/// Data key: the browser's user agent, as text.
pub const USER_AGENT: &str = "user_agent";

/// Source of the current time.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Session store of tower-sessions over [`Db`]. "Last seen" is the time of the last save.
#[derive(Clone)]
pub struct SessionTable {
    db: Db,
    now: Now,
}

impl fmt::Debug for SessionTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionTable").finish_non_exhaustive()
    }
}

impl SessionTable {
    /// Creates the store; it takes the time from `now`.
    pub fn new(db: Db, now: Now) -> Self {
        Self { db, now }
    }

    /// Returns `false` if another session has this cookie's id.
    async fn insert(&self, id: &Id, row: Row) -> crate::Result<bool> {
        let now = (self.now)();
        let mut conn = self.db.begin_write().await?;
        if let Some(public) = &row.id {
            execute!(&mut conn, REPLACE_SESSION, public.as_str())?;
        }
        let rows = execute!(
            &mut conn,
            CREATE_SESSION,
            hash(id),
            row.id,
            row.user,
            row.data,
            row.ip,
            row.user_agent,
            now.millis(),
            row.expires_at.millis(),
            row.started_at.unwrap_or(now).millis(),
        )?;
        conn.commit().await?;
        Ok(rows == 1)
    }

    async fn update(&self, id: &Id, row: Row) -> crate::Result<()> {
        let mut conn = self.db.begin_write().await?;
        execute!(
            &mut conn,
            SAVE_SESSION,
            hash(id),
            row.id,
            row.user,
            row.data,
            row.ip,
            row.user_agent,
            (self.now)().millis(),
            row.expires_at.millis(),
        )?;
        conn.commit().await
    }

    async fn find(&self, id: &Id) -> crate::Result<Option<(String, i64)>> {
        let mut conn = self.db.begin_read().await?;
        fetch_optional!(&mut conn, (String, i64), LOAD_SESSION, hash(id), (self.now)().millis())
    }

    async fn remove(&self, id: &Id) -> crate::Result<()> {
        let mut conn = self.db.begin_write().await?;
        execute!(&mut conn, DELETE_SESSION, hash(id))?;
        conn.commit().await
    }

    async fn remove_expired(&self) -> crate::Result<()> {
        let mut conn = self.db.begin_write().await?;
        execute!(&mut conn, DELETE_EXPIRED_SESSIONS, (self.now)().millis())?;
        conn.commit().await
    }
}

#[async_trait]
impl SessionStore for SessionTable {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.insert(&record.id, Row::of(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.update(&record.id, Row::of(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expires_at)) = self.find(id).await.map_err(backend)? else { return Ok(None) };
        let data = serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: Timestamp::from_millis(expires_at).to_utc() }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.remove(id).await.map_err(backend)
    }
}

#[async_trait]
impl ExpiredDeletion for SessionTable {
    async fn delete_expired(&self) -> Result<()> {
        self.remove_expired().await.map_err(backend)
    }
}

/// The parts of a record that have their own columns.
struct Row {
    id: Option<String>,
    user: Option<String>,
    started_at: Option<Timestamp>,
    ip: Option<String>,
    user_agent: Option<String>,
    data: String,
    expires_at: Timestamp,
}

impl Row {
    fn of(record: &Record) -> Result<Self> {
        Ok(Self {
            id: well_known::<SessionId>(record, SESSION_ID)?.map(|id| id.to_string()),
            user: well_known::<UserId>(record, USER_ID)?.map(|user| user.to_string()),
            started_at: well_known(record, STARTED_AT)?,
            ip: well_known::<IpAddr>(record, IP)?.map(|ip| ip.to_string()),
            user_agent: well_known(record, USER_AGENT)?,
            data: serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?,
            expires_at: instant(record.expiry_date)?,
        })
    }
}

/// Returns the value under a well-known key, or `None` if it is absent. A value of the wrong type is an error.
fn well_known<T: serde::de::DeserializeOwned>(record: &Record, key: &str) -> Result<Option<T>> {
    let value = record.data.get(key).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|error| Error::Encode(format!("session data {key}: {error}")))
}

/// Truncates to milliseconds, so that an expiration time reads back as it was written.
fn instant(at: OffsetDateTime) -> Result<Timestamp> {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000)
        .map(Timestamp::from_millis)
        .map_err(|error| Error::Encode(error.to_string()))
}

/// Returns the hash by which a row is found. The id has 128 random bits, so a plain hash can't be searched.
fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_le_bytes()).to_vec()
}

/// Adds the cause to the message, which tower-sessions would otherwise lose.
fn backend(error: StoreError) -> Error {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    Error::Backend(format!("{error}{cause}"))
}

statements! {
    /// Changes nothing if the hash is taken.
    CREATE_SESSION = "INSERT INTO sessions
            (id_hash, id, user_id, data, ip, user_agent, last_seen_at, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id_hash) DO NOTHING";

    /// Changes nothing if the session has ended in the meantime: an ended session never comes back.
    SAVE_SESSION = "UPDATE sessions SET id = $2, user_id = $3, data = $4, ip = $5, user_agent = $6,
            last_seen_at = $7, expires_at = $8
        WHERE id_hash = $1";

    LOAD_SESSION = "SELECT data, expires_at FROM sessions WHERE id_hash = $1 AND expires_at > $2";

    /// A public id has one cookie: the newest.
    REPLACE_SESSION = "DELETE FROM sessions WHERE id = $1";

    DELETE_SESSION = "DELETE FROM sessions WHERE id_hash = $1";

    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE expires_at <= $1";
}
