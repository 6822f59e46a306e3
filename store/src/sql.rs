//! All statements, as named constants with one text for both databases.
//!
//! Owns: the SQL. `$1…$n` work on both drivers. Never use `now()`, arrays, `ILIKE`, `FOR UPDATE` or `::` casts. A
//! nullable filter is `CAST($n AS TEXT) IS NULL OR …`. Many rows at once are one JSON array, unpacked by `json_each`;
//! on PostgreSQL migration 28 defines that function. Every statement on a tenant's rows begins its WHERE with `org_id =
//! $1`. [`all_statements`] lists them, so that a test can prepare each on both databases.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod claims;
pub(crate) mod credentials;
pub(crate) mod folding;
pub(crate) mod inventory;
pub(crate) mod limits;
pub(crate) mod load;
pub(crate) mod oauth;
pub(crate) mod offboardings;
pub(crate) mod org_authorizations;
pub(crate) mod outbox;
pub(crate) mod overview;
pub(crate) mod platform;
pub(crate) mod policies;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod snapshot;
pub(crate) mod usage_sources;
pub(crate) mod verification;

/// Declares statements as constants and lists them in `ALL`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)+
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
use statements;

/// Returns the names and texts of all statements.
pub fn all_statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    let by_topic = [
        accounts::ALL,
        audit::ALL,
        catalog::ALL,
        claims::ALL,
        credentials::ALL,
        offboardings::ALL,
        folding::ALL,
        inventory::ALL,
        limits::ALL,
        oauth::ALL,
        org_authorizations::ALL,
        outbox::ALL,
        overview::ALL,
        platform::ALL,
        policies::ALL,
        snapshot::ALL,
        roles::ALL,
        sessions::ALL,
        usage_sources::ALL,
        verification::ALL,
    ];
    by_topic.into_iter().flatten().copied().chain(load::all())
}
