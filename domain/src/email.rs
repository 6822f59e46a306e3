//! The address a person signs in with.
//!
//! Owns: one spelling per address, so that two spellings cannot be two accounts. Never: whether mail arrives.

use crate::error::Flaw;
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr, sync::Arc};

/// An e-mail address in lower case, at most 254 characters (RFC 5321 section 4.5.3.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(Arc<str>);

impl EmailAddress {
    /// Checks for one `@` with something plausible on either side.
    ///
    /// # Errors
    /// `invalid_email`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let text = text.trim().to_lowercase();
        let plausible = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, domain)| {
                let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
                (1..=64).contains(&local.len())
                    && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c))
                    && domain.split('.').all(label)
                    && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'))
            });
        if plausible {
            Ok(Self(text.into()))
        } else {
            Err(Flaw::new("invalid_email", "Enter an e-mail address such as ada@example.com."))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`: a name for a person who gave none.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or(&self.0)
    }
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
        Self::parse(text)
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
}
