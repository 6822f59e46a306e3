//! Asking for a permit, and remembering in the audit log who was refused one.
//!
//! Owns: that a refusal by scope is recorded, at most once a minute for each caller and action, so that a loop of refused
//! calls cannot fill the log.

use crate::{Caller, Result, Service};
use domain::{
    Timestamp,
    access::{Action, Denied, Permit},
    audit::{AuditAction, AuditEvent, Target},
    ids::EventId,
};
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

const QUIET_SECONDS: i64 = 60;
const MAX_ENTRIES: usize = 10_000;

/// When which caller was last recorded as refused which action.
#[derive(Default)]
pub(crate) struct Denials(Mutex<HashMap<(String, Action), Timestamp>>);

impl Denials {
    pub(crate) fn is_news(&self, caller: String, action: Action, now: Timestamp) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, at| now.seconds_since(*at) < QUIET_SECONDS);
        }
        let is_news = entries.get(&(caller.clone(), action)).is_none_or(|at| now.seconds_since(*at) >= QUIET_SECONDS);
        if is_news && entries.len() < MAX_ENTRIES {
            entries.insert((caller, action), now);
        }
        is_news
    }
}

impl Service {
    /// The proof that this caller may do that; a refusal is recorded.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`], [`crate::ServiceError::PersonRequired`] or
    /// [`crate::ServiceError::UserContextRequired`].
    pub(crate) async fn permit(&self, caller: &Caller, action: Action) -> Result<Permit> {
        match caller.actor.permit(action, &caller.origin) {
            Ok(permit) => Ok(permit),
            Err(denied) => {
                self.record_denial(caller, action, &denied).await?;
                Err(denied.into())
            }
        }
    }

    /// Whether this caller may do that, asked before anything is read of what they sent. The use case asks again.
    ///
    /// # Errors
    /// [`crate::ServiceError::MissingScope`], [`crate::ServiceError::PersonRequired`] or
    /// [`crate::ServiceError::UserContextRequired`].
    pub async fn check_permission(&self, caller: &Caller, action: Action) -> Result<()> {
        self.permit(caller, action).await.map(drop)
    }

    async fn record_denial(&self, caller: &Caller, action: Action, denied: &Denied) -> Result<()> {
        let actor = &caller.actor;
        let id = actor.credential().map_or_else(|| actor.owner().id(actor.org()), |credential| credential.to_string());
        let now = self.now();
        if !self.inner.denials.is_news(id.clone(), action, now) {
            return Ok(());
        }
        let Ok(permit) = actor.permit(Action::ReadSelf, &caller.origin) else { return Ok(()) };
        let missing = match denied {
            Denied::MissingScope { accepted, granted } => accepted.difference(granted).to_string(),
            _ => String::new(),
        };
        let target = Target { kind: "credential", id, name: Some(actor.name().to_string()) };
        let event = AuditEvent {
            id: EventId::new(now, self.inner.sources.entropy()),
            at: now,
            action: AuditAction::CredentialDenied,
            target,
            detail: json!({ "asked_for": format!("{action:?}"), "why": denied.to_string(), "missing_scopes": missing }),
        };
        self.commit(self.inner.db.write(&permit).await?, event).await.map(|_| ())
    }
}
