//! All APIs that one organisation sees: Mintmark's own, the platform's and its own.
//!
//! Owns: the questions "is there such a scope, audience, operation, resource?".

use super::{Api, Operation, audience_key};
use crate::{
    ids::{ApiId, OrgId},
    resource::Resource,
    scope::{ALL, Scope, ScopeSet, catalogue},
};

/// The APIs of one organisation's view, Mintmark's own first.
#[derive(Clone, Debug)]
pub struct Catalogue {
    org: OrgId,
    apis: Vec<Api>,
}

impl Catalogue {
    /// What `org` sees: `management` and then `apis`, which are its own and the platform's. An API that was there before this
    /// server got its address cannot have the audience of `management`.
    pub fn new(org: OrgId, management: Api, mut apis: Vec<Api>) -> Self {
        let own = audience_key(&management.audience);
        for api in &mut apis {
            api.owns_audience &= audience_key(&api.audience) != own;
        }
        Self { org, apis: std::iter::once(management).chain(apis).collect() }
    }

    /// The APIs, Mintmark's own first.
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// Every operation with its API.
    pub fn operations(&self) -> impl Iterator<Item = (&Api, &Operation)> {
        self.apis.iter().flat_map(|api| api.operations.iter().map(move |operation| (api, operation)))
    }

    /// The operation of this id, in whichever API has it.
    pub fn operation(&self, id: &str) -> Option<(&Api, &Operation)> {
        self.operations().find(|(_, operation)| operation.id == id)
    }

    /// The scopes that APIs define, without those of Mintmark's own.
    pub fn api_scopes(&self) -> ScopeSet {
        self.apis.iter().skip(1).flat_map(|api| api.scopes.iter().map(|scope| scope.name.clone())).collect()
    }

    /// Whether some API defines this scope; `all` is in every catalogue.
    pub fn has_scope(&self, name: &str) -> bool {
        name == ALL
            || catalogue::find(name).is_some()
            || self.apis.iter().any(|api| api.scopes.iter().any(|scope| scope.name.as_str() == name))
    }

    /// The words for a scope: title and description.
    pub fn words(&self, scope: &Scope) -> Option<(String, String)> {
        if let Some(info) = catalogue::find(scope.as_str()) {
            return Some((info.title.to_owned(), info.description.to_owned()));
        }
        let mut scopes = self.apis.iter().flat_map(|api| &api.scopes);
        scopes.find(|known| known.name == *scope).map(|known| (known.title.clone(), known.description.clone()))
    }

    /// The APIs for which access tokens are issued.
    pub fn audience_owners(&self) -> impl Iterator<Item = &Api> {
        self.apis.iter().filter(|api| api.owns_audience)
    }

    /// Whether some API has this audience.
    pub fn has_audience(&self, audience: &str) -> bool {
        self.audience_owners().any(|api| api.audience == audience)
    }

    /// Whether a credential of this organisation may be limited to that. Only `api:` and `org:` name things of
    /// Mintmark's own, which must be visible here; everything else is known only to the API that uses it.
    pub fn knows(&self, resource: &Resource) -> bool {
        match resource.outer_type() {
            "api" => self.is_own_api(resource),
            "org" => resource.as_str() == format!("org:{}", self.org),
            _ => true,
        }
    }

    /// Being bound to a platform API lets a caller see every organisation's tokens; only the platform can grant that.
    fn is_own_api(&self, resource: &Resource) -> bool {
        let id = format!("api_{}", resource.outer_id().trim_start_matches("api_"));
        id.parse::<ApiId>().is_ok_and(|id| self.apis.iter().any(|api| api.id == id && api.org == Some(self.org)))
    }
}
