//! What the API document says about verification.
//!
//! Owns: the schema of a verdict, which [`super::answer`] writes by hand, and the parameters of forward authentication.
//! The HTTP tests hold every reply to this schema.

use super::forward_auth::forbidding_verdicts;
use crate::api::{
    describe::{Described, Part, Schemas, reply},
    openapi,
};
use domain::{
    Timestamp,
    credential::CredentialKind,
    ids::{CredentialId, OrgId},
    secret::Environment,
    verify::Verdict,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

/// The verdict on a token.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Verification")]
pub(crate) struct VerificationSchema {
    valid: bool,
    code: Verdict,
    credential_id: Option<CredentialId>,
    kind: Option<CredentialKind>,
    env: Option<Environment>,
    name: Option<String>,
    org: Option<OrgSchema>,
    subject: Option<SubjectSchema>,
    /// The person or service account whom the credential acts for.
    user: Option<UserSchema>,
    /// The effective scopes.
    scopes: Vec<String>,
    missing_scopes: Vec<String>,
    /// The resources that the credential is limited to. Empty: no limit.
    resources: Vec<String>,
    expires_at: Option<Timestamp>,
    /// When the presented secret stops, because another one is in use.
    retires_at: Option<Timestamp>,
    /// When a policy is going to block the credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked_at: Option<Timestamp>,
    rate_limit: Option<LimitSchema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<LimitSchema>,
    /// The page on which a person can correct the cause.
    fix_url: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct OrgSchema {
    id: OrgId,
    slug: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct SubjectSchema {
    r#type: String,
    id: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct UserSchema {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct LimitSchema {
    limit: u64,
    remaining: u64,
    reset_seconds: Option<u64>,
}

/// One verdict for each request, in the same order.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "VerificationList")]
pub(crate) struct VerificationsSchema {
    results: Vec<VerificationSchema>,
}

/// The parameters and replies of forward authentication.
pub(crate) struct ForwardAuth;

/// Each with its meaning, and its values if there are only a few.
const PARAMETERS: [(&str, &str, &[&str]); 9] = [
    ("scope", "Scopes that the credential needs, separated by spaces. It may be there several times.", &[]),
    ("operation", "An operation of the catalog that the credential must be able to perform.", &[]),
    ("resource", "The resource that the request is about.", &[]),
    ("require", "Whom the credential must act for.", &["user", "application"]),
    ("api", "The audience of the API. Access tokens for it pass, too.", &[]),
    ("org", "The slug or id of the organization whose credentials pass.", &[]),
    ("env", "The environment whose credentials pass.", &["live", "test"]),
    ("challenge", "The challenge of a 401.", &["basic", "bearer"]),
    ("raw", "1: the Authorization header may hold the bare secret.", &[]),
];

/// Forward authentication for a proxy that appends the path and the query of the request, so that the query is the
/// caller's. The parameters that say whose credentials pass are not read there.
pub(crate) struct ForwardAuthOfPath;

const NOT_IN_A_PATH: [&str; 3] = ["api", "org", "env"];

impl Part for ForwardAuthOfPath {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        ForwardAuth::describe(into, schemas);
        into.parameters.retain(|parameter| !NOT_IN_A_PATH.iter().any(|name| parameter["name"] == *name));
    }
}

impl Part for ForwardAuth {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        into.parameters.extend(PARAMETERS.map(|(name, description, values)| {
            let mut schema = json!({ "type": "string" });
            if !values.is_empty() {
                schema["enum"] = json!(values);
            }
            json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
        }));
        let mut forbidden = openapi::problem(schemas, 403);
        openapi::add_codes(&mut forbidden, forbidding_verdicts().map(Verdict::as_str));
        reply(into, 403, "application/problem+json", &forbidden);
        if let Some(reply) = into.replies.get_mut(&403) {
            reply["description"] = json!("The request may not pass.");
        }
        let description = "The request may pass. X-Auth-* headers say who sent it.";
        into.replies.insert(200, json!({ "description": description }));
        into.refusals.extend([400, 401, 403, 429, 500, 503]);
    }
}
