//! Labels that several pages share.

use domain::access::{MemberRole, Reach, Role};

/// Name of a role, capitalized.
pub(crate) fn role_in_words(role: Role) -> &'static str {
    role.title()
}

/// Half a sentence about the abilities of a role.
pub(crate) fn role_explained(role: Role) -> &'static str {
    match role {
        Role::Owner => "may do everything",
        Role::Admin => "may do everything but take the organization from its owners",
        Role::Member => "may use the APIs and work with its own credentials",
        Role::Viewer => "may look, and use what only reads",
    }
}

/// Half a sentence about any role of a member, built-in or custom.
pub(crate) fn member_role_explained(role: &MemberRole) -> String {
    match role {
        MemberRole::BuiltIn(role) => role_explained(*role).to_owned(),
        MemberRole::Custom(role) => {
            let scopes =
                if role.scopes.len() == 1 { "1 scope".to_owned() } else { format!("{} scopes", role.scopes.len()) };
            format!("{scopes}, {}", reach_in_words(role.reach))
        }
    }
}

/// Label for the reach of a role.
pub(crate) fn reach_in_words(reach: Reach) -> &'static str {
    match reach {
        Reach::Everyone => "everyone’s credentials",
        Reach::Own => "own credentials",
    }
}
