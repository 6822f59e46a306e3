//! Everything that can be asked for.
//!
//! Owns: the list of actions, each with the scope that a credential needs for it.

/// What a caller asks to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See who one is.
    ReadSelf,
    /// List and show one's own personal access tokens.
    ReadOwnTokens,
    /// Issue a personal access token for oneself.
    IssueOwnToken,
    /// Change the name, description or scopes of one's own token.
    EditOwnToken,
    /// Revoke one's own token.
    RevokeOwnToken,
    /// Create an organisation, which makes its creator the owner.
    CreateOrganisation,
    /// Sign in.
    StartSession,
    /// List one's own browser sessions.
    ReadOwnSessions,
    /// End one's own browser sessions.
    EndOwnSessions,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 9] = [
        Self::ReadSelf,
        Self::ReadOwnTokens,
        Self::IssueOwnToken,
        Self::EditOwnToken,
        Self::RevokeOwnToken,
        Self::CreateOrganisation,
        Self::StartSession,
        Self::ReadOwnSessions,
        Self::EndOwnSessions,
    ];

    /// What a credential, or a person's role, needs for this.
    pub fn needs(self) -> Needs {
        match self {
            Self::ReadSelf => Needs::Nothing,
            Self::ReadOwnTokens => Needs::Scope("credentials:read"),
            Self::IssueOwnToken | Self::EditOwnToken | Self::RevokeOwnToken => Needs::Scope("pats:write"),
            Self::CreateOrganisation | Self::StartSession | Self::ReadOwnSessions | Self::EndOwnSessions => {
                Needs::SignedInPerson
            }
        }
    }
}

/// What an action needs beyond an authenticated caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing more.
    Nothing,
    /// This scope, held by the role and, for a credential, by the credential too.
    Scope(&'static str),
    /// A person in a browser session; no credential can do it.
    SignedInPerson,
}
