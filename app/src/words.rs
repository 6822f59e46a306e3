//! Words of the product that several screens use.

use domain::access::Role;

/// A role at the start of a sentence.
pub(crate) fn role_in_words(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Member => "Member",
        Role::Viewer => "Viewer",
    }
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
