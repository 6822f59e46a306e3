//! APIs with their scopes and operations, and the checks of the drafts that define them.
//!
//! This module decides what the catalog may contain. An API belongs to one organization or to the platform. Every
//! organization sees the platform's APIs.

use super::{Operation, ScopeRule, UserContext, audience::has_one_spelling};
use crate::{
    Name, Timestamp,
    code::FlawCode,
    error::{FieldErrors, Flaw},
    ids::{ApiId, OrgId},
    scope::{ALL, Scope, ScopeSet, catalog},
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Maximum number of operations of one API.
pub const MAX_OPERATIONS: usize = 2000;
/// Maximum number of scopes of one API.
pub const MAX_API_SCOPES: usize = 500;
/// Maximum number of scopes that one operation may name.
pub const MAX_OPERATION_SCOPES: usize = 20;
const DEFAULT_ACCESS_TOKEN_SECONDS: u32 = 600;

/// The algorithm that signs the access tokens for an API (RFC 7518).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SigningAlg {
    /// ECDSA on P-256.
    #[default]
    ES256,
    /// RSASSA-PKCS1-v1_5.
    RS256,
    /// Ed25519.
    EdDSA,
}

impl SigningAlg {
    pub const ALL: [Self; 3] = [Self::ES256, Self::RS256, Self::EdDSA];

    /// Returns the name that JOSE uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ES256 => "ES256",
            Self::RS256 => "RS256",
            Self::EdDSA => "EdDSA",
        }
    }
}

/// A scope of an API, with its texts for the scope picker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiScope {
    /// Name of the scope, such as `contacts:read`.
    pub name: Scope,
    /// A few words about what the scope allows.
    pub title: String,
    /// A sentence about what the scope allows.
    pub description: String,
}

/// An API that access tokens can be requested for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    pub id: ApiId,
    /// The organization that owns the API, or `None` for an API of the platform.
    pub org: Option<OrgId>,
    pub name: Name,
    /// The audience, an absolute URI without fragment (RFC 8707).
    pub audience: String,
    /// Whether this is the one API of the installation that owns the audience. Access tokens are issued only for the
    /// owner.
    pub owns_audience: bool,
    /// The algorithm that signs its access tokens.
    pub signing_alg: SigningAlg,
    /// Lifetime of its access tokens, in seconds.
    pub access_token_seconds: u32,
    /// Sorted by name.
    pub scopes: Vec<ApiScope>,
    /// Sorted by id.
    pub operations: Vec<Operation>,
    pub created_at: Timestamp,
}

/// A scope to add to an API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreateApiScope"))]
#[serde(deny_unknown_fields)]
pub struct ApiScopeDraft {
    /// Name of the scope, such as `contacts:read`.
    pub name: String,
    /// A few words about what the scope allows.
    #[serde(default)]
    pub title: String,
    /// A sentence about what the scope allows.
    #[serde(default)]
    pub description: String,
}

/// An operation to add to an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreateOperation"))]
#[serde(deny_unknown_fields)]
pub struct OperationDraft {
    /// Name of the operation, such as `contacts.create`.
    pub id: String,
    /// The HTTP method.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The scopes that the operation needs.
    pub scopes: ScopeRule,
    /// Whether the operation acts for a user.
    #[serde(default)]
    pub user_context: UserContext,
    /// The type of resource that the operation acts on, if any.
    #[serde(default)]
    pub resource_type: Option<String>,
}

/// An API to define.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CreateApi", extend("required" = ["name", "audience"])))]
#[serde(deny_unknown_fields)]
pub struct ApiDraft {
    /// Display name of the API.
    #[serde(default)]
    pub name: String,
    /// The audience, an absolute URI without fragment (RFC 8707).
    #[serde(default)]
    pub audience: String,
    /// The algorithm that signs its access tokens.
    #[serde(default)]
    pub signing_alg: SigningAlg,
    /// Lifetime of its access tokens, in seconds.
    pub access_token_seconds: Option<u32>,
    /// Scopes that the API defines.
    #[serde(default)]
    pub scopes: Vec<ApiScopeDraft>,
    /// Operations that the API offers.
    #[serde(default)]
    pub operations: Vec<OperationDraft>,
}

