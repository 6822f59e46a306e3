//! The verification engine of a node: an in-memory snapshot of every credential, kept current by the change feed.
//!
//! It tells whether a presented token is valid, without a database statement, a write or a lock. A node that cannot
//! read the feed stops answering within [`LEASE`]. This crate contains no rules; they are in [`domain::verify`]. It
//! knows no use cases and no callers; they are in `service`.
//!
//! * [`Engine`] owns everything, [`View`] answers. Verdicts are reached in [`judge`] and in [`View`] alone.
//! * [`follow`] and [`load`] fill the [`snapshot`] and keep it current.
//! * [`table`] holds every secret, [`effective_grant`] the data that many secrets share, and [`cross_org`] the tokens
//!   of other organizations.
//! * [`meters`], [`quota`] and [`usage_sources`] count uses, and [`flush`] writes the counts.
//!
//! ```text
//! token ─ parse (shape, checksum) ─ verifier ─► table ─► entry ─► effective grant ─► verdict (domain) ─► meter
//! commit ─► feed row ─► NOTIFY or poll ─► catch_up ─► entries and effective grants of the change
//! ```

mod build_entry;
mod clock;
mod cross_org;
mod effective_grant;
mod engine;
mod feed_position;
mod flush;
mod follow;
mod forward;
mod grant_slots;
mod health;
mod index;
mod judge;
mod known_credential;
mod load;
mod meters;
mod names;
mod nodes;
mod org_snapshot;
mod quota;
mod scope_cache;
mod shards;
mod snapshot;
mod stored_grant;
mod sweep;
mod table;
mod usage_sources;
mod verified;
mod view;

pub use self::{
    effective_grant::{EffectiveGrant, ReplyParts},
    engine::{Engine, EngineParts, Host},
    feed_position::{LEASE, POLL},
    forward::ForwardRequest,
    grant_slots::SharedCounts,
    health::{BYTES_PER_SECRET, NotReady, VerifyHealth},
    judge::{Call, Lookup, Presentation},
    known_credential::KnownCredential,
    nodes::Propagation,
    org_snapshot::OrgSnapshot,
    stored_grant::StoredGrant,
    table::SecretEntry,
    usage_sources::UsageSource,
    verified::{SignedToken, Subject, Verified},
    view::{Question, View, is_access_token},
};
/// The result of the engine. Its errors are those of the database, and that the feed cannot be heard.
pub use store::Result;
