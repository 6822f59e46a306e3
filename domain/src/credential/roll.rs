//! Rolling: a new secret for the same grant, while the old secret keeps working for an overlap.
//!
//! This module derives the state of each secret from dates. A secret made by a roll is pending until its first use,
//! which starts the overlap. All older secrets retire at the end of the overlap, or when the roll was pending for too
//! long. A roll never changes the end of the credential.

use super::{Credential, DAY_SECONDS, Secret};
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// Maximum overlap: a week.
pub const MAX_OVERLAP_SECONDS: i64 = 7 * DAY_SECONDS;
/// Overlap if the request gives none: a day.
pub const DEFAULT_OVERLAP_SECONDS: i64 = DAY_SECONDS;
/// Seconds for which a roll may be pending. After that, the older secrets retire.
pub const MAX_PENDING_SECONDS: i64 = 30 * DAY_SECONDS;

/// The state of one secret of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    /// The secret works.
    Active,
    /// The secret works. It was made by a roll and was not used yet.
    Pending,
    /// The secret works until the overlap of a newer secret ends.
    Retiring,
    /// The secret no longer works.
    Retired,
}

impl SecretState {
    /// Returns the word of the public contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

/// The reason why a credential cannot be rolled, or a roll cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollRefused {
    /// The credential does not work now, but may work again.
    #[error("the credential does not work")]
    NotLive,
    /// The credential has expired or was revoked.
    #[error("the credential has ended")]
    Ended,
    /// The credential has the maximum number of live secrets for its kind.
    #[error("too many live secrets")]
    TooManyLive {
        /// When the next secret retires, if that is known.
        next_retires_at: Option<Timestamp>,
    },
    /// There is no roll to cancel or to finish.
    #[error("no roll is pending")]
    NothingPending,
}

/// The dates that determine the state of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretLife {
    pub created_at: Timestamp,
    /// When the secret was first presented.
    pub first_used_at: Option<Timestamp>,
    /// For a secret made by a roll: seconds for which the older secrets keep working after its first use.
    pub overlap_seconds: Option<i64>,
    /// When the roll that made this secret was canceled.
    pub cancelled_at: Option<Timestamp>,
    /// When the secret was retired early, because the roll was finished.
    pub retired_at: Option<Timestamp>,
}

impl SecretLife {
    /// Returns when the secret retires because of newer secrets or of an explicit request. `None` means that it works
    /// as long as the credential.
    pub fn retires_at(&self, newer: impl Iterator<Item = Self>) -> Option<Timestamp> {
        newer.filter_map(|newer| newer.ends_older_at()).chain(self.retired_at).chain(self.cancelled_at).min()
    }

    /// Returns when this secret retires all older ones.
    fn ends_older_at(&self) -> Option<Timestamp> {
        let overlap = self.overlap_seconds.filter(|_| self.cancelled_at.is_none())?;
        let at_the_latest = self.created_at.plus_seconds(MAX_PENDING_SECONDS);
        Some(match self.first_used_at {
            _ if overlap == 0 => self.created_at,
            Some(at) => at.plus_seconds(overlap).min(at_the_latest),
            None => at_the_latest,
        })
    }
}

impl Secret {
    pub fn life(&self) -> SecretLife {
        let Self { created_at, first_used_at, overlap_seconds, cancelled_at, retired_at, .. } = *self;
        SecretLife { created_at, first_used_at, overlap_seconds, cancelled_at, retired_at }
    }
}

impl Credential {
    /// Returns the secrets whose roll was not canceled, newest first.
    fn kept(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.iter().filter(|secret| secret.cancelled_at.is_none())
    }

    /// Returns when `secret` retires because of newer ones, but never after the end of the credential. `None` means
    /// that it does not retire before that end.
    pub fn retires_at(&self, secret: &Secret) -> Option<Timestamp> {
        self.replaced_at(secret).map(|at| self.grant.expires_at.map_or(at, |end| at.min(end)))
    }

