//! What the organisation asks of its credentials, on screen: rules in words, trying them, announcing them, exceptions.
//!
//! Owns: the words, and that nothing is saved before its dry run is on the page. Plain forms: they work without script, and
//! what is tried stands in the address. Never: what a rule means; that is `domain::policy`.

#[cfg(feature = "ssr")]
mod asked;
#[cfg(feature = "ssr")]
mod dry_run;
#[cfg(feature = "ssr")]
mod exceptions;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod rules_in_words;
mod server_fns;
#[cfg(feature = "ssr")]
mod units;

#[cfg(feature = "ssr")]
pub(crate) use self::asked::asked;
#[cfg(feature = "ssr")]
pub(crate) use self::dry_run::DryRunPanel;
#[cfg(feature = "ssr")]
pub(crate) use self::exceptions::{ExceptionForm, Exceptions};
#[cfg(feature = "ssr")]
pub(crate) use self::form::PolicyForm;
#[cfg(feature = "ssr")]
pub(crate) use self::rules_in_words::rules_in_words;
pub use self::server_fns::{EndException, GrantException, SavePolicy};
