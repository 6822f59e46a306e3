//! All actions that a caller can ask for, in one table.
//!
//! This module owns the table: one row for each action, with its code, who can perform it, the scope that it needs and
//! how far it reaches. [`super::Actor::permit`] enforces the row, and the operation catalog is made from it.
//! `domain/tests/policy_matrix.txt` prints what follows for each role, and is the place to review a change.

use super::Reach;
use crate::{credential::CredentialKind, operation::UserContext};
use std::fmt;

/// Who can perform an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Performer {
    /// Any person and any credential.
    Anyone,
    /// A person, or a credential that represents a person or a service account.
    User,
    /// A person in a browser session. No credential can.
    Session,
    /// A person in a browser session who is an operator of the installation.
    Operator,
    /// One of Mintmark's own jobs, or the console. Nobody else can.
    Job,
}
use Performer::{Anyone, Job, Operator, Session, User};

/// How far an action reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ActionReach {
    /// Only what belongs to the caller.
    Own,
    /// As far as the role of the caller.
    OfRole,
    /// Everything in the organization.
    Everyone,
}
use ActionReach::{Everyone, OfRole, Own};

/// The properties of an action.
struct ActionRules {
    /// The name in the audit log. For an action on one kind of credential, the kind follows.
    code: &'static str,
    performer: Performer,
    /// The scope that the role must grant and, for a credential, the credential must have too.
    scope: Option<&'static str>,
    reach: ActionReach,
    /// The kind of credential that the action is about, if it is about one.
    kind: Option<CredentialKind>,
}

const fn row(code: &'static str, performer: Performer, scope: Option<&'static str>, reach: ActionReach) -> ActionRules {
    ActionRules { code, performer, scope, reach, kind: None }
}

impl ActionRules {
    const fn of(self, kind: CredentialKind) -> Self {
        Self { kind: Some(kind), ..self }
    }
}

/// Makes the enum, [`Action::all`] and the look-up of a row from one list.
macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident $(($kind:ident: $kinds:ty))? = $row:expr;)+) => {
        /// An action that needs a [`super::Permit`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $action $(($kinds))?,)+
        }

        impl Action {
            /// Returns all actions, in the order of the table.
            pub fn all() -> Vec<Self> {
                [$(actions!(@all $action $(, $kinds)?)),+].concat()
            }

            fn rules(self) -> ActionRules {
                match self {
                    $(Self::$action $(($kind))? => $row,)+
                }
            }
        }
    };
    (@all $action:ident) => { vec![Self::$action] };
    (@all $action:ident, $kinds:ty) => { <$kinds>::ALL.map(Self::$action).to_vec() };
}

