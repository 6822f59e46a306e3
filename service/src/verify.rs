//! The verification path: every credential in memory, kept true by the feed of changes.
//!
//! Owns: answering whether a presented token is good, without a statement, a write or a lock; and that a node which cannot
//! hear the feed stops answering within [`LEASE`]. [`table`] has every secret, [`terms`] what many of them share; [`follow`]
//! fills both and keeps them true; [`elsewhere`] has what other organisations' tokens are worth here; [`present`] asks for
//! the verdict; [`meters`] and [`quota`] count, [`traces`] notes who asks. Never: rules (see [`domain::verify`]).
//!
//! ```text
//! token ─ parse (shape, checksum) ─ verifier ─► table ─► entry ─► terms ─► verdict (domain) ─► meter
//! commit ─► feed row ─► NOTIFY or poll ─► catch_up ─► entries and terms of what changed
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
