//! What is left behind, and what an organization has set.

use super::{CredentialObject, patch::given};
use crate::api::problem::Problem;
use domain::{
    Name, Timestamp,
    access::{MemberRole, Offboarding},
    code::FlawCode,
    error::Flaw,
    ids::UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{
    members::{FormerMember, Grace},
    orgs::Settings,
};

/// One of the two.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EditGracePeriod")]
#[serde(deny_unknown_fields)]
pub(crate) struct GraceBody {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Timestamp")]
    grace_ends_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "i64")]
    grace_days: Option<i64>,
}

impl GraceBody {
    pub(crate) fn grace(&self) -> Result<Grace, Problem> {
        match (self.grace_ends_at, self.grace_days) {
            (Some(end), None) => Ok(Grace::Until(end)),
            (None, Some(days)) => Ok(Grace::Days(days)),
            _ => {
                let detail = "Say either grace_ends_at, or grace_days after they left.";
                Err(Problem::invalid(vec![Flaw::new(FlawCode::Required, detail).at("/grace_days")]))
            }
        }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Offboarding")]
pub(crate) struct OffboardingObject {
    id: UserId,
    #[schemars(extend("const" = "offboarding"))]
    object: &'static str,
    role: MemberRole,
    role_name: String,
    left_at: Timestamp,
    grace_ends_at: Timestamp,
}

impl From<&Offboarding> for OffboardingObject {
    fn from(left: &Offboarding) -> Self {
        let (left_at, grace_ends_at) = (left.left_at, left.grace_ends_at);
        let (role, role_name) = (left.role.clone(), left.role.title().to_owned());
        Self { id: left.user, object: "offboarding", role, role_name, left_at, grace_ends_at }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "FormerMember")]
pub(crate) struct FormerMemberObject {
    id: UserId,
    #[schemars(extend("const" = "former_member"))]
    object: &'static str,
    name: Name,
    /// Nothing for whoever left before it was noted.
    role: Option<MemberRole>,
    role_name: Option<String>,
    left_at: Option<Timestamp>,
    grace_ends_at: Option<Timestamp>,
    /// Whether their tokens go on now.
    in_grace: bool,
    tokens: Vec<LeftToken>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
struct LeftToken {
    #[serde(flatten)]
    credential: CredentialObject,
    calls_today: u64,
}

impl FormerMemberObject {
    pub(crate) fn new(person: &FormerMember, now: Timestamp) -> Self {
        let left = person.offboarding.as_ref();
        let token = |(credential, calls_today): &(_, u64)| LeftToken {
            credential: CredentialObject::new(credential, now),
            calls_today: *calls_today,
        };
        Self {
            id: person.user,
            object: "former_member",
            name: person.name.clone(),
            role: left.map(|left| left.role.clone()),
            role_name: left.map(|left| left.role.title().to_owned()),
            left_at: left.map(|left| left.left_at),
            grace_ends_at: left.map(|left| left.grace_ends_at),
            in_grace: left.is_some_and(|left| left.is_in_grace(now)),
            tokens: person.tokens.iter().map(token).collect(),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EditSettings")]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsBody {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "i64")]
    pub(crate) grace_period_days: Option<i64>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Settings")]
pub(crate) struct SettingsObject {
    #[schemars(extend("const" = "settings"))]
    object: &'static str,
    grace_period_days: i64,
}

impl From<Settings> for SettingsObject {
    fn from(settings: Settings) -> Self {
        Self { object: "settings", grace_period_days: settings.grace_period_days }
    }
}
