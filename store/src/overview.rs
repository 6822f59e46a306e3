//! What an organisation has and what became of it, in numbers.
//!
//! Owns: counting within the permit's reach. What is counted is what [`crate::InventoryFilter`] lists.

use crate::{
    ReadTx, Result,
    backend::fetch_all,
    column::parse,
    sql::{
        inventory::COUNTS,
        verification::{TOP_CALLERS, USAGE_OF_ORG},
    },
    usage::UsageHour,
};
use domain::{
    Name, Timestamp,
    credential::{CredentialKind, Status},
    ids::CredentialId,
};

/// How many credentials of a kind are in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialCount {
    /// Of this kind.
    pub kind: CredentialKind,
    /// In this state.
    pub status: Status,
    /// So many.
    pub number: u64,
    /// Of these, without an end.
    pub never_ending: u64,
    /// Of these, not used for long.
    pub idle: u64,
    /// Of these, with an older secret beside the newest.
    pub rolling: u64,
    /// Of these, whose owner is no member any more.
    pub abandoned: u64,
}

/// A credential that was presented often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopCaller {
    /// Its id.
    pub id: CredentialId,
    /// What people call it.
    pub name: Name,
    /// How often.
    pub calls: u64,
}

impl ReadTx {
    /// How many credentials the permit reaches, by kind and state; of the newest `most`. Idle: not used since `idle_since`.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn count_by_state(
        &mut self,
        now: Timestamp,
        idle_since: Timestamp,
        most: u32,
    ) -> Result<Vec<CredentialCount>> {
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(
            &mut self.conn,
            (String, String, i64, i64, i64, i64, i64),
            COUNTS,
            org,
            owner_type,
            owner,
            now.millis(),
            idle_since.millis(),
            i64::from(most),
        )?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let read = |(kind, status, number, never_ending, idle, rolling, abandoned): (
            String,
            String,
            i64,
            i64,
            i64,
            i64,
            i64,
        )| {
            Ok(CredentialCount {
                kind: parse("kind", &kind)?,
                status: parse("status", &status)?,
                number: count(number),
                never_ending: count(never_ending),
                idle: count(idle),
                rolling: count(rolling),
                abandoned: count(abandoned),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// What was counted of all credentials of the organisation in the hours from `from` to `to`, in their order.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn usage_of_org(&mut self, from: Timestamp, to: Timestamp) -> Result<Vec<UsageHour>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, (i64, String, i64), USAGE_OF_ORG, org, from.millis(), to.millis())?;
        Ok(rows.into_iter().map(UsageHour::read).collect())
    }

    /// The credentials within reach that were presented most since, the most first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn top_callers(&mut self, since: Timestamp, limit: u32) -> Result<Vec<TopCaller>> {
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(
            &mut self.conn,
            (String, String, i64),
            TOP_CALLERS,
            org,
            owner_type,
            owner,
            since.millis(),
            i64::from(limit)
        )?;
        let read = |(id, name, calls): (String, String, i64)| {
            Ok(TopCaller {
                id: parse("credential id", &id)?,
                name: parse("credential name", &name)?,
                calls: u64::try_from(calls).unwrap_or(0),
            })
        };
        rows.into_iter().map(read).collect()
    }
}
