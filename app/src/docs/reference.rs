//! The API reference, generated from the OpenAPI document of the server.
//!
//! Owns the grouping of operations and their layout. All facts about an operation come from the document, so the
//! reference always matches it.

use super::example::example;
use leptos::prelude::use_context;
use serde_json::Value;
use std::sync::OnceLock;

/// The server's OpenAPI document. The server puts it into the context of every page.
#[derive(Clone, Copy, Debug)]
pub struct ApiDocument(pub &'static str);

/// Operations on the same resource.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Identifies the group in URLs.
    pub(crate) key: String,
    pub(crate) title: String,
    /// Sorted by path.
    pub(crate) operations: Vec<Operation>,
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) description: String,
    pub(super) scopes: Vec<String>,
    pub(super) query: Vec<String>,
    pub(super) fields: Vec<Field>,
    pub(super) answer: Vec<Field>,
    /// Status code of the response.
    pub(super) status: String,
    /// A curl command with placeholder URLs.
    pub(super) example: String,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
}

static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();

/// Every group. Empty if the server provided no document.
pub(crate) fn groups() -> &'static [Group] {
    match (GROUPS.get(), use_context::<ApiDocument>()) {
        (Some(groups), _) => groups,
        (None, Some(document)) => GROUPS.get_or_init(|| read(document.0)),
        (None, None) => &[],
    }
}

fn read(document: &str) -> Vec<Group> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut groups: Vec<Group> = Vec::new();
    let paths = document["paths"].as_object().into_iter().flatten();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let key = operation["tags"][0].as_str().unwrap_or("discovery").to_owned();
            let operation = one(&document, path, method, operation);
            match groups.iter_mut().find(|group| group.key == key) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { title: title(&key), key, operations: vec![operation] }),
            }
        }
    }
    groups.sort_by_key(|group| group.title.to_lowercase());
    groups
}

fn title(key: &str) -> String {
    match key {
        "me" => "The calling credential, and one's own tokens".to_owned(),
        "api_keys" => "API keys".to_owned(),
        "clients" => "M2M clients".to_owned(),
        "apis" => "APIs and scopes".to_owned(),
        "oauth" => "OAuth".to_owned(),
        "audit" => "Audit log".to_owned(),
        "discovery" => "Discovery and health".to_owned(),
        key => crate::credentials::sentence_case(&key.replace('_', " ")),
    }
}

fn one(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
    };
    let content = operation["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
    let body = content.map(|(_, content)| resolve(document, &content["schema"])).unwrap_or(&Value::Null);
    let is_form = content.is_some_and(|(kind, _)| kind.contains("form"));
    let success = operation["responses"].as_object().into_iter().flatten().find(|(status, _)| status.starts_with('2'));
    let answer = success.map(|(_, answer)| answer["content"]["application/json"]["schema"].clone()).unwrap_or_default();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters.filter(|parameter| parameter["in"] == "query");
    let method = method.to_uppercase();
    Operation {
        id: operation["operationId"].as_str().unwrap_or(path).to_owned(),
        description: operation["description"].as_str().unwrap_or_default().to_owned(),
        scopes: strings(&operation["x-required-scopes"]),
        query: query.filter_map(|parameter| Some(parameter["name"].as_str()?.to_owned())).collect(),
        fields: fields(document, body),
        answer: fields(document, &answer),
        status: success.map(|(status, _)| status.clone()).unwrap_or_default(),
        example: example(&method, path, body, is_form, operation["security"] != serde_json::json!([])),
        method,
        path: path.to_owned(),
    }
}

/// Follows a reference to the schema it points to.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|target| document.pointer(target.trim_start_matches('#')));
    target.unwrap_or(schema)
}

fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolve(document, schema);
    let mut all: Vec<Field> =
        schema["allOf"].as_array().into_iter().flatten().flat_map(|part| fields(document, part)).collect();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let own = schema["properties"].as_object().into_iter().flatten();
    all.extend(own.map(|(name, of)| Field {
        name: name.clone(),
        kind: kind_in_words(of),
        required: required.iter().any(|wanted| wanted == name),
    }));
    all.sort_by_key(|field| !field.required);
    all
}

/// “string”, “list of string”, “live or test”.
fn kind_in_words(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        return name.to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        let words: Vec<_> = values.iter().map(|value| value.as_str().unwrap_or("null")).collect();
        return words.join(", ");
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    };
    let kinds = kinds.into_iter().map(|kind| match (kind, schema["format"].as_str()) {
        ("array", _) => format!("list of {}", kind_in_words(&schema["items"])),
        ("string", Some("date-time")) => "instant".to_owned(),
        (kind, _) => kind.to_owned(),
    });
    kinds.collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r##"{
        "paths": { "/v1/orgs/{org}/api-keys": { "post": {
            "operationId": "api_keys.issue", "tags": ["api_keys"], "description": "Needs the scope api_keys:write.",
            "security": [{ "bearer": [] }], "x-required-scopes": ["api_keys:write"],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Issue" } } } },
            "responses": { "201": { "content": { "application/json": { "schema": { "allOf": [
                { "$ref": "#/components/schemas/Issue" }, { "properties": { "token": { "type": "string" } } }] } } } } } } },
            "/health/live": { "get": { "operationId": "health_live", "security": [], "responses": { "200": {} } } } },
        "components": { "schemas": { "Issue": { "required": ["name"], "properties": {
            "env": { "enum": ["live", "test"] }, "name": { "type": "string" },
            "scopes": { "type": "array", "items": { "type": "string" } }, "expires_at": { "type": ["string", "null"], "format": "date-time" } } } } }
    }"##;

    #[test]
    fn an_operation_is_read_with_its_scopes_fields_and_answer() {
        let groups = read(DOCUMENT);
        let titles: Vec<_> = groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles, ["API keys", "Discovery and health"]);
        let issue = &groups[0].operations[0];
        assert_eq!((issue.method.as_str(), issue.scopes.clone()), ("POST", vec!["api_keys:write".to_owned()]));
        let fields: Vec<_> = issue.fields.iter().map(|f| (f.name.as_str(), f.kind.as_str(), f.required)).collect();
        assert_eq!(fields[0], ("name", "string", true), "what is required comes first");
        assert!(fields.contains(&("env", "live, test", false)));
        assert!(fields.contains(&("scopes", "list of string", false)));
        assert!(fields.contains(&("expires_at", "instant or null", false)));
        assert!(issue.answer.iter().any(|field| field.name == "token"));
        assert_eq!(issue.status, "201");
    }
}
