//! Reports how a credential was used.

use crate::{Caller, Result, use_cases::Usage};
use domain::{
    Timestamp,
    access::Action,
    code::FlawCode,
    error::{FieldErrors, Flaw},
    ids::CredentialId,
};
use store::{RefusedCall, UsageHour};

/// Default length of a report.
const REPORT_SECONDS: i64 = 7 * 86_400;
/// Longest report: a little more than three months.
const MAX_REPORT_SECONDS: i64 = 100 * 86_400;
const MAX_REFUSED: u32 = 50;

/// The time range of a report.
#[derive(Clone, Copy, Debug, Default)]
pub struct UsageRequest {
    /// Inclusive start. Default: seven days before the end.
    pub from: Option<Timestamp>,
    /// Exclusive end. Default: now.
    pub to: Option<Timestamp>,
}

/// Usage of a credential by hour and outcome.
#[derive(Clone, Debug)]
pub struct UsageReport {
    /// Start, at the beginning of an hour.
    pub from: Timestamp,
    /// Exclusive end.
    pub to: Timestamp,
    pub hours: Vec<UsageHour>,
    /// A sample of rejected calls, newest first, regardless of the time range.
    pub refused: Vec<RefusedCall>,
}

impl Usage<'_> {
    /// Reports how a credential of the caller's organization was used.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`] if the credential does not exist or is out of the caller's reach.
    /// [`crate::ServiceError::Invalid`] if the time range is empty or too long.
    pub async fn report(self, caller: &Caller, id: &str, request: UsageRequest) -> Result<UsageReport> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        let id: CredentialId = id.parse().map_err(|_| crate::ServiceError::Missing)?;
        let to = request.to.unwrap_or_else(|| self.service.now().plus_seconds(1));
        let from = request.from.unwrap_or_else(|| to.plus_seconds(-REPORT_SECONDS));
        let from = Timestamp::from_millis(from.millis().div_euclid(3_600_000) * 3_600_000);
        if from >= to || to.seconds_since(from) > MAX_REPORT_SECONDS {
            let detail = "Ask for a time of at most 100 days, with from before to.";
            return Err(FieldErrors::one(Flaw::new(FlawCode::OutOfRange, detail).at("/from")).into());
        }
        // Includes the latest counts, unless nothing can be written.
        if let Err(error) = self.service.node().flush_usage().await {
            tracing::warn!(%error, "usage is reported without what was counted since the last flush");
        }
        let mut tx = self.service.inner.db.read(&permit).await?;
        let hours = tx.usage(id, from, to).await?;
        Ok(UsageReport { from, to, hours, refused: tx.refused_calls(id, MAX_REFUSED).await? })
    }
}
