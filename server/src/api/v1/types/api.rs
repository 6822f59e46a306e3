//! The operation catalog as objects: APIs, operations, advice, previews.

use domain::{
    Timestamp,
    credential::CredentialKind,
    operation::{Advice, Api, ApiScope, CannotBecause, Operation, SigningAlg},
    scope::ScopeSet,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};
use service::credentials::Preview;
use std::borrow::Cow;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Api")]
pub(crate) struct ApiObject {
    id: String,
    #[schemars(extend("const" = "api"))]
    object: &'static str,
    org_id: Option<String>,
    name: String,
    audience: String,
    owns_audience: bool,
    signing_alg: SigningAlg,
    access_token_seconds: u32,
    scopes: Vec<ApiScope>,
    operations: Vec<Operation>,
    created_at: Timestamp,
}

impl From<Api> for ApiObject {
    fn from(api: Api) -> Self {
        Self {
            id: api.id.to_string(),
            object: "api",
            org_id: api.org.map(|org| org.to_string()),
            name: api.name.to_string(),
            audience: api.audience,
            owns_audience: api.owns_audience,
            signing_alg: api.signing_alg,
            access_token_seconds: api.access_token_seconds,
            scopes: api.scopes,
            operations: api.operations,
            created_at: api.created_at,
        }
    }
}

/// `?principal=pat|api_key|client`
#[derive(Deserialize, JsonSchema)]
pub(crate) struct OperationParams {
    pub(crate) principal: Option<CredentialKind>,
}

/// Every operation of these APIs. There may be very many, so they are written without a copy of each.
pub(crate) struct OperationList(Vec<Api>);

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct OperationData<'a> {
    data: Vec<OperationObject<'a>>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct OperationObject<'a> {
    #[serde(flatten)]
    operation: &'a Operation,
    api: &'a ApiReference<'a>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct ApiReference<'a> {
    id: String,
    name: &'a str,
    audience: &'a str,
}

impl<'a> ApiReference<'a> {
    fn of(api: &'a Api) -> Self {
        Self { id: api.id.to_string(), name: api.name.as_str(), audience: &api.audience }
    }
}

impl From<Vec<Api>> for OperationList {
    fn from(apis: Vec<Api>) -> Self {
        Self(apis)
    }
}

impl JsonSchema for OperationList {
    fn schema_name() -> Cow<'static, str> {
        "OperationList".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        OperationData::json_schema(generator)
    }
}

impl Serialize for OperationList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let references: Vec<_> = self.0.iter().map(ApiReference::of).collect();
        let objects = self
            .0
            .iter()
            .zip(&references)
            .flat_map(|(of, api)| of.operations.iter().map(move |operation| OperationObject { operation, api }));
        OperationData { data: objects.collect() }.serialize(serializer)
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Advise")]
#[serde(deny_unknown_fields)]
pub(crate) struct AdviseBody {
    pub(crate) operations: Vec<String>,
    /// Whether the caller is a service that can keep a client secret.
    #[serde(default)]
    pub(crate) service: bool,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Advice")]
pub(crate) struct AdviceObject {
    recommended: Option<CredentialKind>,
    because: String,
    scopes: ScopeSet,
    kinds: Vec<KindObject>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct KindObject {
    kind: CredentialKind,
    fits: bool,
    because: String,
}

impl From<Advice> for AdviceObject {
    fn from(advice: Advice) -> Self {
        let kinds =
            advice.kinds.into_iter().map(|kind| KindObject { kind: kind.kind, fits: kind.fits, because: kind.because });
        Self { recommended: advice.recommended, because: advice.because, scopes: advice.scopes, kinds: kinds.collect() }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "PreviewRequest")]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    pub(crate) kind: CredentialKind,
    pub(crate) scopes: Vec<String>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Preview")]
pub(crate) struct PreviewObject {
    effective_scopes: ScopeSet,
    can: Vec<Named>,
    cannot: Vec<Refused>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct Named {
    api: String,
    operation: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct Refused {
    #[serde(flatten)]
    named: Named,
    because: CannotBecause,
}

impl From<Preview> for PreviewObject {
    fn from(preview: Preview) -> Self {
        let (mut can, mut cannot) = (Vec::new(), Vec::new());
        for answer in preview.answers {
            let named = Named { api: answer.api, operation: answer.operation };
            match answer.answer {
                Ok(()) => can.push(named),
                Err(because) => cannot.push(Refused { named, because }),
            }
        }
        Self { effective_scopes: preview.effective_scopes, can, cannot }
    }
}
