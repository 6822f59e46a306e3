//! The grant of a credential: what is sent to create, edit and roll it, what is shown of it, and the one reply that
//! holds its secret.

use super::{
    CredentialObject,
    notes::Notes,
    patch::{given, or_nothing},
};
use domain::{
    Timestamp,
    credential::{
        AuthMethod, ClientDraft, CredentialKind, Edit, Grant, GrantType, Issue, LifetimeDraft, Metadata, Quota,
        RateLimit,
    },
    network::NetworkSet,
    resource::ResourceSet,
    scope::ScopeSet,
    secret::{Environment, RevealedSecret},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::credentials::Issued;

/// What the bodies of all kinds become.
#[derive(Default)]
pub(crate) struct IssueCredential {
    pub(crate) org: Option<String>,
    pub(crate) issue: Issue,
    pub(crate) justification: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreateToken", extend("required" = ["name", "scopes"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueToken {
    org: Option<String>,
    #[serde(default)]
    name: String,
    scopes: Option<Vec<String>>,
    resources: Option<Vec<String>>,
    expires_in: Option<i64>,
    expires_at: Option<String>,
    #[serde(default)]
    never_expires: bool,
    #[serde(default)]
    acknowledge_no_expiry: bool,
    description: Option<String>,
    team: Option<String>,
    ip_allowlist: Option<Vec<String>>,
    rate_limit: Option<RateLimit>,
    quota: Option<Quota>,
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<Notes>,
    justification: Option<String>,
}

impl From<IssueToken> for IssueCredential {
    fn from(body: IssueToken) -> Self {
        let lifetime = LifetimeDraft {
            expires_in: body.expires_in,
            expires_at: body.expires_at,
            never_expires: body.never_expires,
            acknowledge_no_expiry: body.acknowledge_no_expiry,
        };
        let issue = Issue {
            name: body.name,
            description: body.description.unwrap_or_default(),
            team: body.team.unwrap_or_default(),
            scopes: body.scopes,
            resources: body.resources.unwrap_or_default(),
            ip_allowlist: body.ip_allowlist.unwrap_or_default(),
            rate_limit: body.rate_limit,
            quota: body.quota,
            metadata: body.metadata.unwrap_or_default().into(),
            lifetime,
            ..Issue::default()
        };
        Self { org: body.org, issue, justification: body.justification }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreateApiKey", extend("required" = ["name", "scopes"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueApiKey {
    #[serde(default)]
    name: String,
    description: Option<String>,
    team: Option<String>,
    scopes: Option<Vec<String>>,
    env: Option<Environment>,
    resources: Option<Vec<String>>,
    ip_allowlist: Option<Vec<String>>,
    rate_limit: Option<RateLimit>,
    quota: Option<Quota>,
    expires_in: Option<i64>,
    expires_at: Option<String>,
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<Notes>,
    justification: Option<String>,
}

impl From<IssueApiKey> for IssueCredential {
    fn from(body: IssueApiKey) -> Self {
        let lifetime =
            LifetimeDraft { expires_in: body.expires_in, expires_at: body.expires_at, ..LifetimeDraft::default() };
        let issue = Issue {
            name: body.name,
            description: body.description.unwrap_or_default(),
            team: body.team.unwrap_or_default(),
            scopes: body.scopes,
            resources: body.resources.unwrap_or_default(),
            ip_allowlist: body.ip_allowlist.unwrap_or_default(),
            rate_limit: body.rate_limit,
            quota: body.quota,
            metadata: body.metadata.unwrap_or_default().into(),
            env: body.env,
            lifetime,
            ..Issue::default()
        };
        Self { issue, justification: body.justification, ..Self::default() }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreateClient", extend("required" = ["name", "scopes"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueClient {
    #[serde(default)]
    name: String,
    description: Option<String>,
    team: Option<String>,
    scopes: Option<Vec<String>>,
    resources: Option<Vec<String>>,
    audiences: Option<Vec<String>>,
    grant_types: Option<Vec<GrantType>>,
    auth_method: Option<AuthMethod>,
    jwks: Option<Value>,
    access_token_seconds: Option<u32>,
    ip_allowlist: Option<Vec<String>>,
    rate_limit: Option<RateLimit>,
    quota: Option<Quota>,
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<Notes>,
    justification: Option<String>,
}

impl From<IssueClient> for IssueCredential {
    fn from(body: IssueClient) -> Self {
        let client = ClientDraft {
            audiences: body.audiences.unwrap_or_default(),
            grant_types: body.grant_types,
            auth_method: body.auth_method,
            jwks: body.jwks,
            access_token_seconds: body.access_token_seconds,
        };
        let issue = Issue {
            name: body.name,
            description: body.description.unwrap_or_default(),
            team: body.team.unwrap_or_default(),
            scopes: body.scopes,
            resources: body.resources.unwrap_or_default(),
            ip_allowlist: body.ip_allowlist.unwrap_or_default(),
            rate_limit: body.rate_limit,
            quota: body.quota,
            metadata: body.metadata.unwrap_or_default().into(),
            client,
            ..Issue::default()
        };
        Self { issue, justification: body.justification, ..Self::default() }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditCredential {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    name: Option<String>,
    #[serde(default, deserialize_with = "or_nothing")]
    description: Option<String>,
    #[serde(default, deserialize_with = "or_nothing")]
    team: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Vec<String>")]
    scopes: Option<Vec<String>>,
    #[serde(default, deserialize_with = "or_nothing")]
    resources: Option<Vec<String>>,
    #[serde(default, deserialize_with = "or_nothing")]
    ip_allowlist: Option<Vec<String>>,
    #[serde(default, deserialize_with = "or_nothing")]
    rate_limit: Option<Option<RateLimit>>,
    #[serde(default, deserialize_with = "or_nothing")]
    quota: Option<Option<Quota>>,
    #[serde(default, deserialize_with = "or_nothing")]
    #[schemars(with = "Option<Metadata>")]
    metadata: Option<Notes>,
}

impl From<EditCredential> for Edit {
    fn from(body: EditCredential) -> Self {
        Self {
            name: body.name,
            description: body.description,
            team: body.team,
            scopes: body.scopes,
            resources: body.resources,
            ip_allowlist: body.ip_allowlist,
            rate_limit: body.rate_limit,
            quota: body.quota,
            metadata: body.metadata.map(Metadata::from),
        }
    }
}

/// The part of [`CredentialObject`] that people and programs set.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub(super) struct GrantObject {
    name: String,
    description: String,
    team: Option<String>,
    env: Environment,
    scopes: ScopeSet,
    resources: ResourceSet,
    ip_allowlist: NetworkSet,
    rate_limit: Option<RateLimit>,
    quota: Option<Quota>,
    metadata: Metadata,
    expires_at: Option<Timestamp>,
}

impl From<&Grant> for GrantObject {
    fn from(grant: &Grant) -> Self {
        Self {
            name: grant.name.to_string(),
            description: grant.description.to_string(),
            team: grant.team.as_ref().map(ToString::to_string),
            env: grant.env,
            scopes: grant.scopes.clone(),
            resources: grant.resources.clone(),
            ip_allowlist: grant.networks.clone(),
            rate_limit: grant.rate_limit,
            quota: grant.quota,
            metadata: grant.metadata.clone(),
            expires_at: grant.expires_at,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roll {
    #[schemars(range(min = 0, max = 604_800))]
    pub(crate) overlap_seconds: Option<i64>,
}

/// The only object of the API with a secret in it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CreatedCredential")]
pub(crate) struct IssuedObject {
    #[serde(flatten)]
    credential: CredentialObject,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<RevealedSecret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<RevealedSecret>,
    #[serde(skip_serializing_if = "is_false")]
    revealed_once: bool,
    #[serde(skip_serializing_if = "is_false")]
    secret_already_revealed: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl IssuedObject {
    pub(crate) fn new(issued: Issued, now: Timestamp) -> Self {
        let is_client = issued.credential.kind() == CredentialKind::Client;
        let revealed_once = issued.secret.is_some();
        let secret_already_revealed = issued.replayed && !revealed_once && !issued.credential.secrets.is_empty();
        let credential = CredentialObject::new(&issued.credential, now);
        let (token, client_secret) = if is_client { (None, issued.secret) } else { (issued.secret, None) };
        Self { credential, token, client_secret, revealed_once, secret_already_revealed }
    }
}
