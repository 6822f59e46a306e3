//! The part of the catalogue that credentials are checked against when they are created or changed.
//!
//! Owns: the questions "is there such a scope, audience, resource?". It has no operations, so a change of a credential costs
//! the same however many operations an organization has.

use super::audience_key;
use crate::{
    ids::{ApiId, OrgId},
    resource::Resource,
    scope::{ScopeSet, catalogue},
};
use std::collections::HashSet;

/// What tells an API from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiIdentity {
    /// Its id.
    pub id: ApiId,
    /// Whose it is; none: the platform's.
    pub org: Option<OrgId>,
    /// Its audience.
    pub audience: String,
    /// Whether it is the one API of the installation that has this audience.
    pub owns_audience: bool,
}

/// The scopes, audiences and APIs that one organization's credentials can name.
#[derive(Clone, Debug)]
pub struct GrantCatalogue {
    org: OrgId,
    own_apis: Vec<ApiId>,
    audiences: HashSet<String>,
    api_scopes: ScopeSet,
}

impl GrantCatalogue {
    /// `apis`: the organization's own and the platform's. `api_scopes`: what they define. `management_audience`: the
    /// audience of Mintmark's own API, which no other API can have.
    pub fn new(org: OrgId, management_audience: &str, apis: Vec<ApiIdentity>, api_scopes: ScopeSet) -> Self {
        let management = audience_key(management_audience);
        let own_apis = apis.iter().filter(|api| api.org == Some(org)).map(|api| api.id).collect();
        let owners = apis.into_iter().filter(|api| api.owns_audience && audience_key(&api.audience) != management);
        let audiences = owners.map(|api| api.audience).chain([management_audience.to_owned()]).collect();
        Self { org, own_apis, audiences, api_scopes }
    }

    /// Whether some API defines this scope; `all` is in every catalogue.
    pub fn has_scope(&self, name: &str) -> bool {
        catalogue::find(name).is_some() || self.api_scopes.contains(name)
    }

    /// Whether access tokens are issued for this audience.
    pub fn has_audience(&self, audience: &str) -> bool {
        self.audiences.contains(audience)
    }

    /// Whether a credential of this organization may be limited to that. Only `api:` and `org:` name things of
    /// Mintmark's own, which must be visible here; everything else is known only to the API that uses it.
    pub fn knows(&self, resource: &Resource) -> bool {
        match resource.outer_type() {
            "api" => self.is_own_api(resource),
            "org" => resource.as_str() == format!("org:{}", self.org),
            _ => true,
        }
    }

    /// Being bound to a platform API lets a caller see every organization's tokens; only the platform can grant that.
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
        let known = GrantCatalogue::new(org, "https://mintmark.test", apis, "s:1".parse().unwrap());
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
