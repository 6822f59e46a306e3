//! Roles that an organisation makes for itself: named sets of scopes.
//!
//! Owns: what such a role may be called and hold, and what it grants at a moment. Never: who may make one and give it;
//! [`super::may_give`] knows.

use super::{Action, Role, policy::Extent};
use crate::{
    Description, Name, Timestamp,
    credential::CredentialKind,
    error::{FieldErrors, Flaw},
    ids::RoleId,
    scope::{ALL, MAX_SCOPES, Scope, ScopeSet, catalogue::defined},
};

/// The most roles that an organisation makes for itself.
pub const MAX_ROLES: u64 = 50;

/// A role that an organisation made for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRole {
    /// Its id.
    pub id: RoleId,
    /// What it is called, unlike any other role of the organisation.
    pub name: Name,
    /// What it is for; may be empty.
    pub description: Description,
    /// What its holders may do. `all` is not among them: what the role holds is spelt out.
    pub scopes: ScopeSet,
    /// Whether that is about their own credentials or everybody's.
    pub reach: Extent,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A role as it is asked for.
#[derive(Clone, Debug, Default)]
pub struct RoleDraft {
    /// What it is to be called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What its holders may do.
    pub scopes: Vec<String>,
    /// `own` or `everyone`.
    pub reach: String,
}

/// A change as it is asked for; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct RoleEdit {
    /// What it is to be called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What its holders may do.
    pub scopes: Option<Vec<String>>,
    /// `own` or `everyone`.
    pub reach: Option<String>,
}

impl CustomRole {
    /// Its scopes that count now, and `all`: to a token of its holders that means no more than these.
    pub fn grants(&self, api_scopes: &ScopeSet) -> ScopeSet {
        defined(&self.scopes, api_scopes).iter().cloned().chain(Scope::parse(ALL).ok()).collect()
    }

    /// The name by which two are the same.
    pub fn name_key(&self) -> String {
        self.name.as_str().to_lowercase()
    }

    /// Changes whenever the role does.
    pub fn version(&self) -> String {
        let (name, description) = (self.name.as_str(), self.description.as_str());
        crate::credential::fingerprint(&[name, description, &self.scopes.to_string(), self.reach.as_str()])
    }
}

/// A new role.
///
/// # Errors
/// Every flaw, among them `role_name_reserved`, `unknown_scope`, `all_not_allowed`, `needs_everyone` and `unknown_reach`.
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

/// The role as it is after the change. A scope that no API defines any more may stay, and may not come.
///
/// # Errors
/// As [`check_role`].
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
        true => Err(Flaw::new("role_name_reserved", "Every organisation has a role of this name. Choose another.")),
        false => Ok(name),
    }
}

fn check_reach(text: &str) -> Result<Extent, Flaw> {
    text.parse().map_err(|error: super::policy::UnknownExtent| Flaw::new("unknown_reach", error.to_string()))
}

/// Whether the scope is about what belongs to the organisation and to nobody in it, or about what others ask for, so that one's
/// own is nothing.
fn needs_everyone(scope: &str) -> bool {
    let of_the_organisation = CredentialKind::ALL.into_iter().filter(|kind| !kind.rules().has_user).map(Action::Issue);
    let actions = of_the_organisation.chain([Action::ManageServiceAccounts, Action::DecideTokenRequest]);
    actions.filter_map(Action::scope).any(|needed| needed == scope)
}

fn check_scopes(
    errors: &mut FieldErrors,
    asked: &[String],
    reach: Option<Extent>,
    before: &ScopeSet,
    api_scopes: &ScopeSet,
) -> ScopeSet {
    if asked.is_empty() {
        errors.0.push(Flaw::new("required", "Choose at least one scope.").at("/scopes"));
    }
    if asked.len() > MAX_SCOPES {
        let detail = format!("Choose at most {MAX_SCOPES} scopes.");
        errors.0.push(Flaw::new("too_many_scopes", detail).at("/scopes"));
        return ScopeSet::default();
    }
    let check = |text: &str| {
        let scope = Scope::parse(text)?;
        if text == ALL {
            let detail = "A role spells out what it holds. Choose scopes; tokens of its holders can have all of them.";
            return Err(Flaw::new("all_not_allowed", detail));
        }
        let one: ScopeSet = [scope.clone()].into_iter().collect();
        if defined(&one, api_scopes).is_empty() && !before.contains(text) {
            return Err(Flaw::new("unknown_scope", format!("No API here defines the scope {text}.")));
        }
        if reach == Some(Extent::Own) && needs_everyone(text) {
            let detail = format!("{text} is about more than one's own credentials. Let the role reach everyone's.");
            return Err(Flaw::new("needs_everyone", detail));
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
        errors.0.into_iter().map(|error| (error.pointer, error.code)).collect()
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
    fn a_role_that_manages_the_organisations_keys_cannot_be_narrowed_to_ones_own() {
        let role = check_role(&draft("Keys", "api_keys:write", "everyone"), id(), &apis(), Timestamp::EPOCH).unwrap();
        let narrowed = RoleEdit { reach: Some("own".into()), ..RoleEdit::default() };
        assert_eq!(codes(check_role_edit(&narrowed, &role, &apis())), [("/scopes/0".into(), "needs_everyone".into())]);
    }
}
