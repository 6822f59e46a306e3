//! The log as people and programs read it: newest first, page by page, with filters.
//!
//! Owns: [`AuditRecord`], everything that is stored of an event. A reader sees what their permit reaches: all of the
//! organisation, or what they did themselves and what was done to their credentials.

use super::record::EventRow;
use crate::{
    Page, PageRequest, ReadTx, Result, StoreError,
    backend::{fetch_all, fetch_optional},
    column::from_json,
    page::ListKey,
    sql::audit::{LIST_EVENTS, LIST_EVENTS_OF_TARGET},
};
use domain::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// What the log is narrowed to; everything that is absent lets all through, and what is given must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// With this public name, such as `credential.issued`.
    pub action: Option<String>,
    /// By the person, service account or credential with this id.
    pub actor: Option<String>,
    /// Done to what has this id.
    pub target: Option<String>,
    /// At this instant or later.
    pub after: Option<Timestamp>,
    /// Before this instant.
    pub before: Option<Timestamp>,
}

/// One event as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditRecord {
    /// The organisation.
    pub org_id: String,
    /// Its number there: 1, 2, 3, …
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub action: String,
    /// `person`, `credential` or `system`.
    pub actor_type: String,
    /// The person or service account that acted or was represented, the credential of the organisation that acted, or
    /// the job.
    pub actor_id: String,
    /// What it was called.
    pub actor_name: String,
    /// The credential it acted with.
    pub actor_credential_id: Option<String>,
    /// What that was called.
    pub actor_credential_name: Option<String>,
    /// The browser session it acted in.
    pub actor_session_id: Option<String>,
    /// `credential`, `session`, `organisation`, `service_account` or `api`.
    pub target_type: String,
    /// What it was done to.
    pub target_id: String,
    /// What that was called.
    pub target_name: Option<String>,
    /// What changed.
    pub detail: Value,
    /// The request.
    pub request_id: String,
    /// From where.
    pub ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The hash of the event before it, in hexadecimal digits.
    pub prev_hash: String,
    /// Its own hash.
    pub hash: String,
}

impl ReadTx {
    /// A page of the events that the permit reaches and the filter lets through, newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::BadCursor`]: the cursor is not one of this list with this filter.
    pub async fn audit_events(&mut self, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditRecord>> {
        let list = ListKey::new(&format!("audit {filter:?}"), self.permit());
        let below = page.below_number(&list)?;
        if filter.matches_nothing() {
            return Ok(Page::empty());
        }
        let (org, owner_type, owner) = self.reach();
        let (action, actor) = (filter.action.as_deref(), filter.actor.as_deref());
        let (after, before) = (filter.after.map(Timestamp::millis), filter.before.map(Timestamp::millis));
        let wanted = i64::from(page.limit()) + 1;
        let conn = &mut self.conn;
        let rows = match filter.target.as_deref() {
            None => fetch_all!(
                conn,
                EventRow,
                LIST_EVENTS,
                org,
                owner_type,
                owner,
                below,
                action,
                actor,
                after,
                before,
                wanted
            ),
            Some(target) => fetch_all!(
                conn,
                EventRow,
                LIST_EVENTS_OF_TARGET,
                org,
                owner_type,
                owner,
                below,
                action,
                actor,
                after,
                before,
                wanted,
                target,
            ),
        }?;
        let records = rows.into_iter().map(AuditRecord::of).collect::<Result<_>>()?;
        Ok(Page::cut(records, page.limit(), &list, |record| record.seq.to_string()))
    }

    /// The event with this number, if the permit reaches it.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`].
    pub async fn audit_event(&mut self, seq: i64) -> Result<AuditRecord> {
        let (org, owner_type, owner) = self.reach();
        let (nothing, no_instant) = (None::<&str>, None::<i64>);
        let row = fetch_optional!(
            &mut self.conn,
            EventRow,
            LIST_EVENTS,
            org,
            owner_type,
            owner,
            seq.saturating_add(1),
            nothing,
            nothing,
            no_instant,
            no_instant,
            1_i64
        )?;
        row.filter(|row| row.seq == seq).map(AuditRecord::of).transpose()?.ok_or(StoreError::Missing)
    }
}

impl AuditFilter {
    /// Whether it asks for what no row can have: PostgreSQL stores no NUL.
    fn matches_nothing(&self) -> bool {
        let texts = [&self.action, &self.actor, &self.target];
        texts.into_iter().flatten().any(|text| text.contains('\0'))
    }
}

impl AuditRecord {
    fn of(row: EventRow) -> Result<Self> {
        Ok(Self {
            org_id: row.org_id,
            seq: row.seq,
            id: row.id,
            at: Timestamp::from_millis(row.at),
            action: row.action,
            actor_type: row.actor_type,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            actor_credential_id: row.actor_credential_id,
            actor_credential_name: row.actor_credential_name,
            actor_session_id: row.actor_session_id,
            target_type: row.target_type,
            target_id: row.target_id,
            target_name: row.target_name,
            detail: from_json("detail of an event", &row.detail)?,
            request_id: row.request_id,
            ip: row.ip,
            user_agent: row.user_agent,
            prev_hash: hex(&row.prev_hash),
            hash: hex(&row.hash),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
