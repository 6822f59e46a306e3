//! The inventory: every credential of the organisation, of any kind and owner, in one list with filters.
//!
//! Owns: the filters and their translation into the one statement. Newest first by age, because ids of different kinds
//! do not sort together. Never: who may see whose; the permit's reach is always applied first.

use super::row::CredentialRow;
use crate::{
    Page, PageRequest, ReadTx, Result,
    backend::fetch_all,
    page::{ListKey, age_key},
    sql::inventory::INVENTORY,
};
use domain::{
    Timestamp,
    credential::{Credential, CredentialKind, DAY_SECONDS, Status},
    secret::Environment,
    text::fold,
};

/// What the inventory is narrowed to; everything that is absent lets all through, and what is given must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryFilter {
    /// Of this kind.
    pub kind: Option<CredentialKind>,
    /// In this state.
    pub status: Option<Status>,
    /// Of the owner with this id, which may be the organisation's own.
    pub owner: Option<String>,
    /// Holding this scope by name.
    pub scope: Option<String>,
    /// For real data or for trying things.
    pub env: Option<Environment>,
    /// Not used for at least this many days; what was never used counts from when it was issued.
    pub idle_days_gte: Option<u32>,
    /// Ending before this instant.
    pub expires_before: Option<Timestamp>,
    /// Working.
    pub is_live: bool,
    /// Without an end.
    pub never_ends: bool,
    /// Of a person who is no member any more.
    pub without_owner: bool,
    /// With an older secret that works beside its newest.
    pub is_rolling: bool,
    /// With this text in the name, the id or what may be shown of a secret, in upper or lower case.
    pub q: Option<String>,
}

/// More than the longest name or id has, so cutting here loses no match; SQLite bounds what LIKE takes.
const LONGEST_PATTERN: usize = 1000;

impl ReadTx {
    /// A page of the credentials that the permit reaches and the filter lets through, newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::BadCursor`]: the cursor is not one of this list with this filter.
    pub async fn inventory(
        &mut self,
        filter: &InventoryFilter,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<Credential>> {
        let list = ListKey::new(&format!("inventory {filter:?}"), self.permit());
        let (below_at, below_id) = page.below_age(&list)?;
        if filter.matches_nothing() {
            return Ok(Page::empty());
        }
        let (org, owner_type, owner) = self.reach();
        let idle_since = filter.idle_days_gte.map(|days| now.plus_seconds(-i64::from(days) * DAY_SECONDS));
        let rows = fetch_all!(
            &mut self.conn,
            CredentialRow,
            INVENTORY,
            org,
            owner_type,
            owner,
            below_at,
            below_id,
            filter.kind.map(CredentialKind::as_str),
            filter.env.map(Environment::as_str),
            filter.owner.as_deref(),
            filter.scope.as_deref(),
            filter.expires_before.map(Timestamp::millis),
            filter.status.map(Status::as_str),
            now.millis(),
            idle_since.map(Timestamp::millis),
            filter.q.as_deref().map(pattern),
            i64::from(page.limit()) + 1,
            filter.never_ends.then_some("never"),
            filter.is_rolling.then_some("rolling"),
            filter.is_live.then_some("live"),
            filter.without_owner.then_some("without owner"),
            filter.q.as_deref().filter(|text| may_be_of_id(text)).map(pattern),
        )?;
        Ok(Page::cut(self.fold(&rows).await?, page.limit(), &list, |credential| {
            age_key(credential.created_at, credential.id)
        }))
    }
}

impl InventoryFilter {
    /// Whether it asks for what no row can have: PostgreSQL stores no NUL, and no scope has a space.
    fn matches_nothing(&self) -> bool {
        let texts = [&self.owner, &self.scope, &self.q];
        texts.into_iter().flatten().any(|text| text.contains('\0'))
            || self.scope.as_ref().is_some_and(|scope| scope.is_empty() || scope.contains(' '))
    }
}

/// Whether an id or what is shown of a secret could have this text in it. Neither has a space.
fn may_be_of_id(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

/// Anything with this text in it. Ids and redacted secrets are ASCII, names are stored folded as here.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in fold(text).chars().take(LONGEST_PATTERN) {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
