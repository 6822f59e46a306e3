//! The format of secrets: `<brand>_<kind>[_test]_<43 base62 random><6 base62 CRC-32>`.
//!
//! This module reads and writes that format. It rejects a wrong checksum before anything is hashed or looked up.
//! Forty-three base62 characters carry 256 bits.

use super::PlainSecret;
use crate::{code::FlawCode, error::Flaw};
use serde::{Deserialize, Serialize};
use std::fmt;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM: usize = 43;
const CHECKSUM: usize = 6;
/// Number of characters after the last underscore.
pub const LENGTH: usize = RANDOM + CHECKSUM;

/// The first word of every secret, which tells scanners where it comes from. It has 2 to 16 characters of `a-z 0-9` and
/// starts with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand(String);

impl Brand {
    /// # Errors
    /// Returns the flaw `invalid_brand`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let well_formed = (2..=16).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
            && text.starts_with(|first: char| first.is_ascii_lowercase());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Flaw::new(
                FlawCode::InvalidBrand,
                "must be 2 to 16 lower-case letters and digits, starting with a letter",
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The kind of credential that a secret belongs to, taken from its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// Prefix `pat`.
    PersonalAccessToken,
    /// Prefix `key`.
    ApiKey,
    /// Prefix `cs`.
    ClientSecret,
}

impl SecretKind {
    pub const ALL: [Self; 3] = [Self::PersonalAccessToken, Self::ApiKey, Self::ClientSecret];

    fn word(self) -> &'static str {
        match self {
            Self::PersonalAccessToken => "pat",
            Self::ApiKey => "key",
            Self::ClientSecret => "cs",
        }
    }
}

/// The environment of a credential, which is visible in the prefix of its secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Real data. The prefix has no mark.
    #[default]
    Live,
    /// Test data. The prefix contains `_test`.
    Test,
}

impl Environment {
    /// Returns `live` or `test`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not a secret of this brand: its shape, brand or checksum is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a well-formed token")]
pub struct Malformed;

/// The parts of a presented secret that are known before it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub kind: SecretKind,
    pub env: Environment,
}

/// Creates a new secret. `fill` must write random bytes from the operating system. Bytes are drawn by rejection
/// sampling, so that all characters are equally likely.
pub(super) fn draw(brand: &Brand, kind: SecretKind, env: Environment, fill: &mut dyn FnMut(&mut [u8])) -> String {
    let mut text = prefix(brand, kind, env);
    let end = text.len() + RANDOM;
    let mut bytes = [0u8; 64];
    while text.len() < end {
        fill(&mut bytes);
        // 248 is the largest multiple of 62 in a byte.
        text.extend(
            bytes
                .iter()
                .filter(|byte| **byte < 248)
                .map(|byte| char::from(ALPHABET[usize::from(byte % 62)]))
                .take(end - text.len()),
        );
    }
    zeroize::Zeroize::zeroize(&mut bytes);
    let checksum = checksum(&text);
    text.extend(checksum.map(char::from));
    text
}

fn prefix(brand: &Brand, kind: SecretKind, env: Environment) -> String {
    let env = if env == Environment::Test { "_test" } else { "" };
    let mut prefix = String::with_capacity(brand.0.len() + kind.word().len() + env.len() + 2 + LENGTH);
    for part in [brand.as_str(), "_", kind.word(), env, "_"] {
        prefix.push_str(part);
    }
    prefix
}

/// Computes CRC-32/ISO-HDLC in base62, left-padded to six characters.
fn checksum(text: &str) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// Reads a presented secret and checks brand, kind, environment, alphabet, length and checksum.
///
/// # Errors
/// Returns [`Malformed`], which does not say which check failed.
pub fn parse(brand: &Brand, text: &str) -> Result<Parsed, Malformed> {
    let rest = text.strip_prefix(brand.as_str()).and_then(|rest| rest.strip_prefix('_')).ok_or(Malformed)?;
    let (word, rest) = rest.split_once('_').ok_or(Malformed)?;
    let kind = SecretKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or(Malformed)?;
    let (env, rest) = match rest.strip_prefix("test_") {
        Some(rest) => (Environment::Test, rest),
        None => (Environment::Live, rest),
    };
    if rest.len() != LENGTH || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Malformed);
    }
    let (signed, claimed) = text.split_at(text.len() - CHECKSUM);
    if checksum(signed) == claimed.as_bytes() { Ok(Parsed { kind, env }) } else { Err(Malformed) }
}

/// Returns the redacted form of a secret: its prefix, `…`, and its last four characters.
pub fn redact(secret: &PlainSecret) -> String {
    let text = secret.expose();
    let prefix = text.rfind('_').map_or("", |last| &text[..=last]);
    let tail = text.len().saturating_sub(4).max(prefix.len());
    format!("{prefix}…{}", &text[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VECTORS: [(&str, SecretKind, Environment); 4] = [
        (
            "mint_pat_00000000000000000000000000000000000000000000BFvHX",
            SecretKind::PersonalAccessToken,
            Environment::Live,
        ),
        ("mint_key_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz29wsm7", SecretKind::ApiKey, Environment::Live),
        ("mint_key_test_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789aBcDeFg3DWCY7", SecretKind::ApiKey, Environment::Test),
        ("mint_cs_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2k39xi", SecretKind::ClientSecret, Environment::Live),
    ];

    fn brand() -> Brand {
        Brand("mint".to_owned())
    }

    #[test]
    fn the_vectors_of_the_public_contract_parse() {
        for (text, kind, env) in VECTORS {
            assert_eq!(parse(&brand(), text), Ok(Parsed { kind, env }), "{text}");
        }
    }

    #[test]
    fn the_redacted_form_is_prefix_and_last_four() {
        assert_eq!(redact(&PlainSecret::presented(VECTORS[2].0.to_owned())), "mint_key_test_…WCY7");
    }

    #[test]
    fn brand_kind_length_and_alphabet_are_checked() {
        let good = VECTORS[0].0;
        let odd = good.replace("000000000000BFvHX", "00000000000éBFvH");
        for bad in [
            "",
            "mint",
            "mint_",
            "mint_pat_",
            "mint_pat",
            &good[..good.len() - 1],
            &format!("{good}0"),
            &format!(" {good}"),
            &good.replace("mint", "acme"),
            &good.replace("_pat_", "_tap_"),
            &good.replace("_pat_", "_pat_test_"),
            &odd,
        ] {
            assert_eq!(parse(&brand(), bad), Err(Malformed), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_drawn_parses_and_one_changed_character_does_not(seed: u64, place in 0usize..49, kind in 0usize..3, test: bool) {
            let (kind, env) = (SecretKind::ALL[kind], if test { Environment::Test } else { Environment::Live });
            let mut state = seed;
            let mut fill = |bytes: &mut [u8]| bytes.iter_mut().for_each(|byte| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (state >> 33) as u8;
            });
            let text = draw(&brand(), kind, env, &mut fill);
            prop_assert_eq!(parse(&brand(), &text), Ok(Parsed { kind, env }));
            let place = text.len() - LENGTH + place;
            let other = if text.as_bytes()[place] == b'0' { "1" } else { "0" };
            let mut changed = text.clone();
            changed.replace_range(place..=place, other);
            prop_assert_eq!(parse(&brand(), &changed), Err(Malformed));
        }

        #[test]
        fn no_input_panics(text in "\\PC{0,80}") {
            let _ = parse(&brand(), &text);
        }
    }
}
