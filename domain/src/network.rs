//! IP allowlists: the networks from which a credential may be used.
//!
//! This module reads networks strictly and rejects short, octal and hexadecimal spellings. An IPv4 address is treated
//! the same whether or not it arrives mapped into IPv6.

use crate::{code::FlawCode, error::Flaw};
use ipnet::{IpNet, Ipv4Net};
use serde::Serialize;
use std::{fmt, net::IpAddr, str::FromStr};

/// Maximum number of networks in one allowlist.
pub const MAX_NETWORKS: usize = 100;

/// An IP allowlist. An empty one allows every address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSet(Vec<IpNet>);

/// Reads an address, or a network in CIDR form whose host bits are zero.
///
/// # Errors
/// Returns the flaw `invalid_network`.
pub fn parse_network(text: &str) -> Result<IpNet, Flaw> {
    let wrong = |detail: String| Flaw::new(FlawCode::InvalidNetwork, detail);
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let shape =
        || wrong("Write an address or a network such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.".to_owned());
    let address: IpAddr = address.parse().map_err(|_| shape())?;
    let net = match length {
        None => IpNet::from(address),
        Some(length) if length.len() > 1 && length.starts_with('0') => return Err(shape()),
        Some(length) => IpNet::new(address, length.parse().map_err(|_| shape())?).map_err(|_| shape())?,
    };
    if net.trunc() != net {
        return Err(wrong(format!("{net} has bits after its prefix. Did you mean {}?", net.trunc())));
    }
    Ok(unmapped(net))
}

/// Turns an IPv4 network that is mapped into IPv6 (`::ffff:a.b.c.d/n`) back into an IPv4 network.
fn unmapped(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
        (Some(v4), Some(length)) => Ipv4Net::new(v4, length).map_or(net, IpNet::V4),
        _ => net,
    }
}

impl NetworkSet {
    /// Returns whether a call from `address` is allowed. Only an empty allowlist allows an unknown address.
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        let inside = |address: IpAddr| self.0.iter().any(|net| net.contains(&address.to_canonical()));
        self.0.is_empty() || address.is_some_and(inside)
    }

    /// Returns whether every address that this allowlist allows is also allowed by `outer`.
    pub fn is_within(&self, outer: &Self) -> bool {
        let inside = |net: &IpNet| outer.0.iter().any(|outer| outer.contains(net));
        outer.0.is_empty() || (!self.0.is_empty() && self.0.iter().all(inside))
    }

    pub fn iter(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter()
    }

    /// Returns whether every address is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<IpNet> for NetworkSet {
    fn from_iter<I: IntoIterator<Item = IpNet>>(networks: I) -> Self {
        let mut networks: Vec<_> = networks.into_iter().collect();
        networks.sort_unstable();
        networks.dedup();
        Self(networks)
    }
}

impl fmt::Display for NetworkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, net) in self.0.iter().enumerate() {
            write!(f, "{}{net}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl FromStr for NetworkSet {
    type Err = Flaw;

    fn from_str(text: &str) -> Result<Self, Flaw> {
        text.split(' ').filter(|part| !part.is_empty()).map(parse_network).collect()
    }
}

impl Serialize for NetworkSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_spellings_and_impossible_prefixes_are_refused() {
        for bad in [
            "",
            "0x7f.1",
            "127.1",
            "010.0.0.1",
            "1.2.3.4/33",
            "1.2.3.4/-1",
            "1.2.3.4/08",
            "10.0.0.1/8",
            "::1/129",
            "localhost",
            "1.2.3.4 ",
            "fe80::1%eth0",
        ] {
            assert!(parse_network(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_counts_the_same_mapped_and_plain() {
        let set: NetworkSet = "10.0.0.0/8 2001:db8::/32".parse().unwrap_or_default();
        for inside in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::9"] {
            assert!(set.allows(inside.parse().ok()), "{inside}");
        }
        for outside in ["11.0.0.1", "::ffff:11.0.0.1", "2001:db9::1"] {
            assert!(!set.allows(outside.parse().ok()), "{outside}");
        }
        assert_eq!(parse_network("::ffff:10.0.0.0/104").map(|net| net.to_string()), Ok("10.0.0.0/8".to_owned()));
    }

    #[test]
    fn an_unknown_address_is_refused_unless_everywhere_is_allowed() {
        assert!(NetworkSet::default().allows(None));
        assert!(!"10.0.0.0/8".parse::<NetworkSet>().unwrap_or_default().allows(None));
    }
}
