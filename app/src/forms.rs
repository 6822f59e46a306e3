//! Forms that work with and without script: what they were refused for, as a whole and at each of their fields.
//!
//! Owns: that both ways of posting show the same words in the same places, because the server says them both times; `Live` is
//! all that such a form needs. Forms whose answer is shown once have programs of their own, which share how they are sent and
//! where trouble is said (`sending.rs`, `trouble.rs`). Never: which fields a form has.

#[cfg(feature = "ssr")]
mod live;
#[cfg(feature = "ssr")]
mod refused;
#[cfg(feature = "ssr")]
mod trouble;
#[cfg(feature = "ssr")]
pub(crate) use self::{
    live::Live,
    refused::{Refusal, Refused},
    trouble::Trouble,
};

#[cfg(feature = "hydrate")]
pub(crate) mod dom;
#[cfg(feature = "hydrate")]
pub(crate) mod sending;
#[cfg(feature = "hydrate")]
pub(crate) mod sent_live;
