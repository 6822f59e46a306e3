//! A credential: a named grant whose secrets come and go. Personal access tokens, API keys and M2M clients are all
//! this, with one row of [`KindRules`] each.
//!
//! Owns: the life-cycle as pure functions of the credential and the time. Status is derived, never stored. Never:
//! plain secrets (see [`crate::secret`]) and who may ask (see [`crate::access`]).

mod draft;
mod kind;
mod lifecycle;
mod lifetime;
mod status;

pub use self::draft::{Edit, Grant, Issue, MAX_SCOPES_DETAIL, check_edit, check_issue};
pub use self::kind::{CredentialKind, KindRules};
pub use self::lifecycle::{AlreadyFinal, first_secret, issue, revoke};
pub use self::lifetime::{LifetimeDraft, MAX_LIFETIME_SECONDS};
pub use self::status::Status;

use crate::{
    Description, Name, Timestamp,
    ids::{CredentialId, OrgId, SecretId, UserId},
    scope::ScopeSet,
    secret::Environment,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A named grant of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id, which also tells its kind.
    pub id: CredentialId,
    /// The tenant.
    pub org: OrgId,
    /// For real data or for trying things.
    pub env: Environment,
    /// Who it represents.
    pub owner: Owner,
    /// Who issued it.
    pub created_by: CreatedBy,
    /// What people call it.
    pub name: Name,
    /// What it is for.
    pub description: Description,
    /// What it may do, at most.
    pub scopes: ScopeSet,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stops for good; none: never.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked for good.
    pub revoked_at: Option<Timestamp>,
    /// Its secrets, newest first.
    pub secrets: Vec<Secret>,
}

/// What is known of one secret of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its id.
    pub id: SecretId,
    /// What may be shown of it.
    pub redacted: String,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was last presented, to within a few seconds.
    pub last_used_at: Option<Timestamp>,
    /// From where it was last presented.
    pub last_used_ip: Option<IpAddr>,
    /// When it stops, if another secret is taking its place.
    pub retires_at: Option<Timestamp>,
}

/// Who a credential represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The organisation itself: API keys and clients.
    Organization,
    /// A person.
    User(UserId),
    /// A user without a login that the organisation owns.
    ServiceAccount(UserId),
}

impl Owner {
    /// The user whose rights bound the credential, where there is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Organization => None,
            Self::User(user) | Self::ServiceAccount(user) => Some(user),
        }
    }

    /// `organization`, `user` or `service_account`.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::User(_) => "user",
            Self::ServiceAccount(_) => "service_account",
        }
    }
}

/// Who issued a credential, with the name they had then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedBy {
    /// The person, or the owner of the token that issued it.
    pub id: UserId,
    /// Their name at that time.
    pub name: Name,
}

/// Seconds in a day.
pub const DAY_SECONDS: i64 = 86_400;

impl Credential {
    /// The kind, as the id tells.
    pub fn kind(&self) -> CredentialKind {
        self.id.kind()
    }

    /// When any of its secrets was last presented.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.secrets.iter().filter_map(|secret| secret.last_used_at).max()
    }

    /// What may be shown of its newest secret.
    pub fn redacted(&self) -> &str {
        self.secrets.first().map_or("", |secret| &secret.redacted)
    }

    /// Whether it was used in the last day, so that revoking it probably breaks something.
    pub fn was_used_in_the_last_day(&self, now: Timestamp) -> bool {
        self.last_used_at().is_some_and(|at| at > now.plus_seconds(-DAY_SECONDS))
    }
}
