//! Custom roles: named sets of scopes that an organization defines.
//!
//! This module checks the name and the scopes of a role, and computes the scopes that it grants now. For the right to
//! create and give roles, see [`super::may_give`].

use super::{Action, Reach, Role};
use crate::{
    Description, Name, Timestamp,
    code::FlawCode,
    credential::CredentialKind,
    error::{FieldErrors, Flaw},
    ids::RoleId,
    scope::{ALL, MAX_SCOPES, Scope, ScopeSet, catalog::defined},
};

/// Maximum number of custom roles of an organization.
pub const MAX_ROLES: u64 = 50;

/// A role that an organization has defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRole {
    pub id: RoleId,
    /// Unique among the roles of the organization.
    pub name: Name,
    /// The purpose of the role. It may be empty.
    pub description: Description,
    /// The scopes that the role grants. They never include `all`; the role lists its scopes in full.
    pub scopes: ScopeSet,
    /// Whether the scopes apply to the member's own credentials or to those of everyone.
    pub reach: Reach,
    pub created_at: Timestamp,
}

/// A request to create a role.
#[derive(Clone, Debug, Default)]
pub struct RoleDraft {
    pub name: String,
    /// The purpose of the role.
    pub description: String,
    /// The scopes that the role grants.
    pub scopes: Vec<String>,
    /// `own` or `everyone`.
    pub reach: String,
}

/// A request to change a role. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct RoleEdit {
    pub name: Option<String>,
    /// The purpose of the role.
    pub description: Option<String>,
    /// The scopes that the role grants.
    pub scopes: Option<Vec<String>>,
    /// `own` or `everyone`.
    pub reach: Option<String>,
}

impl CustomRole {
    /// Returns the scopes of the role that exist now, and `all`. In a token of a member, `all` means no more than these
    /// scopes.
    pub fn grants(&self, api_scopes: &ScopeSet) -> ScopeSet {
        defined(&self.scopes, api_scopes).iter().cloned().chain(Scope::parse(ALL).ok()).collect()
    }

    /// Returns the key for comparing names. Two roles with equal keys have the same name.
    pub fn name_key(&self) -> String {
        self.name.as_str().to_lowercase()
    }

    /// Returns a fingerprint that changes whenever the role changes.
    pub fn version(&self) -> String {
        let (name, description) = (self.name.as_str(), self.description.as_str());
        crate::credential::fingerprint(&[name, description, &self.scopes.to_string(), self.reach.as_str()])
    }
}

/// Checks a new role.
///
/// # Errors
/// Returns every flaw, for example `role_name_reserved`, `unknown_scope`, `all_not_allowed`, `needs_everyone` or
/// `unknown_reach`.
pub fn check_role(
    draft: &RoleDraft,
    id: RoleId,
    api_scopes: &ScopeSet,
    now: Timestamp,
) -> Result<CustomRole, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.check("/name", check_name(&draft.name));
    let description = errors.check("/description", Description::parse(&draft.description));
    let reach = errors.check("/reach", check_reach(&draft.reach));
    let scopes = check_scopes(&mut errors, &draft.scopes, reach, &ScopeSet::default(), api_scopes);
    match (name, description, reach) {
        (Some(name), Some(description), Some(reach)) if errors.is_empty() => {
            Ok(CustomRole { id, name, description, scopes, reach, created_at: now })
        }
        _ => Err(errors),
    }
}

/// Returns the role with the changes applied. It may keep a scope that no API defines any more, but it cannot get a new
/// one.
///
/// # Errors
/// Returns the flaws of [`check_role`].
pub fn check_role_edit(edit: &RoleEdit, before: &CustomRole, api_scopes: &ScopeSet) -> Result<CustomRole, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = edit.name.as_deref().map_or(Ok(before.name.clone()), check_name);
    let name = errors.check("/name", name);
    let description = edit.description.as_deref().map_or(Ok(before.description.clone()), Description::parse);
    let description = errors.check("/description", description);
    let reach = errors.check("/reach", edit.reach.as_deref().map_or(Ok(before.reach), check_reach));
    let own = || before.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    let asked: Vec<String> = edit.scopes.clone().unwrap_or_else(own);
    let scopes = check_scopes(&mut errors, &asked, reach, &before.scopes, api_scopes);
    match (name, description, reach) {
        (Some(name), Some(description), Some(reach)) if errors.is_empty() => {
            Ok(CustomRole { name, description, scopes, reach, ..before.clone() })
        }
        _ => Err(errors),
    }
}

fn check_name(text: &str) -> Result<Name, Flaw> {
    let name = Name::parse(text)?;
    match Role::ALL.iter().any(|role| role.as_str() == name.as_str().to_lowercase()) {
        true => {
            Err(Flaw::new(FlawCode::RoleNameReserved, "Every organization has a role of this name. Choose another."))
        }
        false => Ok(name),
    }
}

fn check_reach(text: &str) -> Result<Reach, Flaw> {
    text.parse().map_err(|error: super::UnknownReach| Flaw::new(FlawCode::UnknownReach, error.to_string()))
}

/// Returns whether the scope is useless for a role that reaches only a member's own credentials. It is about
/// credentials without a user, about service accounts, or about the approval requests of others.
fn needs_everyone(scope: &str) -> bool {
    let of_the_organization = CredentialKind::ALL.into_iter().filter(|kind| !kind.rules().has_user).map(Action::Issue);
    let actions = of_the_organization.chain([Action::ManageServiceAccounts, Action::DecideTokenRequest]);
    actions.filter_map(Action::scope).any(|needed| needed == scope)
}

