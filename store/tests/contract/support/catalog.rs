//! APIs for the tests: an organization's own, and the platform's, which are added without the store.

use super::{Tenant, TestDb, at, event, world::entropy};
use domain::{
    audit::AuditAction,
    ids::{ApiId, OrgId},
    operation::{Api, ApiScope, Operation, ScopeRule, SigningAlg, UserContext},
    scope::ScopeSet,
};

/// Builds an API that defines these scopes, with one operation for each; it is not stored.
pub(crate) fn api(org: Option<OrgId>, audience: &str, scopes: &str) -> Api {
    let scopes: ScopeSet = scopes.parse().unwrap();
    Api {
        id: ApiId::new(at(0), entropy()),
        org,
        name: "Tickets".parse().unwrap(),
        audience: audience.to_owned(),
        owns_audience: true,
        signing_alg: SigningAlg::EdDSA,
        access_token_seconds: 900,
        scopes: scopes.iter().map(|scope| api_scope(scope.as_str())).collect(),
        operations: scopes.iter().map(|scope| operation(scope.as_str(), scope.as_str())).collect(),
        created_at: at(0),
    }
}

pub(crate) fn api_scope(name: &str) -> ApiScope {
    let name = name.parse::<ScopeSet>().unwrap().iter().next().unwrap().clone();
    ApiScope { name, title: "Use".to_owned(), description: "Uses \"it\".".to_owned() }
}

pub(crate) fn operation(id: &str, scopes: &str) -> Operation {
    Operation {
        id: id.to_owned(),
        method: "GET".to_owned(),
        path: "/tickets/{id}".to_owned(),
        scopes: ScopeRule::Any(scopes.parse().unwrap()),
        user_context: UserContext::Forbidden,
        resource_type: Some("project".to_owned()),
    }
}

impl TestDb {
    /// Stores an API of the tenant with these scopes.
    pub(crate) async fn api(&self, tenant: &Tenant, audience: &str, scopes: &str) -> Api {
        let api = api(Some(tenant.org.id), audience, scopes);
        let mut tx = self.store.write(&tenant.everyone()).await.unwrap();
        tx.insert_api(&api).await.unwrap();
        tx.commit(event(AuditAction::ApiCreated, &api)).await.unwrap();
        api
    }

    /// Stores an API of the platform with these scopes.
    pub(crate) async fn platform_api(&self, audience: &str, scopes: &str) -> Api {
        let mut api = api(None, audience, scopes);
        api.operations.clear();
        let id = api.id;
        self.execute(&format!(
            "INSERT INTO apis VALUES ('{id}', NULL, 'Tickets', '{audience}', 'EdDSA', 900, {}, '{}')",
            at(0).millis(),
            domain::operation::audience_key(audience)
        ))
        .await;
        for scope in &api.scopes {
            let values = format!("'{id}', '{}', '{}', '{}'", scope.name, scope.title, scope.description);
            self.execute(&format!("INSERT INTO api_scopes VALUES ({values})")).await;
        }
        api
    }
}
