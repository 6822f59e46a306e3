//! Words of the product that several screens use.

use domain::access::{MemberRole, Role, policy::Extent};

/// A role at the start of a sentence.
pub(crate) fn role_in_words(role: Role) -> &'static str {
    role.title()
}

/// What the role may do, in half a sentence.
pub(crate) fn role_explained(role: Role) -> &'static str {
    match role {
        Role::Owner => "may do everything",
        Role::Admin => "may do everything but take the organisation from its owners",
        Role::Member => "may use the APIs and work with its own credentials",
        Role::Viewer => "may look, and use what only reads",
    }
}

/// The same of any role of a member.
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

/// What a role is about, in few words.
pub(crate) fn reach_in_words(reach: Extent) -> &'static str {
    match reach {
        Extent::Everyone => "everyone’s credentials",
        Extent::Own => "own credentials",
    }
}
