//! Writes the counts of the meters to the database, and reports usage.
//!
//! A count is written exactly once, and kept in memory until it can be. One task flushes every few seconds, and a clean
//! stop flushes once more. A process that is killed loses at most the counts since the last flush.

use super::{
    follow::State,
    meters::{Reading, Refused},
    traces::Noticed,
};
use crate::{Caller, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::Action,
    error::{FieldErrors, Flaw},
    ids::{CredentialId, OrgId, RequestId},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use store::{NewTrace, RefusedCall, TraceKind, Usage, UsageHour};

/// Secrets per transaction. This limits how long other writers wait.
const BATCH: usize = 500;
/// Pause between batches, as a multiple of the time the last batch took.
const GENTLE_PART: u32 = 9;
/// Longest total of the pauses in one flush.
const MAX_GENTLE: Duration = Duration::from_secs(4);
/// Default length of a report.
const REPORT_SECONDS: i64 = 7 * 86_400;
/// Longest report: a little more than three months.
const MAX_REPORT_SECONDS: i64 = 100 * 86_400;
const MAX_REFUSED: u32 = 50;
/// How long rejected calls are kept.
const REFUSED_KEPT_SECONDS: i64 = 30 * 86_400;
/// How long usage sources are kept.
const TRACES_KEPT_SECONDS: i64 = 90 * 86_400;
/// How long uses of quotas are kept: longer than the longest period.
const QUOTA_USES_KEPT_SECONDS: i64 = 40 * 86_400;
/// How long the busiest minute of an hour is kept: longer than any use of it.
const MINUTES_KEPT_SECONDS: i64 = 2 * 86_400;
/// How long changes stay in the feed. A node that could not read it for longer reads everything again.
const FEED_KEPT_SECONDS: i64 = 3_600;

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

impl Service {
    /// Writes all counts. If the database does not answer, they are kept for the next flush.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`] if the database does not answer.
    pub async fn flush_usage(&self) -> Result<()> {
        self.flush_in_a_task(false).await
    }

    /// Like [`Service::flush_usage`], but pauses between batches so that concurrent verification does not slow down.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`] if the database does not answer.
    pub async fn flush_usage_gently(&self) -> Result<()> {
        self.flush_in_a_task(true).await
    }

    /// Uses its own task: the caller may stop waiting at any time, and counts already taken from a meter must still be
    /// written.
    async fn flush_in_a_task(&self, is_gentle: bool) -> Result<()> {
        let service = self.clone();
        let flushed = tokio::spawn(async move { service.flush_all(is_gentle).await }).await;
        flushed.unwrap_or_else(|error| Err(ServiceError::Internal(error.into())))
    }

    async fn flush_all(&self, is_gentle: bool) -> Result<()> {
        loop {
            let former = self.former().pop();
            let Some(state) = former else { break };
            if let Err(error) = self.flush(&state, is_gentle).await {
                self.former().push(state);
                return Err(error);
            }
        }
        match self.inner.memory.state.load_full() {
            Some(state) => self.flush(&state, is_gentle).await,
            None => Ok(()),
        }
    }

    fn former(&self) -> MutexGuard<'_, Vec<Arc<State>>> {
        self.inner.former.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a replaced snapshot for counts that came too late for its last flush.
    pub(super) async fn keep_counts_of(&self, former: Arc<State>) {
        self.former().push(former);
    }

    async fn flush(&self, state: &State, is_gentle: bool) -> Result<()> {
        let (mut seq, mut next) = (None, Some(0));
        while let Some(from) = next {
            let started = Instant::now();
            let written;
            (written, next) = self.write_some(state, from, &mut seq).await?;
            if is_gentle && next.is_some() {
                let share = written as f64 / state.meters.len().max(1) as f64;
                tokio::time::sleep((started.elapsed() * GENTLE_PART).min(MAX_GENTLE.mul_f64(share))).await;
            }
        }
        self.flush_quotas(state).await?;
        let refused: Vec<_> = state.meters.refused().iter().filter_map(|call| self.of_refused(state, call)).collect();
        if !refused.is_empty() {
            self.inner.db.record_refused(&refused).await?;
        }
        let traces: BTreeSet<_> = state.traces.take().iter().flat_map(|noticed| of_noticed(state, noticed)).collect();
        if !traces.is_empty() {
            self.inner.db.note_traces(&Vec::from_iter(traces)).await?;
        }
        match seq {
            Some(seq) => self.catch_up_to(seq).await,
            None => Ok(()),
        }
    }

    /// Writes the counts of the next meters. Returns how many meters had counts, and where to continue.
    async fn write_some(&self, state: &State, from: usize, seq: &mut Option<i64>) -> Result<(usize, Option<usize>)> {
        let _one_reader = self.inner.flushing.lock().await;
        let (readings, next) = state.meters.read(&state.table, from, BATCH);
        if readings.is_empty() {
            return Ok((0, next));
        }
        let now = self.now();
        let usage: Vec<_> = readings.iter().filter_map(|reading| of_reading(state, reading, now)).collect();
        match self.inner.db.record_usage(&usage).await {
            Ok(started) => *seq = started.or(*seq),
            Err(error) => {
                readings.iter().for_each(|reading| state.meters.put_back(reading));
                return Err(error.into());
            }
        }
        let counts = readings.iter().flat_map(|reading| &reading.counts);
        counts.for_each(|(verdict, count)| self.inner.totals.add(*verdict, u64::from(*count)));
        Ok((readings.len(), next))
    }

    fn of_refused(&self, state: &State, call: &Refused) -> Option<(RequestId, RefusedCall)> {
        let (org, credential, _) = place(state, call.place)?;
        let id = RequestId::new(call.at, self.inner.sources.entropy());
        Some((id, RefusedCall { org, credential, at: call.at, outcome: call.verdict.as_str().to_owned(), ip: call.ip }))
    }

    /// Deletes old changes from the feed, nodes that are gone, and old quota uses, usage sources and rejected calls.
    ///
    /// # Errors
    /// [`crate::ServiceError::Unavailable`] if the database does not answer.
    pub async fn sweep_verification(&self) -> Result<()> {
        let (now, _) = self.compare_clocks().await?;
        self.inner.db.sweep_feed(now.plus_seconds(-FEED_KEPT_SECONDS)).await?;
        self.inner.db.sweep_quota_uses(now.plus_seconds(-QUOTA_USES_KEPT_SECONDS)).await?;
        self.inner.db.sweep_minutes(now.plus_seconds(-MINUTES_KEPT_SECONDS)).await?;
        self.inner.db.sweep_traces(now.plus_seconds(-TRACES_KEPT_SECONDS)).await?;
        Ok(self.inner.db.sweep_refused(now.plus_seconds(-REFUSED_KEPT_SECONDS)).await?)
    }

    /// Reports how a credential of the caller's organization was used.
    ///
    /// # Errors
    /// [`crate::ServiceError::Missing`] if the credential does not exist or is out of the caller's reach.
    /// [`crate::ServiceError::Invalid`] if the time range is empty or too long.
    pub async fn usage_report(&self, caller: &Caller, id: &str, request: UsageRequest) -> Result<UsageReport> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        let id: CredentialId = id.parse().map_err(|_| crate::ServiceError::Missing)?;
        let to = request.to.unwrap_or_else(|| self.now().plus_seconds(1));
        let from = request.from.unwrap_or_else(|| to.plus_seconds(-REPORT_SECONDS));
        let from = Timestamp::from_millis(from.millis().div_euclid(3_600_000) * 3_600_000);
        if from >= to || to.seconds_since(from) > MAX_REPORT_SECONDS {
            let detail = "Ask for a time of at most 100 days, with from before to.";
            return Err(FieldErrors::one(Flaw::new("out_of_range", detail).at("/from")).into());
        }
        // Includes the latest counts, unless nothing can be written.
        if let Err(error) = self.flush_usage().await {
            tracing::warn!(%error, "usage is reported without what was counted since the last flush");
        }
        let mut tx = self.inner.db.read(&permit).await?;
        let hours = tx.usage(id, from, to).await?;
        Ok(UsageReport { from, to, hours, refused: tx.refused_calls(id, MAX_REFUSED).await? })
    }
}

