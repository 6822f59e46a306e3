//! How a handler appears in the API document.
//!
//! Owns: the parameters, the body and the replies of an operation, as they follow from the types in its handler's
//! signature. A handler whose types say nothing here does not compile as a route, so the document cannot omit it. Next:
//! [`super::openapi`] writes the document.

use super::{
    extract::{Credentialed, Document, IdempotentJson, IfMatch, Json, Params, PathParams},
    problem::Problem,
    reply::{Created, Export, NoContent, Versioned},
    v1::types::JwkSet,
};
use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    marker::PhantomData,
};

/// The schemas of the document, by name.
pub(crate) struct Schemas {
    requests: SchemaGenerator,
    replies: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = || {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings
        };
        Self {
            requests: settings().for_deserialize().into_generator(),
            replies: settings().for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// The schema of a type that requests hold.
    pub(crate) fn of_request<T: JsonSchema>(&mut self) -> Schema {
        self.requests.subschema_for::<T>()
    }

    /// The schema of a type that replies hold.
    pub(crate) fn of_reply<T: JsonSchema>(&mut self) -> Schema {
        self.replies.subschema_for::<T>()
    }

    /// The schema of a type that requests hold, with its members.
    fn inline<T: JsonSchema>(&mut self) -> Value {
        T::json_schema(&mut self.requests).to_value()
    }

    /// Whether a schema of [`Schemas::of_request`] has members that must be there.
    fn requires_members(&self, schema: &Schema) -> bool {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
        let named = name.and_then(|name| self.requests.definitions().get(name));
        let required = named.unwrap_or(schema.as_value()).get("required").and_then(Value::as_array);
        required.is_some_and(|members| !members.is_empty())
    }

    /// Every schema that was named.
    pub(crate) fn into_components(self) -> Map<String, Value> {
        let Self { mut requests, mut replies } = self;
        let mut all = requests.take_definitions(true);
        all.extend(replies.take_definitions(true));
        all
    }
}

/// One operation, as its handler describes it.
#[derive(Default)]
pub(crate) struct Described {
    /// Query and header parameters (OpenAPI 3.1 section 4.8.12). The path has its own.
    pub(crate) parameters: Vec<Value>,
    pub(crate) body: Option<Value>,
    /// Successful replies by status.
    pub(crate) replies: BTreeMap<u16, Value>,
    /// The statuses of its refusals.
    pub(crate) refusals: BTreeSet<u16>,
}

impl Described {
    /// Whether a retry can be made safe.
    pub(crate) fn takes_idempotency_key(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter["name"] == IDEMPOTENCY_KEY)
    }
}

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// A type in the signature of a handler.
pub(crate) trait Part {
    /// Adds what this type says about an operation.
    fn describe(into: &mut Described, schemas: &mut Schemas);
}

/// A handler whose types describe it. `T` is the tuple of its arguments.
pub(crate) trait Handles<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas);
}

macro_rules! handles {
    ($($argument:ident),*) => {
        impl<F, Fut, $($argument,)*> Handles<($($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> Fut,
            Fut: Future,
            Fut::Output: Part,
            $($argument: Part,)*
        {
            fn describe(into: &mut Described, schemas: &mut Schemas) {
                $($argument::describe(into, schemas);)*
                Fut::Output::describe(into, schemas);
            }
        }
    };
}

handles!(A);
handles!(A, B);
handles!(A, B, C);
handles!(A, B, C, D);
handles!(A, B, C, D, E);

/// The types of a handler that reads its request itself.
impl<A: Part, B: Part> Part for (A, B) {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        A::describe(into, schemas);
        B::describe(into, schemas);
    }
}

impl<A: Part, B: Part, C: Part> Part for (A, B, C) {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        A::describe(into, schemas);
        B::describe(into, schemas);
        C::describe(into, schemas);
    }
}

impl Part for () {
    fn describe(_: &mut Described, _: &mut Schemas) {}
}

/// What a process that cannot answer says.
pub(crate) struct Unavailable;

impl Part for Unavailable {
    fn describe(into: &mut Described, _: &mut Schemas) {
        into.refusals.extend([500, 503]);
    }
}

/// A reply with an `ETag`, which a caller need not receive twice (RFC 9110 section 13.1.2).
pub(crate) struct Conditional<T>(PhantomData<T>);

impl<T: Part> Part for Conditional<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        T::describe(into, schemas);
        let headers = json!({ "ETag": { "description": "The version of the document, for If-None-Match.",
            "schema": { "type": "string" } } });
        if let Some(reply) = into.replies.get_mut(&200) {
            reply["headers"] = headers.clone();
        }
        into.replies.insert(304, json!({ "description": description(304), "headers": headers }));
        let description = "The ETags of the versions that you have. If the document is one of them, the reply is 304.";
        into.parameters.push(json!({ "name": "If-None-Match", "in": "header", "required": false,
            "description": description, "schema": { "type": "string" } }));
    }
}

/// The public signing keys.
pub(crate) struct SigningKeys;

impl Part for SigningKeys {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        reply(into, 200, "application/jwk-set+json", &schemas.of_reply::<JwkSet>());
    }
}

impl<S> Part for State<S> {
    fn describe(_: &mut Described, _: &mut Schemas) {}
}

