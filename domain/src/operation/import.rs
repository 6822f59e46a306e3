//! Reads operations and scopes from an OpenAPI 3 document.
//!
//! References are never followed, so a document can neither cause a loop nor make the server load another document.
//! Every count is limited while reading, so the time grows linearly with the document. The extensions
//! `x-mintmark-user-context` and `x-mintmark-resource-type` express what OpenAPI cannot.

use super::import_flaws::{check_document, check_known, in_document};
use super::{
    Api, ApiScope, ApiScopeDraft, MAX_API_SCOPES, MAX_OPERATION_SCOPES, MAX_OPERATIONS, Operation, OperationDraft,
    ScopeRule, UserContext,
    api::{KnownNames, check_title},
    check_api_scope,
};
use crate::{
    code::FlawCode,
    error::{FieldErrors, Flaw},
    scope::{Scope, ScopeSet},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Maximum number of alternatives in the security of one operation.
pub const MAX_ALTERNATIVES: usize = 20;

pub(super) const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

/// The scopes and operations of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedApi {
    /// Scopes, with titles from the security schemes where they have some.
    pub scopes: Vec<ApiScopeDraft>,
    pub operations: Vec<OperationDraft>,
}

/// The changes that an import makes to an API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiAdditions {
    /// Scopes to add.
    pub scopes: Vec<ApiScope>,
    /// Operations to add.
    pub operations: Vec<Operation>,
    /// Existing scopes, with their new titles.
    pub reworded_scopes: Vec<ApiScope>,
}

impl ApiAdditions {
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty() && self.operations.is_empty() && self.reworded_scopes.is_empty()
    }
}

/// # Errors
/// Returns the flaws if this is not an OpenAPI 3 document, has too many operations, or contains something that is not
/// supported.
pub fn read_openapi(document: &Value) -> Result<ImportedApi, FieldErrors> {
    let wrong = |detail: &str| FieldErrors::one(Flaw::new(FlawCode::InvalidOpenapi, detail).at(""));
    let is_3 = document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3."));
    let paths = document.get("paths").and_then(Value::as_object);
    let (true, Some(paths)) = (is_3, paths) else {
        return Err(wrong("Send an OpenAPI 3 document as JSON: an object with openapi: \"3.…\" and paths."));
    };
    check_document(document, paths)?;
    let default_rule = scope_rule(document.get("security")).map_err(|flaw| FieldErrors::one(flaw.at("/security")))?;
    let mut words = scope_words(document).map_err(|flaw| FieldErrors::one(flaw.at("/components")))?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        let methods = METHODS.iter().filter_map(|method| Some((*method, item.get(*method)?.as_object()?)));
        for (method, operation) in methods {
            if operations.len() == MAX_OPERATIONS {
                return Err(wrong(&format!(
                    "The document has more than {MAX_OPERATIONS} operations. Import it in parts."
                )));
            }
            let read = read_operation(path, method, operation, &default_rule);
            let operation = read.map_err(|flaw| {
                let place = format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"));
                FieldErrors::one(flaw.at(place))
            })?;
            for scope in operation.scopes.scopes().iter() {
                words.entry(scope.to_string()).or_default();
            }
            if words.len() > MAX_API_SCOPES {
                return Err(FieldErrors::one(too_many_scopes().at("/paths")));
            }
            operations.push(operation);
        }
    }
    let scopes = words.into_iter().map(|(name, title)| ApiScopeDraft { name, title, description: String::new() });
    Ok(ImportedApi { scopes: scopes.collect(), operations })
}

/// Returns the scopes that OAuth security schemes list, with their titles.
fn scope_words(document: &Value) -> Result<BTreeMap<String, String>, Flaw> {
    let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    let flows = schemes.into_iter().flat_map(Map::values).filter_map(|scheme| scheme.get("flows")?.as_object());
    let scopes = flows.flat_map(Map::values).filter_map(|flow| flow.get("scopes")?.as_object()).flatten();
    let title =
        |text: &Value| text.as_str().unwrap_or_default().lines().next().unwrap_or_default().chars().take(100).collect();
    let mut words = BTreeMap::new();
    for (name, text) in scopes {
        words.insert(name.clone(), title(text));
        if words.len() > MAX_API_SCOPES {
            return Err(too_many_scopes());
        }
    }
    Ok(words)
}

