//! The email address a person signs in with.
//!
//! This module gives every address one spelling, so that two spellings cannot become two accounts. It does not check
//! whether mail arrives.

use crate::{
    code::FlawCode,
    error::Flaw,
    name::{disturbs, draws_nothing},
};
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr, sync::Arc};

/// An email address in lower case, at most 254 characters (RFC 5321 section 4.5.3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(Arc<str>);

impl EmailAddress {
    /// Checks for one `@` with something plausible on either side, and for invisible characters.
    ///
    /// # Errors
    /// Returns the flaw `invalid_email`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        if text.trim().contains(|c: char| disturbs(c) || draws_nothing(c)) {
            return Err(invalid());
        }
        Self::stored(text)
    }

    /// Reads an address that was checked when it was stored. Earlier rules allowed invisible characters, so this
    /// accepts them.
    fn stored(text: &str) -> Result<Self, Flaw> {
        let text = text.trim().to_lowercase();
        let plausible = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, domain)| {
                let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
                (1..=64).contains(&local.len())
                    && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c))
                    && domain.split('.').all(label)
                    && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'))
            });
        if plausible { Ok(Self(text.into())) } else { Err(invalid()) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the `@`, which is the default name of a person who gave none.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or(&self.0)
    }
}

fn invalid() -> Flaw {
    Flaw::new(FlawCode::InvalidEmail, "Enter an e-mail address such as ada@example.com.")
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EmailAddress {
    type Err = Flaw;

    fn from_str(text: &str) -> Result<Self, Flaw> {
        Self::stored(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_one_spelling() {
        assert_eq!(EmailAddress::parse(" Ada@Acme.Test "), EmailAddress::parse("ada@acme.test"));
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for bad in [
            "",
            "ada",
            "@acme.test",
            "ada@",
            "ada@@acme.test",
            "a b@acme.test",
            "ada@acme..test",
            "ada@-x.test",
            "ada@acme.test\r\nbcc: x@y.test",
            &format!("{}@acme.test", "a".repeat(65)),
            "<ada@acme.test>",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_has_no_character_that_cannot_be_seen() {
        let unseen =
            "\u{200b}\u{200d}\u{200e}\u{202e}\u{2066}\u{61c}\u{ad}\u{feff}\u{2060}\u{3164}\u{115f}\u{fe0f}\u{e0041}";
        for character in unseen.chars() {
            for bad in [
                format!("{character}ada@acme.test"),
                format!("a{character}da@acme.test"),
                format!("ada{character}@acme.test"),
                format!("ada@ac{character}me.test"),
                format!("ada@acme.test{character}"),
            ] {
                assert!(EmailAddress::parse(&bad).is_err(), "{bad:?}");
            }
        }
        assert!(EmailAddress::parse("josé@bücher.test").is_ok());
    }

    #[test]
    fn an_address_that_was_stored_under_looser_rules_can_still_be_read() {
        let stored = "a\u{200b}da@acme.test";
        assert_eq!(stored.parse::<EmailAddress>().map(|email| email.to_string()).ok().as_deref(), Some(stored));
        assert!("ada".parse::<EmailAddress>().is_err());
    }
}
