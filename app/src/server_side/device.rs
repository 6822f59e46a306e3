//! The cookie by which a known browser is recognized at sign-in.

use super::{SignedIn, answer::append_cookie, request::headers, service};
use crate::error::AppError;
use http::header;
use leptos::prelude::use_context;
use service::authn::DEVICE_SECONDS;

/// Whether cookies can have the `__Host-` prefix, which requires TLS. The server provides this.
#[derive(Clone, Copy, Debug)]
pub struct HostCookies(pub bool);

fn name() -> &'static str {
    if is_on_a_host() { "__Host-device" } else { "device" }
}

fn is_on_a_host() -> bool {
    use_context::<HostCookies>().is_none_or(|HostCookies(is_on)| is_on)
}

/// Value of the cookie, if the browser sent one.
pub(crate) fn device_cookie() -> Option<String> {
    let (headers, name) = (headers(), name());
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next()
}

/// Remembers this browser for the account that has just signed in.
pub(crate) fn remember_device(signed_in: &SignedIn) -> Result<(), AppError> {
    let value = service()?.accounts().remember_device(device_cookie().as_deref(), &signed_in.user.email);
    let secure = if is_on_a_host() { "; Secure" } else { "" };
    append_cookie(&format!("{}={value}; Path=/; Max-Age={DEVICE_SECONDS}; SameSite=Lax; HttpOnly{secure}", name()));
    Ok(())
}
