//! The catalog of one organization: Mintmark's own API, the platform's APIs and its own.
//!
//! This module answers whether a scope, an audience or an operation exists. It builds an index once, so the number of
//! operations does not matter. For the checks of credentials, see [`super::GrantCatalog`].

use super::{Api, Operation, audience_key};
use crate::{
    ids::ApiId,
    scope::{ScopeSet, catalog},
};
use std::sync::OnceLock;

/// The APIs that one organization sees. Mintmark's own API comes first.
#[derive(Clone, Debug)]
pub struct Catalog {
    apis: Vec<Api>,
    api_scopes: ScopeSet,
    /// The position of each operation, as an index of the API and an index within the API, sorted by id. Built on first
    /// use.
    by_id: OnceLock<Vec<(usize, usize)>>,
}

impl Catalog {
    /// Combines `management` with `apis`, which are those of the organization and of the platform. An API with the
    /// audience of `management` does not own it. This happens if the API existed before this server got its address.
    pub fn new(management: Api, mut apis: Vec<Api>) -> Self {
        let own = audience_key(&management.audience);
        for api in &mut apis {
            api.owns_audience &= audience_key(&api.audience) != own;
        }
        let api_scopes = apis.iter().flat_map(|api| api.scopes.iter().map(|scope| scope.name.clone())).collect();
        Self { apis: std::iter::once(management).chain(apis).collect(), api_scopes, by_id: OnceLock::new() }
    }

    /// Returns the APIs. Mintmark's own API comes first.
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// Like [`Catalog::apis`], without a copy.
    pub fn into_apis(self) -> Vec<Api> {
        self.apis
    }

    /// Returns every operation with its API.
    pub fn operations(&self) -> impl Iterator<Item = (&Api, &Operation)> {
        self.apis.iter().flat_map(|api| api.operations.iter().map(move |operation| (api, operation)))
    }

    /// Returns the operation with this id in the first API that has one.
    pub fn operation(&self, id: &str) -> Option<(&Api, &Operation)> {
        self.operations_of_id(id).next()
    }

    /// Returns the operation with this id in one API.
    pub fn operation_of(&self, api: ApiId, id: &str) -> Option<&Operation> {
        self.operations_of_id(id).find(|(known, _)| known.id == api).map(|(_, operation)| operation)
    }

    /// Returns every operation with this id, in the order of the APIs.
    fn operations_of_id(&self, id: &str) -> impl Iterator<Item = (&Api, &Operation)> {
        let index = self.index();
        let first = index.partition_point(|place| self.at(*place).1.id.as_str() < id);
        index[first..].iter().map(move |place| self.at(*place)).take_while(move |(_, operation)| operation.id == id)
    }

    fn index(&self) -> &[(usize, usize)] {
        self.by_id.get_or_init(|| {
            let of_api =
                |(place, api): (usize, &Api)| (0..api.operations.len()).map(move |operation| (place, operation));
            let mut index: Vec<_> = self.apis.iter().enumerate().flat_map(of_api).collect();
            // If two APIs have an operation with the same id, the stable sort keeps the order of the APIs.
            index.sort_by(|one, other| self.at(*one).1.id.cmp(&self.at(*other).1.id));
            index
        })
    }

    fn at(&self, (api, operation): (usize, usize)) -> (&Api, &Operation) {
        let api = &self.apis[api];
        (api, &api.operations[operation])
    }

    /// Returns the scopes that APIs define, without those of Mintmark's own API.
    pub fn api_scopes(&self) -> ScopeSet {
        self.api_scopes.clone()
    }

    /// Returns whether some API defines this scope. The scope `all` is in every catalog.
    pub fn has_scope(&self, name: &str) -> bool {
        catalog::find(name).is_some() || self.api_scopes.contains(name)
    }

    /// Returns the APIs for which access tokens are issued.
    pub fn audience_owners(&self) -> impl Iterator<Item = &Api> {
        self.apis.iter().filter(|api| api.owns_audience)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ApiDraft, ApiScopeDraft, OperationDraft, ScopeRule, UserContext, check_api, management_api};
    use super::*;
    use crate::Timestamp;

    fn operation(id: String) -> OperationDraft {
        OperationDraft {
            id,
            method: "GET".into(),
            path: "/x".into(),
            scopes: ScopeRule::Any(ScopeSet::default()),
            user_context: UserContext::Optional,
            resource_type: None,
        }
    }

    fn api(number: u8, operations: impl Iterator<Item = String>) -> Api {
        let draft = ApiDraft {
            name: format!("API {number}"),
            audience: format!("urn:api:{number}"),
            scopes: vec![ApiScopeDraft { name: format!("s:{number}"), ..ApiScopeDraft::default() }],
            operations: operations.map(operation).collect(),
            ..ApiDraft::default()
        };
        check_api(&draft, ApiId::new(Timestamp::EPOCH, [number; 10]), None, Timestamp::EPOCH).unwrap()
    }

    #[test]
    fn twenty_thousand_operations_are_found_through_one_index() {
        let of_api = |number: u8| {
            let own = (0..1_999_u32).rev().map(move |place| format!("op.{number}.{place}"));
            api(number, own.chain(["shared".to_owned()]))
        };
        let catalog = Catalog::new(management_api("https://mintmark.test"), (1..=10).map(of_api).collect());
        assert!(catalog.by_id.get().is_none(), "whoever looks nothing up needs no index");
        let first = catalog.index().as_ptr();
        for (api, operation) in catalog.operations() {
            if operation.id != "shared" {
                let (found_api, found) = catalog.operation(&operation.id).unwrap();
                assert!(std::ptr::eq(found_api, api) && std::ptr::eq(found, operation), "{}", operation.id);
            }
            assert!(std::ptr::eq(catalog.operation_of(api.id, &operation.id).unwrap(), operation));
        }
        assert_eq!(catalog.index().as_ptr(), first, "it is made once");
        assert_eq!(catalog.index().len(), catalog.operations().count());
        assert_eq!(catalog.operation("shared").map(|(api, _)| api.name.as_str()), Some("API 1"));
        for unknown in ["", "op", "op.1.1999", "op.99.1", "zzz"] {
            assert!(catalog.operation(unknown).is_none(), "{unknown}");
        }
        let other = ApiId::new(Timestamp::EPOCH, [99; 10]);
        assert!(catalog.operation_of(other, "shared").is_none());
    }

    #[test]
    fn scopes_are_those_of_the_apis_and_mintmarks_own() {
        let catalog = Catalog::new(management_api("https://mintmark.test"), vec![api(1, std::iter::empty())]);
        for known in ["all", "audit:read", "s:1"] {
            assert!(catalog.has_scope(known), "{known}");
        }
        assert!(!catalog.has_scope("s:2"));
        assert_eq!(catalog.api_scopes().to_string(), "s:1");
    }
}
