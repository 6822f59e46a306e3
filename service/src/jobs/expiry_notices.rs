//! Gives notice that credentials are about to expire or have expired.
//!
//! Makes one event and one mail for each notice. Any number of nodes may run the job at once, and the next run makes up
//! for a missed one. The database stores which notice is due, and giving it advances that in the same transaction.

use crate::{Result, ServiceError, use_cases::Jobs};
use domain::{
    access::{Action, Actor, RequestContext},
    audit::AuditDetail,
    credential::{DueNotice, ExpiryNotice},
};
use store::{JobOn, StoreError};

const JOB: &str = "expiry_notices";
/// The number of notices read at a time.
const BATCH: u32 = 100;

impl Jobs<'_> {
    /// Gives every notice that is due, and returns their number.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Unavailable`]. The next run gives the rest.
    pub async fn give_expiry_notices(self) -> Result<usize> {
        let mut total = 0;
        loop {
            let due = self.service.inner.db.due_notices(self.service.now(), BATCH).await?;
            let mut given = 0;
            for one in &due {
                match self.give_expiry_notice(one).await {
                    Ok(is_given) => given += usize::from(is_given),
                    Err(error @ ServiceError::Unavailable(_)) => return Err(error),
                    // A notice that fails does not delay the others.
                    Err(error) => tracing::error!(%error, credential = %one.credential, "a notice cannot be given"),
                }
            }
            total += given;
            if given == 0 || due.len() < BATCH as usize {
                return Ok(total);
            }
        }
    }

    /// Gives the notice that is due for one credential. Returns false if another node has given it.
    async fn give_expiry_notice(self, one: &JobOn) -> Result<bool> {
        let permit = Actor::system(one.org, JOB).permit(Action::GiveExpiryNotice, &RequestContext::default())?;
        let mut tx = self.service.inner.db.write(&permit).await?;
        let now = self.service.now();
        let Some(due_at) = tx.notice_due_at(one.credential).await? else { return Ok(false) };
        let credential = tx.credential(one.credential).await?;
        let Some(DueNotice { notice, next_at }) = credential.due_notice(due_at, now) else { return Ok(false) };
        match tx.give_notice(credential.id, due_at, next_at).await {
            Err(StoreError::Missing) => return Ok(false),
            result => result?,
        }
        self.service.mail().end_of(&mut tx, &credential).await?;
        let expires_at = credential.grant.expires_at;
        let detail = match notice {
            ExpiryNotice::Ended => AuditDetail::CredentialExpired { expires_at },
            _ => AuditDetail::CredentialExpiring { days: notice.days(), expires_at },
        };
        self.service.commit(tx, self.service.event(&credential, &detail)).await?;
        Ok(true)
    }
}
