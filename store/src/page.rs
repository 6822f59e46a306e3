//! Pages of a list. They are cut by key, not by position, so rows that arrive later don't move anything.
//!
//! Owns: the opaque cursor. A checksum binds a cursor to its list: organization, owner and filters. A cursor grants no
//! right; a forged one could only skip rows of the forger's own list. Never: the order, which is in the statements of
//! `sql`: newest first, by id, by age or by number.

use crate::{Result, StoreError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Timestamp, access::Permit};
use sha2::{Digest, Sha256};

/// The requested page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    cursor: Option<String>,
}

impl PageRequest {
    /// Rows on a page if no limit is given.
    pub const DEFAULT_LIMIT: u32 = 50;
    /// The most rows on a page.
    pub const MAX_LIMIT: u32 = 200;

    /// Requests the page after `cursor`, or the first one. `limit` is clamped to 1 through [`Self::MAX_LIMIT`] rows.
    pub fn new(limit: u32, cursor: Option<String>) -> Self {
        Self { limit: limit.clamp(1, Self::MAX_LIMIT), cursor }
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// Returns the id below which this page starts.
    pub(crate) fn below_id(&self, list: &ListKey) -> Result<String> {
        Ok(self.key(list)?.unwrap_or_else(|| PAST_THE_NEWEST.to_owned()))
    }

    /// Returns the number below which this page starts.
    pub(crate) fn below_number(&self, list: &ListKey) -> Result<i64> {
        let Some(key) = self.key(list)? else { return Ok(i64::MAX) };
        key.parse().map_err(|_| StoreError::BadCursor)
    }

    /// Returns the age and id below which this page starts.
    pub(crate) fn below_age(&self, list: &ListKey) -> Result<(i64, String)> {
        let Some(key) = self.key(list)? else { return Ok((i64::MAX, PAST_THE_NEWEST.to_owned())) };
        let (at, id) = key.split_once(' ').ok_or(StoreError::BadCursor)?;
        Ok((at.parse().map_err(|_| StoreError::BadCursor)?, id.to_owned()))
    }

    /// Returns the key of the last row on the preceding page.
    fn key(&self, list: &ListKey) -> Result<Option<String>> {
        self.cursor.as_ref().map(|cursor| list.open(cursor).ok_or(StoreError::BadCursor)).transpose()
    }
}

/// Returns the key of a row in a list that is cut by age, for [`PageRequest::below_age`].
pub(crate) fn age_key(at: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{} {id}", at.millis())
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(Self::DEFAULT_LIMIT, None)
    }
}

/// Sorts after every id.
const PAST_THE_NEWEST: &str = "~";

/// One page, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Cursor for the next page; `None` on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    pub(crate) fn empty() -> Self {
        Self { items: Vec::new(), next_cursor: None }
    }

    /// Cuts a page out of rows. The query must have asked for one row more than `limit`.
    pub(crate) fn cut(mut items: Vec<T>, limit: u32, list: &ListKey, key: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| list.seal(&key(last)));
        Self { items, next_cursor }
    }
}

/// Identifies one list, so that the cursor of another list is rejected.
pub(crate) struct ListKey(String);

const CHECKSUM: usize = 8;

impl ListKey {
    /// Identifies the list with this name, within the permit's reach.
    pub(crate) fn new(name: &str, permit: &Permit) -> Self {
        let owner = permit.owner().map(|owner| owner.id(permit.org())).unwrap_or_default();
        Self(format!("mintmark-cursor-1\n{name}\n{}\n{owner}\n", permit.org()))
    }

    fn checksum(&self, key: &str) -> [u8; CHECKSUM] {
        let digest = Sha256::new().chain_update(&self.0).chain_update(key).finalize();
        std::array::from_fn(|place| digest[place])
    }

    fn seal(&self, key: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.checksum(key), key.as_bytes()].concat())
    }

    fn open(&self, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (checksum, key) = bytes.split_at_checked(CHECKSUM)?;
        let key = std::str::from_utf8(key).ok()?;
        (checksum == self.checksum(key)).then(|| key.to_owned())
    }
}