fn too_many_scopes() -> Flaw {
    Flaw::new(
        FlawCode::TooMany,
        format!("The document has more than {MAX_API_SCOPES} scopes. Import it as several APIs."),
    )
}

fn read_operation(
    path: &str,
    method: &str,
    operation: &Map<String, Value>,
    default: &ScopeRule,
) -> Result<OperationDraft, Flaw> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str);
    let id = text("operationId").map_or_else(|| named(method, path), str::to_owned);
    let user_context = match text("x-mintmark-user-context") {
        None | Some("optional") => UserContext::Optional,
        Some("required") => UserContext::Required,
        Some("forbidden") => UserContext::Forbidden,
        Some(_) => {
            let detail = "x-mintmark-user-context must be required, optional or forbidden.";
            return Err(Flaw::new(FlawCode::InvalidUserContext, detail));
        }
    };
    Ok(OperationDraft {
        id,
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        scopes: match operation.get("security") {
            Some(own) => scope_rule(Some(own))?,
            None => default.clone(),
        },
        user_context,
        resource_type: text("x-mintmark-resource-type").map(str::to_owned),
    })
}

/// Makes a name for an operation that has none, such as `get_contacts_id`.
fn named(method: &str, path: &str) -> String {
    let mut id = method.to_owned();
    for part in path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        id.push('_');
        id.push_str(part);
    }
    id.truncate(128);
    id
}

/// Converts security requirements, which are alternatives. Several alternatives with one scope each become
/// [`ScopeRule::Any`]. Other combinations were rejected before.
fn scope_rule(security: Option<&Value>) -> Result<ScopeRule, Flaw> {
    let requirements = security.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if requirements.len() > MAX_ALTERNATIVES {
        let detail = format!("The security of an operation can list at most {MAX_ALTERNATIVES} alternatives.");
        return Err(Flaw::new(FlawCode::TooMany, detail));
    }
    let sets: Vec<ScopeSet> = requirements.iter().map(required_scopes).collect::<Result<_, _>>()?;
    match sets.as_slice() {
        [_, _, ..] if sets.iter().all(|set| set.len() == 1) => {
            Ok(ScopeRule::Any(sets.iter().flat_map(ScopeSet::iter).cloned().collect()))
        }
        [first, ..] => Ok(ScopeRule::All(first.clone())),
        [] => Ok(ScopeRule::Any(ScopeSet::default())),
    }
}

/// Returns the scopes of one requirement. A list that is too long is rejected before any scope is parsed.
fn required_scopes(requirement: &Value) -> Result<ScopeSet, Flaw> {
    let lists = requirement.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_array);
    let scopes: Vec<&str> = lists.flatten().filter_map(Value::as_str).take(MAX_OPERATION_SCOPES + 1).collect();
    if scopes.len() > MAX_OPERATION_SCOPES {
        let detail = format!("An operation can name at most {MAX_OPERATION_SCOPES} scopes.");
        return Err(Flaw::new(FlawCode::TooMany, detail));
    }
    scopes.into_iter().map(Scope::parse).collect()
}

