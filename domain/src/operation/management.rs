//! Mintmark's own API as the first entry of the catalog.
//!
//! Owns: which action each of its operations is. What an operation needs is read from the action, by which it is also
//! enforced, so the catalog cannot say anything else than what happens.

use super::{Api, ApiScope, Operation, ScopeRule, SigningAlg};
use crate::{
    Name, Timestamp,
    access::Action,
    credential::CredentialKind,
    ids::ApiId,
    scope::{ALL, Scope, catalog::MANAGEMENT},
};

/// One operation of Mintmark's own API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagementOperation {
    /// Its name in the catalog.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
    /// The action that it is.
    pub action: Action,
}

const fn op(id: &'static str, method: &'static str, path: &'static str, action: Action) -> ManagementOperation {
    ManagementOperation { id, method, path, action }
}

const PAT: CredentialKind = CredentialKind::PersonalAccessToken;
const KEY: CredentialKind = CredentialKind::ApiKey;
const CLIENT: CredentialKind = CredentialKind::Client;

/// Every operation that needs a credential.
pub const MANAGEMENT_OPERATIONS: &[ManagementOperation] = &[
    op("me.show", "GET", "/v1/me", Action::ReadSelf),
    op("me.credential.show", "GET", "/v1/me/credential", Action::ReadSelf),
    op("me.credential.roll", "POST", "/v1/me/credential/roll", Action::ChangeSelf),
    op("me.credential.revoke", "POST", "/v1/me/credential/revoke", Action::ChangeSelf),
    op("me.tokens.list", "GET", "/v1/me/tokens", Action::ReadOwnTokens),
    op("me.tokens.issue", "POST", "/v1/me/tokens", Action::IssueOwnToken),
    op("me.tokens.show", "GET", "/v1/me/tokens/{id}", Action::ReadOwnTokens),
    op("me.tokens.edit", "PATCH", "/v1/me/tokens/{id}", Action::ChangeOwnToken),
    op("me.tokens.delete", "DELETE", "/v1/me/tokens/{id}", Action::ChangeOwnToken),
    op("me.tokens.roll", "POST", "/v1/me/tokens/{id}/roll", Action::ChangeOwnToken),
    op("me.tokens.cancel_roll", "POST", "/v1/me/tokens/{id}/roll/cancel", Action::ChangeOwnToken),
    op("me.tokens.finish_roll", "POST", "/v1/me/tokens/{id}/roll/finish", Action::ChangeOwnToken),
    op("me.tokens.disable", "POST", "/v1/me/tokens/{id}/disable", Action::ChangeOwnToken),
    op("me.tokens.enable", "POST", "/v1/me/tokens/{id}/enable", Action::ChangeOwnToken),
    op("me.tokens.revoke", "POST", "/v1/me/tokens/{id}/revoke", Action::ChangeOwnToken),
    op("api_keys.list", "GET", "/v1/orgs/{org}/api-keys", Action::Read(KEY)),
    op("api_keys.issue", "POST", "/v1/orgs/{org}/api-keys", Action::Issue(KEY)),
    op("api_keys.show", "GET", "/v1/orgs/{org}/api-keys/{id}", Action::Read(KEY)),
    op("api_keys.edit", "PATCH", "/v1/orgs/{org}/api-keys/{id}", Action::Change(KEY)),
    op("api_keys.delete", "DELETE", "/v1/orgs/{org}/api-keys/{id}", Action::Change(KEY)),
    op("api_keys.roll", "POST", "/v1/orgs/{org}/api-keys/{id}/roll", Action::Change(KEY)),
    op("api_keys.cancel_roll", "POST", "/v1/orgs/{org}/api-keys/{id}/roll/cancel", Action::Change(KEY)),
    op("api_keys.finish_roll", "POST", "/v1/orgs/{org}/api-keys/{id}/roll/finish", Action::Change(KEY)),
    op("api_keys.disable", "POST", "/v1/orgs/{org}/api-keys/{id}/disable", Action::Change(KEY)),
    op("api_keys.enable", "POST", "/v1/orgs/{org}/api-keys/{id}/enable", Action::Change(KEY)),
    op("api_keys.revoke", "POST", "/v1/orgs/{org}/api-keys/{id}/revoke", Action::Change(KEY)),
    op("clients.list", "GET", "/v1/orgs/{org}/clients", Action::Read(CLIENT)),
    op("clients.issue", "POST", "/v1/orgs/{org}/clients", Action::Issue(CLIENT)),
    op("clients.show", "GET", "/v1/orgs/{org}/clients/{id}", Action::Read(CLIENT)),
    op("clients.edit", "PATCH", "/v1/orgs/{org}/clients/{id}", Action::Change(CLIENT)),
    op("clients.delete", "DELETE", "/v1/orgs/{org}/clients/{id}", Action::Change(CLIENT)),
    op("clients.roll", "POST", "/v1/orgs/{org}/clients/{id}/roll", Action::Change(CLIENT)),
    op("clients.cancel_roll", "POST", "/v1/orgs/{org}/clients/{id}/roll/cancel", Action::Change(CLIENT)),
    op("clients.finish_roll", "POST", "/v1/orgs/{org}/clients/{id}/roll/finish", Action::Change(CLIENT)),
    op("clients.disable", "POST", "/v1/orgs/{org}/clients/{id}/disable", Action::Change(CLIENT)),
    op("clients.enable", "POST", "/v1/orgs/{org}/clients/{id}/enable", Action::Change(CLIENT)),
    op("clients.revoke", "POST", "/v1/orgs/{org}/clients/{id}/revoke", Action::Change(CLIENT)),
    op("clients.keys.list", "GET", "/v1/orgs/{org}/clients/{id}/keys", Action::Read(CLIENT)),
    op("clients.keys.add", "POST", "/v1/orgs/{org}/clients/{id}/keys", Action::Change(CLIENT)),
    op("clients.keys.remove", "DELETE", "/v1/orgs/{org}/clients/{id}/keys/{kid}", Action::Change(CLIENT)),
    op("service_accounts.list", "GET", "/v1/orgs/{org}/service-accounts", Action::ReadServiceAccounts),
    op("service_accounts.create", "POST", "/v1/orgs/{org}/service-accounts", Action::ManageServiceAccounts),
    op("service_accounts.show", "GET", "/v1/orgs/{org}/service-accounts/{id}", Action::ReadServiceAccounts),
    op(
        "service_accounts.tokens.list",
        "GET",
        "/v1/orgs/{org}/service-accounts/{id}/tokens",
        Action::ReadServiceAccounts,
    ),
    op(
        "service_accounts.tokens.issue",
        "POST",
        "/v1/orgs/{org}/service-accounts/{id}/tokens",
        Action::ManageServiceAccounts,
    ),
    op("members.list", "GET", "/v1/orgs/{org}/members", Action::ReadMembers),
    op("members.show", "GET", "/v1/orgs/{org}/members/{id}", Action::ReadMembers),
    op("members.change_role", "PATCH", "/v1/orgs/{org}/members/{id}", Action::ManageMembers),
    op("members.remove", "DELETE", "/v1/orgs/{org}/members/{id}", Action::ManageMembers),
    op("roles.list", "GET", "/v1/orgs/{org}/roles", Action::ReadMembers),
    op("roles.create", "POST", "/v1/orgs/{org}/roles", Action::ManageMembers),
    op("roles.show", "GET", "/v1/orgs/{org}/roles/{id}", Action::ReadMembers),
    op("roles.edit", "PATCH", "/v1/orgs/{org}/roles/{id}", Action::ManageMembers),
    op("roles.delete", "DELETE", "/v1/orgs/{org}/roles/{id}", Action::ManageMembers),
    op("offboarding.list", "GET", "/v1/orgs/{org}/offboarding", Action::ReadInventory),
    op("offboarding.change", "PATCH", "/v1/orgs/{org}/offboarding/{id}", Action::ManageMembers),
    op("settings.show", "GET", "/v1/orgs/{org}/settings", Action::ReadMembers),
    op("settings.change", "PATCH", "/v1/orgs/{org}/settings", Action::ManageMembers),
    op("invitations.list", "GET", "/v1/orgs/{org}/invitations", Action::ReadMembers),
    op("invitations.create", "POST", "/v1/orgs/{org}/invitations", Action::ManageMembers),
    op("invitations.withdraw", "DELETE", "/v1/orgs/{org}/invitations/{id}", Action::ManageMembers),
    op("credentials.list", "GET", "/v1/orgs/{org}/credentials", Action::ReadInventory),
    op("credentials.find", "POST", "/v1/orgs/{org}/credentials/find", Action::ReadInventory),
    op("credentials.bulk", "POST", "/v1/orgs/{org}/credentials/bulk", Action::ReadInventory),
    op("credentials.effective", "GET", "/v1/orgs/{org}/credentials/{id}/effective", Action::ReadInventory),
    op("credentials.usage", "GET", "/v1/orgs/{org}/credentials/{id}/usage", Action::ReadInventory),
    op("credentials.blast_radius", "GET", "/v1/orgs/{org}/credentials/{id}/blast-radius", Action::ReadInventory),
    op("credentials.verify", "POST", "/v1/verify", Action::VerifyCredentials),
    op("credentials.verify_batch", "POST", "/v1/verify/batch", Action::VerifyCredentials),
    op("apis.list", "GET", "/v1/orgs/{org}/apis", Action::ReadApis),
    op("apis.create", "POST", "/v1/orgs/{org}/apis", Action::ManageApis),
    op("apis.show", "GET", "/v1/orgs/{org}/apis/{id}", Action::ReadApis),
    op("apis.edit", "PATCH", "/v1/orgs/{org}/apis/{id}", Action::ManageApis),
    op("apis.scopes.add", "POST", "/v1/orgs/{org}/apis/{id}/scopes", Action::ManageApis),
    op("apis.scopes.remove", "DELETE", "/v1/orgs/{org}/apis/{id}/scopes/{name}", Action::ManageApis),
    op("apis.operations.add", "POST", "/v1/orgs/{org}/apis/{id}/operations", Action::ManageApis),
    op("apis.operations.remove", "DELETE", "/v1/orgs/{org}/apis/{id}/operations/{operation}", Action::ManageApis),
    op("apis.import", "POST", "/v1/orgs/{org}/apis/{id}/import", Action::ManageApis),
    op("operations.list", "GET", "/v1/operations", Action::ReadApis),
    op("operations.advise", "POST", "/v1/advise", Action::ReadApis),
    op("permissions.preview", "POST", "/v1/orgs/{org}/permissions/preview", Action::ReadApis),
    op("policies.show", "GET", "/v1/orgs/{org}/policies", Action::ReadPolicies),
    op("policies.change", "PUT", "/v1/orgs/{org}/policies", Action::ManagePolicies),
    op("policies.dry_run", "POST", "/v1/orgs/{org}/policies/dry-run", Action::ManagePolicies),
    op("policies.exceptions.list", "GET", "/v1/orgs/{org}/policies/exceptions", Action::ManagePolicies),
    op("policies.exceptions.grant", "POST", "/v1/orgs/{org}/policies/exceptions", Action::ManagePolicies),
    op("policies.exceptions.end", "DELETE", "/v1/orgs/{org}/policies/exceptions/{id}", Action::ManagePolicies),
    op("token_requests.list", "GET", "/v1/orgs/{org}/token-requests", Action::ReadTokenRequests),
    op("token_requests.approve", "POST", "/v1/orgs/{org}/token-requests/{id}/approve", Action::DecideTokenRequest),
    op("token_requests.deny", "POST", "/v1/orgs/{org}/token-requests/{id}/deny", Action::DecideTokenRequest),
    op("organization_authorizations.list", "GET", "/v1/orgs/{org}/organization-authorizations", Action::ReadInventory),
    op(
        "organization_authorizations.approve",
        "POST",
        "/v1/orgs/{org}/organization-authorizations/{id}/approve",
        Action::DecideTokenRequest,
    ),
    op(
        "organization_authorizations.deny",
        "POST",
        "/v1/orgs/{org}/organization-authorizations/{id}/deny",
        Action::DecideTokenRequest,
    ),
    op(
        "organization_authorizations.end",
        "DELETE",
        "/v1/orgs/{org}/organization-authorizations/{id}",
        Action::Change(PAT),
    ),
    op("audit.list", "GET", "/v1/orgs/{org}/audit-events", Action::ReadAudit),
];