/// Checks the draft of an API with all of its scopes and operations.
///
/// # Errors
/// Returns every flaw at its field.
pub fn check_api(draft: &ApiDraft, id: ApiId, org: Option<OrgId>, now: Timestamp) -> Result<Api, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.check("/name", Name::parse(&draft.name));
    errors.check("/audience", check_audience(&draft.audience));
    let seconds = draft.access_token_seconds.unwrap_or(DEFAULT_ACCESS_TOKEN_SECONDS);
    let seconds = check_access_token_seconds(seconds, &mut errors);
    if draft.scopes.len() > MAX_API_SCOPES || draft.operations.len() > MAX_OPERATIONS {
        let detail = format!("An API can have at most {MAX_API_SCOPES} scopes and {MAX_OPERATIONS} operations.");
        return Err(FieldErrors::one(Flaw::new(FlawCode::TooMany, detail).at("/operations")));
    }
    let mut api = Api {
        id,
        org,
        name: match name {
            Some(name) => name,
            None => return Err(errors),
        },
        audience: draft.audience.clone(),
        owns_audience: true,
        signing_alg: draft.signing_alg,
        access_token_seconds: seconds,
        scopes: Vec::new(),
        operations: Vec::new(),
        created_at: now,
    };
    for (index, scope) in draft.scopes.iter().enumerate() {
        match check_api_scope(scope, &api) {
            Ok(scope) => api.scopes.push(scope),
            Err(flaws) => errors.0.extend(flaws.below(&format!("/scopes/{index}")).0),
        }
    }
    let mut known = KnownNames::of(&api);
    for (index, operation) in draft.operations.iter().enumerate() {
        match known.check(operation) {
            Ok(operation) => api.operations.push(operation),
            Err(flaws) => errors.0.extend(flaws.below(&format!("/operations/{index}")).0),
        }
    }
    if errors.is_empty() { Ok(api) } else { Err(errors) }
}

/// Returns `seconds` unchanged, and records a flaw if they are out of range.
pub(super) fn check_access_token_seconds(seconds: u32, errors: &mut FieldErrors) -> u32 {
    if !(60..=86_400).contains(&seconds) {
        let flaw = Flaw::new(FlawCode::OutOfRange, "access_token_seconds must be between 60 and 86400.");
        errors.0.push(flaw.at("/access_token_seconds"));
    }
    seconds
}

/// Accepts an absolute URI without fragment (RFC 8707 section 2).
fn check_audience(text: &str) -> Result<(), Flaw> {
    let absolute = text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && !rest.is_empty()
    });
    let legal = text.len() <= 255
        && text.bytes().all(|byte| matches!(byte, 0x21..=0x7e))
        && !text.contains(['#', '"', '\\', '<', '>']);
    if !absolute || !legal {
        let detail = "Write an absolute URI without a fragment, such as https://api.example.com.";
        return Err(Flaw::new(FlawCode::InvalidAudience, detail));
    }
    if !has_one_spelling(text) {
        let detail = "Write the URI in its plain form: no user name, dot segments, empty segments or needless escapes, no dot at the end of the host, and a port only as a number.";
        return Err(Flaw::new(FlawCode::InvalidAudience, detail));
    }
    Ok(())
}

/// Checks the title of a scope.
pub(super) fn check_title(text: &str) -> Result<String, Flaw> {
    check_words(text, 100)
}

fn check_words(text: &str, max: usize) -> Result<String, Flaw> {
    crate::Description::parse(text).and_then(|text| {
        let text = text.as_str();
        if text.chars().count() > max || text.contains('\n') {
            return Err(Flaw::new(FlawCode::TooLong, format!("Use one line of at most {max} characters.")));
        }
        Ok(text.to_owned())
    })
}

/// Checks a scope that is to be added to `api`.
///
/// # Errors
/// Returns every flaw, for example `scope_taken`.
pub fn check_api_scope(draft: &ApiScopeDraft, api: &Api) -> Result<ApiScope, FieldErrors> {
    let mut errors = FieldErrors::default();
    if api.scopes.len() >= MAX_API_SCOPES {
        let detail = format!("An API can have at most {MAX_API_SCOPES} scopes.");
        return Err(FieldErrors::one(Flaw::new(FlawCode::TooMany, detail).at("/name")));
    }
    let name = errors.check("/name", Scope::parse(&draft.name).and_then(|name| is_free(name, api)));
    let title = errors.check("/title", check_title(&draft.title));
    let description = errors.check("/description", check_words(&draft.description, 500));
    match (name, title, description) {
        (Some(name), Some(title), Some(description)) => Ok(ApiScope { name, title, description }),
        _ => Err(errors),
    }
}

