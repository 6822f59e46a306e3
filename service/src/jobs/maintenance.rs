//! Runs the jobs of a node next to its requests.
//!
//! Owns the table of jobs with their times. Each job has a loop of its own, so that a long one, such as many notices at
//! once, does not delay the others.

use crate::{Result, Service, use_cases::Jobs};
use futures_util::future::{BoxFuture, join, join_all};
use std::{error::Error, time::Duration};
use tokio::time::sleep;

struct Job {
    name: &'static str,
    /// From the end of one run to the start of the next.
    pause: Duration,
    run: for<'a> fn(&'a Service) -> BoxFuture<'a, Result<()>>,
}

const JOBS: [Job; 7] = [
    // A large flush spreads over some seconds. A process that is killed loses the usage it has not written: about five
    // seconds at most.
    Job {
        name: "flush_usage",
        pause: Duration::from_secs(1),
        run: |service| Box::pin(async { service.node().flush_usage_gently().await }),
    },
    // The longest time until all nodes know a new signing key. A key is published much longer before it signs.
    Job {
        name: "tend_signing_keys",
        pause: Duration::from_secs(5),
        run: |service| Box::pin(async { service.signing_keys().tend().await }),
    },
    Job {
        name: "record_failed_sign_ins",
        pause: Duration::from_secs(5),
        run: |service| Box::pin(async { service.jobs().record_failed_sign_ins().await.map(drop) }),
    },
    Job {
        name: "deliver_mail",
        pause: Duration::from_secs(5),
        run: |service| Box::pin(async { service.jobs().deliver_mail().await.map(drop) }),
    },
    Job {
        name: "expiry_notices",
        pause: Duration::from_secs(60),
        run: |service| Box::pin(async { service.jobs().give_expiry_notices().await.map(drop) }),
    },
    Job {
        name: "idle_credentials",
        pause: Duration::from_secs(60),
        run: |service| Box::pin(async { service.jobs().switch_off_idle().await.map(drop) }),
    },
    Job {
        name: "sweep",
        pause: Duration::from_secs(600),
        run: |service| Box::pin(async { service.jobs().sweep().await }),
    },
];

impl Jobs<'_> {
    /// Follows the feed of changes and runs every job at its time, forever. Stop it by dropping the future, and then
    /// flush usage once more.
    pub async fn run_maintenance(self) {
        join(self.service.node().follow(), join_all(JOBS.map(|job| self.repeat(job)))).await;
    }

    async fn repeat(self, job: Job) {
        loop {
            if let Err(error) = (job.run)(self.service).await {
                let error = &error as &dyn Error;
                tracing::warn!(job = job.name, error, "a job failed; its next run does the rest");
            }
            sleep(job.pause).await;
        }
    }
}