actions! {
    /// Show the identity of the caller.
    ReadSelf = row("read_self", Anyone, None, Own);
    /// Roll or revoke the credential that makes the call.
    ChangeSelf = row("change_self", Anyone, None, Own);
    /// List and show the caller's own personal access tokens.
    ReadOwnTokens = row("read_own_tokens", User, Some("credentials:read"), Own);
    /// Create a personal access token for the caller.
    IssueOwnToken = row("issue_own_token", User, Some("pats:write"), Own);
    /// Edit, roll, disable, enable or revoke a token of the caller.
    ChangeOwnToken = row("change_own_token", User, Some("pats:write"), Own);
    /// Authorize a token of the caller from another organization to work in this one.
    AuthorizeToken = row("authorize_token", Session, Some("pats:write"), Own);
    /// List and show the organization's credentials of a kind.
    Read(kind: CredentialKind) = row("read", Anyone, Some("credentials:read"), OfRole).of(kind);
    /// Create a credential of a kind for the organization.
    Issue(kind: CredentialKind) = row("issue", Anyone, Some(kind.rules().write_scope), OfRole).of(kind);
    /// Edit, roll, disable, enable or revoke a credential of a kind, no matter who owns it.
    Change(kind: CredentialKind) = row("change", Anyone, Some(kind.rules().write_scope), OfRole).of(kind);
    /// List the credentials of every kind and owner in the organization.
    ReadInventory = row("read_inventory", Anyone, Some("credentials:read"), OfRole);
    /// List service accounts and their tokens.
    ReadServiceAccounts = row("read_service_accounts", Anyone, Some("credentials:read"), OfRole);
    /// Create service accounts, and create tokens for them.
    ManageServiceAccounts = row("manage_service_accounts", User, Some("service_accounts:write"), Everyone);
    /// Transfer the personal access tokens of a person to a service account.
    TransferTokens = row("transfer_tokens", Session, Some("service_accounts:write"), Everyone);
    /// List the APIs, scopes and operations of the catalog.
    ReadApis = row("read_apis", Anyone, None, Everyone);
    /// Define APIs, scopes and operations.
    ManageApis = row("manage_apis", Anyone, Some("apis:write"), Everyone);
    /// List members and invitations.
    ReadMembers = row("read_members", Anyone, Some("members:read"), Everyone);
    /// Invite and remove members, and change their roles.
    ManageMembers = row("manage_members", User, Some("members:write"), Everyone);
    LeaveOrganization = row("leave_organization", Session, None, Own);
    AcceptInvitation = row("accept_invitation", Session, None, Own);
    /// Show the policies of the organization.
    ReadPolicies = row("read_policies", Anyone, None, Everyone);
    /// Change policies and grant exceptions.
    ManagePolicies = row("manage_policies", User, Some("policies:write"), Everyone);
    /// List the credentials that wait for approval.
    ReadTokenRequests = row("read_approval_requests", Anyone, Some("credentials:read"), OfRole);
    /// Approve or deny an approval request.
    DecideTokenRequest = row("decide_approval_request", User, Some("policies:write"), Everyone);
    /// Send the mail in the outbox.
    SendMail = row("send_mail", Job, None, Everyone);
    /// Read and export the audit log.
    ReadAudit = row("read_audit", Anyone, Some("audit:read"), Everyone);
    /// Create an organization. Its creator becomes the owner.
    CreateOrganization = row("create_organization", Session, None, Everyone);
    /// Sign in.
    StartSession = row("start_session", Session, None, Own);
    /// List the caller's browser sessions.
    ReadOwnSessions = row("read_own_sessions", Session, None, Own);
    /// End browser sessions of the caller.
    EndOwnSessions = row("end_own_sessions", Session, None, Own);
    /// Announce that a credential will end soon, or has ended.
    GiveExpiryNotice = row("give_expiry_notice", Job, None, Everyone);
    /// Disable a credential that has been idle for longer than a policy allows.
    SwitchOffIdle = row("disable_idle", Job, None, Everyone);
    /// Put the first keyed event into an audit chain.
    KeyAuditChain = row("key_audit_chain", Job, None, Everyone);
    RecordFailedSignIns = row("record_failed_sign_ins", Job, None, Everyone);
    /// Add many credentials at once, to measure performance.
    LoadCredentials = row("load_credentials", Job, None, Everyone);
    /// Set the limits of an organization.
    ChangeLimits = row("change_limits", Job, None, Everyone);
    /// Verify a credential of another caller.
    VerifyCredentials = row("verify_credentials", Anyone, Some("keys:verify"), Everyone);
    /// As a client, exchange a credential for an access token.
    ExchangeToken = row("exchange_token", Anyone, None, Everyone);
    /// Revoke a token by presenting it.
    RevokePresented = row("revoke_presented", Anyone, None, Everyone);
    /// Show the signing keys, and rotate them.
    RotateSigningKeys = row("rotate_signing_keys", Operator, None, Everyone);
    /// Rotate the signing keys when the schedule says so.
    RotateSigningKeysOnSchedule = row("rotate_signing_keys_on_schedule", Job, None, Everyone);
    /// Make another organization the platform organization.
    TransferPlatform = row("transfer_platform", Job, None, Everyone);
}

impl Action {
    /// Returns the scope that the action needs, or `None`. The role must grant it and, for a credential, the credential
    /// must have it too.
    pub fn scope(self) -> Option<&'static str> {
        self.rules().scope
    }

    /// Returns whether only a person in a browser session can perform the action. No credential can.
    pub fn needs_session(self) -> bool {
        matches!(self.rules().performer, Session | Operator)
    }

    /// Returns whether only operators of the installation can perform the action. [`super::Actor::permit`] cannot know
    /// the platform organization, so the service checks it for every permit.
    pub fn is_for_operators(self) -> bool {
        self.rules().performer == Operator
    }

    /// Returns whether the action is reserved for Mintmark's own jobs. A job can perform no other action.
    pub fn is_for_jobs(self) -> bool {
        self.rules().performer == Job
    }

    /// Returns whether the action acts for a person or a service account.
    pub fn user_context(self) -> UserContext {
        match self.rules().performer {
            User | Session | Operator => UserContext::Required,
            Anyone | Job => UserContext::Optional,
        }
    }

    /// Returns how far the action reaches for a caller whose role has the reach `of_role`. An application of the
    /// organization has no role, so its actions reach everyone.
    pub fn reach(self, of_role: Reach) -> Reach {
        match self.rules().reach {
            Own => Reach::Own,
            OfRole => of_role,
            Everyone => Reach::Everyone,
        }
    }
}

/// Writes the name in the audit log, like `read_members` or `issue_api_key`.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.rules();
        f.write_str(rules.code)?;
        rules.kind.map_or(Ok(()), |kind| write!(f, "_{kind}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_actions_have_one_code() {
        let codes: HashSet<_> = Action::all().iter().map(ToString::to_string).collect();
        assert_eq!(codes.len(), Action::all().len());
        assert_eq!(Action::Issue(CredentialKind::ApiKey).to_string(), "issue_api_key");
    }
}
