//! Pages of a list, cut by a key and not by a count, so that rows which arrive meanwhile move nothing.
//!
//! Owns: the opaque cursor. A cursor is bound to the list it was made for (organisation, owner, kind) by a
//! checksum; it carries no right, so a forged one could only skip the forger's own rows. Never: the order itself,
//! which is in the statements of `sql`: newest first, by id.

use crate::{Result, StoreError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::Permit;
use sha2::{Digest, Sha256};

/// Which page of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    cursor: Option<String>,
}

impl PageRequest {
    /// Rows on a page when nobody says.
    pub const DEFAULT_LIMIT: u32 = 50;
    /// The most rows on a page.
    pub const MAX_LIMIT: u32 = 200;

    /// The page of at most `limit` rows (held within 1 and [`Self::MAX_LIMIT`]) after `cursor`, or the first one.
    pub fn new(limit: u32, cursor: Option<String>) -> Self {
        Self { limit: limit.clamp(1, Self::MAX_LIMIT), cursor }
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// The id below which this page starts.
    pub(crate) fn before(&self, list: &ListKey) -> Result<String> {
        match &self.cursor {
            None => Ok(PAST_THE_NEWEST.to_owned()),
            Some(cursor) => list.open(cursor).ok_or(StoreError::BadCursor),
        }
    }
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
    /// The rows.
    pub items: Vec<T>,
    /// What to ask for the next page with; nothing on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page out of rows of which one more than `limit` was asked for.
    pub(crate) fn cut(mut items: Vec<T>, limit: u32, list: &ListKey, id: impl Fn(&T) -> String) -> Self {
        let limit = limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| list.seal(&id(last)));
        Self { items, next_cursor }
    }
}

/// Names one list, so that a cursor of another list is recognised.
pub(crate) struct ListKey(String);

const CHECKSUM: usize = 8;

impl ListKey {
    /// The list of this name as the permit reaches it.
    pub(crate) fn new(name: &str, permit: &Permit) -> Self {
        let owner = permit.owner().map(|owner| owner.to_string()).unwrap_or_default();
        Self(format!("mintmark-cursor-1\n{name}\n{}\n{owner}\n", permit.org()))
    }

    fn checksum(&self, id: &str) -> [u8; CHECKSUM] {
        let digest = Sha256::new().chain_update(&self.0).chain_update(id).finalize();
        std::array::from_fn(|place| digest[place])
    }

    fn seal(&self, id: &str) -> String {
        URL_SAFE_NO_PAD.encode([&self.checksum(id), id.as_bytes()].concat())
    }

    fn open(&self, cursor: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (checksum, id) = bytes.split_at_checked(CHECKSUM)?;
        let id = std::str::from_utf8(id).ok()?;
        (checksum == self.checksum(id)).then(|| id.to_owned())
    }
}
