//! What an organisation asks of its credentials: seeing it, trying it, changing it, and letting a credential off.
//!
//! Owns: that nobody changes a policy without having seen whom it hits, and that what exists is given notice. What rules mean
//! is decided in [`domain::policy`]; the verification path asks the same functions.

mod change;
mod dry_run;
mod exceptions;

pub use self::change::PolicyChange;
pub(crate) use self::dry_run::is_long_ago;
pub use self::dry_run::{Affected, DryRun, Hit};
pub use self::exceptions::ExceptionRequest;

use crate::{Caller, Result, Service};
use domain::{access::Action, policy::Policies};
use std::sync::Arc;
use store::WriteTx;

impl Service {
    /// Refuses a person who has left: their tokens may go on for a while, and what is asked of everybody is not theirs to say.
    pub(crate) async fn check_is_member(&self, tx: &mut WriteTx, caller: &Caller) -> Result<()> {
        if let Some(user) = caller.actor.user() {
            tx.member(user).await?;
        }
        Ok(())
    }

    /// The policies of the caller's organisation. Everybody in it may know them.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`].
    pub async fn policies(&self, caller: &Caller) -> Result<Arc<Policies>> {
        let permit = self.permit(caller, Action::ReadPolicies).await?;
        Ok(self.inner.db.read(&permit).await?.policies().await?)
    }
}
