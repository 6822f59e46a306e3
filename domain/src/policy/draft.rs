//! Validation of a policy that a user asks to announce.

use super::Rules;
use crate::{
    Timestamp,
    access::Role,
    code::FlawCode,
    credential::{CredentialKind, DAY_SECONDS, MAX_LIFETIME_SECONDS},
    error::{FieldErrors, Flaw},
    network::{MAX_NETWORKS, parse_network},
};
use serde::{Deserialize, Serialize};

/// Maximum notice period, in days.
const MAX_NOTICE_DAYS: u32 = 365;
const MAX_IDLE_DAYS: u32 = 3650;

/// A policy to announce. An absent field means no requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ChangePolicy", extend("required" = ["kind"])))]
#[serde(deny_unknown_fields)]
pub struct PolicyDraft {
    /// The kind of credential that the policy applies to. It is required.
    #[serde(default)]
    pub kind: Option<CredentialKind>,
    /// Roles that may create credentials. If absent, all roles may.
    #[serde(default)]
    pub creators: Option<Vec<String>>,
    /// Whether a credential must have an end.
    #[serde(default)]
    pub must_expire: bool,
    /// Maximum lifetime in seconds, from 60 to 315360000.
    #[serde(default)]
    pub max_lifetime_seconds: Option<i64>,
    /// Whether a new credential needs approval.
    #[serde(default)]
    pub needs_approval: bool,
    /// IP allowlist for all credentials of the kind. An empty list allows every address.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Days without use after which a credential is disabled.
    #[serde(default)]
    pub max_idle_days: Option<u32>,
    /// Whether a credential may have the scope `all`. The default is true.
    #[serde(default)]
    pub allows_all: Option<bool>,
    /// Notice period for existing credentials, in days. The default is 14, or 0 if the policy affects no credential.
    #[serde(default)]
    pub notice_days: Option<u32>,
    /// Number of days before enforcement in which replies warn. The default is half of the notice period.
    #[serde(default)]
    pub warning_days: Option<u32>,
    /// Number of affected credentials that the preview reported. It is required to save a policy that affects any.
    #[serde(default)]
    pub confirm_affected: Option<u64>,
    /// Confirms that the policy may block the calling credential at once.
    #[serde(default)]
    pub acknowledge_own_credential: bool,
}

impl PolicyDraft {
    /// Checks the draft and returns the kind with its requirements.
    ///
    /// # Errors
    /// Returns every flaw at its field.
    pub fn check(&self) -> Result<(CredentialKind, Rules), FieldErrors> {
        let mut errors = FieldErrors::default();
        let required = || Flaw::new(FlawCode::Required, "Say for which kind: pat, api_key or client.");
        let kind = errors.check("/kind", self.kind.ok_or_else(required));
        let creators = self.check_creators(&mut errors);
        if self.max_lifetime_seconds.is_some_and(|seconds| !(60..=MAX_LIFETIME_SECONDS).contains(&seconds)) {
            let detail = "The longest life is between one minute and ten years (60 to 315360000 seconds).";
            errors.0.push(Flaw::new(FlawCode::OutOfRange, detail).at("/max_lifetime_seconds"));
        }
        if self.max_idle_days.is_some_and(|days| !(1..=MAX_IDLE_DAYS).contains(&days)) {
            errors.0.push(Flaw::new(FlawCode::OutOfRange, "Give between 1 and 3650 days.").at("/max_idle_days"));
        }
        if self.networks.len() > MAX_NETWORKS {
            errors
                .0
                .push(Flaw::new(FlawCode::TooMany, format!("Give at most {MAX_NETWORKS} networks.")).at("/networks"));
        }
        let network =
            |(index, text): (usize, &String)| errors.check(&format!("/networks/{index}"), parse_network(text.trim()));
        let networks = self.networks.iter().take(MAX_NETWORKS).enumerate().filter_map(network).collect();
        if self.notice_days.is_some_and(|days| days > MAX_NOTICE_DAYS) {
            errors.0.push(Flaw::new(FlawCode::OutOfRange, "Give at most 365 days of notice.").at("/notice_days"));
        }
        if self.warning_days.is_some_and(|days| days > self.notice_days.unwrap_or(DEFAULT_NOTICE_DAYS)) {
            let detail = "Replies cannot warn for longer than the notice lasts.";
            errors.0.push(Flaw::new(FlawCode::OutOfRange, detail).at("/warning_days"));
        }
        let allows_all = self.allows_all.unwrap_or(true);
        if kind.is_some_and(|kind| !kind.rules().may_hold_all) && !allows_all {
            let detail = "Only personal access tokens can hold the scope all, so there is nothing to forbid.";
            errors.0.push(Flaw::new(FlawCode::NothingToForbid, detail).at("/allows_all"));
        }
        let rules = Rules {
            creators,
            must_expire: self.must_expire,
            max_lifetime_seconds: self.max_lifetime_seconds,
            needs_approval: self.needs_approval,
            networks,
            max_idle_days: self.max_idle_days,
            allows_all,
        };
        match kind {
            Some(kind) if errors.is_empty() => Ok((kind, rules)),
            _ => Err(errors),
        }
    }

    fn check_creators(&self, errors: &mut FieldErrors) -> Vec<Role> {
        let Some(asked) = &self.creators else { return Role::ALL.to_vec() };
        let read = |(index, text): (usize, &String)| {
            let role = text.parse::<Role>().map_err(|error| Flaw::new(FlawCode::UnknownRole, error.to_string()));
            errors.check(&format!("/creators/{index}"), role)
        };
        let roles: Vec<Role> = asked.iter().enumerate().filter_map(read).collect();
        if errors.is_empty() && !roles.contains(&Role::Owner) {
            let detail = "Owners must be among those who may issue, or nobody could for good.";
            errors.0.push(Flaw::new(FlawCode::LocksEverybodyOut, detail).at("/creators"));
        }
        Role::ALL.into_iter().filter(|role| roles.contains(role)).collect()
    }

    /// Returns when replies begin to warn and when the policy is enforced. A policy that affects no credential is
    /// enforced at once, unless the draft sets a notice period.
    pub fn stages(&self, now: Timestamp, hits: u64) -> (Timestamp, Timestamp) {
        let notice = match (hits, self.notice_days) {
            (0, None) => 0,
            (_, days) => days.unwrap_or(DEFAULT_NOTICE_DAYS),
        };
        let warning = self.warning_days.unwrap_or(notice.div_ceil(2)).min(notice);
        let enforced_at = now.plus_seconds(i64::from(notice) * DAY_SECONDS);
        (enforced_at.plus_seconds(-i64::from(warning) * DAY_SECONDS), enforced_at)
    }
}

const DEFAULT_NOTICE_DAYS: u32 = 14;
