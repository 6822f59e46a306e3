//! Forms that work with and without script: what they were refused for, as a whole and at each of their fields.
//!
//! Owns: that both ways of posting show the same words in the same places, because the server says them both times; `Live` is
//! all that is a program. Never: which fields a form has.

mod live;

#[cfg(feature = "hydrate")]
pub(crate) mod dom;

pub use self::live::Live;

#[cfg(feature = "ssr")]
mod refused;
#[cfg(feature = "ssr")]
pub(crate) use self::refused::{Refusal, Refused};
