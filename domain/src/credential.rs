//! A credential: a named grant whose secrets come and go. Personal access tokens, API keys and M2M clients are all
//! this, with one row of [`KindRules`] each.
//!
//! Owns: the life-cycle as pure functions of the credential and the time. Status is derived, never stored. Never:
//! plain secrets (see [`crate::secret`]) and who may ask (see [`crate::access`]).

mod approval;
mod client;
mod draft;
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
pub use self::draft::{Edit, Grant, Issue, check_edit, check_issue};
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
    Description, Name, Timestamp,
    ids::{CredentialId, OrgId, SecretId, ServiceAccountId, UserId},
    network::NetworkSet,
    policy::{Block, Existing},
    resource::ResourceSet,
    scope::ScopeSet,
    secret::Environment,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
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
    /// What it may do it to; empty: everything of the organisation.
    pub resources: ResourceSet,
    /// From where it may be used; empty: from everywhere.
    pub networks: NetworkSet,
    /// How often it may be used.
    pub rate_limit: Option<RateLimit>,
    /// How often in a day or a month.
    pub quota: Option<Quota>,
    /// Notes that programs keep on it.
    pub metadata: Metadata,
    /// What only M2M clients have.
    pub client: Option<ClientSettings>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stops for good; none: never.
    pub expires_at: Option<Timestamp>,
    /// Since when it is switched off.
    pub disabled_at: Option<Timestamp>,
    /// When it was last switched on again.
    pub enabled_at: Option<Timestamp>,
    /// Since when it is off until its owner confirms it: they left the organization and came back.
    pub held_since: Option<Timestamp>,
    /// When it was revoked for good.
    pub revoked_at: Option<Timestamp>,
    /// Since when it waits for approval.
    pub pending_since: Option<Timestamp>,
    /// The times in which a policy of its organisation blocks it, the earliest first.
    pub blocks: Vec<Block>,
    /// Its secrets, newest first.
    pub secrets: Vec<Secret>,
    /// When it was last used without a secret: by a client that proves with its own keys who it is.
    pub used_by_key_at: Option<Timestamp>,
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
    /// When it was first presented.
    pub first_used_at: Option<Timestamp>,
    /// For a secret made by a roll: how long the older ones go on working after its first use.
    pub overlap_seconds: Option<i64>,
    /// When the roll that made it was taken back.
    pub cancelled_at: Option<Timestamp>,
    /// When somebody ended it before its time.
    pub retired_at: Option<Timestamp>,
}

/// Who a credential represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The organisation itself: API keys and clients.
    Organization,
    /// A person.
    User(UserId),
    /// A user without a login that the organisation owns.
    ServiceAccount(ServiceAccountId),
}

impl Owner {
    /// Its id: the organisation's own for [`Owner::Organization`].
    pub fn id(self, org: OrgId) -> String {
        match self {
            Self::Organization => org.to_string(),
            Self::User(user) => user.to_string(),
            Self::ServiceAccount(account) => account.to_string(),
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreatedBy {
    /// The id of the person, service account or credential.
    pub id: String,
    /// Its name at that time.
    pub name: Name,
}

/// Seconds in a day.
pub const DAY_SECONDS: i64 = 86_400;

/// A short text that is another one when any of these is.
pub(crate) fn fingerprint(parts: &[&str]) -> String {
    let digest =
        parts.iter().fold(Sha256::new(), |digest, part| digest.chain_update(part).chain_update([0])).finalize();
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Credential {
    /// The kind, as the id tells.
    pub fn kind(&self) -> CredentialKind {
        self.id.kind()
    }

    /// What of it a policy can object to.
    pub fn existing(&self) -> Existing<'_> {
        Existing { created_at: self.created_at, expires_at: self.expires_at, scopes: &self.scopes }
    }

    /// Since when it is idle: its last use, or when it was switched on again or issued, whatever came last.
    pub fn idle_since(&self) -> Timestamp {
        [self.last_used_at(), self.enabled_at].into_iter().flatten().fold(self.created_at, Timestamp::max)
    }

    /// When any of its secrets was last presented.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.secrets.iter().filter_map(|secret| secret.last_used_at).chain(self.used_by_key_at).max()
    }

    /// Whether it belongs to a person other than `owner`; only that person may come by its secret.
    pub fn is_of_another_person(&self, owner: Owner) -> bool {
        matches!(self.owner, Owner::User(_)) && self.owner != owner
    }

    /// Changes whenever what can be edited does, or whom it represents; not when it is used.
    pub fn version(&self) -> String {
        let client = serde_json::to_string(&self.client).unwrap_or_default();
        let parts = [
            self.name.to_string(),
            self.description.to_string(),
            self.scopes.to_string(),
            self.resources.to_string(),
            self.networks.to_string(),
            format!("{:?} {:?} {:?} {:?}", self.rate_limit, self.metadata, self.disabled_at, self.revoked_at),
            format!("{:?}", self.pending_since),
            format!("{:?}", self.quota),
            self.owner.id(self.org),
            client,
        ];
        fingerprint(&parts.each_ref().map(String::as_str))
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
