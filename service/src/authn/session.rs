//! Browser sessions: what they store, and how they identify a caller.
//!
//! Owns the idle and absolute limits, and the new cookie at sign-in and at every switch of organization. The cookie
//! value is stored as a hash. People see the session's public id.

use super::SignedIn;
use crate::{Caller, Challenge, Result, ServiceError, use_cases::Sessions};
use domain::{
    Timestamp,
    access::{Actor, RequestContext},
    account::Org,
    ids::{OrgId, SessionId, UserId},
};
use std::sync::Arc;
use store::sessions::{IP, SESSION_ID, STARTED_AT, SessionTable, USER_AGENT, USER_ID};
use tower_sessions::{Expiry, Session};

const ORG: &str = "org_id";
const SEEN: &str = "seen_at";
const REMEMBERED: &str = "remembered";

const IDLE_SECONDS: i64 = 30 * 60;
const ABSOLUTE_SECONDS: i64 = 12 * 3600;
const REMEMBERED_SECONDS: i64 = 30 * 86_400;
/// The least number of seconds between two updates of `seen_at`.
const SEEN_SECONDS: i64 = 60;

fn internal(error: tower_sessions::session::Error) -> ServiceError {
    match error {
        tower_sessions::session::Error::Store(error) => ServiceError::Unavailable(error.into()),
        error @ tower_sessions::session::Error::SerdeJson(_) => ServiceError::internal(error),
    }
}

impl Sessions<'_> {
    /// Returns the table of browser sessions. It takes the time from this service.
    pub fn table(self) -> SessionTable {
        let sources = self.service.inner.sources.clone();
        SessionTable::new(self.service.inner.db.clone(), Arc::new(move || sources.now()))
    }
}

/// Starts a session with a new cookie. Discards the browser's earlier session data.
///
/// # Errors
/// Fails if the session cannot be stored.
pub async fn start(
    session: &Session,
    signed_in: &SignedIn,
    remember: bool,
    context: &RequestContext,
    now: Timestamp,
) -> Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(internal)?;
    set_expiry(session, remember, now);
    put(session, SESSION_ID, signed_in.session).await?;
    put(session, USER_ID, signed_in.user.id).await?;
    put(session, IP, context.ip).await?;
    put(session, USER_AGENT, &context.user_agent).await?;
    put(session, ORG, signed_in.org.id).await?;
    put(session, STARTED_AT, now).await?;
    put(session, SEEN, now).await?;
    put(session, REMEMBERED, remember).await
}

/// Moves a session to another organization, under a new cookie.
///
/// # Errors
/// Fails if the session cannot be stored.
pub async fn switch(session: &Session, org: &Org, now: Timestamp) -> Result<()> {
    keep_expiry(session, now).await?;
    session.cycle_id().await.map_err(internal)?;
    put(session, ORG, org.id).await
}

/// Deletes the session and its cookie.
///
/// # Errors
/// Fails if the session cannot be deleted.
pub async fn forget(session: &Session) -> Result<()> {
    session.flush().await.map_err(internal)
}

/// Reads the session, so that [`browser`] knows whether there is one.
///
/// # Errors
/// Fails if the session cannot be read.
pub async fn load(session: &Session) -> Result<()> {
    get::<UserId>(session, USER_ID).await.map(drop)
}

/// Returns the identity that forms are bound to: the [loaded](load) session, or else the visitor cookie. Sign-in,
/// sign-out and a switch of organization change the session id, so all earlier forms become invalid.
pub fn browser(session: &Session, visitor: &str) -> String {
    session.id().map_or_else(|| format!("visitor {visitor}"), |id| format!("session {id}"))
}

async fn put(session: &Session, key: &str, value: impl serde::Serialize) -> Result<()> {
    session.insert(key, value).await.map_err(internal)
}

async fn get<T: serde::de::DeserializeOwned>(session: &Session, key: &str) -> Result<Option<T>> {
    session.get(key).await.map_err(internal)
}

/// The session layer forgets the expiry between requests, so it is set again before each write.
async fn keep_expiry(session: &Session, now: Timestamp) -> Result<()> {
    let remembered = get::<bool>(session, REMEMBERED).await?.unwrap_or(false);
    set_expiry(session, remembered, now);
    Ok(())
}

fn set_expiry(session: &Session, remembered: bool, now: Timestamp) {
    let idle = if remembered { REMEMBERED_SECONDS } else { IDLE_SECONDS };
    session.set_expiry(Some(Expiry::AtDateTime(now.plus_seconds(idle).to_utc())));
}

impl Sessions<'_> {
    /// Returns the caller of this session. Reads membership and role every time, so that a removal or demotion takes
    /// effect at once. A person who was removed from the session's organization continues in another of their
    /// organizations.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unauthenticated`] without a live session.
    pub async fn caller(self, session: &Session, context: RequestContext) -> Result<Caller> {
        let nobody = || ServiceError::Unauthenticated(Challenge::Missing);
        let id: SessionId = get(session, SESSION_ID).await?.ok_or_else(nobody)?;
        let user: UserId = get(session, USER_ID).await?.ok_or_else(nobody)?;
        let org: OrgId = get(session, ORG).await?.ok_or_else(nobody)?;
        let started: Timestamp = get(session, STARTED_AT).await?.ok_or_else(nobody)?;
        let seen: Timestamp = get(session, SEEN).await?.ok_or_else(nobody)?;
        let remembered = get::<bool>(session, REMEMBERED).await?.unwrap_or(false);
        let (idle, absolute) =
            if remembered { (REMEMBERED_SECONDS, REMEMBERED_SECONDS) } else { (IDLE_SECONDS, ABSOLUTE_SECONDS) };
        let now = self.service.now();
        if now.seconds_since(started) >= absolute || now.seconds_since(seen) >= idle {
            forget(session).await?;
            return Err(nobody());
        }
        let actor = self.actor_of(user, org, id).await?.ok_or_else(nobody)?;
        if now.seconds_since(seen) >= SEEN_SECONDS || actor.org() != org {
            keep_expiry(session, now).await?;
            put(session, SEEN, now).await?;
            put(session, ORG, actor.org()).await?;
        }
        Ok(Caller { actor, context })
    }

    async fn actor_of(self, user: UserId, org: OrgId, session: SessionId) -> Result<Option<Actor>> {
        let db = &self.service.inner.db;
        let found = match db.membership(user, org).await? {
            Some(found) => Some(found),
            None => match db.memberships_of(user).await?.into_iter().next() {
                Some(other) => db.membership(user, other.org.id).await?,
                None => None,
            },
        };
        Ok(found.map(|member| {
            let (user, membership) = (member.user, member.membership);
            Actor::person(user.id, user.name, membership.org.id, membership.role, &member.api_scopes, Some(session))
        }))
    }
}
