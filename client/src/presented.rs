//! Finds the credential of a request in `Authorization: Bearer` or `X-API-Key`.
//!
//! It rejects requests with two credentials, or with one in the URL, where logs and histories keep it (RFC 6750
//! sections 2 and 5.3). It never reads bodies or cookies, and does not check whether a credential is valid.

use crate::{
    error::{AuthError, InvalidToken},
    opaque,
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header::AUTHORIZATION};

pub(crate) const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// The scheme of RFC 8959, which lets scanners find leaked tokens. It is not part of the token.
const SECRET_TOKEN: &str = "secret-token:";

/// The credential of a request, or `None` if it has none.
///
/// # Errors
/// [`AuthError::InvalidRequest`] for two credentials or one in the query; [`InvalidToken::Malformed`] for a header that
/// is not text.
pub(crate) fn find<'a>(headers: &'a HeaderMap, uri: &Uri, brand: &str) -> Result<Option<&'a str>, AuthError> {
    if in_query(uri, brand) {
        return Err(AuthError::InvalidRequest(
            "a credential in the address is refused; send it as Authorization: Bearer",
        ));
    }
    let mut presented = headers.get_all(AUTHORIZATION).iter().map(Form::Authorization);
    let mut keys = headers.get_all(X_API_KEY).iter().map(Form::ApiKey);
    let (first, second) = match presented.next() {
        Some(first) => (first, presented.next().or_else(|| keys.next())),
        None => match keys.next() {
            Some(first) => (first, keys.next()),
            None => return Ok(None),
        },
    };
    if second.is_some() {
        return Err(AuthError::InvalidRequest("two credentials were presented; send one"));
    }
    let text = match first {
        Form::ApiKey(value) => text_of(value)?,
        Form::Authorization(value) => match bearer(text_of(value)?) {
            Some(token) => token,
            None => return Ok(None),
        },
    };
    Ok(Some(text.strip_prefix(SECRET_TOKEN).unwrap_or(text)))
}

/// Marks the headers that [`find`] reads as sensitive, so that they do not appear in debug output.
pub(crate) fn hide(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, X_API_KEY] {
        if let http::header::Entry::Occupied(mut entry) = headers.entry(name) {
            entry.iter_mut().for_each(|value| value.set_sensitive(true));
        }
    }
}

enum Form<'a> {
    Authorization(&'a HeaderValue),
    ApiKey(&'a HeaderValue),
}

fn text_of(value: &HeaderValue) -> Result<&str, AuthError> {
    value.to_str().map(str::trim).map_err(|_| InvalidToken::Malformed.into())
}

/// The text after `Bearer`. `None` for another scheme, which is not a credential for this API.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim_start())
}

/// Detects a parameter named `access_token`, and a credential of this brand under any name.
fn in_query(uri: &Uri, brand: &str) -> bool {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().any(|(name, value)| {
        let value = value.strip_prefix(SECRET_TOKEN).unwrap_or(&value);
        name == "access_token" || opaque::parse(brand, value).is_some()
    })
}

#[cfg(test)]
#[path = "presented_tests.rs"]
mod tests;
