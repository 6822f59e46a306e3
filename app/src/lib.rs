//! The user interface of Mintmark: pages rendered on the server, and the programs and islands that run in the browser.
//!
//! One crate with two builds. `ssr` contains everything: pages, layout, server functions, and `server_side`, the only
//! module that calls `service`. `hydrate` contains the islands, and the `programs` that enhance server-rendered forms.
//! It does not depend on `service`. Must never decide whether something is allowed, and must never put a secret into a
//! page. Next: `routes` for the list of pages.

#![allow(unreachable_pub, reason = "the component macro makes a private copy of each public component")]

pub mod access_tokens;
pub mod accounts;
pub mod apis;
pub mod approvals;
pub mod credentials;
pub mod error;
pub mod forms;
pub mod inventory;
pub mod members;
pub mod org_authorizations;
pub mod palette;
pub mod policies;
pub mod roles;
pub mod service_accounts;
pub mod sessions;
pub mod signing_keys;
pub mod ui;

#[cfg(feature = "hydrate")]
pub mod programs;

#[cfg(feature = "ssr")]
mod audit;
#[cfg(feature = "ssr")]
mod chooser;
#[cfg(feature = "ssr")]
mod docs;
#[cfg(feature = "ssr")]
mod labels;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod overview;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod server_side;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use self::{
    docs::ApiDocument,
    forms::{FORM_TOKEN, FORM_TOKEN_HEADER, NOTICE_SEAL, OF_SCRIPT, SEAL, Visitor, notice_sealed_by, sealed_by},
    routes::App,
    server_side::HostCookies,
    shell::shell,
};
