//! Permission checks, and the audit events of denied callers.
//!
//! Records a denial by scope, or by a rule about the caller, at most once a minute for each caller and action or rule.
//! So a loop of denied calls cannot fill the log. Callers are credentials and people.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::{Action, Actor, Denied, Permit, RequestContext},
    audit::{AuditDetail, Target},
    code::ProblemCode,
    ids::CredentialId,
    scope::ScopeSet,
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

const QUIET_SECONDS: i64 = 60;
/// The pause for requests that were rejected before they acted. A client over its limit keeps sending them.
const QUIET_SECONDS_OF_REQUESTS: i64 = 3600;
/// The actor of events about requests that were rejected before a caller was known.
const JOB: &str = "refused_requests";
const MAX_ENTRIES: usize = 10_000;

/// The time until which nothing more is recorded for a caller and an action or rule.
#[derive(Default)]
pub(crate) struct Denials(Mutex<HashMap<(String, String), Timestamp>>);

impl Denials {
    pub(crate) fn is_news(&self, caller: String, asked_for: String, now: Timestamp) -> bool {
        self.is_news_after(caller, asked_for, now, QUIET_SECONDS)
    }

    fn is_news_after(&self, caller: String, asked_for: String, now: Timestamp, quiet_seconds: i64) -> bool {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, until| now < *until);
        }
        let key = (caller, asked_for);
        let is_quiet = entries.get(&key).is_some_and(|until| now < *until);
        if is_quiet || (entries.len() >= MAX_ENTRIES && !entries.contains_key(&key)) {
            return false;
        }
        entries.insert(key, now.plus_seconds(quiet_seconds));
        true
    }
}

impl Service {
    /// Returns the permit for an action of the caller. Records a denial.
    ///
    /// # Errors
    /// * [`ServiceError::MissingScope`], [`ServiceError::PersonRequired`] or [`ServiceError::UserContextRequired`].
    /// * [`ServiceError::Missing`] if the action is for operators and the caller is none.
    pub(crate) async fn permit(&self, caller: &Caller, action: Action) -> Result<Permit> {
        match caller.actor.permit(action, &caller.context) {
            Ok(_) if action.is_for_operators() && !self.platform().is_operator(caller).await? => {
                Err(ServiceError::Missing)
            }
            Ok(permit) => Ok(permit),
            Err(denied) => {
                let missing = match &denied {
                    Denied::MissingScope { accepted, granted } => accepted.difference(granted).to_string(),
                    _ => String::new(),
                };
                self.record_denial(caller, action.to_string(), &denied.to_string(), missing).await?;
                Err(denied.into())
            }
        }
    }

    /// Checks whether the caller may perform an action, before the request body is read. The use case checks it again.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`], [`ServiceError::PersonRequired`] or
    /// [`ServiceError::UserContextRequired`].
    pub async fn check_permission(&self, caller: &Caller, action: Action) -> Result<()> {
        self.permit(caller, action).await.map(drop)
    }

    /// Records that a rule about this caller denied a request. `code` and `why` come from
    /// [`ServiceError::Forbidden`].
    ///
    /// # Errors
    /// Fails if the database is not available.
    pub async fn record_refusal(&self, caller: &Caller, code: &str, why: &str) -> Result<()> {
        self.record_denial(caller, code.to_owned(), why, String::new()).await
    }

    /// Records that the caller lacks scopes of the credential they asked for. Their transaction is still open, so this
    /// runs in a task of its own.
    pub(crate) fn record_missing_scopes_later(&self, permit: &Permit, missing: &ScopeSet, denied: &Denied) {
        let caller = Caller { actor: permit.actor().clone(), context: permit.context().clone() };
        let (asked_for, why, missing) = (permit.action().to_string(), denied.to_string(), missing.to_string());
        let service = self.clone();
        tokio::spawn(async move {
            if let Err(error) = service.record_denial(&caller, asked_for, &why, missing).await {
                tracing::warn!(%error, "a refused request is not in the audit log");
            }
        });
    }

