//! Switching off what was not used for as long as a policy allows.
//!
//! Owns: one event for each. Any number of nodes may run it at once: whether it is still idle is looked at again in the
//! transaction that switches it off. It can be switched on again, and is idle from then on.

use crate::{Result, Service, ServiceError, policies::is_idle};
use domain::{
    access::{Action, Actor, Origin},
    audit::AuditAction,
    credential::disable,
};
use serde_json::json;
use store::JobOn;

const JOB: &str = "idle_credentials";
/// How many are looked up at a time.
const BATCH: u32 = 100;

impl Service {
    /// Switches off every credential that is idle for too long; answers how many.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`]; the rest is switched off the next time.
    pub async fn switch_off_idle(&self) -> Result<usize> {
        // A use that is not written down yet is a use.
        self.flush_usage().await?;
        let mut total = 0;
        loop {
            let idle = self.inner.db.idle_credentials(self.now(), BATCH).await?;
            let mut switched = 0;
            for one in &idle {
                match self.switch_off(one).await {
                    Ok(is_off) => switched += usize::from(is_off),
                    Err(error @ ServiceError::Unavailable(_)) => return Err(error),
                    Err(error) => tracing::error!(%error, credential = %one.credential, "an idle credential stays on"),
                }
            }
            total += switched;
            if switched == 0 || idle.len() < BATCH as usize {
                return Ok(total);
            }
        }
    }

    async fn switch_off(&self, one: &JobOn) -> Result<bool> {
        let permit = Actor::system(one.org, JOB).permit(Action::SwitchOffIdle, &Origin::default())?;
        let mut tx = self.inner.db.write(&permit).await?;
        let now = self.now();
        let mut credential = tx.credential(one.credential).await?;
        let policies = tx.policies().await?;
        let days = policies.of(credential.kind()).in_force(now).and_then(|version| version.rules.max_idle_days);
        let is_due = days.is_some_and(|days| is_idle(&credential, days, now))
            && !policies.is_excepted(credential.id, now)
            && !credential.status(now).is_final();
        if !is_due || disable(&mut credential, now).is_err() {
            return Ok(false);
        }
        tx.update_credential(&credential).await?;
        let detail = json!({ "reason": "idle", "max_idle_days": days, "last_used_at": credential.last_used_at() });
        self.commit(tx, self.credential_event(AuditAction::CredentialDisabled, &credential, detail)).await?;
        Ok(true)
    }
}