/// Checks the parts of a document that are new to `api`. An existing scope gets the title of the document, if there is
/// one.
///
/// # Errors
/// Returns every flaw, with a pointer into the document or to the name of a scope.
pub fn check_import(found: &ImportedApi, api: &Api) -> Result<ApiAdditions, FieldErrors> {
    check_known(found, api)?;
    let (mut grown, mut errors) = (api.clone(), FieldErrors::default());
    let known: HashMap<&str, &ApiScope> = api.scopes.iter().map(|scope| (scope.name.as_str(), scope)).collect();
    let new_scopes: Vec<_> = found.scopes.iter().filter(|draft| !known.contains_key(draft.name.as_str())).collect();
    let reworded_scopes = check_reworded(found, &known, &mut errors);
    let names = KnownNames::of(api);
    let new_operations: Vec<_> = found.operations.iter().filter(|draft| !names.has_operation(&draft.id)).collect();
    check_room(api, new_scopes.len(), new_operations.len())?;
    for draft in new_scopes {
        match check_api_scope(draft, &grown) {
            Ok(scope) => grown.scopes.push(scope),
            Err(flaws) => errors.0.extend(flaws.below(&format!("/scopes/{}", draft.name)).0),
        }
    }
    let mut names = KnownNames::of(&grown);
    for draft in new_operations {
        if names.has_operation(&draft.id) {
            continue;
        }
        match names.check(draft) {
            Ok(operation) => grown.operations.push(operation),
            Err(flaws) => errors.0.extend(in_document(flaws, draft).0),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let (scopes, operations) =
        (grown.scopes.split_off(api.scopes.len()), grown.operations.split_off(api.operations.len()));
    Ok(ApiAdditions { scopes, operations, reworded_scopes })
}

/// Returns the existing scopes that have another title in the document.
fn check_reworded(found: &ImportedApi, known: &HashMap<&str, &ApiScope>, errors: &mut FieldErrors) -> Vec<ApiScope> {
    let mut reworded = Vec::new();
    for draft in &found.scopes {
        let Some(known) = known.get(draft.name.as_str()) else { continue };
        let title = errors.check(&format!("/scopes/{}/title", draft.name), check_title(&draft.title));
        if let Some(title) = title.filter(|title| !title.is_empty() && *title != known.title) {
            reworded.push(ApiScope { title, ..(*known).clone() });
        }
    }
    reworded
}

/// Checks that the API stays within its limits.
fn check_room(api: &Api, scopes: usize, operations: usize) -> Result<(), FieldErrors> {
    let counts = [
        (api.scopes.len() + scopes, MAX_API_SCOPES, "scopes"),
        (api.operations.len() + operations, MAX_OPERATIONS, "operations"),
    ];
    match counts.into_iter().find(|(count, max, _)| count > max) {
        Some((_, max, what)) => {
            let detail = format!("An API can have at most {max} {what}.");
            Err(FieldErrors::one(Flaw::new(FlawCode::TooMany, detail).at("/paths")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ApiDraft, check_api};
    use super::*;
    use crate::{Timestamp, ids::ApiId};
    use serde_json::json;

    #[test]
    fn operations_scopes_and_our_own_words_are_read() {
        let found = read_openapi(&json!({
            "openapi": "3.1.0",
            "security": [{ "oauth": ["contacts:read"] }],
            "components": { "securitySchemes": { "oauth": { "type": "oauth2", "flows": { "clientCredentials": {
                "scopes": { "contacts:read": "Read contacts", "contacts:admin": "Everything" } } } } } },
            "paths": {
                "/contacts": {
                    "get": { "operationId": "contacts.list" },
                    "post": { "operationId": "contacts.create", "security": [{ "oauth": ["contacts:write"] }, { "oauth": ["contacts:admin"] }],
                        "x-mintmark-user-context": "required", "x-mintmark-resource-type": "project" } },
                "/health": { "get": { "security": [] } } } }))
        .unwrap_or_default();
        let names: Vec<_> = found.scopes.iter().map(|scope| (scope.name.as_str(), scope.title.as_str())).collect();
        assert_eq!(
            names,
            [("contacts:admin", "Everything"), ("contacts:read", "Read contacts"), ("contacts:write", "")]
        );
        let rules: Vec<_> =
            found.operations.iter().map(|operation| (operation.id.as_str(), operation.scopes.clone())).collect();
        let set = |text: &str| text.parse::<ScopeSet>().unwrap_or_default();
        assert!(rules.contains(&("contacts.list", ScopeRule::All(set("contacts:read")))));
        assert!(rules.contains(&("contacts.create", ScopeRule::Any(set("contacts:write contacts:admin")))));
        assert!(rules.contains(&("get_health", ScopeRule::Any(set("")))));
        let create = found.operations.iter().find(|operation| operation.id == "contacts.create");
        assert_eq!(
            create.map(|o| (o.user_context, o.resource_type.clone())),
            Some((UserContext::Required, Some("project".to_owned())))
        );
    }

    #[test]
    fn a_second_import_brings_the_new_text_of_a_scope_and_keeps_what_the_document_leaves_out() {
        let import = |words: Value, api: &Api| {
            let found = read_openapi(&json!({ "openapi": "3.0.0", "paths": {}, "components": { "securitySchemes": {
                "o": { "flows": { "f": { "scopes": words } } } } } }))
            .unwrap();
            check_import(&found, api)
        };
        let draft = ApiDraft { name: "A".into(), audience: "urn:a".into(), ..ApiDraft::default() };
        let now = Timestamp::EPOCH;
        let mut api = check_api(&draft, ApiId::new(now, [1; 10]), None, now).unwrap();
        api.scopes = import(json!({ "a": "Read", "b": "Write" }), &api).unwrap().scopes;
        api.scopes[0].description = "By hand.".to_owned();
        assert!(import(json!({ "a": " Read\nmore", "b": "" }), &api).unwrap().is_empty());
        let second = import(json!({ "a": "Read all", "b": "Write", "c": "New" }), &api).unwrap();
        let expected = ApiScope { title: "Read all".to_owned(), ..api.scopes[0].clone() };
        assert_eq!((second.reworded_scopes, second.scopes.len()), (vec![expected], 1));
        assert!(import(json!({ "a": "Read\u{202e}" }), &api).is_err());
    }

    #[test]
    fn circles_are_not_followed_and_too_much_is_refused() {
        let circle = json!({ "openapi": "3.0.0", "paths": { "/a": { "$ref": "#/paths/~1a", "get": { "$ref": "#/paths/~1a/get" } } } });
        assert_eq!(read_openapi(&circle).map_err(|flaws| flaws.0.len()), Err(2));
        let many: Map<_, _> = (0..10_000).map(|number| (format!("/p{number}"), json!({ "get": {} }))).collect();
        assert!(read_openapi(&json!({ "openapi": "3.0.0", "paths": many })).is_err());
        for bad in [json!({}), json!([]), json!({ "swagger": "2.0", "paths": {} }), json!({ "openapi": "3.0.0" })] {
            assert!(read_openapi(&bad).is_err(), "{bad}");
        }
    }

    fn document(security: &Value) -> Value {
        json!({ "openapi": "3.0.0", "paths": { "/a": { "get": { "security": security } } } })
    }

    fn code(document: &Value) -> String {
        read_openapi(document)
            .err()
            .and_then(|errors| errors.0.into_iter().next())
            .map(|e| e.code.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn every_count_is_limited_before_what_lies_beyond_is_looked_at() {
        // The last element of each list is invalid. A reader that looked at it would report that instead.
        let alternatives = |count: usize| {
            let mut list: Vec<_> = (0..count - 1).map(|number| json!({ "oauth": [format!("s{number}")] })).collect();
            list.push(json!({ "oauth": ["not legal"] }));
            document(&json!(list))
        };
        assert_eq!((code(&alternatives(20)), code(&alternatives(21))), ("invalid_scope".into(), "too_many".into()));
        assert_eq!(code(&alternatives(134_000)), "too_many");
        let scopes = |count: usize| {
            let mut list: Vec<_> = (0..count - 1).map(|number| format!("s{number}")).collect();
            list.push("not legal".to_owned());
            document(&json!([{ "oauth": list }]))
        };
        assert_eq!((code(&scopes(20)), code(&scopes(21))), ("invalid_scope".into(), "too_many".into()));
        let listed = |count: usize| {
            let scopes: Map<_, _> = (0..count).map(|number| (format!("s{number}"), json!(""))).collect();
            json!({ "openapi": "3.0.0", "paths": {}, "components": { "securitySchemes": { "o": { "flows": { "f": {
                "scopes": scopes } } } } } })
        };
        assert_eq!((code(&listed(500)), code(&listed(501))), (String::new(), "too_many".into()));
        let named = |count: usize| {
            let path = |number: usize| {
                (format!("/p{number}"), json!({ "get": { "security": [{ "o": [format!("s{number}")] }] } }))
            };
            json!({ "openapi": "3.0.0", "paths": (0..count).map(path).collect::<Map<_, _>>() })
        };
        assert_eq!((code(&named(500)), code(&named(501))), (String::new(), "too_many".into()));
    }

    #[test]
    fn the_security_of_the_whole_document_is_read_once_and_shared() {
        let paths: Map<_, _> =
            (0..MAX_OPERATIONS).map(|number| (format!("/p{number}"), json!({ "get": {} }))).collect();
        let found = read_openapi(&json!({ "openapi": "3.0.0", "security": [{ "o": ["a", "b"] }], "paths": paths }));
        let rules = found.map(|found| found.operations.into_iter().map(|one| one.scopes).collect::<Vec<_>>());
        let rules = rules.unwrap_or_default();
        let first = rules[0].scopes().iter().next().map(|scope| scope.as_str().as_ptr());
        assert_eq!(rules.len(), MAX_OPERATIONS);
        assert!(rules.iter().all(|rule| rule.scopes().iter().next().map(|scope| scope.as_str().as_ptr()) == first));
    }
}