impl Part for Credentialed {
    fn describe(into: &mut Described, _: &mut Schemas) {
        into.refusals.extend([400, 401, 403, 429, 503]);
    }
}

impl Part for PathParams {
    fn describe(into: &mut Described, _: &mut Schemas) {
        into.refusals.insert(404);
    }
}

/// A JSON body of this schema.
pub(crate) fn body(into: &mut Described, schema: &Schema, content_type: &str, is_required: bool) {
    into.body = Some(json!({ "required": is_required, "content": { content_type: { "schema": schema } } }));
    into.refusals.extend([400, 408, 409, 413, 415, 422]);
}

const JSON: &str = "application/json";

impl<T: JsonSchema> Part for Json<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        body(into, &schemas.of_request::<T>(), JSON, true);
    }
}

impl<T: JsonSchema> Part for IdempotentJson<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        // An empty body is the empty object.
        let schema = schemas.of_request::<T>();
        let is_required = schemas.requires_members(&schema);
        body(into, &schema, JSON, is_required);
        idempotency_key(into);
    }
}

/// An OpenAPI 3 document, at most 2 MiB.
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct OpenApiDocument {
    openapi: String,
    paths: Option<Map<String, Value>>,
}

impl Part for Document {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        body(into, &schemas.of_request::<OpenApiDocument>(), JSON, true);
        idempotency_key(into);
    }
}

fn idempotency_key(into: &mut Described) {
    let description = "Makes a retry safe for 24 hours: a request with the same key and body gets the reply of the \
        first one. If the key is shorter than 32 characters, a retry does not return the secret.";
    into.parameters.push(json!({ "name": IDEMPOTENCY_KEY, "in": "header", "required": false,
        "description": description, "schema": { "type": "string", "minLength": 1, "maxLength": 255 } }));
}

/// Takes `null` out of the schema of a parameter or a form field. An absent one has no value, and null can't be written.
pub(crate) fn without_null(member: &mut Value) {
    for keyword in ["type", "anyOf"] {
        let Some(options) = member.get_mut(keyword).and_then(Value::as_array_mut) else { continue };
        options.retain(|option| option != "null" && option["type"] != "null");
        if options.len() > 1 {
            continue;
        }
        match (options.pop(), member.as_object_mut()) {
            (Some(Value::Object(only)), Some(member)) => {
                member.remove(keyword);
                member.extend(only);
            }
            (Some(only), Some(member)) => {
                member.insert(keyword.to_owned(), only);
            }
            _ => {}
        }
    }
}

impl<T: JsonSchema> Part for Params<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        let schema = schemas.inline::<T>();
        let required: Vec<_> = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, mut member) in schema["properties"].as_object().cloned().unwrap_or_default() {
            without_null(&mut member);
            let description = member.as_object_mut().and_then(|member| member.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query", "schema": member,
                "required": required.iter().any(|known| known == name.as_str()) });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            into.parameters.push(parameter);
        }
        into.refusals.extend([400, 422]);
    }
}

impl Part for IfMatch {
    fn describe(into: &mut Described, _: &mut Schemas) {
        let description = "The ETag of the version that you have read. If the object has changed since, the request \
            fails with 412 and changes nothing.";
        into.parameters.push(json!({ "name": "If-Match", "in": "header", "required": false,
            "description": description, "schema": { "type": "string" } }));
        into.refusals.insert(412);
    }
}

impl<T: Part> Part for Result<T, Problem> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        into.refusals.insert(500);
        T::describe(into, schemas);
    }
}

/// A successful reply of this schema.
pub(crate) fn reply(into: &mut Described, status: u16, content_type: &str, schema: &impl serde::Serialize) {
    let content = json!({ content_type: { "schema": schema } });
    into.replies.insert(status, json!({ "description": description(status), "content": content }));
}

fn description(status: u16) -> &'static str {
    match status {
        201 => "Created.",
        204 => "Done. There is no body.",
        304 => "You have this version. There is no body.",
        _ => "Done.",
    }
}

impl<T: JsonSchema> Part for axum::Json<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        reply(into, 200, JSON, &schemas.of_reply::<T>());
    }
}

impl<T: Part> Part for Created<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        T::describe(into, schemas);
        if let Some(mut reply) = into.replies.remove(&200) {
            reply["description"] = json!(description(201));
            into.replies.insert(201, reply);
        }
    }
}

impl<T: JsonSchema> Part for Versioned<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        axum::Json::<T>::describe(into, schemas);
        if let Some(reply) = into.replies.get_mut(&200) {
            reply["headers"] = json!({ "ETag": { "description": "The version of the object, for If-Match.",
                "schema": { "type": "string" } } });
        }
    }
}

impl Part for NoContent {
    fn describe(into: &mut Described, _: &mut Schemas) {
        into.replies.insert(204, json!({ "description": description(204) }));
    }
}

impl<T: JsonSchema> Part for Export<T> {
    fn describe(into: &mut Described, schemas: &mut Schemas) {
        axum::Json::<T>::describe(into, schemas);
        let text = json!({ "schema": { "type": "string" } });
        if let Some(reply) = into.replies.get_mut(&200) {
            reply["content"]["application/x-ndjson"] = text.clone();
            reply["content"]["text/csv"] = text;
        }
    }
}
