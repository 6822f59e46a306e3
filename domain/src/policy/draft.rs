//! Rules as somebody asks for them.

use super::Rules;
use crate::{
    Timestamp,
    access::Role,
    credential::{CredentialKind, DAY_SECONDS, MAX_LIFETIME_SECONDS},
    error::{FieldErrors, Flaw},
    network::{MAX_NETWORKS, parse_network},
};
use serde::{Deserialize, Serialize};

/// The longest time between announcing and enforcing.
const MAX_NOTICE_DAYS: u32 = 365;
const MAX_IDLE_DAYS: u32 = 3650;

/// A policy as it is asked for. What is absent asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyDraft {
    /// For which kind; without one it is refused.
    #[serde(default)]
    pub kind: Option<CredentialKind>,
    /// Roles that may issue; none: all.
    #[serde(default)]
    pub creators: Option<Vec<String>>,
    /// Whether there must be an end.
    #[serde(default)]
    pub must_expire: bool,
    /// The longest life.
    #[serde(default)]
    pub max_lifetime_seconds: Option<i64>,
    /// Whether somebody must approve.
    #[serde(default)]
    pub needs_approval: bool,
    /// Networks from which it may be used.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Days without a use after which it is switched off.
    #[serde(default)]
    pub max_idle_days: Option<u32>,
    /// Whether the scope `all` may be held; absent: yes.
    #[serde(default)]
    pub allows_all: Option<bool>,
    /// Days until it is enforced for credentials that exist; absent: fourteen, or none if nothing would be hit.
    #[serde(default)]
    pub notice_days: Option<u32>,
    /// For how many days before that replies warn; absent: half of the notice.
    #[serde(default)]
    pub warning_days: Option<u32>,
    /// To save it: how many credentials the dry run said it hits. Not needed where it hits none.
    #[serde(default)]
    pub confirm_affected: Option<u64>,
    /// To save it although it blocks the calling credential at once.
    #[serde(default)]
    pub acknowledge_own_credential: bool,
}

impl PolicyDraft {
    /// For which kind, and the rules.
    ///
    /// # Errors
    /// Every flaw, each at its field.
    pub fn check(&self) -> Result<(CredentialKind, Rules), FieldErrors> {
        let mut errors = FieldErrors::default();
        let required = || Flaw::new("required", "Say for which kind: pat, api_key or client.");
        let kind = errors.check("/kind", self.kind.ok_or_else(required));
        let creators = self.check_creators(&mut errors);
        if self.max_lifetime_seconds.is_some_and(|seconds| !(60..=MAX_LIFETIME_SECONDS).contains(&seconds)) {
            let detail = "The longest life is between one minute and ten years (60 to 315360000 seconds).";
            errors.0.push(Flaw::new("out_of_range", detail).at("/max_lifetime_seconds"));
        }
        if self.max_idle_days.is_some_and(|days| !(1..=MAX_IDLE_DAYS).contains(&days)) {
            errors.0.push(Flaw::new("out_of_range", "Give between 1 and 3650 days.").at("/max_idle_days"));
        }
        if self.networks.len() > MAX_NETWORKS {
            errors.0.push(Flaw::new("too_many", format!("Give at most {MAX_NETWORKS} networks.")).at("/networks"));
        }
        let network =
            |(index, text): (usize, &String)| errors.check(&format!("/networks/{index}"), parse_network(text.trim()));
        let networks = self.networks.iter().take(MAX_NETWORKS).enumerate().filter_map(network).collect();
        if self.notice_days.is_some_and(|days| days > MAX_NOTICE_DAYS) {
            errors.0.push(Flaw::new("out_of_range", "Give at most 365 days of notice.").at("/notice_days"));
        }
        if self.warning_days.is_some_and(|days| days > self.notice_days.unwrap_or(DEFAULT_NOTICE_DAYS)) {
            let detail = "Replies cannot warn for longer than the notice lasts.";
            errors.0.push(Flaw::new("out_of_range", detail).at("/warning_days"));
        }
        let allows_all = self.allows_all.unwrap_or(true);
        if kind.is_some_and(|kind| !kind.rules().may_hold_all) && !allows_all {
            let detail = "Only personal access tokens can hold the scope all, so there is nothing to forbid.";
            errors.0.push(Flaw::new("nothing_to_forbid", detail).at("/allows_all"));
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
            let role = text.parse::<Role>().map_err(|error| Flaw::new("unknown_role", error.to_string()));
            errors.check(&format!("/creators/{index}"), role)
        };
        let roles: Vec<Role> = asked.iter().enumerate().filter_map(read).collect();
        if errors.is_empty() && !roles.contains(&Role::Owner) {
            let detail = "Owners must be among those who may issue, or nobody could for good.";
            errors.0.push(Flaw::new("locks_everybody_out", detail).at("/creators"));
        }
        Role::ALL.into_iter().filter(|role| roles.contains(role)).collect()
    }

    /// When replies begin to warn, and when it is enforced. What hits nothing is enforced at once.
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
