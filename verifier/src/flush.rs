//! Writes the counts of the meters to the database.
//!
//! A count is written exactly once, and kept in memory until it can be. One task flushes every few seconds, and a clean
//! stop flushes once more. A process that is killed loses at most the counts since the last flush.

use crate::{
    Engine, Result,
    meters::{Reading, Refused},
    snapshot::Snapshot,
    usage_sources::NewSource,
};
use domain::{
    Timestamp,
    ids::{CredentialId, OrgId, RequestId},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use store::{NewUsageSource, RefusedCall, StoreError, Usage, UsageSourceKind};

/// Secrets per transaction. This limits how long other writers wait.
const BATCH: usize = 500;
/// Pause between batches, as a multiple of the time the last batch took.
const GENTLE_PART: u32 = 9;
/// Longest total of the pauses in one flush.
const MAX_GENTLE: Duration = Duration::from_secs(4);

impl Engine {
    /// Writes all counts. If the database does not answer, they are kept for the next flush.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub async fn flush(self: &Arc<Self>) -> Result<()> {
        self.flush_in_a_task(false).await
    }

    /// Like [`Engine::flush`], but pauses between batches so that concurrent verification does not slow down.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub async fn flush_gently(self: &Arc<Self>) -> Result<()> {
        self.flush_in_a_task(true).await
    }

    /// Uses its own task: the caller may stop waiting at any time, and counts already taken from a meter must still be
    /// written.
    async fn flush_in_a_task(self: &Arc<Self>, is_gentle: bool) -> Result<()> {
        let engine = self.clone();
        let flushed = tokio::spawn(async move { engine.flush_all(is_gentle).await }).await;
        flushed.unwrap_or_else(|error| Err(StoreError::Internal(error.into())))
    }

    async fn flush_all(&self, is_gentle: bool) -> Result<()> {
        loop {
            let former = self.former().pop();
            let Some(snapshot) = former else { break };
            if let Err(error) = self.flush_one(&snapshot, is_gentle).await {
                self.former().push(snapshot);
                return Err(error);
            }
        }
        match self.snapshot.load_full() {
            Some(snapshot) => self.flush_one(&snapshot, is_gentle).await,
            None => Ok(()),
        }
    }

    fn former(&self) -> MutexGuard<'_, Vec<Arc<Snapshot>>> {
        self.former.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a replaced snapshot for counts that came too late for its last flush.
    pub(crate) fn keep_counts_of(&self, former: Arc<Snapshot>) {
        self.former().push(former);
    }

    async fn flush_one(&self, snapshot: &Snapshot, is_gentle: bool) -> Result<()> {
        let (mut seq, mut next) = (None, Some(0));
        while let Some(from) = next {
            let started = Instant::now();
            let written;
            (written, next) = self.write_some(snapshot, from, &mut seq).await?;
            if is_gentle && next.is_some() {
                let share = written as f64 / snapshot.meters.len().max(1) as f64;
                tokio::time::sleep((started.elapsed() * GENTLE_PART).min(MAX_GENTLE.mul_f64(share))).await;
            }
        }
        self.flush_quotas(snapshot).await?;
        let refused: Vec<_> =
            snapshot.meters.refused().iter().filter_map(|call| self.refused_call(snapshot, call)).collect();
        if !refused.is_empty() {
            self.db.record_refused(&refused).await?;
        }
        let sources: BTreeSet<_> =
            snapshot.sources.take().iter().flat_map(|source| usage_sources_of(snapshot, source)).collect();
        if !sources.is_empty() {
            self.db.note_usage_sources(&Vec::from_iter(sources)).await?;
        }
        match seq {
            Some(seq) => self.catch_up_to(seq).await,
            None => Ok(()),
        }
    }

    /// Writes the counts of the next meters. Returns how many meters had counts, and where to continue.
    async fn write_some(
        &self,
        snapshot: &Snapshot,
        from: usize,
        seq: &mut Option<i64>,
    ) -> Result<(usize, Option<usize>)> {
        let _one_reader = self.flushing.lock().await;
        let (readings, next) = snapshot.meters.read(&snapshot.table, from, BATCH);
        if readings.is_empty() {
            return Ok((0, next));
        }
        let now = self.now();
        let usage: Vec<_> = readings.iter().filter_map(|reading| usage_of(snapshot, reading, now)).collect();
        match self.db.record_usage(&usage).await {
            Ok(started) => *seq = started.or(*seq),
            Err(error) => {
                readings.iter().for_each(|reading| snapshot.meters.put_back(reading));
                return Err(error);
            }
        }
        let counts = readings.iter().flat_map(|reading| &reading.counts);
        counts.for_each(|(verdict, count)| self.totals.add(*verdict, u64::from(*count)));
        Ok((readings.len(), next))
    }

    fn refused_call(&self, snapshot: &Snapshot, call: &Refused) -> Option<(RequestId, RefusedCall)> {
        let (org, credential, _) = secret_at(snapshot, call.position)?;
        let id = RequestId::new(call.at, self.host.entropy());
        Some((id, RefusedCall { org, credential, at: call.at, outcome: call.verdict.as_str().to_owned(), ip: call.ip }))
    }
}

fn secret_at(snapshot: &Snapshot, position: u32) -> Option<(OrgId, CredentialId, u32)> {
    let (entry, org) =
        snapshot.table.look(position, |entry| Some(snapshot.grants.get(entry.grant as usize)?.load().org.id()))?;
    Some((org, entry.credential, entry.number))
}

fn usage_sources_of(snapshot: &Snapshot, source: &NewSource) -> Vec<NewUsageSource> {
    let Some((org, credential, _)) = secret_at(snapshot, source.position) else { return Vec::new() };
    let values = [
        (UsageSourceKind::Address, source.ip.map(|ip| ip.to_string())),
        (UsageSourceKind::Api, source.asked_by.map(|id| id.to_string())),
        (UsageSourceKind::Operation, source.operation.clone()),
    ];
    let source = |(kind, value)| Some(NewUsageSource { org, credential, kind, value: value?, at: source.at });
    values.into_iter().filter_map(source).collect()
}

fn usage_of(snapshot: &Snapshot, reading: &Reading, now: Timestamp) -> Option<Usage> {
    let (org, credential, number) = secret_at(snapshot, reading.position)?;
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
