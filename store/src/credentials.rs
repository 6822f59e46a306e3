//! Credentials and their secrets.
//!
//! Owns: their rows. `row` folds rows into the domain's type, `read`, `inventory`, `write` and `notices` are what
//! transactions can do. Never stores or answers a plain secret; never derives a status, which depends on the time.

mod inventory;
mod notices;
mod read;
pub(crate) mod row;
mod write;

pub use self::inventory::InventoryFilter;
pub use self::write::StoredSecret;
