//! Turns errors of the service into errors for people. The cause of a fault goes to the log, never to the page.

use super::{
    answer::{set_header, set_status_for_script},
    request::{is_ours, request_id},
    service,
};
use crate::{
    error::{AppError, ErrorKind},
    forms::sealed_by,
    ui::exact_in_words,
};
use domain::{
    Timestamp,
    code::FlawCode,
    error::{FieldErrors, Flaw},
    scope::{Scope, ScopeSet},
};
use http::{HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER};
use leptos::prelude::use_context;
use leptos::server_fn::{ServerFn, error::ServerFnUrlError};
use service::{Caller, Challenge, ServiceError};

/// The error with a message for people. Also sets the status and records denials.
pub(crate) fn refused(error: ServiceError) -> AppError {
    let (status, kind, message) = match &error {
        ServiceError::Invalid(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            ErrorKind::Invalid,
            "Some of what you entered needs a change.".to_owned(),
        ),
        ServiceError::Unauthenticated(Challenge::Missing) => {
            (StatusCode::UNAUTHORIZED, ErrorKind::Unauthenticated, "Your session has ended. Sign in again.".to_owned())
        }
        ServiceError::Unauthenticated(Challenge::Invalid(why)) => {
            (StatusCode::UNAUTHORIZED, ErrorKind::Unauthenticated, (*why).to_owned())
        }
        ServiceError::MissingScope { accepted, granted } => {
            (StatusCode::FORBIDDEN, ErrorKind::Denied, missing_scope(&accepted.difference(granted)))
        }
        ServiceError::PersonRequired => {
            (StatusCode::FORBIDDEN, ErrorKind::Denied, "Only a signed-in person can do this.".to_owned())
        }
        ServiceError::UserContextRequired => {
            (StatusCode::FORBIDDEN, ErrorKind::Denied, "This acts for a person, and the caller is none.".to_owned())
        }
        ServiceError::Forbidden { detail, .. } => (StatusCode::FORBIDDEN, ErrorKind::Denied, (*detail).to_owned()),
        ServiceError::TooManyLiveSecrets { next_retires_at } => {
            (StatusCode::CONFLICT, ErrorKind::Refused, too_many_live(*next_retires_at))
        }
        ServiceError::ScopeInUse { operation } => {
            let message = format!("The operation {operation} still names this scope. Remove the operation first.");
            (StatusCode::CONFLICT, ErrorKind::Refused, message)
        }
        ServiceError::RoleInUse { by } => {
            let message = format!("Somebody still has this role. {by} Then delete it.");
            (StatusCode::CONFLICT, ErrorKind::Refused, message)
        }
        ServiceError::NotConfirmed { affected } => {
            let message = format!(
                "Meanwhile this would hit {affected} credentials. Look at the list again, then save it if that is what you want."
            );
            (StatusCode::CONFLICT, ErrorKind::Conflict, message)
        }
        ServiceError::Changed => (
            StatusCode::CONFLICT,
            ErrorKind::Conflict,
            "Somebody changed it in the meantime. Reload the page to see how it is now.".to_owned(),
        ),
        ServiceError::Missing => (
            StatusCode::NOT_FOUND,
            ErrorKind::Missing,
            "This is not there, or it belongs to another organization or person.".to_owned(),
        ),
        ServiceError::Refused { detail, .. } => (StatusCode::CONFLICT, ErrorKind::Refused, (*detail).to_owned()),
        ServiceError::Busy { detail, retry_after_seconds } => {
            tell_wait(*retry_after_seconds);
            (StatusCode::TOO_MANY_REQUESTS, ErrorKind::RateLimited, (*detail).to_owned())
        }
        ServiceError::RateLimited { .. } | ServiceError::CallLimitReached { .. } => {
            let seconds = error.retry_after_seconds().unwrap_or(1);
            tell_wait(seconds);
            let unit = if seconds == 1 { "second" } else { "seconds" };
            let message = format!("Too many attempts. Wait {seconds} {unit}, then try again.");
            (StatusCode::TOO_MANY_REQUESTS, ErrorKind::RateLimited, message)
        }
        ServiceError::Unavailable(cause) => {
            tracing::warn!(%cause, "a screen could not be served");
            let message = "Mintmark cannot reach its database right now. Nothing was changed; try again in a moment.";
            (StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Unavailable, message.to_owned())
        }
        ServiceError::Internal(cause) => {
            tracing::error!(%cause, "a screen failed");
            let message = "This failed because of a fault in Mintmark. It is in the log under the request below.";
            (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Internal, message.to_owned())
        }
    };
    record(&error);
    set_status_for_script(status);
    let fields = if let ServiceError::Invalid(fields) = error { fields } else { FieldErrors::default() };
    AppError { kind, message, fields, request_id: request_id() }
}

