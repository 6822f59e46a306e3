//! Tests of which requests have a credential, and which are rejected before it is checked.

use super::*;

const KEY: &str = "mint_key_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz29wsm7";

fn find_in(headers: &[(HeaderName, &str)], uri: &str) -> Result<Option<String>, AuthError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    find(&map, &uri.parse().unwrap(), "mint").map(|found| found.map(str::to_owned))
}

#[test]
fn either_header_presents_a_credential_and_the_scheme_is_case_insensitive() {
    for (name, value) in [
        (AUTHORIZATION, format!("Bearer {KEY}")),
        (AUTHORIZATION, format!("bEARER   {KEY}")),
        (AUTHORIZATION, format!("Bearer secret-token:{KEY}")),
        (X_API_KEY, KEY.to_owned()),
        (X_API_KEY, format!("secret-token:{KEY}")),
    ] {
        assert_eq!(find_in(&[(name, &value)], "/contacts").unwrap().as_deref(), Some(KEY), "{value}");
    }
}

#[test]
fn a_request_without_one_or_with_another_scheme_presents_nothing() {
    assert_eq!(find_in(&[], "/contacts?page=2").unwrap(), None);
    assert_eq!(find_in(&[(AUTHORIZATION, "Basic YTpi")], "/contacts").unwrap(), None);
    assert_eq!(
        find_in(&[(AUTHORIZATION, "Bearer")], "/contacts").unwrap().as_deref(),
        Some(""),
        "presented, but empty"
    );
}

#[test]
fn two_at_once_are_refused_even_if_they_are_equal() {
    let bearer = format!("Bearer {KEY}");
    for two in [
        [(AUTHORIZATION, bearer.as_str()), (X_API_KEY, KEY)],
        [(AUTHORIZATION, bearer.as_str()), (AUTHORIZATION, bearer.as_str())],
        [(X_API_KEY, KEY), (X_API_KEY, KEY)],
        [(AUTHORIZATION, "Basic YTpi"), (X_API_KEY, KEY)],
    ] {
        assert!(matches!(find_in(&two, "/contacts"), Err(AuthError::InvalidRequest(_))), "{two:?}");
    }
}

#[test]
fn a_credential_in_the_address_is_refused_whatever_it_is_called() {
    for query in
        [format!("access_token={KEY}"), "access%5Ftoken=x".into(), format!("q=1&t={KEY}"), "access_token".into()]
    {
        let refused = find_in(&[(AUTHORIZATION, "Bearer x")], &format!("/contacts?{query}"));
        assert!(matches!(refused, Err(AuthError::InvalidRequest(_))), "{query}");
    }
}

#[test]
fn what_was_presented_does_not_show_in_debug_output() {
    let mut headers = HeaderMap::new();
    headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer one"));
    headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer two"));
    headers.append(X_API_KEY, HeaderValue::from_static("three"));
    hide(&mut headers);
    let shown = format!("{headers:?}");
    assert!(!["one", "two", "three"].iter().any(|secret| shown.contains(secret)), "{shown}");
}