fn place(state: &State, place: u32) -> Option<(OrgId, CredentialId, u32)> {
    let (entry, org) = state.table.look(place, |entry| Some(state.terms.get(entry.terms as usize)?.load().org.id()))?;
    Some((org, entry.credential, entry.number))
}

fn of_noticed(state: &State, noticed: &Noticed) -> Vec<NewTrace> {
    let Some((org, credential, _)) = place(state, noticed.place) else { return Vec::new() };
    let told = [
        (TraceKind::Address, noticed.ip.map(|ip| ip.to_string())),
        (TraceKind::Api, noticed.asked_by.map(|id| id.to_string())),
        (TraceKind::Operation, noticed.operation.clone()),
    ];
    let trace = |(kind, value)| Some(NewTrace { org, credential, kind, value: value?, at: noticed.at });
    told.into_iter().filter_map(trace).collect()
}

fn of_reading(state: &State, reading: &Reading, now: Timestamp) -> Option<Usage> {
    let (org, credential, number) = place(state, reading.place)?;
    Some(Usage {
        org,
        credential,
        number: (number != 0).then(|| i64::from(number)),
        used_at: reading.used_at,
        ip: reading.ip,
        counted_at: now,
        outcomes: reading.counts.iter().map(|(verdict, count)| (verdict.as_str(), *count)).collect(),
    })
}
