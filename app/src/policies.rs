//! Policies: requirements as sentences, preview, announcement and exceptions.
//!
//! Owns their texts. No policy can be saved before its preview is on the page. All forms work without script, and the
//! values of a preview are in the URL. The meaning of requirements is defined in `domain::policy`.

#[cfg(feature = "ssr")]
mod asked;
#[cfg(feature = "ssr")]
mod dry_run;
#[cfg(feature = "ssr")]
mod exceptions;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
mod rule_labels;
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
pub(crate) use self::rule_labels::rules_in_words;
pub use self::server_fns::{EndException, GrantException, SavePolicy};