fn check_scopes(
    errors: &mut FieldErrors,
    asked: &[String],
    reach: Option<Reach>,
    before: &ScopeSet,
    api_scopes: &ScopeSet,
) -> ScopeSet {
    if asked.is_empty() {
        errors.0.push(Flaw::new(FlawCode::Required, "Choose at least one scope.").at("/scopes"));
    }
    if asked.len() > MAX_SCOPES {
        let detail = format!("Choose at most {MAX_SCOPES} scopes.");
        errors.0.push(Flaw::new(FlawCode::TooManyScopes, detail).at("/scopes"));
        return ScopeSet::default();
    }
    let check = |text: &str| {
        let scope = Scope::parse(text)?;
        if text == ALL {
            let detail = "A role spells out what it holds. Choose scopes; tokens of its holders can have all of them.";
            return Err(Flaw::new(FlawCode::AllNotAllowed, detail));
        }
        let one: ScopeSet = [scope.clone()].into_iter().collect();
        if defined(&one, api_scopes).is_empty() && !before.contains(text) {
            return Err(Flaw::new(FlawCode::UnknownScope, format!("No API here defines the scope {text}.")));
        }
        if reach == Some(Reach::Own) && needs_everyone(text) {
            let detail = format!("{text} is about more than one's own credentials. Let the role reach everyone's.");
            return Err(Flaw::new(FlawCode::NeedsEveryone, detail));
        }
        Ok(scope)
    };
    let checked = asked.iter().enumerate();
    checked.filter_map(|(index, text)| errors.check(&format!("/scopes/{index}"), check(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apis() -> ScopeSet {
        "contacts:read contacts:write".parse().unwrap_or_default()
    }

    fn id() -> RoleId {
        RoleId::new(Timestamp::EPOCH, [1; 10])
    }

    fn draft(name: &str, scopes: &str, reach: &str) -> RoleDraft {
        let scopes = scopes.split_whitespace().map(str::to_owned).collect();
        RoleDraft { name: name.into(), description: String::new(), scopes, reach: reach.into() }
    }

    fn codes(found: Result<CustomRole, FieldErrors>) -> Vec<(String, String)> {
        let errors = found.err().unwrap_or_default();
        errors.0.into_iter().map(|error| (error.pointer, error.code.to_string())).collect()
    }

    #[test]
    fn what_a_role_may_be_is_this_table() {
        for (name, scopes, reach, expected) in [
            ("Support", "audit:read contacts:read", "own", &[][..]),
            ("Keys", "api_keys:write clients:write service_accounts:write", "everyone", &[]),
            ("", "audit:read", "own", &[("/name", "required")]),
            (" Admin ", "audit:read", "own", &[("/name", "role_name_reserved")]),
            ("OWNER", "audit:read", "own", &[("/name", "role_name_reserved")]),
            ("Support", "", "own", &[("/scopes", "required")]),
            ("Support", "all", "own", &[("/scopes/0", "all_not_allowed")]),
            ("Support", "audit:read nothing:known", "own", &[("/scopes/1", "unknown_scope")]),
            ("Support", "api_keys:write", "own", &[("/scopes/0", "needs_everyone")]),
            ("Support", "policies:write", "own", &[("/scopes/0", "needs_everyone")]),
            ("Support", "clients:write", "own", &[("/scopes/0", "needs_everyone")]),
            ("Support", "service_accounts:write", "own", &[("/scopes/0", "needs_everyone")]),
            ("Support", "audit:read", "far", &[("/reach", "unknown_reach")]),
            ("", "x:y", "", &[("/name", "required"), ("/reach", "unknown_reach"), ("/scopes/0", "unknown_scope")]),
        ] {
            let found = codes(check_role(&draft(name, scopes, reach), id(), &apis(), Timestamp::EPOCH));
            let found: Vec<_> = found.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
            assert_eq!(found, expected, "{name} {scopes} {reach}");
        }
    }

    #[test]
    fn a_scope_that_is_gone_grants_nothing_and_may_stay_but_not_come() {
        let asked = draft("Support", "audit:read contacts:read", "own");
        let role = check_role(&asked, id(), &apis(), Timestamp::EPOCH).unwrap();
        assert_eq!(role.grants(&apis()).to_string(), "all audit:read contacts:read");
        let nothing = ScopeSet::default();
        assert_eq!(role.grants(&nothing).to_string(), "all audit:read");
        let renamed = RoleEdit { name: Some("Desk".into()), ..RoleEdit::default() };
        let after = check_role_edit(&renamed, &role, &nothing).unwrap();
        assert_eq!((after.name.as_str(), &after.scopes), ("Desk", &role.scopes));
        assert_ne!(after.version(), role.version());
        let more = vec!["contacts:read".to_owned(), "contacts:write".to_owned()];
        let grown = RoleEdit { scopes: Some(more), ..RoleEdit::default() };
        assert_eq!(codes(check_role_edit(&grown, &role, &nothing)), [("/scopes/1".into(), "unknown_scope".into())]);
    }

    #[test]
    fn a_role_that_manages_the_organizations_keys_cannot_be_narrowed_to_ones_own() {
        let role = check_role(&draft("Keys", "api_keys:write", "everyone"), id(), &apis(), Timestamp::EPOCH).unwrap();
        let narrowed = RoleEdit { reach: Some("own".into()), ..RoleEdit::default() };
        assert_eq!(codes(check_role_edit(&narrowed, &role, &apis())), [("/scopes/0".into(), "needs_everyone".into())]);
    }
}
