//! What the issuer said of opaque credentials, remembered for a moment.
//!
//! Owns: asking once for any number of simultaneous requests with one credential, and how old an answer may be. Age counts from when
//! the question was sent, so a revocation is noticed at the latest one time-to-live after the issuer knew of it. Answers of no are
//! remembered too; a failed call only long enough for those who were waiting for it. The key is the SHA-256 of the credential, which
//! itself is kept nowhere.

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

/// At most this many questions are under way at once; one more is told to come back.
const MAX_CALLS: usize = 256;
/// How long a failed call answers for those who ask the same.
const FAILED_FOR: Duration = Duration::from_secs(1);

/// Answers about opaque credentials.
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

    /// How many answers are remembered.
    pub(crate) fn len(&self) -> usize {
        self.answers.len()
    }

    /// The caller that `token` stands for.
    ///
    /// # Errors
    /// [`InvalidToken::Inactive`] and what else is wrong with it; [`AuthError::IssuerUnavailable`] if nobody knows.
    pub(crate) async fn principal(&self, token: &str) -> Result<Principal, AuthError> {
        let key: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let answer = match self.answers.get(&key).filter(|answer| self.counts(answer)) {
            Some(answer) => answer,
            None => timeout(CALL_TIMEOUT, self.ask(&key, token))
                .await
                .unwrap_or_else(|_| self.failed(Unanswered::default())),
        };
        let principal = answer.outcome?;
        // It may have ended since it was asked about.
        if principal.expires_at.is_some_and(|end| end <= self.clock.unix_seconds()) {
            return Err(InvalidToken::Expired.into());
        }
        Ok(Arc::unwrap_or_clone(principal))
    }

    /// Asks the issuer, or waits for whoever is asking the same.
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
        // Refused only where the entry was removed meanwhile; then it is just not remembered.
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
