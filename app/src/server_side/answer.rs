//! What is sent besides the page: status, redirects, cookies and how long things may be kept.

use super::{
    Theme, incomplete,
    request::{is_navigation, is_page},
};
use crate::error::AppError;
use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Sends a page under this status.
pub(crate) fn set_status(status: StatusCode) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.set_status(status);
    }
}

/// Gives the reply to a script its status. A native form post is answered with a redirect, whatever happened.
pub(super) fn set_status_for_script(status: StatusCode) {
    if !is_navigation() {
        set_status(status);
    }
}

/// Sets one header of the reply.
pub(super) fn set_header(name: HeaderName, value: HeaderValue) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.insert_header(name, value);
    }
}

/// Sets a cookie beside those that are set already.
pub(super) fn append_cookie(cookie: &str) {
    if let (Some(answer), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        answer.append_header(header::SET_COOKIE, cookie);
    }
}

/// Forbids every cache, the browser's included, to keep the reply.
pub(crate) fn no_store() {
    set_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Goes on at one of our pages: at once for a page and for a native form post, by the client for a script.
pub(crate) fn redirect(to: &str) {
    match HeaderValue::from_str(to) {
        Ok(to) if is_page() => {
            set_header(header::LOCATION, to);
            set_status(StatusCode::FOUND);
        }
        _ => leptos_axum::redirect(to),
    }
}

/// Remembers the theme for a year.
pub(crate) fn set_theme_cookie(name: &str) -> Result<(), AppError> {
    let theme = Theme::named(name).ok_or_else(incomplete)?;
    let cookie = match theme {
        Theme::System => "theme=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly",
        Theme::Light => "theme=light; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        Theme::Dark => "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
    };
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.append_header(header::SET_COOKIE, HeaderValue::from_static(cookie));
    }
    Ok(())
}
