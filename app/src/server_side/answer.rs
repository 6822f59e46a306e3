//! Everything sent besides the page: status, redirects, cookies and cache headers.

use super::{
    Theme, incomplete,
    request::{is_navigation, is_page},
};
use crate::error::AppError;
use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

pub(crate) fn set_status(status: StatusCode) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.set_status(status);
    }
}

/// Sets the status of a reply to a script. A native form post is always answered with a redirect.
pub(super) fn set_status_for_script(status: StatusCode) {
    if !is_navigation() {
        set_status(status);
    }
}

pub(super) fn set_header(name: HeaderName, value: HeaderValue) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.insert_header(name, value);
    }
}

/// Adds a cookie to those already set.
pub(super) fn append_cookie(cookie: &str) {
    if let (Some(answer), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
        answer.append_header(header::SET_COOKIE, cookie);
    }
}

/// Prevents every cache, including the browser's, from storing the reply.
pub(crate) fn no_store() {
    set_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Redirects to a page of this site. A script follows the redirect itself.
pub(crate) fn redirect(to: &str) {
    match HeaderValue::from_str(to) {
        Ok(to) if is_page() => {
            set_header(header::LOCATION, to);
            set_status(StatusCode::FOUND);
        }
        _ => leptos_axum::redirect(to),
    }
}

/// Stores the theme for one year.
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
