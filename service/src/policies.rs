//! The credential policies of an organization: reads, previews and changes them, and grants exceptions.
//!
//! A change must be confirmed with the number of affected credentials, and existing credentials get a notice period.
//! [`domain::policy`] decides what the rules mean. Verification calls the functions there too.

mod change;
mod dry_run;
mod exceptions;

pub use self::change::PolicyChange;
pub(crate) use self::dry_run::is_long_ago;
pub use self::dry_run::{Affected, DryRun, Hit};
pub use self::exceptions::ExceptionRequest;

use crate::{Caller, Result, use_cases::OrgPolicies};
use domain::{access::Action, policy::Policies};
use std::sync::Arc;
use store::WriteTx;

impl OrgPolicies<'_> {
    /// Rejects former members. In the grace period their tokens may work, but not change rules for everyone.
    pub(crate) async fn check_is_member(self, tx: &mut WriteTx, caller: &Caller) -> Result<()> {
        if let Some(user) = caller.actor.user() {
            tx.member(user).await?;
        }
        Ok(())
    }

    /// Returns the policies of the caller's organization. All its members and credentials may read them.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Unavailable`] if the database is not available.
    pub async fn list(self, caller: &Caller) -> Result<Arc<Policies>> {
        let permit = self.service.permit(caller, Action::ReadPolicies).await?;
        Ok(self.service.inner.db.read(&permit).await?.policies().await?)
    }
}
