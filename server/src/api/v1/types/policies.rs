//! Policies, dry runs, exceptions and requests for approval.

use super::{CredentialObject, OrgAuthorizationObject, list::page_request};
use crate::api::problem::Problem;
use domain::{
    Timestamp,
    credential::{CreatedBy, CredentialKind, Outcome, TokenRequest},
    ids::{CredentialId, PolicyId},
    policy::{Exception, Objection, Policy, Rules, Version},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{
    approvals::{DecisionRequest, RequestState},
    policies::{Affected, DryRun, ExceptionRequest},
};
use store::PageRequest;

/// Hits that are told one by one in each list; the number is always that of all.
const SHOWN: usize = 200;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Policy")]
pub(crate) struct PolicyObject {
    #[schemars(extend("const" = "policy"))]
    object: &'static str,
    kind: CredentialKind,
    /// What counts; the permissive default if nobody has said anything.
    rules: Rules,
    in_force: Option<VersionObject>,
    coming: Option<VersionObject>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct VersionObject {
    id: PolicyId,
    rules: Rules,
    announced_at: Timestamp,
    announced_by: CreatedBy,
    warns_at: Timestamp,
    enforced_at: Timestamp,
}

impl From<&Version> for VersionObject {
    fn from(version: &Version) -> Self {
        Self {
            id: version.id,
            rules: version.rules.clone(),
            announced_at: version.announced_at,
            announced_by: version.announced_by.clone(),
            warns_at: version.warns_at,
            enforced_at: version.enforced_at,
        }
    }
}

impl PolicyObject {
    pub(crate) fn new(kind: CredentialKind, policy: &Policy, now: Timestamp) -> Self {
        let in_force = policy.in_force(now);
        Self {
            object: "policy",
            kind,
            rules: in_force.map(|version| version.rules.clone()).unwrap_or_default(),
            in_force: in_force.map(VersionObject::from),
            coming: policy.coming(now).map(VersionObject::from),
        }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PolicyDryRun")]
pub(crate) struct DryRunObject {
    #[schemars(extend("const" = "policy_dry_run"))]
    object: &'static str,
    kind: CredentialKind,
    rules: Rules,
    live: u64,
    affected: usize,
    affected_and_used_today: usize,
    /// The credential that asks is one of them.
    affects_own_credential: bool,
    warns_at: Timestamp,
    enforced_at: Timestamp,
    /// Credentials of the organization's own.
    data: Vec<HitObject>,
    /// Tokens of other organizations that work here, as they are listed here.
    organization_authorizations: Vec<AuthorizedHitObject>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct HitObject {
    credential: CredentialObject,
    objections: Vec<Objection>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct AuthorizedHitObject {
    organization_authorization: OrgAuthorizationObject,
    objections: Vec<Objection>,
}

impl DryRunObject {
    pub(crate) fn new(found: &DryRun, now: Timestamp) -> Self {
        let (mut data, mut organization_authorizations) = (Vec::new(), Vec::new());
        for hit in &found.hits {
            let objections = hit.objections.clone();
            match &hit.affected {
                Affected::Own(credential) if data.len() < SHOWN => {
                    data.push(HitObject { credential: CredentialObject::new(credential, now), objections });
                }
                Affected::Authorized(here) if organization_authorizations.len() < SHOWN => {
                    let organization_authorization = OrgAuthorizationObject::from(&**here);
                    organization_authorizations.push(AuthorizedHitObject { organization_authorization, objections });
                }
                Affected::Own(_) | Affected::Authorized(_) => {}
            }
        }
        Self {
            object: "policy_dry_run",
            kind: found.kind,
            rules: found.rules.clone(),
            live: found.live,
            affected: found.hits.len(),
            affected_and_used_today: found.used_today(now),
            affects_own_credential: found.affects_own_credential,
            warns_at: found.warns_at,
            enforced_at: found.enforced_at,
            data,
            organization_authorizations,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreatePolicyException", extend("required" = ["credential_id", "ends_at", "note"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionBody {
    #[serde(default)]
    credential_id: String,
    #[serde(default)]
    ends_at: String,
    #[serde(default)]
    note: String,
}

impl From<ExceptionBody> for ExceptionRequest {
    fn from(body: ExceptionBody) -> Self {
        Self { credential: body.credential_id, ends_at: body.ends_at, note: body.note }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PolicyException")]
pub(crate) struct ExceptionObject {
    #[schemars(extend("const" = "policy_exception"))]
    object: &'static str,
    credential_id: CredentialId,
    name: String,
    ends_at: Timestamp,
    note: String,
    granted_by: CreatedBy,
    granted_at: Timestamp,
}

impl From<&Exception> for ExceptionObject {
    fn from(exception: &Exception) -> Self {
        Self {
            object: "policy_exception",
            credential_id: exception.credential,
            name: exception.name.to_string(),
            ends_at: exception.ends_at,
            note: exception.note.clone(),
            granted_by: exception.granted_by.clone(),
            granted_at: exception.granted_at,
        }
    }
}

/// `?state=&limit=&cursor=`
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TokenRequestParams {
    #[schemars(extend("enum" = RequestState::ALL.map(RequestState::as_str)))]
    state: Option<String>,
    #[schemars(range(min = 1, max = PageRequest::MAX_LIMIT))]
    limit: Option<u32>,
    cursor: Option<String>,
}

impl TokenRequestParams {
    pub(crate) fn state(&self) -> Result<RequestState, Problem> {
        let Some(wanted) = self.state.as_deref().filter(|state| !state.is_empty()) else {
            return Ok(RequestState::Waiting);
        };
        let found = RequestState::ALL.into_iter().find(|state| state.as_str() == wanted);
        found.ok_or_else(|| Problem::bad_request("state must be waiting, decided or withdrawn."))
    }

    pub(crate) fn page(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.clone())
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Decision")]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    #[serde(default)]
    note: String,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

impl DecisionBody {
    pub(crate) fn decision(self, outcome: Outcome) -> DecisionRequest {
        DecisionRequest { outcome, note: self.note, scopes: self.scopes, expected: None }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TokenRequest")]
pub(crate) struct TokenRequestObject {
    id: CredentialId,
    #[schemars(extend("const" = "token_request"))]
    object: &'static str,
    credential: CredentialObject,
    requested_by: CreatedBy,
    justification: String,
    requested_at: Timestamp,
    decision: Option<DecisionObject>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct DecisionObject {
    outcome: Outcome,
    by: CreatedBy,
    at: Timestamp,
    note: String,
}

impl TokenRequestObject {
    pub(crate) fn new(request: &TokenRequest, now: Timestamp) -> Self {
        let decision = request.decision.as_ref().map(|decision| DecisionObject {
            outcome: decision.outcome,
            by: decision.by.clone(),
            at: decision.at,
            note: decision.note.clone(),
        });
        Self {
            id: request.credential.id,
            object: "token_request",
            credential: CredentialObject::new(&request.credential, now),
            requested_by: request.requested_by.clone(),
            justification: request.justification.clone(),
            requested_at: request.requested_at,
            decision,
        }
    }
}
