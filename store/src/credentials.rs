//! Credentials and their secrets.
//!
//! Owns: their rows. `row` folds rows into the domain's type, `read`, `inventory`, `owners`, `write`, `load` and
//! `notices` are what transactions can do. Never stores or answers a plain secret; never derives a status, which depends on the time.

mod inventory;
mod load;
mod notices;
mod owners;
mod read;
pub(crate) mod row;
mod write;

pub use self::inventory::InventoryFilter;
pub(crate) use self::inventory::pattern;
pub use self::load::Alike;
pub use self::owners::OwnerName;
pub use self::write::StoredSecret;
