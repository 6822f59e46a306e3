//! The use cases, grouped by what they are about: `service.credentials().roll(…)`.
//!
//! Owns: the list of groups. Each group is implemented in the module of its name, one use case per file.

use crate::Service;

macro_rules! groups {
    ($($(#[doc = $doc:literal])* $name:ident: $Group:ident;)*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Copy)]
            pub struct $Group<'a> {
                pub(crate) service: &'a Service,
            }
        )*

        impl Service {
            $(
                $(#[doc = $doc])*
                pub fn $name(&self) -> $Group<'_> {
                    $Group { service: self }
                }
            )*
        }
    };
}

groups! {
    /// People: sign-up, sign-in and their own account.
    accounts: Accounts;
    /// Browser sessions, and the tokens of forms.
    sessions: Sessions;
    /// The life cycle of credentials of every kind.
    credentials: Credentials;
    /// How a credential was used.
    usage: Usage;
    /// Requests for credentials that need approval.
    token_requests: TokenRequests;
    /// Tokens of people that work in organizations other than their home.
    org_authorizations: OrgAuthorizations;
    /// The token endpoint, introspection and revocation.
    oauth: OAuth;
    /// The keys that sign access tokens.
    signing_keys: InstallationKeys;
    /// Organizations and their settings.
    orgs: Orgs;
    /// Members, invitations and offboarding.
    members: Members;
    /// Custom roles.
    roles: CustomRoles;
    /// Service accounts.
    service_accounts: ServiceAccounts;
    /// Credential policies and their exceptions.
    policies: OrgPolicies;
    /// APIs with their scopes and operations.
    apis: Apis;
    /// The audit log.
    audit_log: AuditLog;
    /// Limits of organizations and people.
    limits: Limits;
    /// Which organization operates the installation.
    platform: Platform;
    /// Mail in the outbox.
    mail: Mail;
    /// Periodic work.
    jobs: Jobs;
    /// This node: its snapshot, its counters and its health.
    node: Node;
}