    /// Like [`Service::record_refusal`], but in a task of its own, so that the reply does not wait for it.
    pub fn record_refusal_later(&self, caller: Caller, code: ProblemCode, why: &'static str) {
        let service = self.clone();
        tokio::spawn(async move {
            if let Err(error) = service.record_refusal(&caller, code.as_str(), why).await {
                tracing::warn!(%error, %code, "a refused request is not in the audit log");
            }
        });
    }

    /// Records that a request with this credential was rejected before it acted, in the log of the credential's
    /// organization. Records nothing for an unknown credential.
    pub fn record_refused_request_later(&self, credential: CredentialId, status: u16, context: RequestContext) {
        let service = self.clone();
        tokio::spawn(async move {
            if let Err(error) = service.record_refused_request(credential, status, &context).await {
                tracing::warn!(%error, "a refused request is not in the audit log");
            }
        });
    }

    async fn record_refused_request(
        &self,
        credential: CredentialId,
        status: u16,
        context: &RequestContext,
    ) -> Result<()> {
        let Some((org, name, why)) = self.verifying().await?.refused(credential) else { return Ok(()) };
        let (code, otherwise) = match status {
            429 => ("rate_limited", "its rate limit or quota was used up"),
            403 => ("not_allowed", "it may not do this, or not from there"),
            _ => ("not_accepted", "what was presented is not valid"),
        };
        let (id, now) = (credential.to_string(), self.now());
        if !self.inner.denials.is_news_after(id.clone(), code.to_owned(), now, QUIET_SECONDS_OF_REQUESTS) {
            return Ok(());
        }
        let permit = Actor::system(org, JOB).permit(Action::RecordFailedSignIns, context)?;
        let target = Target { kind: "credential", id, name: Some(name.to_string()) };
        let detail = denied(code, why.unwrap_or(otherwise), String::new());
        self.commit(self.inner.db.write(&permit).await?, self.event_at(now, target, &detail)).await.map(|_| ())
    }

    async fn record_denial(&self, caller: &Caller, asked_for: String, why: &str, missing: String) -> Result<()> {
        let actor = &caller.actor;
        let (kind, id) = match actor.credential() {
            Some(credential) => ("credential", credential.to_string()),
            None => ("user", actor.owner().id(actor.org())),
        };
        let now = self.now();
        if !self.inner.denials.is_news(id.clone(), asked_for.clone(), now) {
            return Ok(());
        }
        let Ok(permit) = actor.permit(Action::ReadSelf, &caller.context) else { return Ok(()) };
        let target = Target { kind, id, name: Some(actor.name().to_string()) };
        let event = self.event_at(now, target, &denied(&asked_for, why, missing));
        self.commit(self.inner.db.write(&permit).await?, event).await.map(|_| ())
    }
}

fn denied(asked_for: &str, why: &str, missing: String) -> AuditDetail {
    AuditDetail::CredentialDenied {
        asked_for: asked_for.to_owned(),
        why: why.to_owned(),
        missing_scopes: Some(missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_refused_each_minute_do_not_make_us_forget_who_is_quiet_for_an_hour() {
        let (denials, start) = (Denials::default(), Timestamp::EPOCH);
        let is_news = |caller: &str, at: i64, quiet| {
            denials.is_news_after(caller.to_owned(), "read".to_owned(), start.plus_seconds(at), quiet)
        };
        assert!(is_news("client", 0, QUIET_SECONDS_OF_REQUESTS));
        for number in 1..MAX_ENTRIES {
            assert!(is_news(&number.to_string(), 0, QUIET_SECONDS));
        }
        assert!(!is_news("one too many", 59, QUIET_SECONDS), "nothing can be forgotten yet");
        assert!(is_news("another", 60, QUIET_SECONDS));
        assert!(!is_news("client", 3599, QUIET_SECONDS_OF_REQUESTS));
        assert!(is_news("client", 3600, QUIET_SECONDS_OF_REQUESTS));
    }
}
