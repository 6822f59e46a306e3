//! The issuer's keys, remembered.
//!
//! Owns: when to fetch them again. Keys are fresh for the issuer's `max-age`, within [`MIN_FRESH`] and [`MAX_FRESH`];
//! then the next token triggers a fetch, one at a time. A key that has left the set is rejected from then on. If the
//! issuer does not answer, keys stay valid for the configured time, and the issuer is asked every [`ASK_AGAIN`]. An
//! unknown `kid` causes at most one call per [`ASK_AGAIN`], however many tokens arrive.

use crate::{
    clock::Clock,
    error::{AuthError, InvalidToken},
    issuer::{Issuer, KeysAnswer, Unanswered},
    key_set::{Key, KeySet},
};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;

/// Keys are fresh for at least this long, whatever the issuer says.
pub(crate) const MIN_FRESH: Duration = Duration::from_secs(60);
/// Keys are fresh for at most this long. It limits how long a withdrawn key is accepted while the issuer answers.
pub(crate) const MAX_FRESH: Duration = Duration::from_secs(60 * 60);
/// How long keys are fresh if the issuer does not say.
const DEFAULT_FRESH: Duration = Duration::from_secs(300);
/// Shortest time between calls for unknown `kid`s, and after a failed call.
pub(crate) const ASK_AGAIN: Duration = Duration::from_secs(30);
/// Shortest time between calls after a failed call, if there are no valid keys.
const ASK_AGAIN_WITHOUT_KEYS: Duration = Duration::from_secs(1);

/// The keys of one issuer. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Jwks {
    issuer: Arc<Issuer>,
    clock: Clock,
    /// How long keys stay valid beyond freshness if the issuer does not answer.
    stale_for: Duration,
    state: Arc<RwLock<State>>,
    /// Held during a call, so that there is only one at a time.
    flight: Arc<Mutex<()>>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    asked_at: Option<Duration>,
    asked_for_unknown_at: Option<Duration>,
    failed: Option<Unanswered>,
}

#[derive(Clone, Debug)]
struct Held {
    keys: Arc<KeySet>,
    etag: Option<String>,
    confirmed_at: Duration,
    fresh_for: Duration,
}

/// The next step for a `kid`.
enum Plan {
    Use(Key),
    Refuse(AuthError),
    /// Ask the issuer. A request that would have to wait for another call uses `meanwhile`.
    Ask {
        meanwhile: Option<Key>,
    },
}

impl Jwks {
    pub(crate) fn new(issuer: Arc<Issuer>, clock: Clock, stale_for: Duration) -> Self {
        Self { issuer, clock, stale_for, state: Arc::default(), flight: Arc::default() }
    }

    /// Returns the key with this `kid`, asking the issuer if necessary.
    ///
    /// # Errors
    /// [`InvalidToken::UnknownKey`] if the issuer does not publish it, and [`AuthError::IssuerUnavailable`] if the
    /// issuer does not answer.
    pub(crate) async fn key(&self, kid: &str) -> Result<Key, AuthError> {
        let meanwhile = match self.plan(kid) {
            Plan::Use(key) => return Ok(key),
            Plan::Refuse(error) => return Err(error),
            Plan::Ask { meanwhile } => meanwhile,
        };
        let flight = match (self.flight.clone().try_lock_owned(), meanwhile) {
            (Ok(flight), _) => flight,
            (Err(_), Some(key)) => return Ok(key),
            (Err(_), None) => self.flight.clone().lock_owned().await,
        };
        // The previous call may have brought the key.
        match self.plan(kid) {
            Plan::Use(key) => return Ok(key),
            Plan::Refuse(error) => return Err(error),
            Plan::Ask { .. } => {}
        }
        // A task of its own: a canceled request must not cancel the only call allowed within this half minute.
        let (jwks, wanted) = (self.clone(), kid.to_owned());
        let call = tokio::spawn(async move {
            jwks.ask(&wanted).await;
            drop(flight);
        });
        let unknown = AuthError::from(Unanswered::default());
        call.await.map_err(|_| unknown.clone())?;
        match self.plan(kid) {
            Plan::Use(key) | Plan::Ask { meanwhile: Some(key) } => Ok(key),
            Plan::Refuse(error) => Err(error),
            Plan::Ask { meanwhile: None } => Err(unknown),
        }
    }

    fn plan(&self, kid: &str) -> Plan {
        let now = self.clock.elapsed();
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let may_ask = |last: Option<Duration>, pause| last.is_none_or(|last| now.saturating_sub(last) >= pause);
        let unanswered = || Plan::Refuse(state.failed.unwrap_or_default().into());
        let counts = |held: &&Held| now.saturating_sub(held.confirmed_at) < held.fresh_for + self.stale_for;
        let Some(held) = state.held.as_ref().filter(counts) else {
            let may_ask = state.failed.is_none() || may_ask(state.asked_at, ASK_AGAIN_WITHOUT_KEYS);
            return if may_ask { Plan::Ask { meanwhile: None } } else { unanswered() };
        };
        let key = held.keys.get(kid).cloned();
        let is_fresh = now.saturating_sub(held.confirmed_at) < held.fresh_for;
        if !is_fresh && (state.failed.is_none() || may_ask(state.asked_at, ASK_AGAIN)) {
            return Plan::Ask { meanwhile: key };
        }
        match key {
            Some(key) => Plan::Use(key),
            None if may_ask(state.asked_for_unknown_at, ASK_AGAIN) => Plan::Ask { meanwhile: None },
            None if state.failed.is_some() => unanswered(),
            None => Plan::Refuse(InvalidToken::UnknownKey.into()),
        }
    }

    /// Makes one call. `wanted` is the `kid` that caused it.
    async fn ask(&self, wanted: &str) {
        let asked_at = self.clock.elapsed();
        let etag = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.asked_at = Some(asked_at);
            state.held.as_ref().and_then(|held| held.etag.clone())
        };
        let answer = self.issuer.keys(etag.as_deref()).await;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Ok(answer) => {
                state.held = confirmed(state.held.take(), answer, asked_at);
                state.failed = None;
            }
            Err(unanswered) => state.failed = Some(unanswered),
        }
        if state.held.as_ref().is_none_or(|held| held.keys.get(wanted).is_none()) {
            state.asked_for_unknown_at = Some(asked_at);
        }
    }
}

/// The keys to hold after an answer: the new ones, or the old ones for longer.
fn confirmed(held: Option<Held>, answer: KeysAnswer, asked_at: Duration) -> Option<Held> {
    let fresh_for = answer.max_age.unwrap_or(DEFAULT_FRESH).clamp(MIN_FRESH, MAX_FRESH);
    match answer.changed {
        Some((keys, etag)) => Some(Held { keys: Arc::new(keys), etag, confirmed_at: asked_at, fresh_for }),
        None => held.map(|held| Held { confirmed_at: asked_at, fresh_for, ..held }),
    }
}

impl From<Unanswered> for AuthError {
    fn from(unanswered: Unanswered) -> Self {
        Self::IssuerUnavailable { retry_after_seconds: unanswered.retry_after_seconds }
    }
}
