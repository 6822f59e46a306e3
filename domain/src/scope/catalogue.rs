//! The scopes of Mintmark's own management API.
//!
//! Owns: their names and what they allow, in words that the scope picker shows. A credential may only be given
//! scopes that stand in a catalogue.

use super::ScopeSet;

/// A scope with the words that explain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeInfo {
    /// The scope token.
    pub name: &'static str,
    /// What it allows, in a few words.
    pub title: &'static str,
    /// What it allows, in a sentence.
    pub description: &'static str,
    /// The heading under which it is listed.
    pub group: &'static str,
}

const fn scope(name: &'static str, group: &'static str, title: &'static str, description: &'static str) -> ScopeInfo {
    ScopeInfo { name, title, description, group }
}

const CREDENTIALS: &str = "Credentials";
const ORGANISATION: &str = "Organisation";
const APIS: &str = "APIs";
const EVERYTHING: &str = "Everything";

/// Every management scope, in the order in which a person would look for it.
pub const MANAGEMENT: &[ScopeInfo] = &[
    scope("credentials:read", CREDENTIALS, "Read credentials", "List and show credentials, never their secrets."),
    scope("pats:write", CREDENTIALS, "Manage personal access tokens", "Issue, edit and revoke personal access tokens."),
    scope("api_keys:write", CREDENTIALS, "Manage API keys", "Issue, edit and revoke the organisation's API keys."),
    scope("clients:write", CREDENTIALS, "Manage M2M clients", "Issue, edit and revoke the organisation's M2M clients."),
    scope(
        "service_accounts:write",
        CREDENTIALS,
        "Manage service accounts",
        "Create and manage service accounts and their tokens.",
    ),
    scope("members:read", ORGANISATION, "Read members", "List the organisation's members and their roles."),
    scope("members:write", ORGANISATION, "Manage members", "Invite and remove members and change their roles."),
    scope(
        "policies:write",
        ORGANISATION,
        "Manage policies",
        "Change the rules that credentials must keep, and approve what members ask for.",
    ),
    scope("audit:read", ORGANISATION, "Read the audit log", "Read and export the organisation's audit events."),
    scope("apis:write", APIS, "Manage APIs and scopes", "Define APIs with their scopes and operations."),
    scope("keys:verify", APIS, "Verify credentials", "Ask whether a presented credential is valid and what it may do."),
    scope("webhooks:write", APIS, "Manage webhooks", "Create webhooks and see their deliveries."),
    scope(
        super::ALL,
        EVERYTHING,
        "Everything you may do",
        "Whatever its owner may do, now and for APIs defined later.",
    ),
];

/// Those of `scopes` that count: Mintmark's own, and those that an API defines now.
#[must_use]
pub fn defined(scopes: &ScopeSet, api_scopes: &ScopeSet) -> ScopeSet {
    scopes
        .iter()
        .filter(|scope| find(scope.as_str()).is_some() || api_scopes.contains(scope.as_str()))
        .cloned()
        .collect()
}

/// The management scope of this name.
pub fn find(name: &str) -> Option<&'static ScopeInfo> {
    MANAGEMENT.iter().find(|info| info.name == name)
}
