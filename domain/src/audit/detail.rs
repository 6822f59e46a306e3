//! Data of audit events that has more than one shape.
//!
//! This module owns the shapes, not the events. Their JSON is stored, so it must not change. For the list of events, see
//! [`super::AuditDetail`].

use crate::{
    Timestamp,
    credential::{CredentialKind, Owner},
    ids::OrgId,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A field that an edit can change. The order is that of the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    AccessTokenSeconds,
    Description,
    IpAllowlist,
    Keys,
    Metadata,
    Name,
    Quota,
    RateLimit,
    Reach,
    Resources,
    Scopes,
    SigningAlg,
    Team,
}

impl Field {
    /// The field as people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::AccessTokenSeconds => "lifetime of access tokens",
            Self::Description => "description",
            Self::IpAllowlist => "networks",
            Self::Keys => "public keys",
            Self::Metadata => "notes",
            Self::Name => "name",
            Self::Quota => "quota",
            Self::RateLimit => "rate limit",
            Self::Reach => "reach",
            Self::Resources => "resources",
            Self::Scopes => "scopes",
            Self::SigningAlg => "signing algorithm",
            Self::Team => "team",
        }
    }
}

/// What happened to a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldChange {
    Replaced {
        before: Value,
        after: Value,
    },
    /// Members of a set were added or removed.
    Extended {
        #[serde(skip_serializing_if = "Option::is_none")]
        added: Option<Vec<String>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        removed: Option<Vec<String>>,
    },
    /// A form of an earlier release.
    Other(Value),
}

/// The fields that an edit changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes(BTreeMap<Field, FieldChange>);

impl Changes {
    /// Compares the values of each field, before and after.
    pub fn between(fields: impl IntoIterator<Item = (Field, Value, Value)>) -> Self {
        let changed = fields.into_iter().filter(|(_, before, after)| before != after);
        Self(changed.map(|(field, before, after)| (field, FieldChange::Replaced { before, after })).collect())
    }

    /// Adds a set whose members changed.
    #[must_use]
    pub fn extending(mut self, field: Field, added: Option<Vec<String>>, removed: Option<Vec<String>>) -> Self {
        self.0.insert(field, FieldChange::Extended { added, removed });
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.keys().copied()
    }

    pub fn of(&self, field: Field) -> Option<&FieldChange> {
        self.0.get(&field)
    }
}

/// A value before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span<T> {
    pub before: T,
    pub after: T,
}

/// Why Mintmark itself disabled a credential, or ended its organization authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum DisabledBy {
    /// Nobody used it for longer than the policy allows.
    Idle { max_idle_days: Option<u32>, last_used_at: Option<Timestamp> },
    /// Its owner became a member again and has to confirm it.
    OwnerReturned,
}

/// Why a credential was enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum EnabledBy {
    /// Its owner, who became a member again, confirmed it.
    OwnerConfirmed,
}

/// A former or new owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// `organization`, `user` or `service_account`.
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
}

impl Party {
    pub fn new(owner: Owner, org: OrgId) -> Self {
        Self { kind: owner.type_name().to_owned(), id: owner.id(org) }
    }
}

/// How a person signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Password,
}

/// What was prepared to measure performance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Load {
    Credentials {
        kind: CredentialKind,
        count: u64,
        /// The first and the last name.
        names: [String; 2],
        scopes: Vec<String>,
    },
    /// The limits of the organization.
    Limits { limits: LimitsLoad },
}

/// What happened to the limits of an organization that measures performance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitsLoad {
    Lifted,
}

/// A setting of an organization that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    GraceDays {
        /// Earlier releases wrote another name.
        #[serde(alias = "succession_grace_days")]
        grace_period_days: Span<i64>,
    },
    /// A limit. No value means that there is none.
    Limit { limit: String, value: Option<u64> },
}

/// A change of an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ApiChange {
    RemovedScopes {
        removed_scopes: Vec<String>,
    },
    RemovedOperations {
        removed_operations: Vec<String>,
    },
    Extended {
        scopes: Vec<String>,
        /// The ids of the first operations.
        operations: Vec<String>,
        operation_count: u64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reworded_scopes: Vec<String>,
    },
    Edited(Changes),
}
