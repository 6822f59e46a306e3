//! The settings of an organization.

use crate::{Caller, Result, authority::refuse_limited, use_cases::Orgs};
use domain::{
    access::{Action, grace_days},
    audit::{
        AuditDetail,
        detail::{Setting, Span},
    },
    error::FieldErrors,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The grace period for the tokens of members who leave, in days. With 0, the tokens stop at once.
    pub grace_period_days: i64,
}

impl Orgs<'_> {
    /// Returns the settings of the caller's organization.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::MissingScope`].
    pub async fn settings(self, caller: &Caller) -> Result<Settings> {
        let permit = self.service.permit(caller, Action::ReadMembers).await?;
        let grace_period_days = self.service.inner.db.read(&permit).await?.grace_period_days().await?;
        Ok(Settings { grace_period_days })
    }

    /// Sets the grace period for members who leave from now on. Former members keep their dates.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Invalid`] for more than thirty days.
    pub async fn change_settings(self, caller: &Caller, days: Option<i64>) -> Result<Settings> {
        let permit = self.service.permit(caller, Action::ManageMembers).await?;
        // How long tokens of former members work binds everyone.
        refuse_limited(permit.actor())?;
        let at = |flaw: domain::error::Flaw| FieldErrors::one(flaw.at("/grace_period_days"));
        let days = days.map(grace_days).transpose().map_err(at)?;
        let org = self.service.inner.db.org(permit.org()).await?.ok_or(crate::ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        self.service.members().manages(&mut tx).await?;
        let before = tx.grace_period_days().await?;
        let after = days.unwrap_or(before);
        if after != before {
            tx.set_grace_period_days(after).await?;
            let setting = Setting::GraceDays { grace_period_days: Span { before, after } };
            self.service
                .commit(tx, self.service.event(&org, &AuditDetail::OrganizationSettingsChanged(setting)))
                .await?;
        }
        Ok(Settings { grace_period_days: after })
    }
}
