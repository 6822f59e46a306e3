//! Authentication: recognizes people by password and session, and programs by the credential they present.
//!
//! Owns passwords, throttling, browser sessions and bearer credentials. Never decides what a caller may do; that is
//! [`domain::access`].

mod account;
mod bearer;
pub(crate) mod device;
pub(crate) mod failed_sign_ins;
mod form_token;
pub(crate) mod password;
pub mod session;
mod sessions;
mod sign_in;
mod sign_up;
pub(crate) mod throttle;

pub use self::bearer::{Authenticated, Recognized};
pub(crate) use self::bearer::{UNKNOWN, authenticated, check_network, check_status, client_secret, refusal, refuse};
pub use self::device::DEVICE_SECONDS;
pub use self::sign_in::SignedIn;
pub(crate) use self::sign_up::{Proof, slug_taken};
pub use self::sign_up::{SignUp, SignUpMode};
