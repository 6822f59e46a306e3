//! Examples of the bodies in the API document.
//!
//! Owns: one example for each schema that is a whole body, for each body without a named schema, and for each error
//! status. They tell one story of the organization Acme. Secrets are abbreviated, so no example works anywhere. In the
//! HTTP tests every example is validated against its schema.

mod apis;
mod credentials;
mod oauth;
mod organization;
mod policies;

use serde_json::{Map, Value, json};

const ORG: &str = "org_01m6e22wg0emq8k9w39qsaekf4";
const ADA: &str = "usr_01m6gtsr97f9n898pbsg65rzyg";
const GRACE: &str = "usr_01m6knrv5qe60tbk362xesvjfr";
const TOKEN: &str = "pat_01m6p938dvft78vfcxee0yekqn";
const API_KEY: &str = "key_01m6rw35rbe5g9ngtn4sqg6stt";
const CLIENT: &str = "cli_01m6vfkn8pefct6h2vpcbkhxys";
const REQUEST: &str = "req_01m7hnhg95fm78q485caq9femm";
/// Stands for a secret.
const SECRET: &str = "mint_pat_...";
/// The audience of the API that Acme has defined.
const AUDIENCE: &str = "https://api.acme.example";

/// Adds an example to every body of the document.
pub(super) fn add_to(document: &mut Value) {
    let mut shown = Map::new();
    for (_, operation) in members(&mut document["paths"]).flat_map(|(_, path)| members(path)) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        if let Some(body) = operation.get_mut("requestBody") {
            add_to_body(body, &id, "", &mut shown);
        }
        for (status, reply) in members(&mut operation["responses"]) {
            add_to_body(reply, &id, status, &mut shown);
        }
    }
    for (name, refusal) in members(&mut document["components"]["responses"]) {
        add_to_body(refusal, "", name.trim_start_matches(char::is_alphabetic), &mut shown);
    }
    document["components"]["examples"] = Value::Object(shown);
}

fn members(object: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    object.as_object_mut().into_iter().flatten()
}

/// Adds an example to each form of a body. An example is written once, however many bodies refer to it.
fn add_to_body(body: &mut Value, operation: &str, status: &str, shown: &mut Map<String, Value>) {
    let Some(content) = body.get_mut("content") else { return };
    for (content_type, media) in members(content) {
        let name = match (media["schema"]["$ref"].as_str(), content_type.as_str()) {
            (_, "application/problem+json") => format!("Problem{status}"),
            (Some(schema), _) => schema.rsplit('/').next().unwrap_or_default().to_owned(),
            (None, "application/x-ndjson") => format!("{operation}.ndjson"),
            (None, "text/csv") => format!("{operation}.csv"),
            (None, _) => operation.to_owned(),
        };
        if let Some(value) = example(&name) {
            media["examples"] = json!({ "example": { "$ref": format!("#/components/examples/{name}") } });
            shown.insert(name, json!({ "value": value }));
        }
    }
}

/// The example with this name: that of a schema, an error status, or an operation whose schema has no name.
fn example(name: &str) -> Option<Value> {
    let of_name = credentials::example(name)
        .or_else(|| organization::example(name))
        .or_else(|| policies::example(name))
        .or_else(|| apis::example(name))
        .or_else(|| oauth::example(name))
        .or_else(|| problem(name.strip_prefix("Problem")?.parse().ok()?));
    of_name.or_else(|| {
        let object = example(name.strip_suffix("List")?)?;
        Some(json!({ "data": [object], "next_cursor": null }))
    })
}

/// Codes and details of the errors, by status.
const PROBLEMS: [(u16, &str, &str, &str); 14] = [
    (400, "Bad Request", "malformed_json", "The body is not valid JSON at line 1, column 23."),
    (401, "Unauthorized", "credential_required", "Present a credential: Authorization: Bearer <token>."),
    (
        403,
        "Forbidden",
        "insufficient_scope",
        "The credential lacks: audit:read. Use one that has it, or add it to this one.",
    ),
    (404, "Not Found", "not_found", "There is nothing here, or nothing that you may see."),
    (408, "Request Timeout", "body_incomplete", "The body did not come whole, or not in time."),
    (
        409,
        "Conflict",
        "scope_in_use",
        "The operation contacts.list still names this scope. Remove the operation first.",
    ),
    (
        412,
        "Precondition Failed",
        "precondition_failed",
        "It was changed since you read it. Read it again and repeat the change with its new ETag.",
    ),
    (
        413,
        "Payload Too Large",
        "body_too_large",
        "The body is larger than this route takes: 64 KiB, or 2 MiB for a document to import.",
    ),
    (
        415,
        "Unsupported Media Type",
        "unsupported_media_type",
        "Send the body as JSON in UTF-8, with Content-Type: application/json.",
    ),
    (422, "Unprocessable Entity", "required", "Enter a name."),
    (429, "Too Many Requests", "rate_limited", "The credential has reached its rate limit. Wait, then try again."),
    (
        500,
        "Internal Server Error",
        "internal_error",
        "Something failed on our side. Nothing is known to have changed; the request id helps to find out.",
    ),
    (
        501,
        "Not Implemented",
        "transfer_coding_unknown",
        "Send the body with a Content-Length, or with Transfer-Encoding: chunked and no other coding.",
    ),
    (503, "Service Unavailable", "unavailable", "The server cannot answer now. Try again in a moment."),
];

fn problem(status: u16) -> Option<Value> {
    let (status, title, code, detail) = PROBLEMS.into_iter().find(|(known, ..)| *known == status)?;
    let mut body = json!({
        "type": format!("urn:mintmark:problem:{code}"),
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": REQUEST,
    });
    match status {
        403 => {
            body["missing_scopes"] = json!(["audit:read"]);
            body["accepted_scopes"] = json!(["audit:read"]);
            body["granted_scopes"] = json!(["credentials:read"]);
        }
        422 => body["errors"] = json!([{ "pointer": "/name", "code": code, "detail": detail }]),
        _ => {}
    }
    Some(body)
}