/// The operation of this id. In a constant, an id that is not in the list does not compile.
#[expect(clippy::panic, reason = "it is for constants, where it stops the compiler")]
pub const fn management_operation(id: &str) -> &'static ManagementOperation {
    let mut place = 0;
    while place < MANAGEMENT_OPERATIONS.len() {
        if is_same(MANAGEMENT_OPERATIONS[place].id, id) {
            return &MANAGEMENT_OPERATIONS[place];
        }
        place += 1;
    }
    panic!("the catalog has no such operation")
}

/// Strings cannot be compared with `==` in a constant.
const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut place = 0;
    while place < one.len() && place < other.len() && one[place] == other[place] {
        place += 1;
    }
    place == one.len() && place == other.len()
}

/// Mintmark's own API, under this audience.
pub fn management_api(audience: &str) -> Api {
    let scope = |info: &crate::scope::catalog::ScopeInfo| {
        Some(ApiScope {
            name: Scope::parse(info.name).ok()?,
            title: info.title.to_owned(),
            description: info.description.to_owned(),
        })
    };
    Api {
        id: ApiId::new(Timestamp::EPOCH, [0; 10]),
        org: None,
        name: Name::fixed("Mintmark management API"),
        audience: audience.to_owned(),
        owns_audience: true,
        signing_alg: SigningAlg::default(),
        access_token_seconds: 600,
        scopes: MANAGEMENT.iter().filter(|info| info.name != ALL).filter_map(scope).collect(),
        operations: MANAGEMENT_OPERATIONS.iter().map(operation).collect(),
        created_at: Timestamp::EPOCH,
    }
}

fn operation(record: &ManagementOperation) -> Operation {
    Operation {
        id: record.id.to_owned(),
        method: record.method.to_owned(),
        path: record.path.to_owned(),
        scopes: ScopeRule::All(record.action.scope().and_then(|scope| scope.parse().ok()).unwrap_or_default()),
        user_context: record.action.user_context(),
        resource_type: None,
    }
}
