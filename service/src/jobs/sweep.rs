//! Deletes expired rows that nothing reads any more.

use crate::{Result, Service, ServiceError};
use tower_sessions::ExpiredDeletion;

impl Service {
    /// Sweeps every table that has expired rows, also if one of them cannot be swept now.
    ///
    /// # Errors
    /// The first failure. The next run deletes the rest.
    pub(super) async fn sweep(&self) -> Result<()> {
        let (db, now) = (&self.inner.db, self.now());
        let sessions = self.session_table().delete_expired().await;
        let results = [
            db.sweep_access_tokens(now).await.map_err(ServiceError::from),
            sessions.map_err(|error| ServiceError::Unavailable(error.into())),
            self.inner.engine.sweep().await.map_err(ServiceError::from),
            db.sweep_mail(now).await.map(drop).map_err(ServiceError::from),
            db.sweep_claims(now).await.map(drop).map_err(ServiceError::from),
        ];
        results.into_iter().collect()
    }
}
