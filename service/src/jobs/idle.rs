//! Disables credentials that were not used for as long as a policy allows.
//!
//! Makes one event for each. Any number of nodes may run the job at once, because the transaction checks again whether
//! the credential is idle. An enabled credential begins a new idle period. The job cannot disable a token of another
//! organization. It ends the organization authorization, and the owner can authorize the token again after using it.

use crate::{Result, ServiceError, policies::is_long_ago, use_cases::Jobs};
use domain::{
    access::{Action, Actor, RequestContext},
    audit::{AuditDetail, detail::DisabledBy},
    credential::disable,
};
use store::JobOn;

const JOB: &str = "idle_credentials";
/// The number of credentials read at a time.
const BATCH: u32 = 100;

impl Jobs<'_> {
    /// Disables every idle credential of its own organization, and ends the authorization of idle tokens of others.
    /// Returns the number of both.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unavailable`]. The next run disables the rest.
    pub async fn switch_off_idle(self) -> Result<usize> {
        // A use counts even before it is written.
        self.service.node().flush_usage().await?;
        let mut total = 0;
        loop {
            let now = self.service.now();
            let home = self.service.inner.db.idle_credentials(now, BATCH).await?;
            let elsewhere = self.service.inner.db.idle_elsewhere(now, BATCH).await?;
            let is_all = home.len().max(elsewhere.len()) < BATCH as usize;
            let idle = home.iter().map(|one| (one, true)).chain(elsewhere.iter().map(|one| (one, false)));
            let mut switched = 0;
            for (one, is_home) in idle {
                let done = if is_home { self.switch_off(one).await } else { self.end_here(one).await };
                match done {
                    Ok(is_off) => switched += usize::from(is_off),
                    Err(error @ ServiceError::Unavailable(_)) => return Err(error),
                    Err(error) => tracing::error!(%error, credential = %one.credential, "an idle credential stays on"),
                }
            }
            total += switched;
            if switched == 0 || is_all {
                return Ok(total);
            }
        }
    }

    async fn switch_off(self, one: &JobOn) -> Result<bool> {
        let permit = Actor::system(one.org, JOB).permit(Action::SwitchOffIdle, &RequestContext::default())?;
        let mut tx = self.service.inner.db.write(&permit).await?;
        let now = self.service.now();
        let mut credential = tx.credential(one.credential).await?;
        let policies = tx.policies().await?;
        let days = policies.of(credential.kind()).in_force(now).and_then(|version| version.rules.max_idle_days);
        let is_due = days.is_some_and(|days| is_long_ago(credential.idle_since(), days, now))
            && !policies.is_excepted(credential.id, now)
            && !credential.status(now).is_final();
        if !is_due || disable(&mut credential, now).is_err() {
            return Ok(false);
        }
        tx.update_credential(&credential).await?;
        let idle = DisabledBy::Idle { max_idle_days: days, last_used_at: credential.last_used_at() };
        let detail = AuditDetail::CredentialDisabled { by: Some(idle) };
        self.service.commit(tx, self.service.event(&credential, &detail)).await?;
        Ok(true)
    }

    async fn end_here(self, one: &JobOn) -> Result<bool> {
        let permit = Actor::system(one.org, JOB).permit(Action::SwitchOffIdle, &RequestContext::default())?;
        let mut tx = self.service.inner.db.write(&permit).await?;
        let now = self.service.now();
        let token = tx.authorized_token(one.credential).await?;
        let policies = tx.policies().await?;
        let days = policies.of(one.credential.kind()).in_force(now).and_then(|version| version.rules.max_idle_days);
        if !days.is_some_and(|days| is_long_ago(token.idle_since(), days, now)) {
            return Ok(false);
        }
        tx.delete_org_authorization(one.credential).await?;
        let detail = AuditDetail::OrgAuthorizationEnded {
            redacted: token.redacted.clone(),
            owner: token.authorization.owner,
            by_owner: false,
            by: Some(DisabledBy::Idle { max_idle_days: days, last_used_at: token.last_used_at }),
        };
        let about = (&token.authorization, token.name.as_str());
        self.service.commit(tx, self.service.org_authorizations().authorization_event(about, &detail)).await?;
        Ok(true)
    }
}
