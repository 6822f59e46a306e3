//! Parts of an OpenAPI document that cannot be imported.
//!
//! An import never drops anything silently. A document is imported in full, or rejected with pointers into it.

use super::{Api, ImportedApi, Operation, OperationDraft, import::METHODS};
use crate::{
    code::FlawCode,
    error::{FieldError, FieldErrors, Flaw},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Maximum number of flaws to report.
const MAX_FLAWS: usize = 20;

/// Checks that all of the document's paths can be imported.
///
/// # Errors
/// Returns `unsupported_reference`, `unsupported_method`, `duplicate_operation` or `unsupported_security`, each with
/// its pointer.
pub(super) fn check_document(document: &Value, paths: &Map<String, Value>) -> Result<(), FieldErrors> {
    let (mut errors, mut ids) = (FieldErrors::default(), HashMap::new());
    check_security(document.get("security"), "/security", &mut errors);
    for (path, item) in paths {
        let place = format!("/paths/{}", escaped(path));
        check_reference(item, &place, &mut errors);
        if item.get("trace").is_some() {
            let detail = "An operation with the method TRACE cannot be imported. Leave it out.";
            errors.0.push(Flaw::new(FlawCode::UnsupportedMethod, detail).at(format!("{place}/trace")));
        }
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let place = format!("{place}/{method}");
            check_reference(operation, &place, &mut errors);
            check_security(operation.get("security"), &format!("{place}/security"), &mut errors);
            if let Some(id) = operation.get("operationId").and_then(Value::as_str)
                && let Some(first) = ids.insert(id, place.clone())
            {
                let detail = format!("Another operation has this operationId: {first}. Give each its own.");
                errors.0.push(Flaw::new(FlawCode::DuplicateOperation, detail).at(format!("{place}/operationId")));
            }
        }
        if errors.0.len() >= MAX_FLAWS {
            break;
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn check_reference(value: &Value, place: &str, errors: &mut FieldErrors) {
    if value.get("$ref").is_some() {
        let detail = "References are not followed here. Write out what this one points at.";
        errors.0.push(Flaw::new(FlawCode::UnsupportedReference, detail).at(format!("{place}/$ref")));
    }
}

/// Accepts one of several scopes, or several scopes at once, but no mixture of both.
fn check_security(security: Option<&Value>, place: &str, errors: &mut FieldErrors) {
    let alternatives = security.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let scopes = |alternative: &Value| -> usize {
        let lists = alternative.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_array);
        lists.map(Vec::len).sum()
    };
    if alternatives.len() > 1 && alternatives.iter().any(|alternative| scopes(alternative) != 1) {
        let detail = "An operation can need one of several scopes, or several at once; alternatives of several, or of none, \
                      cannot be imported. Give it a scope of its own.";
        errors.0.push(Flaw::new(FlawCode::UnsupportedSecurity, detail).at(place));
    }
}

/// Checks that existing operations of the API are equal to those of the document.
///
/// # Errors
/// Returns `operation_differs`, with a pointer to the operation in the document.
pub(super) fn check_known(found: &ImportedApi, api: &Api) -> Result<(), FieldErrors> {
    let known: HashMap<&str, &Operation> = api.operations.iter().map(|one| (one.id.as_str(), one)).collect();
    let differs = |draft: &&OperationDraft| known.get(draft.id.as_str()).is_some_and(|known| !is_alike(known, draft));
    let detail =
        "The API has this operation with another method, path or rule. Remove it there first, then import again.";
    let flaw = |draft| Flaw::new(FlawCode::OperationDiffers, detail).at(place_of(draft));
    let errors: Vec<FieldError> = found.operations.iter().filter(differs).take(MAX_FLAWS).map(flaw).collect();
    if errors.is_empty() { Ok(()) } else { Err(FieldErrors(errors)) }
}

fn is_alike(known: &Operation, draft: &OperationDraft) -> bool {
    (&known.method, &known.path, &known.scopes) == (&draft.method, &draft.path, &draft.scopes)
        && (known.user_context, &known.resource_type) == (draft.user_context, &draft.resource_type)
}

/// Converts pointers into an operation to pointers into the document.
pub(super) fn in_document(flaws: FieldErrors, draft: &OperationDraft) -> FieldErrors {
    let place = place_of(draft);
    let of_path = place.rsplit_once('/').map_or("", |(path, _)| path).to_owned();
    let moved = |error: FieldError| {
        let pointer = match error.pointer.as_str() {
            "/id" => format!("{place}/operationId"),
            "/path" => of_path.clone(),
            "/scopes" => format!("{place}/security"),
            "/resource_type" => format!("{place}/x-mintmark-resource-type"),
            _ => place.clone(),
        };
        FieldError { pointer, ..error }
    };
    FieldErrors(flaws.0.into_iter().map(moved).collect())
}

fn place_of(draft: &OperationDraft) -> String {
    format!("/paths/{}/{}", escaped(&draft.path), draft.method.to_ascii_lowercase())
}

/// Escapes a part of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::super::{ApiAdditions, ApiDraft, SigningAlg, check_api, check_import, read_openapi};
    use super::*;
    use crate::{Timestamp, ids::ApiId};
    use serde_json::json;

    fn flaws<T>(result: Result<T, FieldErrors>) -> Vec<(String, String)> {
        result.err().unwrap_or_default().0.into_iter().map(|error| (error.pointer, error.code.to_string())).collect()
    }

    fn reading(paths: Value) -> Vec<(String, String)> {
        flaws(read_openapi(&json!({ "openapi": "3.1.0", "paths": paths })))
    }

    #[test]
    fn what_would_be_left_out_is_refused_at_its_place() {
        let (a, b, both) = (json!({ "o": ["a:x"] }), json!({ "o": ["b:x"] }), json!({ "o": ["a:x", "b:x"] }));
        for (paths, place, code) in [
            (json!({ "/a": { "$ref": "#/x" } }), "/paths/~1a/$ref", "unsupported_reference"),
            (json!({ "/a": { "get": { "$ref": "#/x" } } }), "/paths/~1a/get/$ref", "unsupported_reference"),
            (json!({ "/a~b": { "trace": {} } }), "/paths/~1a~0b/trace", "unsupported_method"),
            (
                json!({ "/a": { "get": { "operationId": "x" } }, "/b": { "put": { "operationId": "x" } } }),
                "/paths/~1b/put/operationId",
                "duplicate_operation",
            ),
            (json!({ "/a": { "get": { "security": [both, a] } } }), "/paths/~1a/get/security", "unsupported_security"),
            (json!({ "/a": { "get": { "security": [a, {}] } } }), "/paths/~1a/get/security", "unsupported_security"),
        ] {
            assert_eq!(reading(paths), [(place.to_owned(), code.to_owned())]);
        }
        for whole in [json!([]), json!([{}]), json!([a]), json!([both]), json!([a, b])] {
            assert_eq!(reading(json!({ "/a": { "get": { "security": whole } } })), []);
        }
        let many: Map<_, _> = (0..500).map(|number| (format!("/p{number}"), json!({ "$ref": "#/x" }))).collect();
        assert_eq!(reading(Value::Object(many)).len(), MAX_FLAWS);
    }

    #[test]
    fn an_operation_that_is_there_already_must_be_alike_and_flaws_point_into_the_document() {
        let document = |path: &str, scope: &str| {
            let get = json!({ "operationId": "x.list", "security": [{ "o": [scope] }] });
            read_openapi(&json!({ "openapi": "3.1.0", "paths": { path: { "get": get } } })).unwrap()
        };
        let draft = ApiDraft { name: "A".into(), audience: "urn:a".into(), ..ApiDraft::default() };
        let now = Timestamp::EPOCH;
        let mut api = check_api(&draft, ApiId::new(now, [0; 10]), None, now).unwrap();
        assert_eq!(api.signing_alg, SigningAlg::default());
        let added = check_import(&document("/a", "a:x"), &api).unwrap();
        api.scopes.extend(added.scopes);
        api.operations.extend(added.operations);
        assert_eq!(check_import(&document("/a", "a:x"), &api), Ok(ApiAdditions::default()));
        for changed in [document("/b", "a:x"), document("/a", "b:x")] {
            let place = place_of(&changed.operations[0]);
            assert_eq!(flaws(check_import(&changed, &api)), [(place, "operation_differs".to_owned())]);
        }
        let bad =
            read_openapi(&json!({ "openapi": "3.1.0", "paths": { "no path": { "get": { "operationId": "a b" } } } }));
        let told = flaws(check_import(&bad.unwrap(), &api));
        let at = |place: &str, code: &str| (place.to_owned(), code.to_owned());
        assert_eq!(
            told,
            [at("/paths/no path/get/operationId", "invalid_operation_id"), at("/paths/no path", "invalid_path")]
        );
    }
}
