//! A curl example for an operation: path, authentication, and a body with every required field.

use serde_json::{Map, Value, json};

/// The curl command, one argument per line. A public operation gets no credential.
pub(super) fn example(method: &str, path: &str, body: &Value, is_form: bool, needs_credential: bool) -> String {
    let path =
        path.replace("{org}", "acme").replace(['{', '}'], "").split('/').map(place).collect::<Vec<_>>().join("/");
    let mut parts = vec![match method {
        "GET" => format!("curl \"http://localhost:3000{path}\""),
        method => format!("curl -X {method} \"http://localhost:3000{path}\""),
    }];
    if is_form {
        parts.push("-u \"$MINTMARK_CLIENT_ID:$MINTMARK_CLIENT_SECRET\"".to_owned());
        let fields = required(body).map(|name| match name {
            "grant_type" => "-d grant_type=client_credentials".to_owned(),
            name => format!("--data-urlencode \"{name}=$PRESENTED\""),
        });
        parts.extend(fields);
    } else if needs_credential {
        parts.push("-H \"Authorization: Bearer $MINTMARK_TOKEN\"".to_owned());
    }
    if !is_form && body["properties"].is_object() {
        let fields: Map<_, _> =
            required(body).map(|name| (name.to_owned(), sample(name, &body["properties"][name]))).collect();
        parts.push("-H \"Content-Type: application/json\"".to_owned());
        parts.push(format!("-d '{}'", Value::Object(fields)));
    }
    parts.join(" \\\n  ")
}

fn required(body: &Value) -> impl Iterator<Item = &str> {
    body["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Writes a path parameter as a shell variable.
fn place(part: &str) -> String {
    match part {
        "id" | "kid" | "name" | "operation" => format!("${}", part.to_uppercase()),
        part => part.to_owned(),
    }
}

/// A plausible value for the field.
fn sample(name: &str, schema: &Value) -> Value {
    match (name, schema["type"].as_str()) {
        ("name", _) => json!("Nightly export"),
        ("scopes", Some("array")) => json!(["credentials:read"]),
        ("scopes", _) => json!({ "any": ["contacts:read"] }),
        ("email", _) => json!("grace@example.com"),
        ("audience", _) => json!("https://api.example.com"),
        ("token", _) => json!("mint_…"),
        ("requests", _) => json!([{ "token": "mint_…" }]),
        ("operations", _) => json!(["contacts.list"]),
        ("id", _) => json!("contacts.list"),
        ("method", _) => json!("GET"),
        ("path", _) => json!("/contacts"),
        (_, kind) => match (schema["enum"].get(0), kind) {
            (Some(first), _) => first.clone(),
            (None, Some("array")) => json!([]),
            (None, Some("object")) => json!({}),
            (None, Some("integer")) => json!(1),
            (None, Some("boolean")) => json!(true),
            (None, _) => json!("…"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_the_organization_and_fills_what_is_required() {
        let body = json!({ "required": ["name", "scopes"], "properties": {
            "name": { "type": "string" }, "scopes": { "type": "array" }, "description": { "type": "string" } } });
        let written = example("POST", "/v1/orgs/{org}/api-keys", &body, false, true);
        assert_eq!(
            written,
            "curl -X POST \"http://localhost:3000/v1/orgs/acme/api-keys\" \\\n  -H \"Authorization: Bearer $MINTMARK_TOKEN\" \\\n  \
             -H \"Content-Type: application/json\" \\\n  -d '{\"name\":\"Nightly export\",\"scopes\":[\"credentials:read\"]}'"
        );
        let shown = example("GET", "/v1/orgs/{org}/clients/{id}", &Value::Null, false, true);
        assert!(shown.starts_with("curl \"http://localhost:3000/v1/orgs/acme/clients/$ID\""), "{shown}");
        assert_eq!(
            example("GET", "/health/live", &Value::Null, false, false),
            "curl \"http://localhost:3000/health/live\""
        );
    }
}
