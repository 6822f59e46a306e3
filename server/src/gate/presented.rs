//! Finds the credential in the headers of a request.
//!
//! Accepts `Bearer`, `token`, Basic with the credential as the password, and `X-API-Key`. A request may present at most
//! one credential (RFC 6750 section 2). Never reads a cookie, and rejects a credential in the query string.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::secret::PlainSecret;

pub(crate) const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

pub(crate) struct Presented {
    pub(crate) secret: PlainSecret,
    /// True if the credential came as Basic. An error must then offer Basic again.
    pub(crate) by_basic: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotPresented {
    Nothing,
    MoreThanOne,
    InQuery,
    Unreadable,
}

pub(crate) fn find(headers: &HeaderMap, uri: &Uri) -> Result<Presented, NotPresented> {
    if uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("access_token="))) {
        return Err(NotPresented::InQuery);
    }
    find_in_headers(headers)
}

/// Like [`find`], but ignores the query. In a forward authentication request the query belongs to the proxy.
pub(crate) fn find_in_headers(headers: &HeaderMap) -> Result<Presented, NotPresented> {
    let lines = |name| headers.get_all(name).iter().map(HeaderValue::as_bytes).filter(is_sent);
    let (mut authorizations, mut keys) = (lines(header::AUTHORIZATION), lines(X_API_KEY));
    match (authorizations.next(), authorizations.next(), keys.next(), keys.next()) {
        (None, _, None, _) => Err(NotPresented::Nothing),
        (Some(value), None, None, _) => from_authorization(value),
        (None, _, Some(value), None) => Ok(plain(text(value)?)),
        _ => Err(NotPresented::MoreThanOne),
    }
}

/// False for an empty header. A proxy may forward a missing header as an empty one.
pub(crate) fn is_sent(value: &&[u8]) -> bool {
    !value.trim_ascii().is_empty()
}

fn text(value: &[u8]) -> Result<&str, NotPresented> {
    std::str::from_utf8(value).ok().filter(|text| text.is_ascii()).ok_or(NotPresented::Unreadable)
}

fn plain(token: &str) -> Presented {
    Presented { secret: PlainSecret::presented(token.to_owned()), by_basic: false }
}

fn from_authorization(value: &[u8]) -> Result<Presented, NotPresented> {
    let (scheme, rest) = text(value)?.split_once(' ').ok_or(NotPresented::Unreadable)?;
    let is = |known: &str| scheme.eq_ignore_ascii_case(known);
    match rest {
        token if is("bearer") || is("token") => Ok(plain(token)),
        pair if is("basic") => from_basic(pair.trim()),
        _ => Err(NotPresented::Unreadable),
    }
}

/// The password, or the user name if the password is empty (RFC 7617).
fn from_basic(encoded: &str) -> Result<Presented, NotPresented> {
    let bytes = zeroize::Zeroizing::new(STANDARD.decode(encoded).map_err(|_| NotPresented::Unreadable)?);
    let pair = std::str::from_utf8(&bytes).map_err(|_| NotPresented::Unreadable)?;
    let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
    let token = if password.is_empty() { user } else { password };
    Ok(Presented { by_basic: true, ..plain(token) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(&'static str, &'static str)]) -> Result<String, NotPresented> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        find(&headers, &Uri::from_static("/v1/me")).map(|presented| presented.secret.expose().to_owned())
    }

    #[test]
    fn every_way_of_presenting_finds_the_token() {
        for header in [
            ("authorization", "Bearer abc"),
            ("authorization", "bEARER abc"),
            ("authorization", "token abc"),
            ("authorization", "Bearer secret-token:abc"),
            ("authorization", "Basic YW55Ym9keTphYmM="),
            ("authorization", "basic YWJjOg=="),
            ("x-api-key", "abc"),
        ] {
            assert_eq!(found(&[header]), Ok("abc".to_owned()), "{header:?}");
        }
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        assert_eq!(found(&[("authorization", "Bearer abc"), ("x-api-key", "abc")]), Err(NotPresented::MoreThanOne));
        assert_eq!(
            found(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]),
            Err(NotPresented::MoreThanOne)
        );
        assert_eq!(found(&[("x-api-key", "a"), ("x-api-key", "b")]), Err(NotPresented::MoreThanOne));
    }

    #[test]
    fn the_query_string_is_refused_and_a_cookie_is_nothing() {
        let uri = Uri::from_static("/v1/me?access_token=abc");
        assert_eq!(find(&HeaderMap::new(), &uri).map(|_| ()), Err(NotPresented::InQuery));
        assert_eq!(found(&[("cookie", "sid=abc")]), Err(NotPresented::Nothing));
        assert_eq!(found(&[("authorization", ""), ("x-api-key", " ")]), Err(NotPresented::Nothing));
        assert_eq!(found(&[("authorization", ""), ("x-api-key", "abc")]), Ok("abc".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_is_said_to_be_so() {
        for header in [
            ("authorization", "abc"),
            ("authorization", "Digest abc"),
            ("authorization", "Basic %%%"),
            ("authorization", "Basic /w=="),
        ] {
            assert_eq!(found(&[header]), Err(NotPresented::Unreadable), "{header:?}");
        }
    }
}
