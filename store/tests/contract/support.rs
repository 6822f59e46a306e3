//! Shared test support: new databases ([`database`]), users and credentials ([`world`]), and APIs ([`catalog`]).

pub(crate) mod catalog;
pub(crate) mod database;
pub(crate) mod world;

pub(crate) use self::database::{TestDb, audit_keys};
pub(crate) use self::world::{Tenant, at, event, unique};

use std::future::Future;

/// Runs each named guarantee on both databases.
macro_rules! on_both {
    ($($guarantee:ident),+ $(,)?) => {$(
        mod $guarantee {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::support::run($crate::support::TestDb::sqlite().await, super::$guarantee).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::support::run($crate::support::TestDb::postgres().await, super::$guarantee).await;
            }
        }
    )+};
}

/// Runs a test, and removes its database whatever the outcome.
pub(crate) async fn run<F>(db: TestDb, guarantee: impl FnOnce(TestDb) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let outcome = tokio::spawn(guarantee(db.clone())).await;
    db.remove().await;
    if let Err(failure) = outcome {
        std::panic::resume_unwind(failure.into_panic());
    }
}
