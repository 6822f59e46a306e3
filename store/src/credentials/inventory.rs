//! The inventory: all credentials of the organization, of any kind and owner, in one list with filters.
//!
//! Owns: the filters and their translation into one statement. The list is newest first by creation time,
//! because ids of different kinds do not sort together. Never decides who may see which credential; the permit's
//! reach is always applied first.

use super::row::CredentialRow;
use crate::{
    Page, PageRequest, ReadTx, Result,
    backend::fetch_all,
    page::{ListKey, age_key},
    sql::{
        credentials::columns, credentials::join_secrets, credentials::reached, inventory::is_abandoned,
        inventory::is_rolling, inventory::status, inventory::used_or_issued, statements,
    },
};
use domain::{
    Timestamp,
    credential::{Credential, CredentialKind, DAY_SECONDS, Status},
    secret::Environment,
    text::fold,
};

/// Filters for the inventory. An absent filter matches every credential; a credential must match all given filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryFilter {
    pub kind: Option<CredentialKind>,
    pub status: Option<Status>,
    /// Id of the owner. For credentials that the organization itself owns, this is the organization's id.
    pub owner: Option<String>,
    /// A scope that the credential lists by name.
    pub scope: Option<String>,
    pub env: Option<Environment>,
    /// The team, written as it was given.
    pub team: Option<String>,
    /// Not used for at least this many days. A credential that was never used counts from its creation.
    pub idle_days_gte: Option<u32>,
    /// Expires before this time.
    pub expires_before: Option<Timestamp>,
    /// Only credentials that work, with status `active` or `expires_soon`.
    pub is_live: bool,
    /// Only credentials that never expire.
    pub never_ends: bool,
    /// Only credentials whose owner is a former member.
    pub without_owner: bool,
    /// Only credentials with an older secret that still works beside the newest.
    pub is_rolling: bool,
    /// Text in the name, the id or a redacted secret. Case is ignored.
    pub q: Option<String>,
}

/// Longer than the longest name or id, so that cutting here loses no match. SQLite limits the pattern of LIKE.
const LONGEST_PATTERN: usize = 1000;

impl ReadTx {
    /// Returns a page of the credentials that the permit reaches and that match the filter, newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::BadCursor`] if the cursor does not belong to this list with this filter.
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
            filter.team.as_deref(),
        )?;
        Ok(Page::cut(self.fold(&rows).await?, page.limit(), &list, |credential| {
            age_key(credential.created_at, credential.id)
        }))
    }
}

impl InventoryFilter {
    /// Returns whether no row can match: PostgreSQL stores no NUL character, and no scope contains a space.
    fn matches_nothing(&self) -> bool {
        let texts = [&self.owner, &self.scope, &self.team, &self.q];
        texts.into_iter().flatten().any(|text| text.contains('\0'))
            || self.scope.as_ref().is_some_and(|scope| scope.is_empty() || scope.contains(' '))
    }
}

/// Returns whether this text can be part of an id or a redacted secret. Neither contains a space.
fn may_be_of_id(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

/// Returns the LIKE pattern for values that contain this text. Ids and redacted secrets are ASCII; names are stored
/// folded in the same way.
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

statements! {
    /// The page starts below creation time $4 and id $5. A scope is matched with REPLACE, because LIKE ignores case on
    /// SQLite. A search looks in the names, which the age index contains too. It looks in ids and redacted secrets only
    /// if $20 is set. It scans the secrets once, not for each credential.
    INVENTORY = concat!("SELECT ", columns!(), " FROM (
            SELECT * FROM credentials f
            WHERE f.org_id = $1 AND ", reached!("f."), " AND (f.created_at, f.id) < ($4, $5)
                AND (CAST($6 AS TEXT) IS NULL OR f.kind = $6)
                AND (CAST($7 AS TEXT) IS NULL OR f.env = $7)
                AND (CAST($8 AS TEXT) IS NULL OR f.owner_id = $8)
                AND (CAST($9 AS TEXT) IS NULL
                    OR REPLACE(' ' || f.scopes || ' ', ' ' || $9 || ' ', '') <> ' ' || f.scopes || ' ')
                AND (CAST($10 AS BIGINT) IS NULL OR f.expires_at < $10)
                AND (CAST($11 AS TEXT) IS NULL OR $11 = ", status!("$12"), ")
                AND (CAST($13 AS BIGINT) IS NULL OR $13 >= ", used_or_issued!(), ")
                AND (CAST($14 AS TEXT) IS NULL OR f.name_folded LIKE $14 ESCAPE '!'
                    OR (CAST($20 AS TEXT) IS NOT NULL AND (f.id LIKE $20 ESCAPE '!'
                        OR f.id IN (SELECT u.credential_id FROM secrets u
                            WHERE u.org_id = $1 AND LOWER(u.redacted) LIKE $20 ESCAPE '!'))))
                AND (CAST($16 AS TEXT) IS NULL OR f.expires_at IS NULL)
                AND (CAST($21 AS TEXT) IS NULL OR f.team = $21)
                AND (CAST($17 AS TEXT) IS NULL OR ", is_rolling!("$12"), ")
                AND (CAST($19 AS TEXT) IS NULL OR ", is_abandoned!(), ")
                AND (CAST($18 AS TEXT) IS NULL OR (", status!("$12"), ") IN ('active', 'expires_soon'))
            ORDER BY f.created_at DESC, f.id DESC LIMIT $15) c", join_secrets!(),
        "ORDER BY c.created_at DESC, c.id DESC, s.number DESC");
}
