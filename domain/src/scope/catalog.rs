//! The scopes of Mintmark's own management API.
//!
//! This module owns their names and the texts that the scope picker shows. A credential can only get scopes that a
//! catalog defines.

use super::ScopeSet;

/// A scope with its texts for the scope picker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeInfo {
    pub name: &'static str,
    /// A few words about what the scope allows.
    pub title: &'static str,
    /// A sentence about what the scope allows.
    pub description: &'static str,
    /// The heading in the scope picker.
    pub group: &'static str,
}

const fn scope(name: &'static str, group: &'static str, title: &'static str, description: &'static str) -> ScopeInfo {
    ScopeInfo { name, title, description, group }
}

const CREDENTIALS: &str = "Credentials";
const ORGANIZATION: &str = "Organization";
const APIS: &str = "APIs";
const EVERYTHING: &str = "Everything";

/// Names for scopes of later releases. No credential can have them, and no API can define them.
const RESERVED: [&str; 1] = ["webhooks:write"];

/// All management scopes, in the order of the scope picker. Each has an action that needs it, apart from `all`.
pub const MANAGEMENT: &[ScopeInfo] = &[
    scope("credentials:read", CREDENTIALS, "Read credentials", "List and show credentials, never their secrets."),
    scope("pats:write", CREDENTIALS, "Manage personal access tokens", "Issue, edit and revoke personal access tokens."),
    scope("api_keys:write", CREDENTIALS, "Manage API keys", "Issue, edit and revoke the organization's API keys."),
    scope("clients:write", CREDENTIALS, "Manage M2M clients", "Issue, edit and revoke the organization's M2M clients."),
    scope(
        "service_accounts:write",
        CREDENTIALS,
        "Manage service accounts",
        "Create and manage service accounts and their tokens.",
    ),
    scope("members:read", ORGANIZATION, "Read members", "List the organization's members and their roles."),
    scope("members:write", ORGANIZATION, "Manage members", "Invite and remove members and change their roles."),
    scope(
        "policies:write",
        ORGANIZATION,
        "Manage policies",
        "Change the rules that credentials must keep, and approve what members ask for.",
    ),
    scope("audit:read", ORGANIZATION, "Read the audit log", "Read and export the organization's audit events."),
    scope("apis:write", APIS, "Manage APIs and scopes", "Define APIs with their scopes and operations."),
    scope("keys:verify", APIS, "Verify credentials", "Ask whether a presented credential is valid and what it may do."),
    scope(
        super::ALL,
        EVERYTHING,
        "Everything you may do",
        "Whatever its owner may do, now and for APIs defined later.",
    ),
];

/// Returns those of `scopes` that exist: Mintmark's own, and those that an API defines now.
#[must_use]
pub fn defined(scopes: &ScopeSet, api_scopes: &ScopeSet) -> ScopeSet {
    scopes
        .iter()
        .filter(|scope| find(scope.as_str()).is_some() || api_scopes.contains(scope.as_str()))
        .cloned()
        .collect()
}

/// Returns whether the name belongs to Mintmark, so that no API can define it.
pub fn is_reserved(name: &str) -> bool {
    find(name).is_some() || RESERVED.contains(&name)
}

pub fn find(name: &str) -> Option<&'static ScopeInfo> {
    MANAGEMENT.iter().find(|info| info.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Action;
    use std::collections::BTreeSet;

    #[test]
    fn every_scope_is_needed_by_an_action_and_every_action_needs_a_scope_of_the_table() {
        let needed: BTreeSet<_> = Action::all().into_iter().filter_map(Action::scope).collect();
        let offered: BTreeSet<_> =
            MANAGEMENT.iter().map(|info| info.name).filter(|name| *name != crate::scope::ALL).collect();
        assert_eq!(needed, offered);
        assert!(RESERVED.iter().all(|name| is_reserved(name) && find(name).is_none()));
    }
}
