//! The normal form of an audience.
//!
//! This module decides when two audiences are equal, because only one API of an installation can own an audience.
//! Access tokens and the parameter `resource` (RFC 8707) use the spelling that the owner of the API chose.

/// Returns the key for comparing audiences: scheme and host in lower case, without a default port and trailing slashes.
pub fn audience_key(audience: &str) -> String {
    let Some((scheme, rest)) = audience.split_once(':') else { return audience.to_owned() };
    let scheme = scheme.to_ascii_lowercase();
    let key = match rest.strip_prefix("//") {
        None => format!("{scheme}:{rest}"),
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
            let (user, host) = authority.split_at(authority.find('@').map_or(0, |at| at + 1));
            let host = host.to_ascii_lowercase();
            let host = match scheme.as_str() {
                "https" | "wss" => host.trim_end_matches(":443"),
                "http" | "ws" => host.trim_end_matches(":80"),
                _ => &host,
            };
            format!("{scheme}://{user}{host}{path}")
        }
    };
    key.trim_end_matches('/').to_owned()
}

/// Returns whether the audience has no other spelling, apart from those that [`audience_key`] treats as equal.
/// Otherwise a caller that normalizes URIs (RFC 3986 section 6) could mistake it for the audience of another API.
pub(super) fn has_one_spelling(audience: &str) -> bool {
    let Some((scheme, rest)) = audience.split_once(':') else { return false };
    if !has_plain_escapes(rest) || rest.ends_with('?') {
        return false;
    }
    if !["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) {
        return true;
    }
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |end| rest.split_at(end));
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    is_plain_authority(authority) && path.split('/').skip(1).all(|segment| !matches!(segment, "" | "." | ".."))
}

/// Accepts a host with an optional port, which must be a number without leading zeros.
fn is_plain_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_plain_port = |port: &str| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0') && port.parse::<u16>().is_ok()
    };
    let is_name = |host: &str| {
        !host.is_empty()
            && !host.ends_with('.')
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
    };
    let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    port.is_none_or(is_plain_port)
        && in_brackets.map_or_else(|| is_name(host), |host| host.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Accepts only valid percent escapes, and only of characters that need one.
fn has_plain_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let code = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        code.is_some_and(|code| !code.is_ascii_alphanumeric() && !matches!(code, b'-' | b'.' | b'_' | b'~'))
    })
}

#[cfg(test)]
mod tests {
    use super::{audience_key, has_one_spelling};
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_audience_have_one_key() {
        for (one, other) in [
            ("https://api.acme.test", "HTTPS://API.Acme.test/"),
            ("https://api.acme.test", "https://api.acme.test:443"),
            ("http://api.acme.test/v1", "http://api.acme.test:80/v1/"),
            ("https://me@api.acme.test", "https://me@API.acme.test"),
            ("wss://api.acme.test/x?y", "wss://api.acme.test:443/x?y"),
            ("urn:acme:contacts", "URN:acme:contacts/"),
            ("https://[2001:db8::1]", "https://[2001:DB8::1]:443/"),
        ] {
            assert_eq!(audience_key(one), audience_key(other));
        }
    }

    #[test]
    fn what_is_another_audience_has_another_key() {
        let all = [
            "https://api.acme.test",
            "http://api.acme.test",
            "https://api.acme.test:80",
            "https://api.acme.test:8443",
            "https://api.acme.test/v1",
            "https://api.acme.test/V1",
            "https://api.acme.test?v=1",
            "https://api2.acme.test",
            "https://Me@api.acme.test",
            "https://me@api.acme.test",
            "urn:acme:contacts",
            "urn:acme:Contacts",
        ];
        let keys: std::collections::HashSet<_> = all.iter().map(|audience| audience_key(audience)).collect();
        assert_eq!(keys.len(), all.len());
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(audience in "[a-zA-Z+.-]{1,6}:(//)?[a-zA-Z0-9@:/?.\\[\\]-]{0,24}") {
            let key = audience_key(&audience);
            prop_assert_eq!(audience_key(&key), key);
        }

        #[test]
        fn case_default_port_and_slash_never_make_another_audience(
            host in "[a-z0-9]{1,8}(\\.[a-z]{2,5}){0,2}", path in "(/[a-zA-Z0-9]{1,5}){0,3}", slash in "/{0,2}"
        ) {
            let plain = audience_key(&format!("https://{host}{path}"));
            let other = format!("HttpS://{}:443{path}{slash}", host.to_uppercase());
            prop_assert_eq!(audience_key(&other), plain);
        }
    }

    #[test]
    fn what_normalizes_to_another_audience_is_none() {
        for plain in [
            "https://crm.beta.test",
            "https://crm.beta.test/v1",
            "https://crm.beta.test/v1/",
            "HTTPS://CRM.beta.test:8443/v1",
            "https://crm.beta.test/a%20b",
            "https://[2001:db8::1]:8443/v1",
            "http://localhost:3000/v1",
            "https://crm.beta.test/v1?tenant=a",
            "urn:acme:crm",
            "api://default",
        ] {
            assert!(has_one_spelling(plain), "{plain}");
        }
        for other in [
            "https://crm.beta.test:0443/v1",
            "https://crm.beta.test:/v1",
            "https://crm.beta.test:99999/v1",
            "https://crm.beta.test./v1",
            "https://crm.beta.test/%76%31",
            "https://crm.beta.test/v%31",
            "https://crm.beta.test/./v1",
            "https://crm.beta.test/x/../v1",
            "https://crm.beta.test/%2e/v1",
            "https://crm.beta.test//v1",
            "https://crm.beta.test/v1/.",
            "https://crm.beta.test/v1?",
            "https://@crm.beta.test/v1",
            "https://eve@crm.beta.test/v1",
            "https:crm.beta.test/v1",
            "https:/crm.beta.test/v1",
            "https://crm.beta.test/v1%",
            "https://crm.beta.test/v1%zz",
            "https://crm%2ebeta.test/v1",
            "http://[::1",
        ] {
            assert!(!has_one_spelling(other), "{other}");
        }
    }
}
