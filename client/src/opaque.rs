//! The format of opaque credentials: `<brand>_<kind>[_test]_<43 base62><6 base62 CRC-32>`.
//!
//! It tells without a call whether a text can be a credential at all. A wrong checksum causes no call to the issuer.

const RANDOM: usize = 43;
const CHECKSUM: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The information in the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opaque {
    pub(crate) kind: OpaqueKind,
    /// A test credential, not for real data.
    pub(crate) test: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpaqueKind {
    PersonalAccessToken,
    ApiKey,
    /// Only for the token endpoint, never for an API.
    ClientSecret,
}

/// Parses the format. `None` if brand, kind, length, alphabet or checksum is wrong.
pub(crate) fn parse(brand: &str, text: &str) -> Option<Opaque> {
    let rest = text.strip_prefix(brand)?.strip_prefix('_')?;
    let (kind, rest) = rest.split_once('_')?;
    let kind = match kind {
        "pat" => OpaqueKind::PersonalAccessToken,
        "key" => OpaqueKind::ApiKey,
        "cs" => OpaqueKind::ClientSecret,
        _ => return None,
    };
    let (test, body) = rest.strip_prefix("test_").map_or((false, rest), |body| (true, body));
    if body.len() != RANDOM + CHECKSUM || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let (covered, claimed) = text.split_at_checked(text.len() - CHECKSUM)?;
    (checksum(covered) == claimed.as_bytes()).then_some(Opaque { kind, test })
}

/// CRC-32/ISO-HDLC in base62, with leading zeros.
fn checksum(text: &str) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_public_contract_are_read() {
        let vectors = [
            ("mint_pat_00000000000000000000000000000000000000000000BFvHX", OpaqueKind::PersonalAccessToken, false),
            ("mint_key_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz29wsm7", OpaqueKind::ApiKey, false),
            ("mint_key_test_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789aBcDeFg3DWCY7", OpaqueKind::ApiKey, true),
            ("mint_cs_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2k39xi", OpaqueKind::ClientSecret, false),
        ];
        for (text, kind, test) in vectors {
            assert_eq!(parse("mint", text), Some(Opaque { kind, test }), "{text}");
        }
    }

    #[test]
    fn one_changed_character_anywhere_is_noticed() {
        let good = "mint_pat_00000000000000000000000000000000000000000000BFvHX";
        for at in 0..good.len() {
            let mut changed = good.to_owned();
            changed.replace_range(at..=at, if good.as_bytes()[at] == b'7' { "8" } else { "7" });
            assert_eq!(parse("mint", &changed), None, "{changed}");
        }
    }

    #[test]
    fn other_brands_lengths_and_alphabets_are_not_credentials() {
        let good = "mint_key_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz29wsm7";
        let accent = good.replacen("zz", "é", 1);
        for bad in ["", "mint", "mint_", "mint_key_", &good[1..], &good[..good.len() - 1], &format!("{good}0"), &accent]
        {
            assert_eq!(parse("mint", bad), None, "{bad}");
        }
        assert_eq!(parse("acme", good), None);
    }
}
