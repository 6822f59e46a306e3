//! Service accounts: users without a login that belong to the organization.
//!
//! Owns the form that creates one, and its server function. Their tokens are ordinary credentials.

mod server_fns;

#[cfg(feature = "ssr")]
mod create_form;

pub use self::server_fns::{CreateServiceAccount, create_service_account};

#[cfg(feature = "ssr")]
pub(crate) use self::create_form::ServiceAccountForm;
