//! What the statements share: their rules, their list, and the fragments that several of them use.
//!
//! Owns: the SQL dialect. Each statement stands at the end of the file of the function that runs it, with one text for
//! both databases. `$1…$n` work on both drivers. Never use `now()`, arrays, `ILIKE`, `FOR UPDATE` or `::` casts. A
//! nullable filter is `CAST($n AS TEXT) IS NULL OR …`. Many rows at once are one JSON array, unpacked by `json_each`;
//! on PostgreSQL migration 28 defines that function. Every statement on a tenant's rows begins its WHERE with `org_id =
//! $1`. [`all_statements`] lists them, so that a test can prepare each on both databases.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod credentials;
pub(crate) mod inventory;
pub(crate) mod load;
pub(crate) mod roles;

/// Separators between the fields of a secret, and between secrets. No text that `domain` accepts contains either.
pub(crate) const FIELD: char = '\u{1f}';
pub(crate) const ROW: char = '\u{1e}';

/// Declares statements as constants and lists them in `STATEMENTS`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        /// The names and texts of the statements of this file.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(crate) use statements;

/// Returns the names and texts of all statements.
pub fn all_statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    let by_file = [
        crate::access_tokens::STATEMENTS,
        crate::apis::read::STATEMENTS,
        crate::apis::write::STATEMENTS,
        crate::audit_log::append::STATEMENTS,
        crate::audit_log::list::STATEMENTS,
        crate::audit_log::verify::STATEMENTS,
        crate::claims::STATEMENTS,
        crate::credentials::inventory::STATEMENTS,
        crate::credentials::notices::STATEMENTS,
        crate::credentials::owners::STATEMENTS,
        crate::credentials::read::STATEMENTS,
        crate::credentials::write::STATEMENTS,
        crate::feed::STATEMENTS,
        crate::folding::STATEMENTS,
        crate::invitations::STATEMENTS,
        crate::limits::STATEMENTS,
        crate::members::STATEMENTS,
        crate::offboardings::STATEMENTS,
        crate::org_authorizations::STATEMENTS,
        crate::orgs::STATEMENTS,
        crate::outbox::STATEMENTS,
        crate::overview::STATEMENTS,
        crate::own_sessions::STATEMENTS,
        crate::peppers::STATEMENTS,
        crate::platform::STATEMENTS,
        crate::policies::STATEMENTS,
        crate::quota_uses::STATEMENTS,
        crate::roles::STATEMENTS,
        crate::service_accounts::STATEMENTS,
        crate::sessions::STATEMENTS,
        crate::signing_keys::STATEMENTS,
        crate::snapshot::STATEMENTS,
        crate::token_requests::STATEMENTS,
        crate::unscoped_queries::STATEMENTS,
        crate::usage::STATEMENTS,
        crate::usage_sources::STATEMENTS,
        crate::users::STATEMENTS,
    ];
    by_file.into_iter().flatten().copied().chain(load::all())
}
