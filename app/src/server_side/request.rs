//! Reads the request: its context, path and theme, and whether a script sent it.

use super::answer::set_status_for_script;
use crate::{
    error::{AppError, ErrorKind},
    forms::Visitor,
    pages::encoded,
};
use http::{HeaderMap, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use service::{RequestContext, Service, authn::session};

/// A value that the server has attached to the request.
pub(super) fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<Parts>()?.extensions.get::<T>().cloned()
}

pub(super) fn headers() -> HeaderMap {
    use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default()
}

pub(super) fn header(name: &str) -> String {
    headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The browser to which form tokens are bound.
fn browser() -> Option<String> {
    let visitor = extension::<Visitor>()?;
    Some(session::browser(&extension::<tower_sessions::Session>()?, &visitor.0))
}

/// Form token for `purpose`. Empty if the server has attached no session to the request.
pub(crate) fn form_token(purpose: &str) -> String {
    use_context::<Service>()
        .zip(browser())
        .map(|(service, browser)| service.sessions().form_token(&browser, purpose))
        .unwrap_or_default()
}

/// Whether the server created this token for this purpose and browser.
pub(super) fn is_ours(purpose: &str, token: &str) -> bool {
    let known = use_context::<Service>().zip(browser());
    known.is_some_and(|(service, browser)| service.sessions().is_form_token(&browser, purpose, token))
}

/// The request context.
pub(crate) fn origin() -> RequestContext {
    extension().unwrap_or_default()
}

/// ID of the request in the log.
pub(crate) fn request_id() -> Option<String> {
    Some(origin().request_id).filter(|id| !id.is_empty())
}

/// Path of the request.
pub(crate) fn path() -> String {
    use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// The page to sign in on, which shows this page afterwards.
pub(crate) fn sign_in_first() -> String {
    let this = use_context::<Parts>().and_then(|parts| parts.uri.path_and_query().map(ToString::to_string));
    // A slash may stand in a query (RFC 3986 section 3.4), and is easier to read.
    format!("/sign-in?next={}", encoded(&this.unwrap_or_default()).replace("%2F", "/"))
}

/// Whether the request is for a page. Ignores `Accept`, because command-line tools and link checkers accept anything.
pub(super) fn is_page() -> bool {
    !path().starts_with("/_fn/")
}

/// Whether the browser navigates. Otherwise a script reads the reply.
pub(super) fn is_navigation() -> bool {
    is_page() || header("accept").contains("text/html")
}

/// Rejects a native form post, because its one-time reply could not be shown.
pub(crate) fn require_hydrated() -> Result<(), AppError> {
    if !is_navigation() && header("content-type").starts_with("application/json") {
        return Ok(());
    }
    set_status_for_script(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    Err(AppError {
        request_id: request_id(),
        ..AppError::new(
            ErrorKind::Refused,
            "The page was not ready yet, so nothing was issued. Wait until the button can be pressed, and try again.",
        )
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    /// Regardless of the system's theme.
    Light,
    /// Regardless of the system's theme.
    Dark,
}

impl Theme {
    /// In the order of the switch.
    pub(crate) const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// Name in the cookie and the form.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.as_str() == name)
    }
}

pub(crate) fn theme() -> Theme {
    let headers = headers();
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .find_map(|cookie| Theme::named(cookie.trim().strip_prefix("theme=")?))
        .unwrap_or(Theme::System)
}

/// `wanted` if it is a page of this site, or else the list of tokens. Prevents redirects to other sites.
pub(crate) fn page_of_ours(wanted: Option<&str>) -> &str {
    let ours = |address: &&str| {
        address.starts_with('/')
            && !address.starts_with("//")
            && !address.starts_with("/_fn")
            && address.len() < 2000
            && address.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'\\')
    };
    wanted.filter(ours).unwrap_or("/settings/tokens")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        assert_eq!(page_of_ours(Some("/settings/sessions?x=1")), "/settings/sessions?x=1");
        for elsewhere in
            ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "/_fn/sign-out", "settings"]
        {
            assert_eq!(page_of_ours(Some(elsewhere)), "/settings/tokens", "{elsewhere}");
        }
        assert_eq!(page_of_ours(None), "/settings/tokens");
    }
}
