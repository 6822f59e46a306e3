//! Reads a policy draft from the URL.

use super::units::unit_named;
use crate::error::{AppError, ErrorKind};
use domain::{
    code::FlawCode,
    credential::CredentialKind,
    error::{FieldErrors, Flaw},
    policy::PolicyDraft,
};

/// The draft to preview. `one` and `all` return the values of a query parameter.
///
/// # Errors
/// [`ErrorKind::Invalid`] if a number is not a whole number.
pub(crate) fn asked(
    kind: CredentialKind,
    one: impl Fn(&str) -> Option<String>,
    all: impl Fn(&str) -> Vec<String>,
) -> Result<PolicyDraft, AppError> {
    let mut errors = FieldErrors::default();
    let is_on = |name: &str| one(name).is_some_and(|value| value == "on");
    let mut number = |name: &str, pointer: &str| {
        let text = one(name).unwrap_or_default();
        let wrong = || Flaw::new(FlawCode::NotANumber, "Write a whole number, or leave it empty.");
        match text.trim() {
            "" => None,
            text => errors.check(pointer, text.parse::<u32>().map_err(|_| wrong())),
        }
    };
    let max_lifetime = number("max_life", "/max_lifetime_seconds");
    let unit = unit_named(&one("max_life_unit").unwrap_or_default());
    let max_idle_days = number("idle_days", "/max_idle_days");
    let notice_days = number("notice_days", "/notice_days");
    if !errors.is_empty() {
        return Err(AppError { fields: errors, ..AppError::new(ErrorKind::Invalid, "Check the marked fields.") });
    }
    let networks = one("networks").unwrap_or_default();
    Ok(PolicyDraft {
        kind: Some(kind),
        creators: Some(all("creators")),
        must_expire: is_on("must_expire"),
        max_lifetime_seconds: max_lifetime.map(|count| i64::from(count) * unit.seconds),
        needs_approval: is_on("needs_approval"),
        networks: networks.split_whitespace().map(str::to_owned).collect(),
        max_idle_days,
        allows_all: Some(!is_on("forbids_all")),
        notice_days,
        warning_days: None,
        confirm_affected: None,
        acknowledge_own_credential: false,
    })
}
