//! Deletes expired rows that nothing reads any more.

use crate::{Result, ServiceError, use_cases::Jobs};
use tower_sessions::ExpiredDeletion;

impl Jobs<'_> {
    /// Sweeps every table that has expired rows, also if one of them cannot be swept now.
    ///
    /// # Errors
    /// The first failure. The next run deletes the rest.
    pub(super) async fn sweep(self) -> Result<()> {
        let (db, now) = (&self.service.inner.db, self.service.now());
        let sessions = self.service.sessions().table().delete_expired().await;
        let results = [
            db.sweep_access_tokens(now).await.map_err(ServiceError::from),
            sessions.map_err(|error| ServiceError::Unavailable(error.into())),
            self.service.inner.engine.sweep().await.map_err(ServiceError::from),
            db.sweep_mail(now).await.map(drop).map_err(ServiceError::from),
            db.sweep_claims(now).await.map(drop).map_err(ServiceError::from),
        ];
        results.into_iter().collect()
    }
}