    /// Like [`Self::retires_at`], without regard to the end of the credential.
    fn replaced_at(&self, secret: &Secret) -> Option<Timestamp> {
        let newer = self.secrets.iter().take_while(|newer| newer.id != secret.id);
        secret.life().retires_at(newer.map(Secret::life))
    }

    /// Returns the state of a secret, without regard to the state of the credential.
    pub fn secret_state(&self, secret: &Secret, now: Timestamp) -> SecretState {
        let replaced_at = self.replaced_at(secret);
        let has_used_successor = || {
            let mut successors = self.kept().take_while(|newer| newer.id != secret.id);
            successors.any(|newer| newer.first_used_at.is_some())
        };
        if replaced_at.is_some_and(|at| at <= now) {
            SecretState::Retired
        } else if secret.overlap_seconds.is_some_and(|overlap| overlap > 0) && secret.first_used_at.is_none() {
            SecretState::Pending
        } else if has_used_successor() {
            SecretState::Retiring
        } else {
            SecretState::Active
        }
    }

    /// Returns the secrets that are not retired, newest first.
    pub fn live_secrets(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        self.secrets.iter().filter(move |secret| self.secret_state(secret, now) != SecretState::Retired)
    }

    /// Returns the newest secret if it has not been used yet.
    pub fn pending_secret(&self, now: Timestamp) -> Option<&Secret> {
        self.kept().next().filter(|secret| self.secret_state(secret, now) == SecretState::Pending)
    }
}

/// Adds a new secret. The older secrets retire `overlap_seconds` after its first use.
///
/// # Errors
/// Returns [`RollRefused::NotLive`], [`RollRefused::Ended`] or [`RollRefused::TooManyLive`].
pub fn roll(
    credential: &mut Credential,
    mut secret: Secret,
    overlap_seconds: i64,
    now: Timestamp,
) -> Result<(), RollRefused> {
    match credential.status(now) {
        status if status.is_final() => return Err(RollRefused::Ended),
        status if !status.is_live() => return Err(RollRefused::NotLive),
        _ => {}
    }
    // Without an overlap, the older secrets stop now, so there is room for the new one.
    if overlap_seconds > 0 {
        let live: Vec<_> = credential.live_secrets(now).collect();
        if live.len() >= credential.kind().rules().max_live_secrets {
            let retires = live.iter().filter_map(|secret| credential.retires_at(secret));
            return Err(RollRefused::TooManyLive { next_retires_at: retires.min() });
        }
    }
    secret.overlap_seconds = Some(overlap_seconds);
    credential.secrets.insert(0, secret);
    Ok(())
}

/// Cancels a roll whose new secret was never used, and returns the index of that secret.
///
/// # Errors
/// Returns [`RollRefused::NothingPending`] if there is no such secret.
pub fn cancel_roll(credential: &mut Credential, now: Timestamp) -> Result<usize, RollRefused> {
    let pending = credential.pending_secret(now).map(|secret| secret.id).ok_or(RollRefused::NothingPending)?;
    let place = credential.secrets.iter().position(|secret| secret.id == pending).ok_or(RollRefused::NothingPending)?;
    credential.secrets[place].cancelled_at = Some(now);
    Ok(place)
}

/// Ends the overlap: all secrets except the newest retire now. Returns their indexes.
///
/// # Errors
/// Returns [`RollRefused::NothingPending`] if there is only one live secret.
pub fn finish_roll(credential: &mut Credential, now: Timestamp) -> Result<Vec<usize>, RollRefused> {
    let older: Vec<_> = credential.live_secrets(now).skip(1).map(|secret| secret.id).collect();
    if older.is_empty() {
        return Err(RollRefused::NothingPending);
    }
    let places: Vec<usize> =
        (0..credential.secrets.len()).filter(|place| older.contains(&credential.secrets[*place].id)).collect();
    for place in &places {
        credential.secrets[*place].retired_at = Some(now);
    }
    Ok(places)
}
