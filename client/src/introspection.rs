//! Answers of the issuer about opaque credentials, remembered for a short time.
//!
//! Simultaneous requests with one credential cause a single call. An answer's age counts from when the call was sent,
//! so a revocation is noticed within one time-to-live. Negative answers are remembered too, and a failed call only long
//! enough for the requests that waited for it. The key is the SHA-256 of the credential; the credential itself is not
//! stored.

use crate::{
    claims::{Claims, Expected},
    clock::Clock,
    error::{AuthError, InvalidToken},
    issuer::{CALL_TIMEOUT, Issuer, Unanswered},
    principal::Principal,
};
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::timeout};

/// Largest number of concurrent calls. A request beyond that is told to retry.
const MAX_CALLS: usize = 256;
/// How long a failed call answers other requests with the same credential.
const FAILED_FOR: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Introspection {
    issuer: Arc<Issuer>,
    clock: Clock,
    expected: Expected,
    time_to_live: Duration,
    answers: Cache<[u8; 32], Answer>,
    calls: Semaphore,
}

#[derive(Clone, Debug)]
struct Answer {
    outcome: Result<Arc<Principal>, AuthError>,
    until: Duration,
}

impl Introspection {
    pub(crate) fn new(
        issuer: Arc<Issuer>,
        clock: Clock,
        expected: Expected,
        time_to_live: Duration,
        max_answers: usize,
    ) -> Self {
        let answers = Cache::new(max_answers);
        Self { issuer, clock, expected, time_to_live, answers, calls: Semaphore::new(MAX_CALLS) }
    }

    /// Number of remembered answers.
    pub(crate) fn len(&self) -> usize {
        self.answers.len()
    }

    /// The caller that `token` represents.
    ///
    /// # Errors
    /// [`InvalidToken::Inactive`] or another reason why the token is not valid. [`AuthError::IssuerUnavailable`] if the
    /// issuer does not answer.
    pub(crate) async fn principal(&self, token: &str) -> Result<Principal, AuthError> {
        let key: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let answer = match self.answers.get(&key).filter(|answer| self.counts(answer)) {
            Some(answer) => answer,
            None => timeout(CALL_TIMEOUT, self.ask(&key, token))
                .await
                .unwrap_or_else(|_| self.failed(Unanswered::default())),
        };
        let principal = answer.outcome?;
        // It may have expired since the issuer answered.
        if principal.expires_at.is_some_and(|end| end <= self.clock.unix_seconds()) {
            return Err(InvalidToken::Expired.into());
        }
        Ok(Arc::unwrap_or_clone(principal))
    }

    /// Asks the issuer, or waits for a running call about the same credential.
    async fn ask(&self, key: &[u8; 32], token: &str) -> Answer {
        let known = self.answers.entry_async(key, |_, answer| {
            if self.counts(answer) { EntryAction::Retain(answer.clone()) } else { EntryAction::ReplaceWithGuard }
        });
        let guard = match known.await {
            EntryResult::Retained(answer) => return answer,
            EntryResult::Vacant(guard) | EntryResult::Replaced(guard, _) => guard,
            EntryResult::Removed(..) | EntryResult::Timeout => return self.failed(Unanswered::default()),
        };
        let answer = self.call(token).await;
        // Fails only if the entry was removed meanwhile. Then the answer is not remembered.
        let _ = guard.insert(answer.clone());
        answer
    }

    async fn call(&self, token: &str) -> Answer {
        let Ok(_permit) = self.calls.try_acquire() else { return self.failed(Unanswered::default()) };
        let until = self.clock.elapsed() + self.time_to_live;
        match self.issuer.introspect(token).await {
            Ok(object) => {
                let principal = Claims::of_answer(object).answer(&self.expected, self.clock.unix_seconds());
                Answer { outcome: principal.map(Arc::new).map_err(AuthError::from), until }
            }
            Err(unanswered) => self.failed(unanswered),
        }
    }

    fn failed(&self, unanswered: Unanswered) -> Answer {
        Answer { outcome: Err(unanswered.into()), until: self.clock.elapsed() + FAILED_FOR }
    }

    fn counts(&self, answer: &Answer) -> bool {
        self.clock.elapsed() < answer.until
    }
}
