//! Persistent data of Mintmark, on SQLite or PostgreSQL. No other crate contains SQL.
//!
//! Owns: the schema (`migrations/`), every statement ([`all_statements`]), and transactions with their two rules. A
//! transaction starts with a permit, and a change is committed with an audit event. Never decides what is allowed,
//! never reads a clock, never sees a plain secret.
//!
//! Start at [`Db`], then [`ReadTx`] and [`WriteTx`]. Reads before a caller is known are in [`unscoped_queries`], the reviewed
//! list. Some data needs neither permit nor event, because no tenant decides about it:
//! * browser sessions ([`sessions`])
//! * usage ([`usage`])
//! * nodes ([`feed`])
//! * idempotency keys ([`claims`])
//! * used assertions
//! * peppers ([`peppers`])
//! * the first signing keys ([`signing_keys`])

mod access_tokens;
mod apis;
mod audit_log;
mod backend;
pub mod claims;
mod column;
mod connect;
mod credentials;
mod db;
mod dialect;
mod error;
pub mod feed;
mod folding;
pub mod invitations;
mod limits;
mod members;
mod offboardings;
mod org_authorizations;
mod orgs;
pub mod outbox;
pub mod overview;
mod own_sessions;
mod page;
pub mod peppers;
mod platform;
pub mod policies;
mod quota_uses;
mod roles;
mod service_accounts;
pub mod sessions;
pub mod signing_keys;
pub mod snapshot;
mod sql;
pub mod token_requests;
mod tx;
mod unscoped_queries;
pub mod usage;
mod usage_sources;
mod users;

pub use self::audit_log::{AuditFilter, AuditKeys, AuditRecord, ChainFault, ChainVerdict};
pub use self::claims::{Claim, ClaimOutcome, ClaimRequest};
pub use self::connect::ConnectError;
pub use self::credentials::{Alike, InventoryFilter, OwnerName, StoredSecret};
pub use self::db::Db;
pub use self::error::{Constraint, Result, StoreError};
pub use self::feed::{Change, FeedWaker};
pub use self::members::MemberOfOrg;
pub use self::offboardings::NamedOffboarding;
pub use self::org_authorizations::CrossOrgToken;
pub use self::outbox::MailOf;
pub use self::overview::{Counts, CredentialCount, TopCaller};
pub use self::page::{Page, PageRequest};
pub use self::peppers::StoredPepper;
pub use self::quota_uses::QuotaUse;
pub use self::roles::{ListedRole, RoleHolders};
pub use self::sessions::SessionTable;
pub use self::signing_keys::StoredSigningKey;
pub use self::snapshot::{
    CredentialFields, CredentialRow, GraceOf, OrgContext, PackedCredentials, SecretFields, SharedFields,
};
pub use self::sql::all_statements;
pub use self::token_requests::RequestState;
pub use self::tx::{ReadTx, WriteTx};
pub use self::unscoped_queries::{JobOn, Member};
pub use self::usage::{RefusedCall, Usage, UsageHour};
pub use self::usage_sources::{MAX_USAGE_SOURCES, NewUsageSource, StoredUsageSource, UsageSourceKind};
pub use self::users::{Account, PasswordHash};
