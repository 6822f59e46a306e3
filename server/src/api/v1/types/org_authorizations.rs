//! Tokens of other organizations that work here. Where their home is is nobody's business here.

use domain::{
    Name, Timestamp,
    credential::{CreatedBy, Outcome, Status},
    ids::{CredentialId, UserId},
    resource::ResourceSet,
    scope::ScopeSet,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::org_authorizations::{AuthorizationDecision, AuthorizedHere};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "AuthorizationDecision")]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorizationDecisionBody {
    #[serde(default)]
    note: String,
}

impl AuthorizationDecisionBody {
    pub(crate) fn decision(self, outcome: Outcome) -> AuthorizationDecision {
        AuthorizationDecision { outcome, note: self.note, expected: None }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "OrganizationAuthorization")]
pub(crate) struct OrgAuthorizationObject {
    id: CredentialId,
    #[schemars(extend("const" = "organization_authorization"))]
    object: &'static str,
    name: Name,
    redacted: String,
    owner: OwnerObject,
    /// What it may do here now.
    scopes: ScopeSet,
    resources: ResourceSet,
    /// `active`, `pending` or `denied`: what has become of the authorization.
    state: &'static str,
    /// The token's own.
    status: Status,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    authorized_at: Timestamp,
    decision: Option<DecisionObject>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct OwnerObject {
    #[serde(rename = "type")]
    kind: &'static str,
    id: UserId,
    name: Name,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct DecisionObject {
    outcome: Outcome,
    by: CreatedBy,
    at: Timestamp,
    note: String,
}

impl From<&AuthorizedHere> for OrgAuthorizationObject {
    fn from(here: &AuthorizedHere) -> Self {
        let (token, authorization) = (&here.token, &here.token.authorization);
        let decision = authorization.decision.as_ref().map(|decision| DecisionObject {
            outcome: decision.outcome,
            by: decision.by.clone(),
            at: decision.at,
            note: decision.note.clone(),
        });
        Self {
            id: authorization.credential,
            object: "organization_authorization",
            name: token.name.clone(),
            redacted: token.redacted.clone(),
            owner: OwnerObject { kind: "user", id: authorization.owner, name: token.owner_name.clone() },
            scopes: here.scopes.clone(),
            resources: token.breadth.resources.clone(),
            state: here.state.as_str(),
            status: here.status,
            expires_at: token.life.expires_at,
            last_used_at: token.last_used_at,
            authorized_at: authorization.authorized_at,
            decision,
        }
    }
}
