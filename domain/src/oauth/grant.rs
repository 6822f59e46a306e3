//! Decides what a token request gets: scopes, audiences, algorithm and lifetime.
//!
//! A request is granted in full or rejected. A scope is never dropped silently. RFC 6749 section 3.3 would allow that,
//! but clients break on it.

use super::{Refusal, RefusalCode};
use crate::{
    Timestamp,
    operation::{Api, Catalog, SigningAlg},
    scope::{Scope, ScopeSet},
};

/// Upper bounds for what a requester may get.
#[derive(Clone, Debug)]
pub struct Entitled<'a> {
    /// The scopes that the requester has now.
    pub scopes: &'a ScopeSet,
    /// The audiences that the requester may name. An empty list allows all.
    pub audiences: &'a [String],
    /// The longest lifetime of a token, in seconds.
    pub max_seconds: i64,
    /// When the requesting credential ends.
    pub ends_at: Option<Timestamp>,
}

/// The content of the token that is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The scopes in the order of the request, without repetitions. If the request names none, these are all possible
    /// scopes, sorted.
    pub scope: String,
    pub audiences: Vec<String>,
    pub alg: SigningAlg,
    /// The lifetime in seconds, at least one.
    pub seconds: i64,
}

/// Decides on a request for `scope` at `resources` (RFC 8707).
///
/// # Errors
/// * `invalid_scope`: a scope is malformed, not held, or not defined by the requested resources.
/// * `invalid_target`: a resource is unknown or not for this client, the resources need different signing algorithms,
///   or no API is left.
/// * `invalid_client`: the requesting credential has ended.
pub fn grant(
    scope: Option<&str>,
    resources: &[&str],
    entitled: &Entitled<'_>,
    catalog: &Catalog,
    now: Timestamp,
) -> Result<Granted, Refusal> {
    let allowed: Vec<&Api> = catalog
        .audience_owners()
        .filter(|api| entitled.audiences.is_empty() || entitled.audiences.contains(&api.audience))
        .collect();
    let named = resources.iter().map(|resource| find(resource, &allowed)).collect::<Result<Vec<_>, _>>()?;
    let targets = if named.is_empty() { &allowed } else { &named };
    let offered = scopes_of(targets).intersection(entitled.scopes);
    let (scope, scopes) = match scope {
        Some(scope) => requested(scope, &offered)?,
        None => (offered.to_string(), offered),
    };
    let apis = if named.is_empty() { implied(&scopes, &allowed, entitled) } else { named };
    let [first, rest @ ..] = apis.as_slice() else {
        return Err(Refusal::new(RefusalCode::InvalidTarget, "There is no API that this client may ask a token for."));
    };
    if rest.iter().any(|api| api.signing_alg != first.signing_alg) {
        let detail = "These APIs want different signatures. Ask for one token each, with resource.";
        return Err(Refusal::new(RefusalCode::InvalidTarget, detail));
    }
    let of_apis = apis.iter().map(|api| i64::from(api.access_token_seconds)).min().unwrap_or(entitled.max_seconds);
    let left = entitled.ends_at.map_or(i64::MAX, |end| end.seconds_since(now));
    let seconds = entitled.max_seconds.min(of_apis).min(left);
    if seconds < 1 {
        return Err(Refusal::client("The credential has expired."));
    }
    let mut audiences: Vec<_> = apis.iter().map(|api| api.audience.clone()).collect();
    audiences.dedup();
    Ok(Granted { scope, alg: first.signing_alg, audiences, seconds })
}

fn find<'a>(resource: &str, allowed: &[&'a Api]) -> Result<&'a Api, Refusal> {
    let found = allowed.iter().find(|api| api.audience == resource);
    found.copied().ok_or_else(|| {
        Refusal::new(
            RefusalCode::InvalidTarget,
            format!("There is no API {resource} here, or it is not for this client."),
        )
    })
}

fn scopes_of(apis: &[&Api]) -> ScopeSet {
    apis.iter().flat_map(|api| api.scopes.iter().map(|scope| scope.name.clone())).collect()
}

/// Returns the requested scopes without repetitions, as text in the order of the request and as a set.
fn requested(scope: &str, offered: &ScopeSet) -> Result<(String, ScopeSet), Refusal> {
    let invalid = |detail: String| Refusal::new(RefusalCode::InvalidScope, detail);
    let mut scopes: Vec<Scope> = Vec::new();
    for name in scope.split(' ') {
        let parsed = Scope::parse(name).map_err(|_| invalid("The scope is malformed.".to_owned()))?;
        if !offered.contains(parsed.as_str()) {
            return Err(invalid(format!("The client may not have the scope {parsed} for the APIs it asks for.")));
        }
        if !scopes.contains(&parsed) {
            scopes.push(parsed);
        }
    }
    let scope = scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" ");
    Ok((scope, scopes.into_iter().collect()))
}

/// Returns the APIs for a token request that names no resource. These are the APIs that define the granted scopes. If
/// no API does, they are the audiences of the client, or else Mintmark's own API.
fn implied<'a>(scopes: &ScopeSet, allowed: &[&'a Api], entitled: &Entitled<'_>) -> Vec<&'a Api> {
    let defines = |api: &Api| api.scopes.iter().any(|scope| scopes.contains(scope.name.as_str()));
    let defining: Vec<_> = allowed.iter().copied().filter(|api| defines(api)).collect();
    if !defining.is_empty() {
        return defining;
    }
    if entitled.audiences.is_empty() { allowed.first().copied().into_iter().collect() } else { allowed.to_vec() }
}
