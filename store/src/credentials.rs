//! Credentials and their secrets.
//!
//! Owns: their rows. `row` folds rows into the type of `domain`; the other modules hold the methods of transactions.
//! Never stores or returns a plain secret. Never derives a status, which depends on the time.

pub(crate) mod grant;
pub(crate) mod inventory;
mod load;
pub(crate) mod notices;
pub(crate) mod owners;
pub(crate) mod read;
pub(crate) mod row;
pub(crate) mod write;

pub(crate) use self::grant::grant_columns;
pub use self::inventory::InventoryFilter;
pub(crate) use self::inventory::pattern;
pub use self::load::Alike;
pub use self::owners::OwnerName;
pub use self::write::StoredSecret;
