//! Forms that work with and without script: what they were refused for, as a whole and at each of their fields.
//!
//! Owns: that both ways of posting show the same words in the same places, because the server says them both times; `Live` is
//! all that such a form needs. Forms whose answer is shown once have programs of their own, which share how they are sent and
//! where trouble is said (`sending.rs`, `trouble.rs`). Never: which fields a form has.

#[cfg(feature = "ssr")]
mod live;
#[cfg(feature = "ssr")]
mod post_form;
#[cfg(feature = "ssr")]
mod refused;
mod script_client;
mod token;
#[cfg(feature = "ssr")]
mod trouble;
#[cfg(feature = "ssr")]
pub(crate) use self::{
    live::Live,
    post_form::PostForm,
    refused::{Refusal, Refused},
    trouble::Trouble,
};

pub use self::script_client::ScriptClient;
pub use self::token::{
    FORM_TOKEN, FORM_TOKEN_HEADER, NOTICE_SEAL, OF_SCRIPT, SEAL, Visitor, notice_sealed_by, sealed_by,
};

#[cfg(feature = "hydrate")]
pub(crate) mod dom;
#[cfg(feature = "hydrate")]
pub(crate) mod sending;
#[cfg(feature = "hydrate")]
pub(crate) mod sent_live;
