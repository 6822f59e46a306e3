//! What the API document says about the OAuth endpoints: forms in, RFC 6749 JSON out.

use crate::api::describe::{Described, Part, Schemas, reply, without_null};
use domain::{
    ids::{CredentialId, OrgId},
    secret::Environment,
};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::marker::PhantomData;

/// A form body.
pub(crate) struct Form<T>(PhantomData<T>);

impl<T: JsonSchema> Part for Form<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        let schema = schemas.of_request::<T>();
        into.body = Some(json!({ "required": true,
            "content": { "application/x-www-form-urlencoded": { "schema": schema } } }));
    }
}

/// A reply in the form of RFC 6749: success, or an error of section 5.2.
pub(crate) struct OAuthReply<T>(PhantomData<T>);

/// RFC 6749 section 5.2.
#[derive(JsonSchema, Serialize)]
struct OAuthError {
    error: String,
    error_description: String,
}

impl<T: JsonSchema> Part for OAuthReply<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        reply(into, 200, "application/json", &schemas.of_reply::<T>());
        let error = schemas.of_reply::<OAuthError>();
        for status in [400, 401, 403, 413, 415, 429, 500, 503] {
            reply(into, status, "application/json", &error);
            if let Some(refused) = into.replies.get_mut(&status) {
                refused["description"] = json!("Refused (RFC 6749 section 5.2).");
            }
        }
    }
}

fn fields_without_null(schema: &mut Schema) {
    if let Some(Value::Object(fields)) = schema.get_mut("properties") {
        fields.values_mut().for_each(without_null);
    }
}

/// A request for an access token (RFC 6749 section 4.4.2, RFC 8693 section 2.1). A client proves who it is in the
/// `Authorization` header or here.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "AccessTokenRequest", transform = fields_without_null)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct TokenRequestSchema {
    grant_type: String,
    scope: Option<String>,
    /// The audience of an API (RFC 8707). It may be there several times.
    resource: Option<Vec<String>>,
    audience: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    client_assertion: Option<String>,
    client_assertion_type: Option<String>,
    subject_token: Option<String>,
    subject_token_type: Option<String>,
    requested_token_type: Option<String>,
}

/// A token to introspect or to revoke (RFC 7662 section 2.1, RFC 7009 section 2.1).
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "TokenName", transform = fields_without_null)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct TokenNameSchema {
    token: String,
    token_type_hint: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    client_assertion: Option<String>,
    client_assertion_type: Option<String>,
}

/// The state of a token (RFC 7662 section 2.2). An inactive token has `active` alone.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Introspection")]
pub(crate) struct IntrospectionSchema {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<AudienceSchema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_id: Option<OrgId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_id: Option<CredentialId>,
    /// The resources that the credential is limited to. Empty: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<Environment>,
}

/// One audience, or several (RFC 7519 section 4.1.3).
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum AudienceSchema {
    One(String),
    Several(Vec<String>),
}

/// No members.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Empty {}
