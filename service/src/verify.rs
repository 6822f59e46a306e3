//! The verification path: an in-memory snapshot of every credential, kept current by the change feed.
//!
//! It tells whether a presented token is valid, without a database statement, a write or a lock. A node that cannot
//! read the feed stops answering within [`LEASE`]. This module contains no rules; they are in [`domain::verify`].
//!
//! * [`table`] holds every secret, and [`terms`] holds the data that many secrets share.
//! * [`follow`] fills both and keeps them current. [`elsewhere`] holds the tokens of other organizations.
//! * [`present`] reaches the verdict. [`meters`] and [`quota`] count uses, and [`traces`] records usage sources.
//!
//! ```text
//! token ─ parse (shape, checksum) ─ verifier ─► table ─► entry ─► effective grant ─► verdict (domain) ─► meter
//! commit ─► feed row ─► NOTIFY or poll ─► catch_up ─► entries and effective grants of the change
//! ```

mod clock;
mod elsewhere;
mod fold;
mod follow;
mod forward;
mod grants;
mod health;
mod index;
mod load;
mod meters;
mod names;
mod nodes;
mod present;
mod quota;
mod shards;
mod shared;
mod table;
mod terms;
mod traces;
mod usage;
mod verified;
mod verifier;

pub use self::{
    follow::{LEASE, POLL},
    forward::ForwardRequest,
    health::{BYTES_PER_SECRET, NotReady, VerifyHealth},
    nodes::Propagation,
    shared::SharedCounts,
    usage::{UsageReport, UsageRequest},
    verified::{Subject, Verified},
    verifier::{VerifyCall, VerifyRequest, Verifying},
};
pub(crate) use self::{
    follow::{Memory, State},
    health::Totals,
    present::{Known, Presentation},
    terms::OrgTerms,
    traces::CallTold,
};
