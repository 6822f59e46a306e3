//! Resources: the things of an API that a credential can be limited to.
//!
//! This module owns the text form `type:id` and the containment of resources. For example, `workspace:w1` covers
//! `workspace:w1/project:p2`, even if the project is created later. Only the API knows whether a resource exists.

use crate::{code::FlawCode, error::Flaw};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// Maximum length of a resource, in characters.
const MAX_RESOURCE: usize = 256;
/// Maximum number of resources of one credential.
pub const MAX_RESOURCES: usize = 100;

/// One resource: segments `type:id`, outermost first, joined by `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Resource(String);

fn is_segment(segment: &str) -> bool {
    let Some((kind, id)) = segment.split_once(':') else { return false };
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    kind.starts_with(|first: char| first.is_ascii_lowercase())
        && kind.bytes().all(word)
        && !id.is_empty()
        && id.bytes().all(legal)
}

impl Resource {
    /// # Errors
    /// Returns the flaw `invalid_resource`.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        if text.len() <= MAX_RESOURCE && text.split('/').all(is_segment) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Flaw::new(
                FlawCode::InvalidResource,
                "Write a resource as type:id, such as project:prj_a or workspace:w1/project:p2.",
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the type of the outermost segment.
    pub fn outer_type(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// Returns the id of the outermost segment.
    pub fn outer_id(&self) -> &str {
        let segment = self.0.split('/').next().unwrap_or_default();
        segment.split_once(':').map_or("", |(_, id)| id)
    }

    /// Returns whether `other` is this resource or lies within it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The resources that a credential is limited to. An empty set has no limits, so it covers the whole organization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ResourceSet(BTreeSet<Resource>);

impl ResourceSet {
    /// Returns whether a call about `resource` is within the limits. A call without a resource is allowed only if there
    /// are no limits.
    pub fn allows(&self, resource: Option<&Resource>) -> bool {
        self.0.is_empty() || resource.is_some_and(|wanted| self.0.iter().any(|own| own.covers(wanted)))
    }

    /// Returns whether everything within these limits is also within `outer`.
    pub fn is_within(&self, outer: &Self) -> bool {
        outer.0.is_empty() || (!self.0.is_empty() && self.0.iter().all(|own| outer.allows(Some(own))))
    }

    /// Returns the resources in order.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.0.iter()
    }

    /// Returns whether there are no limits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Resource> for ResourceSet {
    fn from_iter<I: IntoIterator<Item = Resource>>(resources: I) -> Self {
        Self(resources.into_iter().collect())
    }
}

impl fmt::Display for ResourceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, resource) in self.0.iter().enumerate() {
            write!(f, "{}{resource}", if index == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl FromStr for ResourceSet {
    type Err = Flaw;

    fn from_str(text: &str) -> Result<Self, Flaw> {
        text.split(' ').filter(|part| !part.is_empty()).map(Resource::parse).collect()
    }
}

impl<'de> Deserialize<'de> for ResourceSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let resources = Vec::<String>::deserialize(deserializer)?;
        let parsed = resources.iter().map(|resource| Resource::parse(resource)).collect::<Result<_, _>>();
        parsed.map_err(|flaw| D::Error::custom(flaw.detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> ResourceSet {
        text.parse().unwrap_or_default()
    }

    fn one(text: &str) -> Option<Resource> {
        Resource::parse(text).ok()
    }

    #[test]
    fn a_resource_covers_itself_and_what_lies_in_it_but_not_its_namesakes() {
        let limits = set("workspace:w1 project:prj_a");
        for within in ["workspace:w1", "workspace:w1/project:new", "project:prj_a"] {
            assert!(limits.allows(one(within).as_ref()), "{within}");
        }
        for outside in ["workspace:w10", "workspace:w2/project:prj_a", "project:prj_b"] {
            assert!(!limits.allows(one(outside).as_ref()), "{outside}");
        }
        assert!(!limits.allows(None) && set("").allows(None) && set("").allows(one("project:x").as_ref()));
    }

    #[test]
    fn limits_can_be_narrowed_and_never_widened() {
        assert!(set("workspace:w1/project:p2").is_within(&set("workspace:w1")));
        assert!(set("project:a").is_within(&set("")));
        assert!(!set("").is_within(&set("project:a")));
        assert!(!set("project:a project:b").is_within(&set("project:a")));
    }

    #[test]
    fn what_is_not_type_and_id_is_refused() {
        for bad in [
            "",
            "project",
            "project:",
            ":a",
            "Project:a",
            "project:a b",
            "project:a/",
            "project:a//b:c",
            "project:é",
            &format!("p:{}", "a".repeat(256)),
        ] {
            assert!(Resource::parse(bad).is_err(), "{bad}");
        }
    }
}
