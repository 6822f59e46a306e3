//! Checks that a public point is on its curve.
//!
//! This module supports the curves P-256 and edwards25519. It handles only public values, so the computation need not
//! take constant time.

use num_bigint::BigUint;
use std::sync::LazyLock;

/// The parameters of P-256 (NIST SP 800-186 section 3.2.1.3).
struct P256 {
    p: BigUint,
    b: BigUint,
}

static P256: LazyLock<P256> = LazyLock::new(|| P256 {
    p: hex(b"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
    b: hex(b"5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
});

/// The parameters of edwards25519 (RFC 8032 section 5.1).
struct Ed25519 {
    p: BigUint,
    d: BigUint,
    /// The y coordinates of points with a small order. Anyone could forge signatures for such a key.
    weak: [BigUint; 5],
}

static ED25519: LazyLock<Ed25519> = LazyLock::new(|| {
    let p = hex(b"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
    let of_order_8 = hex(b"7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7");
    let zero = BigUint::default();
    let one = BigUint::from(1u8);
    let weak = [zero, one.clone(), &p - one, &p - &of_order_8, of_order_8];
    Ed25519 { d: hex(b"52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3"), p, weak }
});

fn hex(digits: &[u8]) -> BigUint {
    BigUint::parse_bytes(digits, 16).unwrap_or_default()
}

/// Returns whether (x, y), each of 32 octets, is a point of P-256.
pub(super) fn is_on_p256(x: &[u8], y: &[u8]) -> bool {
    let P256 { p, b } = &*P256;
    let has_length = x.len() == 32 && y.len() == 32;
    let (x, y) = (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
    // -3 is p - 3.
    let right = &x * &x * &x + (p - 3u8) * &x + b;
    has_length && x < *p && y < *p && (&y * &y) % p == right % p
}

/// Returns whether these 32 octets encode a point of edwards25519 with a large order.
pub(super) fn is_on_ed25519(encoded: &[u8]) -> bool {
    let Ed25519 { p, d, weak } = &*ED25519;
    let Ok(mut octets) = <[u8; 32]>::try_from(encoded) else { return false };
    // The highest bit selects one of the two points with this y.
    octets[31] &= 0x7f;
    let y = BigUint::from_bytes_le(&octets);
    if y >= *p || weak.contains(&y) {
        return false;
    }
    let square = &y * &y % p;
    let (u, v) = (&square + p - 1u8, d * &square + 1u8);
    // x is the root of u / v. The root exists if u * v is a square (Euler's criterion).
    let exponent = (p - 1u8) / 2u8;
    (u * v % p).modpow(&exponent, p) == BigUint::from(1u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn the_points_of_the_standards_are_on_their_curves() {
        // The generator of P-256, and its negative.
        let x = octets("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
        let y = octets("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        let negative = (P256.p.clone() - BigUint::from_bytes_be(&y)).to_bytes_be();
        assert!(is_on_p256(&x, &y) && is_on_p256(&x, &negative));
        // RFC 8032 section 7.1, tests 1 to 3, and the generator.
        for point in [
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "5866666666666666666666666666666666666666666666666666666666666666",
        ] {
            assert!(is_on_ed25519(&octets(point)), "{point}");
        }
    }

    #[test]
    fn other_points_are_on_none() {
        let x = octets("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
        let y = octets("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
        assert!(!is_on_p256(&y, &x) && !is_on_p256(&x, &x) && !is_on_p256(&[0; 32], &[0; 32]));
        assert!(!is_on_p256(&x[1..], &y) && !is_on_p256(&[&[0], &*x].concat(), &y));
        assert!(!is_on_p256(&[0xff; 32], &y));
        // About half of all octet strings encode no point.
        let found = (2..=255u8).filter(|first| is_on_ed25519(&[&[*first], &[9; 31][..]].concat())).count();
        assert!((80..180).contains(&found), "{found}");
        assert!(!is_on_ed25519(&[7; 31]) && !is_on_ed25519(&[0xff; 32]));
    }

    #[test]
    fn points_of_a_small_order_are_refused() {
        for point in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        ] {
            assert!(!is_on_ed25519(&octets(point)), "{point}");
        }
    }
}
