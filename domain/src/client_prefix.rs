//! Client addresses, shortened to the part that a single client cannot choose.
//!
//! This module decides which addresses count as one client for limits on attempts and connections. One client is a /24
//! of IPv4 or a /64 of IPv6; all unknown addresses together are one client. For IP allowlists, see [`crate::network`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The part of an address that identifies one client. All unknown addresses count as one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientPrefix(Option<IpAddr>);

impl ClientPrefix {
    pub fn of(address: Option<IpAddr>) -> Self {
        Self(address.map(|address| masked(address, 64)))
    }

    /// Returns the /48 around an IPv6 client, because the holder of one /64 usually has the whole /48. IPv4 prefixes
    /// stay as they are.
    #[must_use]
    pub fn site(self) -> Self {
        Self(self.0.map(|address| masked(address, 48)))
    }
}

fn masked(address: IpAddr, ipv6_bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << 8)).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - ipv6_bits))).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> ClientPrefix {
        ClientPrefix::of(Some(text.parse().unwrap()))
    }

    #[test]
    fn one_client_is_one_prefix_however_it_writes_its_address() {
        assert_eq!(of("203.0.113.7"), of("203.0.113.250"));
        assert_eq!(of("203.0.113.7"), of("::ffff:203.0.113.9"));
        assert_ne!(of("203.0.113.7"), of("203.0.114.7"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("2001:db8:1:2::1").site(), of("2001:db8:1:3::1").site());
        assert_ne!(of("2001:db8:1::1").site(), of("2001:db8:2::1").site());
        assert_eq!(ClientPrefix::of(None), ClientPrefix::of(None));
        assert_ne!(ClientPrefix::of(None), of("0.0.0.1"));
    }
}
