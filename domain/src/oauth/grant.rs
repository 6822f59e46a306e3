//! What a request for an access token is given: scopes, audience, algorithm and life.
//!
//! Owns: that it is exactly what was asked for, or nothing. A scope is never silently left out (RFC 6749 section 3.3 would
//! allow that, and clients break on it).

use super::{Refusal, RefusalCode};
use crate::{
    Timestamp,
    operation::{Api, Catalogue, SigningAlg},
    scope::{Scope, ScopeSet},
};

/// What whoever asks may have at most.
#[derive(Clone, Debug)]
pub struct Entitled<'a> {
    /// The scopes they hold now.
    pub scopes: &'a ScopeSet,
    /// The only audiences they may name; empty: all.
    pub audiences: &'a [String],
    /// The longest life of a token, in seconds.
    pub max_seconds: i64,
    /// When they end themselves.
    pub ends_at: Option<Timestamp>,
}

/// What the token will say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The scopes as they were asked for, or else in order.
    pub scope: String,
    /// For which APIs.
    pub audiences: Vec<String>,
    /// How it is signed.
    pub alg: SigningAlg,
    /// How long it lives, in seconds; at least one.
    pub seconds: i64,
}

/// Decides on a request for `scope` at `resources` (RFC 8707).
///
/// # Errors
/// `invalid_scope` for a scope that is malformed, not held, or of none of the resources; `invalid_target` for a resource
/// that is unknown or not for this client, and for resources that want different signatures; `invalid_client` if whoever
/// asks has ended.
pub fn grant(
    scope: Option<&str>,
    resources: &[&str],
    entitled: &Entitled<'_>,
    catalogue: &Catalogue,
    now: Timestamp,
) -> Result<Granted, Refusal> {
    let allowed: Vec<&Api> = catalogue
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

/// The scopes as they were asked for, each once, and as a set.
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

/// The APIs that a token without a named resource is for: those whose scopes it has, or else those the client names, or else
/// Mintmark's own.
fn implied<'a>(scopes: &ScopeSet, allowed: &[&'a Api], entitled: &Entitled<'_>) -> Vec<&'a Api> {
    let defines = |api: &Api| api.scopes.iter().any(|scope| scopes.contains(scope.name.as_str()));
    let defining: Vec<_> = allowed.iter().copied().filter(|api| defines(api)).collect();
    if !defining.is_empty() {
        return defining;
    }
    if entitled.audiences.is_empty() { allowed.first().copied().into_iter().collect() } else { allowed.to_vec() }
}
