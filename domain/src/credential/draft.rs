//! What somebody asked for, checked as a whole.
//!
//! Owns: reporting every flaw of a request at once, and turning a flawless one into a [`Grant`]. Whether the
//! caller may give what they ask for is a question for [`crate::access`].

use super::{KindRules, LifetimeDraft};
use crate::{
    Description, Name, Timestamp,
    error::{FieldErrors, Flaw},
    scope::{ALL, MAX_SCOPES, Scope, ScopeSet, catalogue},
};

/// A request to issue a credential, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// What to call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Scope tokens. An empty list is a credential that can only say who it is; none at all is an omission.
    pub scopes: Option<Vec<String>>,
    /// Resources it is limited to.
    pub resources: Vec<String>,
    /// How long it lives.
    pub lifetime: LifetimeDraft,
}

/// A flawless request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What to call it.
    pub name: Name,
    /// What it is for.
    pub description: Description,
    /// What it may do.
    pub scopes: ScopeSet,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
}

/// A request to change a credential; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// A new name.
    pub name: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new set of scopes, whole.
    pub scopes: Option<Vec<String>>,
}

/// The sentence for too many scopes.
pub const MAX_SCOPES_DETAIL: &str = "A credential can hold at most 200 scopes.";

/// Checks a request to issue against the kind's rules. `issuer_ends`: see [`LifetimeDraft`].
///
/// # Errors
/// Every flaw, each at its field.
pub fn check_issue(
    draft: &Issue,
    rules: &KindRules,
    now: Timestamp,
    issuer_ends: Option<Timestamp>,
) -> Result<Grant, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.check("/name", Name::parse(&draft.name));
    let description = errors.check("/description", Description::parse(&draft.description));
    let scopes = match &draft.scopes {
        Some(scopes) => check_scopes(scopes, rules, &mut errors),
        None => {
            errors.0.push(Flaw::new("required", "Give a list of scopes; it may be empty.").at("/scopes"));
            ScopeSet::default()
        }
    };
    if !draft.resources.is_empty() {
        errors.0.push(Flaw::new("unknown_resource", "No resource of this name is known here.").at("/resources"));
    }
    let expires_at = draft.lifetime.check(rules, now, issuer_ends, &mut errors);
    match (name, description) {
        (Some(name), Some(description)) if errors.is_empty() => Ok(Grant { name, description, scopes, expires_at }),
        _ => Err(errors),
    }
}

/// Checks a request to change what `current` grants.
///
/// # Errors
/// Every flaw, each at its field.
pub fn check_edit(draft: &Edit, rules: &KindRules, current: &Grant) -> Result<Grant, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut grant = current.clone();
    if let Some(name) = draft.name.as_deref().and_then(|name| errors.check("/name", Name::parse(name))) {
        grant.name = name;
    }
    if let Some(text) =
        draft.description.as_deref().and_then(|text| errors.check("/description", Description::parse(text)))
    {
        grant.description = text;
    }
    if let Some(scopes) = &draft.scopes {
        grant.scopes = check_scopes(scopes, rules, &mut errors);
    }
    if errors.is_empty() { Ok(grant) } else { Err(errors) }
}

fn check_scopes(scopes: &[String], rules: &KindRules, errors: &mut FieldErrors) -> ScopeSet {
    if scopes.len() > MAX_SCOPES {
        errors.0.push(Flaw::new("too_many_scopes", MAX_SCOPES_DETAIL).at("/scopes"));
        return ScopeSet::default();
    }
    let check = |(index, text): (usize, &String)| {
        let known = Scope::parse(text).and_then(|scope| match catalogue::find(scope.as_str()) {
            None => Err(Flaw::new("unknown_scope", format!("No API here defines the scope {scope}."))),
            Some(_) if scope.as_str() == ALL && !rules.may_hold_all => {
                Err(Flaw::new("scope_not_allowed", format!("The scope all cannot be given to an {}.", rules.title)))
            }
            Some(_) => Ok(scope),
        });
        errors.check(&format!("/scopes/{index}"), known)
    };
    scopes.iter().enumerate().filter_map(check).collect()
}
