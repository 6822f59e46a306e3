//! A person's own sessions: lists and ends them.

use crate::{Caller, Result, ServiceError, use_cases::Sessions};
use domain::{access::Action, account::SessionInfo, audit::AuditDetail, ids::SessionId};

impl Sessions<'_> {
    /// Returns the caller's live sessions, the most recently seen first.
    ///
    /// # Errors
    /// Fails with [`ServiceError::PersonRequired`] if the caller is a credential.
    pub async fn list(self, caller: &Caller) -> Result<Vec<SessionInfo>> {
        let permit = self.service.permit(caller, Action::ReadOwnSessions).await?;
        let mut sessions = self.service.inner.db.read(&permit).await?.list_sessions(self.service.now()).await?;
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
        Ok(sessions)
    }

    /// Ends one of the caller's sessions. Its cookie stops working at once.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the session is over or belongs to another person.
    pub async fn end(self, caller: &Caller, session: SessionId) -> Result<()> {
        let permit = self.service.permit(caller, Action::EndOwnSessions).await?;
        let mut tx = self.service.inner.db.write(&permit).await?;
        tx.end_session(session).await?;
        self.service.commit(tx, self.service.event(session, &AuditDetail::SessionEnded {})).await.map(|_| ())
    }

    /// Ends all of the caller's sessions except the current one, and returns their number.
    ///
    /// # Errors
    /// Fails with [`ServiceError::PersonRequired`] if the caller is a credential.
    pub async fn end_others(self, caller: &Caller) -> Result<u64> {
        let permit = self.service.permit(caller, Action::EndOwnSessions).await?;
        let kept = caller.actor.session().ok_or(ServiceError::PersonRequired)?;
        let mut tx = self.service.inner.db.write(&permit).await?;
        let ended = tx.end_other_sessions(kept).await?;
        if ended > 0 {
            self.service.commit(tx, self.service.event(kept, &AuditDetail::OtherSessionsEnded { ended })).await?;
        }
        Ok(ended)
    }
}
