//! Scopes: names of rights, as OAuth writes them.
//!
//! This module owns the syntax of scopes (RFC 6749 section 3.3), sets of scopes, and [`catalog`], the scopes of
//! Mintmark's own management API. For the scopes that an actor holds, see [`crate::access`].

pub mod catalog;

use crate::{code::FlawCode, error::Flaw};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{borrow::Borrow, collections::BTreeSet, fmt, str::FromStr, sync::Arc};

/// The scope that includes everything its owner may do, now and in APIs defined later.
pub const ALL: &str = "all";
/// Maximum length of a scope, in characters.
pub const MAX_SCOPE: usize = 128;
/// Maximum number of scopes of one credential.
pub const MAX_SCOPES: usize = 200;

/// One scope, such as `contacts:read`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Arc<str>);

impl Scope {
    /// Checks the syntax of RFC 6749: printable ASCII without space, `"` and `\`.
    ///
    /// # Errors
    /// Returns the flaw `invalid_scope`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let legal = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if (1..=MAX_SCOPE).contains(&text.len()) && text.bytes().all(legal) {
            Ok(Self(text.into()))
        } else {
            Err(Flaw::new(
                FlawCode::InvalidScope,
                format!(
                    "A scope has 1 to {MAX_SCOPE} printable ASCII characters, without spaces, quotes and backslashes."
                ),
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lets a set of scopes be searched by text. Order, equality and hash of a scope are those of its text, as [`Borrow`]
/// requires.
impl Borrow<str> for Scope {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A set of scopes, always written in the same order. Its text form joins the scopes by single spaces (RFC 6749). It is
/// cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(Arc<BTreeSet<Scope>>);

impl ScopeSet {
    /// Returns whether `scope` itself is in the set. This does not expand `all`; [`crate::access::Actor::holds`]
    /// returns an expanded set.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Returns the scopes of this set that are not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.0.difference(&other.0).cloned().collect()
    }

    /// Returns the scopes that are in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.union(&other.0).cloned().collect()
    }

    /// Returns the scopes that are in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.0.intersection(&other.0).cloned().collect()
    }

    /// Returns whether the sets have a scope in common.
    pub fn intersects(&self, other: &Self) -> bool {
        self.0.iter().any(|scope| other.0.contains(scope))
    }

    /// Returns whether another clone of this set exists.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Returns the scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(Arc::new(scopes.into_iter().collect()))
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl FromStr for ScopeSet {
    type Err = Flaw;

    fn from_str(text: &str) -> Result<Self, Flaw> {
        text.split(' ').filter(|scope| !scope.is_empty()).map(Scope::parse).collect()
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Scope::as_str))
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scopes = Vec::<String>::deserialize(deserializer)?;
        scopes
            .iter()
            .map(|scope| Scope::parse(scope))
            .collect::<Result<_, _>>()
            .map_err(|flaw| D::Error::custom(flaw.detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn any_rfc_6749_scope_token_is_legal_and_nothing_else() {
        assert!(Scope::parse("rmq.read:*/*").is_ok());
        for bad in ["", "a b", "a\"b", "a\\b", "é", "a\n", &"a".repeat(129)] {
            assert!(Scope::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_set_is_searched_by_text() {
        let (set, other): (ScopeSet, ScopeSet) = ("a:b c".parse().unwrap(), "c d".parse().unwrap());
        assert!(set.contains("a:b") && set.contains("c") && !set.contains("a") && !set.contains(""));
        assert!(set.intersects(&other) && other.intersects(&set));
        assert!(!set.intersects(&"a d".parse().unwrap()) && !set.intersects(&ScopeSet::default()));
    }

    proptest! {
        #[test]
        fn a_set_reads_back_as_written(scopes in proptest::collection::btree_set("[!#-\\[\\]-~]{1,20}", 0..20)) {
            let set: ScopeSet = scopes.iter().filter_map(|scope| Scope::parse(scope).ok()).collect();
            prop_assert_eq!(set.len(), scopes.len());
            prop_assert_eq!(set.to_string().parse::<ScopeSet>(), Ok(set));
        }
    }
}