fn is_free(name: Scope, api: &Api) -> Result<Scope, Flaw> {
    let is_of_platform = name.as_str().split(':').next().is_some_and(|first| first.eq_ignore_ascii_case("platform"));
    if name.as_str().eq_ignore_ascii_case(ALL)
        || is_of_platform
        || catalog::is_reserved(&name.as_str().to_ascii_lowercase())
    {
        return Err(Flaw::new(FlawCode::ScopeReserved, format!("The scope {name} belongs to Mintmark's own API.")));
    }
    if api.scopes.iter().any(|scope| scope.name == name) {
        return Err(Flaw::new(FlawCode::ScopeTaken, format!("The API has a scope {name} already.")));
    }
    Ok(name)
}

/// Checks an operation that is to be added to `api`.
///
/// # Errors
/// Returns every flaw, for example `operation_taken` or `unknown_scope`.
pub fn check_operation(draft: &OperationDraft, api: &Api) -> Result<Operation, FieldErrors> {
    KnownNames::of(api).check(draft)
}

/// The names that an API already has. It is built once for many operations, so that the time to check them grows
/// linearly.
pub(super) struct KnownNames {
    scopes: ScopeSet,
    operations: HashSet<String>,
}

impl KnownNames {
    pub(super) fn of(api: &Api) -> Self {
        Self {
            scopes: api.scopes.iter().map(|scope| scope.name.clone()).collect(),
            operations: api.operations.iter().map(|operation| operation.id.clone()).collect(),
        }
    }

    pub(super) fn has_operation(&self, id: &str) -> bool {
        self.operations.contains(id)
    }

    /// Checks an operation and remembers its id.
    pub(super) fn check(&mut self, draft: &OperationDraft) -> Result<Operation, FieldErrors> {
        let operation = check_new_operation(draft, self)?;
        self.operations.insert(operation.id.clone());
        Ok(operation)
    }
}

fn check_new_operation(draft: &OperationDraft, names: &KnownNames) -> Result<Operation, FieldErrors> {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    if names.operations.len() >= MAX_OPERATIONS {
        let detail = format!("An API can have at most {MAX_OPERATIONS} operations.");
        return Err(FieldErrors::one(Flaw::new(FlawCode::TooMany, detail).at("/id")));
    }
    let mut errors = FieldErrors::default();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':' | b'/');
    if !(1..=128).contains(&draft.id.len()) || !draft.id.bytes().all(word) {
        errors.0.push(
            Flaw::new(FlawCode::InvalidOperationId, "Name it like contacts.create: letters, digits and . _ - : /")
                .at("/id"),
        );
    } else if names.has_operation(&draft.id) {
        errors.0.push(
            Flaw::new(FlawCode::OperationTaken, format!("The API has an operation {} already.", draft.id)).at("/id"),
        );
    }
    let method = draft.method.to_ascii_uppercase();
    if !METHODS.contains(&method.as_str()) {
        errors.0.push(Flaw::new(FlawCode::InvalidMethod, "Use an HTTP method such as GET or POST.").at("/method"));
    }
    let path_is_legal = draft.path.starts_with('/')
        && draft.path.len() <= 500
        && draft.path.bytes().all(|byte| matches!(byte, 0x21..=0x7e));
    if !path_is_legal {
        errors.0.push(Flaw::new(FlawCode::InvalidPath, "Write a path such as /contacts/{id}.").at("/path"));
    }
    if draft.scopes.scopes().len() > MAX_OPERATION_SCOPES {
        let detail = format!("An operation can name at most {MAX_OPERATION_SCOPES} scopes.");
        errors.0.push(Flaw::new(FlawCode::TooMany, detail).at("/scopes"));
    }
    let unknown = draft.scopes.scopes().difference(&names.scopes);
    if !unknown.is_empty() {
        errors.0.push(Flaw::new(FlawCode::UnknownScope, format!("The API does not define: {unknown}.")).at("/scopes"));
    }
    let is_type =
        |kind: &String| crate::resource::Resource::parse(&format!("{kind}:x")).is_ok_and(|r| r.outer_type() == kind);
    if !draft.resource_type.as_ref().is_none_or(is_type) {
        errors.0.push(
            Flaw::new(FlawCode::InvalidResourceType, "Name a type of resource such as project.").at("/resource_type"),
        );
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Operation {
        id: draft.id.clone(),
        method,
        path: draft.path.clone(),
        scopes: draft.scopes.clone(),
        user_context: draft.user_context,
        resource_type: draft.resource_type.clone(),
    })
}
