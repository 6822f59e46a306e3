//! The normal form of an audience.
//!
//! Owns: when two audiences count as one, so that only one API of an installation can have them. Access tokens carry the
//! audience as its owner wrote it, and `resource` names it like that (RFC 8707).

/// The key under which an audience is taken: scheme and host in lower case, without a default port and trailing slashes.
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

#[cfg(test)]
mod tests {
    use super::audience_key;
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
}
