//! The address of the client behind trusted proxies.
//!
//! Reads `X-Forwarded-For` and `Forwarded` (RFC 7239), and believes both only from trusted proxies. An unreadable
//! address hides the addresses before it, so the client's address is then unknown. It is also unknown if the two
//! headers name different clients, because one of them may come from the client.

use ipnet::IpNet;
use std::net::IpAddr;

/// The header that most proxies write.
pub(crate) const X_FORWARDED_FOR: &str = "x-forwarded-for";
/// The header that RFC 7239 defines.
pub(crate) const FORWARDED: &str = "forwarded";

/// The address of the peer. If the peer is a trusted proxy: the nearest address that is not one. `lines` returns all
/// values of a header by its name.
pub(crate) fn client_ip<'a, L: Iterator<Item = &'a [u8]>>(
    peer: IpAddr,
    trusted: &[IpNet],
    lines: impl Fn(&'static str) -> L,
) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    let is_trusted = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let usual: Vec<_> = lines(X_FORWARDED_FOR).flat_map(|line| elements(line, ',')).map(node).collect();
    // If `X-Forwarded-For` is present, a `Forwarded` element may omit `for`, for example to pass on only the protocol.
    let counts = |element: &&str| usual.is_empty() || values_of_for(element).next().is_some();
    let standard = lines(FORWARDED).flat_map(|line| elements(line, ',')).filter(counts);
    let standard: Vec<_> = standard.map(forwarded_for).collect();
    let nearest = |hops: &[Option<IpAddr>]| {
        let stranger = hops.iter().copied().rev().find(|hop| hop.is_none_or(|ip| !is_trusted(ip)));
        stranger.unwrap_or(Some(peer))
    };
    if usual.is_empty() {
        return nearest(&standard);
    }
    let client = nearest(&usual);
    if standard.is_empty() || nearest(&standard) == client { client } else { None }
}

/// The parts of a list that are not empty. A separator inside a quoted string does not count.
fn elements(line: &[u8], separator: char) -> Vec<&str> {
    // A line that is not UTF-8 becomes one unreadable element.
    let Ok(line) = std::str::from_utf8(line) else { return vec!["unknown"] };
    let mut is_quoted = false;
    let parts = line.split(move |character| {
        is_quoted ^= character == '"';
        character == separator && !is_quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The address in `for` of a `Forwarded` element, if `for` occurs once.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut values = values_of_for(element);
    let value = values.next()?;
    if values.next().is_some() { None } else { node(value) }
}

fn values_of_for(element: &str) -> impl Iterator<Item = &str> {
    let pairs = elements(element.as_bytes(), ';').into_iter().filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| name.trim_end().eq_ignore_ascii_case("for")).map(|(_, value)| value)
}

/// An address with or without quotes, brackets and port (RFC 7239 section 6). Returns nothing for `unknown` and for
/// obfuscated names.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text.strip_prefix('"').map_or(Some(text), |quoted| quoted.strip_suffix('"'))?;
    let (address, port) = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?,
        // More than one colon is an IPv6 address without brackets.
        None if text.matches(':').count() == 1 => text.split_at(text.find(':')?),
        None => (text, ""),
    };
    let is_port = |port: &str| {
        !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
        return None;
    }
    let address: IpAddr = address.parse().ok()?;
    let is_v6 = address.is_ipv6();
    (is_v6 || !text.starts_with('[')).then(|| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_by(peer: &str, headers: &[(&str, &str)]) -> Option<String> {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let lines =
            |name: &'static str| headers.iter().filter(move |(own, _)| *own == name).map(|(_, line)| line.as_bytes());
        client_ip(peer.parse().unwrap(), &trusted, lines).map(|ip| ip.to_string())
    }

    fn seen(peer: &str, forwarded: &[&str]) -> Option<String> {
        let headers: Vec<_> = forwarded.iter().map(|line| (X_FORWARDED_FOR, *line)).collect();
        seen_by(peer, &headers)
    }

    #[test]
    fn a_stranger_cannot_choose_their_address() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(seen_by("192.0.2.1", &[(FORWARDED, "for=198.51.100.7")]).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn behind_trusted_proxies_the_nearest_stranger_counts() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 198.51.100.7", "10.2.2.2"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(seen("::1", &["::ffff:198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(seen("10.0.0.1", &[]).as_deref(), Some("10.0.0.1"));
        assert_eq!(seen("10.0.0.1", &["", " , 10.0.0.9,"]).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn every_form_of_an_address_is_read_alike_in_both_headers() {
        for (form, address) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:5123", "203.0.113.7"),
            ("203.0.113.7:_http", "203.0.113.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]:_x", "2001:db8::1"),
            ("[::ffff:203.0.113.7]:443", "203.0.113.7"),
        ] {
            for text in [form.to_owned(), format!("\"{form}\""), format!(" {form} ")] {
                assert_eq!(seen("10.0.0.1", &[&format!("6.6.6.6,{text}")]).as_deref(), Some(address), "{text}");
                for element in [format!("for={text}"), format!("proto=https;For={text};by=\"[::1]:1\"")] {
                    let line = format!("for=6.6.6.6, {element}, for=10.0.0.2:80");
                    assert_eq!(seen_by("10.0.0.1", &[(FORWARDED, &line)]).as_deref(), Some(address), "{line}");
                }
            }
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_is_unknown_and_hides_those_before_it() {
        for form in [
            "0x7f.1",
            "unknown",
            "_hidden",
            "198.51.100.7:",
            "[198.51.100.7]",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]443",
            "\"198.51.100.7",
            "198.51.100.7 8.8.8.8",
            "198.51.100.7:80:80",
            "x\u{fffd}",
        ] {
            assert_eq!(seen("10.0.0.1", &[&format!("198.51.100.7, {form}")]), None, "{form}");
            assert_eq!(seen_by("10.0.0.1", &[(FORWARDED, &format!("for=198.51.100.7, for={form}"))]), None, "{form}");
        }
        assert_eq!(seen_by("10.0.0.1", &[(FORWARDED, "for=198.51.100.7, proto=https")]), None);
    }

    #[test]
    fn two_headers_that_name_different_clients_make_the_address_unknown() {
        let seen =
            |usual: &str, standard: &str| seen_by("10.0.0.1", &[(FORWARDED, standard), (X_FORWARDED_FOR, usual)]);
        let client = Some("198.51.100.7");
        for (usual, standard) in [
            ("198.51.100.7", "for=198.51.100.7"),
            ("6.6.6.6, 198.51.100.7", "for=\"198.51.100.7:80\", for=10.0.0.2"),
            ("198.51.100.7", "proto=https"),
            ("198.51.100.7", ""),
            ("", "for=198.51.100.7"),
        ] {
            assert_eq!(seen(usual, standard).as_deref(), client, "{usual} {standard}");
        }
        for (usual, standard) in [
            ("198.51.100.7", "for=6.6.6.6"),
            ("198.51.100.7", "for=unknown"),
            ("10.0.0.9", "for=6.6.6.6"),
            ("unknown", "for=198.51.100.7"),
        ] {
            assert_eq!(seen(usual, standard), None, "{usual} {standard}");
        }
    }

    #[test]
    fn an_element_that_names_two_clients_names_none() {
        for element in ["for=198.51.100.7;for=6.6.6.6", "for=198.51.100.7;proto=https;FOR=198.51.100.7"] {
            assert_eq!(seen_by("10.0.0.1", &[(FORWARDED, element)]), None, "{element}");
            assert_eq!(seen_by("10.0.0.1", &[(FORWARDED, &format!("for=6.6.6.6, {element}"))]), None, "{element}");
        }
    }
}
