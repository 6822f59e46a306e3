//! The part of the catalog that is needed to create or change a credential.
//!
//! This module answers whether a scope, an audience or a resource exists. It holds no operations, so the number of
//! operations does not affect the cost of a change.

use super::audience_key;
use crate::{
    ids::{ApiId, OrgId},
    resource::Resource,
    scope::{ScopeSet, catalog},
};
use std::collections::HashSet;

/// The properties that distinguish an API from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiIdentity {
    pub id: ApiId,
    /// The organization that owns the API, or `None` for an API of the platform.
    pub org: Option<OrgId>,
    pub audience: String,
    /// Whether this is the one API of the installation that owns the audience.
    pub owns_audience: bool,
}

/// The scopes, audiences and APIs that the credentials of one organization can name.
#[derive(Clone, Debug)]
pub struct GrantCatalog {
    org: OrgId,
    own_apis: Vec<ApiId>,
    audiences: HashSet<String>,
    api_scopes: ScopeSet,
}

impl GrantCatalog {
    /// Takes the `apis` of the organization and of the platform, and the `api_scopes` that they define. No other API
    /// can own `management_audience`, the audience of Mintmark's own API.
    pub fn new(org: OrgId, management_audience: &str, apis: Vec<ApiIdentity>, api_scopes: ScopeSet) -> Self {
        let management = audience_key(management_audience);
        let own_apis = apis.iter().filter(|api| api.org == Some(org)).map(|api| api.id).collect();
        let owners = apis.into_iter().filter(|api| api.owns_audience && audience_key(&api.audience) != management);
        let audiences = owners.map(|api| api.audience).chain([management_audience.to_owned()]).collect();
        Self { org, own_apis, audiences, api_scopes }
    }

    /// Returns whether some API defines this scope. The scope `all` is in every catalog.
    pub fn has_scope(&self, name: &str) -> bool {
        catalog::find(name).is_some() || self.api_scopes.contains(name)
    }

    /// Returns whether access tokens are issued for this audience.
    pub fn has_audience(&self, audience: &str) -> bool {
        self.audiences.contains(audience)
    }

    /// Returns whether a credential of this organization can be limited to this resource. Resources of the types `api`
    /// and `org` must belong to the organization. Only the API that uses them knows the other types.
    pub fn knows(&self, resource: &Resource) -> bool {
        match resource.outer_type() {
            "api" => self.is_own_api(resource),
            "org" => resource.as_str() == format!("org:{}", self.org),
            _ => true,
        }
    }

    /// Excludes platform APIs. A credential bound to one can see every organization's tokens, and only the platform can
    /// grant that.
    fn is_own_api(&self, resource: &Resource) -> bool {
        let id = format!("api_{}", resource.outer_id().trim_start_matches("api_"));
        id.parse::<ApiId>().is_ok_and(|id| self.own_apis.contains(&id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn scopes_audiences_and_own_apis_are_known_and_nothing_else() {
        let (org, other) = (OrgId::new(Timestamp::EPOCH, [1; 10]), OrgId::new(Timestamp::EPOCH, [2; 10]));
        let api = |number: u8, org, audience: &str, owns_audience| ApiIdentity {
            id: ApiId::new(Timestamp::EPOCH, [number; 10]),
            org,
            audience: audience.to_owned(),
            owns_audience,
        };
        let (own, platform) = (api(1, Some(org), "urn:own", true), api(2, None, "urn:platform", true));
        let (lost, ours) = (api(3, Some(org), "urn:lost", false), api(4, Some(org), "HTTPS://mintmark.test/", true));
        let resource = |text: String| Resource::parse(&text).unwrap();
        let (own_id, platform_id) = (own.id, platform.id);
        let apis = vec![own, platform, lost, ours];
        let known = GrantCatalog::new(org, "https://mintmark.test", apis, "s:1".parse().unwrap());
        assert!(known.has_scope("all") && known.has_scope("audit:read") && known.has_scope("s:1"));
        assert!(!known.has_scope("s:2"));
        for audience in ["urn:own", "urn:platform", "https://mintmark.test"] {
            assert!(known.has_audience(audience), "{audience}");
        }
        for audience in ["urn:lost", "HTTPS://mintmark.test/", "urn:other"] {
            assert!(!known.has_audience(audience), "{audience}");
        }
        assert!(known.knows(&resource(format!("api:{own_id}"))) && known.knows(&resource(format!("org:{org}"))));
        assert!(known.knows(&resource("project:a".to_owned())));
        assert!(!known.knows(&resource(format!("api:{platform_id}"))));
        assert!(!known.knows(&resource(format!("org:{other}"))));
    }
}
