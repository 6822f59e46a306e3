//! The lifetime of a credential.
//!
//! This module turns the four ways to specify a lifetime into an instant or "never", and checks all bounds.

use super::{DAY_SECONDS, KindRules};
use crate::{
    Timestamp,
    code::FlawCode,
    error::{FieldErrors, Flaw},
};
use serde::{Deserialize, Serialize};

/// Maximum lifetime of a credential: ten years of 365 days.
pub const MAX_LIFETIME_SECONDS: i64 = 3650 * DAY_SECONDS;

/// The lifetime in a request. At most one of the first three fields may be set. If none is set, the default of the kind
/// applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifetimeDraft {
    /// Seconds from now.
    pub expires_in: Option<i64>,
    /// An RFC 3339 instant.
    pub expires_at: Option<String>,
    /// The credential has no end. This requires `acknowledge_no_expiry`.
    #[serde(default)]
    pub never_expires: bool,
    /// Confirms the risk of a credential without an end.
    #[serde(default)]
    pub acknowledge_no_expiry: bool,
}

impl LifetimeDraft {
    /// Returns whether the request specifies a lifetime.
    pub fn is_given(&self) -> bool {
        self.expires_in.is_some() || self.expires_at.is_some() || self.never_expires
    }

    /// Returns when the credential ends, or `None` for never. `issuer_ends` is the end of the calling credential, if
    /// there is one. A credential cannot create another one that outlives it, so a default lifetime is shortened to
    /// that end.
    pub(super) fn check(
        &self,
        rules: &KindRules,
        now: Timestamp,
        issuer_ends: Option<Timestamp>,
        errors: &mut FieldErrors,
    ) -> Option<Timestamp> {
        let given = usize::from(self.expires_in.is_some())
            + usize::from(self.expires_at.is_some())
            + usize::from(self.never_expires);
        if given > 1 {
            errors.0.push(
                Flaw::new(FlawCode::AmbiguousLifetime, "Give only one of expires_in, expires_at and never_expires.")
                    .at("/expires_in"),
            );
            return None;
        }
        if let Some(seconds) = self.expires_in {
            return bounded("/expires_in", seconds_from(now, seconds), now, issuer_ends, errors);
        }
        if let Some(text) = &self.expires_at {
            let end = Timestamp::parse_rfc3339(text)
                .map_err(|_| Flaw::new(FlawCode::InvalidTime, "Use an RFC 3339 time such as 2027-01-31T09:00:00Z."));
            return bounded("/expires_at", end, now, issuer_ends, errors);
        }
        if self.never_expires {
            return self.check_never(issuer_ends, errors);
        }
        let default = rules.default_lifetime_seconds.map(|seconds| now.plus_seconds(seconds));
        [default, issuer_ends].into_iter().flatten().min()
    }

    fn check_never(&self, issuer_ends: Option<Timestamp>, errors: &mut FieldErrors) -> Option<Timestamp> {
        if !self.acknowledge_no_expiry {
            errors.0.push(
                Flaw::new(
                    FlawCode::AcknowledgementRequired,
                    "A credential that never expires works until somebody revokes it. Set acknowledge_no_expiry to accept that.",
                )
                .at("/acknowledge_no_expiry"),
            );
        }
        if let Some(end) = issuer_ends {
            errors.0.push(exceeds_issuer(end).at("/never_expires"));
        }
        None
    }
}

fn seconds_from(now: Timestamp, seconds: i64) -> Result<Timestamp, Flaw> {
    if seconds <= 0 {
        Err(Flaw::new(FlawCode::LifetimeInPast, "The lifetime must be at least one second."))
    } else {
        Ok(now.plus_seconds(seconds))
    }
}

fn bounded(
    pointer: &str,
    end: Result<Timestamp, Flaw>,
    now: Timestamp,
    issuer_ends: Option<Timestamp>,
    errors: &mut FieldErrors,
) -> Option<Timestamp> {
    let checked = end.and_then(|end| {
        if end <= now {
            Err(Flaw::new(FlawCode::LifetimeInPast, "The end must be in the future."))
        } else if end > now.plus_seconds(MAX_LIFETIME_SECONDS) {
            Err(Flaw::new(FlawCode::LifetimeTooLong, "The longest lifetime is ten years (315360000 seconds)."))
        } else {
            match issuer_ends {
                Some(issuer_end) if end > issuer_end => Err(exceeds_issuer(issuer_end)),
                _ => Ok(end),
            }
        }
    });
    errors.check(pointer, checked)
}

fn exceeds_issuer(end: Timestamp) -> Flaw {
    Flaw::new(
        FlawCode::LifetimeExceedsIssuer,
        format!("A credential cannot issue one that outlives it. Ask for an end no later than {end}, or omit it."),
    )
}
