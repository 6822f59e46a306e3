//! Forms that work with and without script, and the display of their errors.
//!
//! Both ways of posting show the same texts in the same places, because the server writes them. `Live` is all a plain
//! form needs. Forms with a one-time reply have their own programs, which share `sending.rs` and `error_notice.rs`. Which
//! fields a form has is not decided here.

#[cfg(feature = "ssr")]
mod error_notice;
#[cfg(feature = "ssr")]
mod live;
#[cfg(feature = "ssr")]
mod post_form;
#[cfg(feature = "ssr")]
mod refused;
mod script_client;
mod token;
#[cfg(feature = "ssr")]
pub(crate) use self::{
    error_notice::ErrorNotice,
    live::Live,
    post_form::PostForm,
    refused::{Refusal, Refused},
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
