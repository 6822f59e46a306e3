//! Records failed sign-ins in the audit log of every organization of the account.
//!
//! Writes one log line for each attempt, and one event for the attempts that `authn/failed_sign_ins.rs` has counted.
//! Never logs the typed address, because it may be a password.

use crate::{Result, authn::failed_sign_ins::FailedAttempts, use_cases::Jobs};
use domain::{
    access::{Action, Actor, RequestContext},
    account::User,
    audit::AuditDetail,
    ids::OrgId,
};

const JOB: &str = "failed_sign_ins";

impl Jobs<'_> {
    /// Logs and counts a failed sign-in. `user` is `None` if the address has no account.
    pub(crate) fn note_failed_sign_in(self, user: Option<&User>, context: &RequestContext) {
        let account = user.map(|user| tracing::field::display(user.id));
        let client_ip = context.ip.map(tracing::field::display);
        tracing::info!(account, client_ip, request_id = context.request_id, "sign-in failed");
        if let Some(user) = user {
            self.service.inner.failed_sign_ins.note(user, context, self.service.now());
        }
    }

    /// Writes the failed sign-ins that are due, and returns the number of events.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Unavailable`]. The next run writes the attempts.
    pub async fn record_failed_sign_ins(self) -> Result<usize> {
        self.record_each(self.service.inner.failed_sign_ins.take_due(self.service.now())).await
    }

    /// Writes all failed sign-ins that are not in the log, before the process ends.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Unavailable`].
    pub async fn record_last_failed_sign_ins(self) -> Result<usize> {
        self.record_each(self.service.inner.failed_sign_ins.take_all()).await
    }

    async fn record_each(self, all: Vec<FailedAttempts>) -> Result<usize> {
        let mut total = 0;
        let mut failure = None;
        for attempts in all {
            match self.record_attempts(&attempts).await {
                Ok(events) => total += events,
                Err(error) => {
                    self.service.inner.failed_sign_ins.put_back(attempts);
                    failure = Some(error);
                }
            }
        }
        failure.map_or(Ok(total), Err)
    }

    async fn record_attempts(self, attempts: &FailedAttempts) -> Result<usize> {
        let memberships = self.service.inner.db.memberships_of(attempts.user.id).await?;
        for membership in &memberships {
            self.record_in(membership.org.id, attempts).await?;
        }
        Ok(memberships.len())
    }

    async fn record_in(self, org: OrgId, attempts: &FailedAttempts) -> Result<()> {
        let permit = Actor::system(org, JOB).permit(Action::RecordFailedSignIns, &attempts.context)?;
        let detail = AuditDetail::SignInFailed { attempts: attempts.count, last_attempt_at: Some(attempts.last_at) };
        let event = self.service.event(&attempts.user, &detail);
        self.service.commit(self.service.inner.db.write(&permit).await?, event).await.map(|_| ())
    }
}
