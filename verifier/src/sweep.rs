//! Deletes what verification no longer needs from the database.

use crate::{Engine, Result};

/// How long rejected calls are kept.
const REFUSED_KEPT_SECONDS: i64 = 30 * 86_400;
/// How long usage sources are kept.
const SOURCES_KEPT_SECONDS: i64 = 90 * 86_400;
/// How long uses of quotas are kept: longer than the longest period.
const QUOTA_USES_KEPT_SECONDS: i64 = 40 * 86_400;
/// How long the busiest minute of an hour is kept: longer than any use of it.
const MINUTES_KEPT_SECONDS: i64 = 2 * 86_400;
/// How long changes stay in the feed. A node that could not read it for longer reads everything again.
const FEED_KEPT_SECONDS: i64 = 3_600;

impl Engine {
    /// Deletes old changes from the feed, nodes that are gone, and old quota uses, usage sources and rejected calls.
    ///
    /// # Errors
    /// [`store::StoreError::Unavailable`] if the database does not answer.
    pub async fn sweep(&self) -> Result<()> {
        let (now, _) = self.compare_clocks().await?;
        self.db.sweep_feed(now.plus_seconds(-FEED_KEPT_SECONDS)).await?;
        self.db.sweep_quota_uses(now.plus_seconds(-QUOTA_USES_KEPT_SECONDS)).await?;
        self.db.sweep_minutes(now.plus_seconds(-MINUTES_KEPT_SECONDS)).await?;
        self.db.sweep_usage_sources(now.plus_seconds(-SOURCES_KEPT_SECONDS)).await?;
        self.db.sweep_refused(now.plus_seconds(-REFUSED_KEPT_SECONDS)).await
    }
}
