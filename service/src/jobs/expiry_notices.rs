//! Saying that credentials are about to end, or have ended.
//!
//! Owns: one event for each notice, and the mail that tells of it. Any number of nodes may run it at once, and a missed run is made good by the next one:
//! which notice is due stands in the database, and giving it moves that on in the same transaction.

use crate::{Result, Service, ServiceError};
use domain::{
    access::{Action, Actor, Origin},
    audit::AuditAction,
    credential::{DueNotice, ExpiryNotice},
};
use serde_json::json;
use store::{JobOn, StoreError};

const JOB: &str = "expiry_notices";
/// How many are looked up at a time.
const BATCH: u32 = 100;

impl Service {
    /// Gives every notice that is due; answers how many.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`]; the rest is given the next time.
    pub async fn give_expiry_notices(&self) -> Result<usize> {
        let mut total = 0;
        loop {
            let due = self.inner.db.due_notices(self.now(), BATCH).await?;
            let mut given = 0;
            for one in &due {
                match self.give_expiry_notice(one).await {
                    Ok(is_given) => given += usize::from(is_given),
                    Err(error @ ServiceError::Unavailable(_)) => return Err(error),
                    // One that cannot be given does not keep the others waiting.
                    Err(error) => tracing::error!(%error, credential = %one.credential, "a notice cannot be given"),
                }
            }
            total += given;
            if given == 0 || due.len() < BATCH as usize {
                return Ok(total);
            }
        }
    }

    /// Gives the notice that is due about one credential, unless another node has done so meanwhile.
    async fn give_expiry_notice(&self, one: &JobOn) -> Result<bool> {
        let permit = Actor::system(one.org, JOB).permit(Action::GiveExpiryNotice, &Origin::default())?;
        let mut tx = self.inner.db.write(&permit).await?;
        let now = self.now();
        let Some(due_at) = tx.notice_due_at(one.credential).await? else { return Ok(false) };
        let credential = tx.credential(one.credential).await?;
        let Some(DueNotice { notice, next_at }) = credential.due_notice(due_at, now) else { return Ok(false) };
        match tx.give_notice(credential.id, due_at, next_at).await {
            Err(StoreError::Missing) => return Ok(false),
            result => result?,
        }
        self.post_end_of(&mut tx, &credential).await?;
        let event = match notice {
            ExpiryNotice::Ended => {
                let detail = json!({ "expires_at": credential.expires_at });
                self.credential_event(AuditAction::CredentialExpired, &credential, detail)
            }
            _ => {
                let detail = json!({ "days": notice.days(), "expires_at": credential.expires_at });
                self.credential_event(AuditAction::CredentialExpiring, &credential, detail)
            }
        };
        self.commit(tx, event).await?;
        Ok(true)
    }
}
