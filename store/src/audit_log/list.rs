//! Reads the log for people and programs: newest first, page by page, with filters.
//!
//! Owns: [`AuditRecord`], which has everything that is stored about an event. The permit decides what a reader sees. It
//! reaches the whole organization, or only the reader's own actions and the changes to the reader's credentials.

use super::record::EventRow;
use crate::{
    Page, PageRequest, ReadTx, Result, StoreError,
    backend::{fetch_all, fetch_optional},
    column::from_json,
    page::ListKey,
    sql::{audit::columns, statements},
};
use domain::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// Filters for the audit log. An absent filter matches every event; an event must match all given filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The public name of the event, such as `credential.issued`.
    pub action: Option<String>,
    /// Id of the user, service account or credential that acted.
    pub actor: Option<String>,
    /// Id of the target.
    pub target: Option<String>,
    /// Earliest time, inclusive.
    pub after: Option<Timestamp>,
    /// Latest time, exclusive.
    pub before: Option<Timestamp>,
}

/// One event as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditRecord {
    pub org_id: String,
    /// Number of the event in its organization: 1, 2, 3, …
    pub seq: i64,
    pub id: String,
    pub at: Timestamp,
    pub action: String,
    /// `person`, `credential` or `system`.
    pub actor_type: String,
    /// Id of the user or service account that acted or was represented, or of the credential that acted for the
    /// organization. For a job, its name.
    pub actor_id: String,
    /// Name of the actor at the time of the event.
    pub actor_name: String,
    /// The credential the actor used.
    pub actor_credential_id: Option<String>,
    /// Name of that credential at the time of the event.
    pub actor_credential_name: Option<String>,
    /// The browser session the actor used.
    pub actor_session_id: Option<String>,
    /// Kind of the target, such as `credential`, `session` or `api`.
    pub target_type: String,
    pub target_id: String,
    /// Name of the target at the time of the event.
    pub target_name: Option<String>,
    /// The change, as JSON.
    pub detail: Value,
    pub request_id: String,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    /// Hash of the preceding event, in hexadecimal.
    pub prev_hash: String,
    /// Hash of this event, in hexadecimal.
    pub hash: String,
}

impl ReadTx {
    /// Returns a page of the events that the permit reaches and that match the filter, newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::BadCursor`] if the cursor does not belong to this list with this filter.
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

    /// Returns the event with this number.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if there is no such event, or the permit does not reach it.
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
    /// Returns whether no row can match: PostgreSQL stores no NUL character.
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
            action: current_name(row.action),
            actor_type: row.actor_type,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            actor_credential_id: row.actor_credential_id,
            actor_credential_name: row.actor_credential_name,
            actor_session_id: row.actor_session_id,
            target_type: current_name(row.target_type),
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

/// Events are never changed, so those of earlier releases keep the British spelling that these wrote.
fn current_name(name: String) -> String {
    match name.strip_prefix("organisation") {
        Some(rest) => format!("organization{rest}"),
        None => name,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The events below number $4 that are within reach and match the filters. If $2 and $3 name the only reachable owner,
/// these are the owner's own actions and the changes to the owner's credentials.
macro_rules! listed {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit_events e
        WHERE e.org_id = $1 AND e.seq < $4
            AND (CAST($2 AS TEXT) IS NULL OR e.actor_id = $3 OR EXISTS (SELECT 1 FROM credentials c
                WHERE c.org_id = e.org_id AND c.id = e.target_id AND c.owner_type = $2 AND c.owner_id = $3))
            AND (CAST($5 AS TEXT) IS NULL OR e.action IN ($5, REPLACE($5, 'organization.', 'organisation.')))
            AND (CAST($6 AS TEXT) IS NULL OR e.actor_id = $6 OR e.actor_credential_id = $6)
            AND (CAST($7 AS BIGINT) IS NULL OR e.at >= $7)
            AND (CAST($8 AS BIGINT) IS NULL OR e.at < $8) "
        )
    };
}

statements! {
    /// This and the next are separate statements, so that each uses its own index.
    LIST_EVENTS = concat!(listed!(), "ORDER BY e.seq DESC LIMIT $9");

    LIST_EVENTS_OF_TARGET = concat!(listed!(), "AND e.target_id = $10 ORDER BY e.seq DESC LIMIT $9");
}
