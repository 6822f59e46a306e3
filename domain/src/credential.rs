//! Credentials: named grants with one or more secrets. Personal access tokens, API keys and M2M clients are all
//! credentials; each kind has one row of [`KindRules`].
//!
//! This module owns the life cycle, as pure functions of the credential and the time. Status is derived and never
//! stored. For plain secrets, see [`crate::secret`]; for permissions, see [`crate::access`].

mod approval;
mod client;
mod grant;
mod jwk;
mod kind;
mod lifecycle;
mod lifetime;
mod limits;
mod notice;
mod org_authorization;
mod quota;
mod roll;
mod status;

pub use self::approval::{ApprovalRefused, Decision, Outcome, TokenRequest, approve, deny};
pub use self::client::{AuthMethod, ClientDraft, ClientSettings, GrantType};
pub use self::grant::{Edit, Grant, Issue, check_edit, check_issue};
pub use self::jwk::PublicJwk;
pub use self::kind::{CredentialKind, KindRules};
pub use self::lifecycle::{
    NothingToDo, TransferRefused, disable, enable, hold, issue, may_enable, new_secret, revoke, transfer,
};
pub use self::lifetime::{LifetimeDraft, MAX_LIFETIME_SECONDS};
pub use self::limits::{Metadata, RateLimit};
pub use self::notice::{DueNotice, ExpiryNotice};
pub use self::org_authorization::{
    AuthorizationRefused, AuthorizationState, Authorizer, Breadth, OrgAuthorization, authorize,
};
pub use self::quota::{Quota, QuotaPeriod};
pub use self::roll::{
    DEFAULT_OVERLAP_SECONDS, MAX_OVERLAP_SECONDS, MAX_PENDING_SECONDS, RollRefused, SecretLife, SecretState,
    cancel_roll, finish_roll, roll,
};
pub use self::status::{Life, Status, UnknownStatus};

use crate::{
    Name, Timestamp,
    ids::{CredentialId, OrgId, SecretId, ServiceAccountId, UserId},
    policy::{Block, Existing},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// A named grant of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The id, which also contains the kind.
    pub id: CredentialId,
    pub org: OrgId,
    /// The owner that the credential represents.
    pub owner: Owner,
    pub created_by: CreatedBy,
    /// What it may do, and what people have called it.
    pub grant: Grant,
    pub created_at: Timestamp,
    /// Set while the credential is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When the credential was last enabled again.
    pub enabled_at: Option<Timestamp>,
    /// Set while a returning member's token is disabled. The owner left the organization, came back, and must confirm
    /// the token.
    pub held_since: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// Set while the credential waits for approval.
    pub pending_since: Option<Timestamp>,
    /// The periods in which a policy of the organization blocks the credential, earliest first.
    pub blocks: Vec<Block>,
    /// Newest first.
    pub secrets: Vec<Secret>,
    /// The last use without a secret, by a client that authenticates with its own keys.
    pub used_by_key_at: Option<Timestamp>,
}

/// The data about one secret of a credential. It does not contain the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub id: SecretId,
    /// The redacted form of the secret.
    pub redacted: String,
    pub created_at: Timestamp,
    /// When the secret was last presented, accurate to a few seconds.
    pub last_used_at: Option<Timestamp>,
    /// The address from which the secret was last presented.
    pub last_used_ip: Option<IpAddr>,
    /// When the secret was first presented.
    pub first_used_at: Option<Timestamp>,
    /// For a secret made by a roll: seconds for which the older secrets keep working after its first use.
    pub overlap_seconds: Option<i64>,
    /// When the roll that made this secret was canceled.
    pub cancelled_at: Option<Timestamp>,
    /// When the secret was retired early, because the roll was finished.
    pub retired_at: Option<Timestamp>,
}

/// The owner of a credential, whom it represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The organization itself, for API keys and clients.
    Organization,
    /// A person.
    User(UserId),
    /// A user without a login that the organization owns.
    ServiceAccount(ServiceAccountId),
}

impl Owner {
    /// Returns the id of the owner. For [`Owner::Organization`], this is the id of the organization.
    pub fn id(self, org: OrgId) -> String {
        match self {
            Self::Organization => org.to_string(),
            Self::User(user) => user.to_string(),
            Self::ServiceAccount(account) => account.to_string(),
        }
    }

    /// Returns `organization`, `user` or `service_account`.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::User(_) => "user",
            Self::ServiceAccount(_) => "service_account",
        }
    }
}

/// The creator of a credential, with their name at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedBy {
    /// Id of the person, service account or credential.
    pub id: String,
    /// Name at the time of creation.
    pub name: Name,
}

pub const DAY_SECONDS: i64 = 86_400;

/// Returns a short text that changes whenever any of the parts changes.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let digest =
        parts.iter().fold(Sha256::new(), |digest, part| digest.chain_update(part).chain_update([0])).finalize();
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Credential {
    pub fn kind(&self) -> CredentialKind {
        self.id.kind()
    }

    /// Returns the properties that a policy can object to.
    pub fn existing(&self) -> Existing<'_> {
        Existing { created_at: self.created_at, expires_at: self.grant.expires_at, scopes: &self.grant.scopes }
    }

    /// Returns since when the credential is idle: its last use, its last enabling or its creation, whichever is the
    /// latest.
    pub fn idle_since(&self) -> Timestamp {
        [self.last_used_at(), self.enabled_at].into_iter().flatten().fold(self.created_at, Timestamp::max)
    }

    /// Returns the last use of any secret or key.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.secrets.iter().filter_map(|secret| secret.last_used_at).chain(self.used_by_key_at).max()
    }

    /// Returns whether the credential belongs to a person other than `owner`. Only that person may see its secret.
    pub fn is_of_another_person(&self, owner: Owner) -> bool {
        matches!(self.owner, Owner::User(_)) && self.owner != owner
    }

    /// Returns a fingerprint that changes with the editable fields, the state and the owner. Use does not change it.
    pub fn version(&self) -> String {
        let parts = [
            format!("{:?}", self.grant),
            format!("{:?} {:?} {:?}", self.disabled_at, self.revoked_at, self.pending_since),
            self.owner.id(self.org),
        ];
        fingerprint(&parts.each_ref().map(String::as_str))
    }

    /// Returns the redacted form of the newest secret.
    pub fn redacted(&self) -> &str {
        self.secrets.first().map_or("", |secret| &secret.redacted)
    }

    /// Returns whether the credential was used in the last day. If so, revoking it probably breaks something.
    pub fn was_used_in_the_last_day(&self, now: Timestamp) -> bool {
        self.last_used_at().is_some_and(|at| at > now.plus_seconds(-DAY_SECONDS))
    }
}