/// Sets the headers of a 429 response.
fn tell_wait(seconds: u32) {
    set_header(RETRY_AFTER, HeaderValue::from(seconds));
    if let Ok(limit) = HeaderValue::from_str(&format!("\"default\";r=0;t={seconds}")) {
        set_header(HeaderName::from_static("ratelimit"), limit);
    }
}

/// Records denials by a rule in the audit log, as the token API does. Denials for a missing scope are already recorded.
fn record(error: &ServiceError) {
    if let (ServiceError::Forbidden { code, detail }, Some(caller), Ok(service)) =
        (error, use_context::<Caller>(), service())
    {
        service.record_refusal_later(caller, *code, detail);
    }
}

fn missing_scope(missing: &ScopeSet) -> String {
    let names = missing.iter().map(Scope::as_str).collect::<Vec<_>>().join(", ");
    match missing.len() {
        0 => "Your role in this organization does not allow this. Ask an Owner or Admin.".to_owned(),
        1 => format!(
            "This needs the scope {names}, which your role in this organization does not have. Ask an Owner or Admin."
        ),
        _ => format!(
            "This needs the scopes {names}, which your role in this organization does not have. Ask an Owner or Admin."
        ),
    }
}

fn too_many_live(next_retires_at: Option<Timestamp>) -> String {
    let why = "As many of its secrets work at once as its kind allows, so there is no room for another.";
    match next_retires_at {
        Some(at) => {
            format!("{why} The next one retires on {}. Finish the last roll to make room now.", exact_in_words(at))
        }
        None => format!("{why} Finish or cancel the last roll first."),
    }
}

/// An error for input that can't be parsed. Shown at its fields.
pub(crate) fn invalid(fields: FieldErrors) -> AppError {
    refused(ServiceError::Invalid(fields))
}

/// Checks that the `confirm` field contains the expected word.
pub(crate) fn confirmed(typed: &str, word: &str) -> Result<(), AppError> {
    if typed.trim() == word {
        return Ok(());
    }
    let flaw = Flaw::new(FlawCode::ConfirmationRequired, format!("Type “{word}” to go on. Nothing was changed."));
    Err(invalid(FieldErrors::one(flaw.at("/confirm"))))
}

/// The error for a form that could not be parsed.
pub(crate) fn incomplete() -> AppError {
    set_status_for_script(StatusCode::BAD_REQUEST);
    let words = "The form arrived incomplete, so nothing was changed. Reload the page and fill it in again.";
    AppError { request_id: request_id(), ..AppError::new(ErrorKind::Invalid, words) }
}

/// The error of a native form post to `F`, from the URL of this page.
///
/// Accepted only with the server's seal for this browser. Otherwise a link could make the page show any text.
pub(crate) fn posted_error<F: ServerFn<Error = AppError>>(posted: &Posted) -> Option<AppError> {
    posted.read().filter(|error| posted.path.as_deref() == Some(F::PATH) && error.kind != ErrorKind::Stale)
}

/// The error of any form that was rendered for another session.
pub(crate) fn posted_too_late(posted: &Posted) -> Option<AppError> {
    posted.read().filter(|error| error.kind == ErrorKind::Stale)
}

/// Parameters that the URL holds about the last post.
pub(crate) struct Posted {
    /// Path of the server function.
    pub(crate) path: Option<String>,
    pub(crate) error: Option<String>,
    /// The server's seal on path and error.
    pub(crate) seal: Option<String>,
}

impl Posted {
    fn read(&self) -> Option<AppError> {
        let (path, error) = (self.path.as_ref()?, self.error.as_ref()?);
        is_ours(&sealed_by(path, error), self.seal.as_ref()?).then(|| ServerFnUrlError::<AppError>::decode_err(error))
    }
}
