//! Service accounts on screen: users without a login that the organisation owns.
//!
//! Owns: the form that creates one and its server function. Their tokens are credentials like any other.

mod create_form;
mod server_fns;

pub use self::create_form::ServiceAccountForm;
pub use self::server_fns::{CreateServiceAccount, create_service_account};
