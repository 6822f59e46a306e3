//! Rolling: a new secret for the same grant, while the old one goes on working for a while.
//!
//! Owns: the state of each secret, worked out from dates. A secret made by a roll is pending until it is first used;
//! from then the overlap runs, and every older secret retires at its end, or when the roll was left pending for too
//! long. Nothing here moves the credential's own end: a roll never extends a life.

use super::{Credential, DAY_SECONDS, Secret};
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest overlap: a week.
pub const MAX_OVERLAP_SECONDS: i64 = 7 * DAY_SECONDS;
/// The overlap when nobody says: a day.
pub const DEFAULT_OVERLAP_SECONDS: i64 = DAY_SECONDS;
/// How long a roll may stay pending before the older secrets retire all the same.
pub const MAX_PENDING_SECONDS: i64 = 30 * DAY_SECONDS;

/// What state a secret is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    /// Works.
    Active,
    /// Works, was made by a roll and has not been used yet.
    Pending,
    /// Works, until its successor's overlap ends.
    Retiring,
    /// Does not work any more.
    Retired,
}

impl SecretState {
    /// The word of the public contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

/// A rule that a roll would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollRefused {
    /// Only what works can be rolled, and this may work again.
    #[error("the credential does not work")]
    NotLive,
    /// It has expired or was revoked.
    #[error("the credential has ended")]
    Ended,
    /// There are as many live secrets as the kind allows.
    #[error("too many live secrets")]
    TooManyLive {
        /// When the next one retires, if that is known.
        next_retires_at: Option<Timestamp>,
    },
    /// There is no roll that could be cancelled or finished.
    #[error("no roll is pending")]
    NothingPending,
}

/// The dates from which the state of a secret is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretLife {
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it was first presented.
    pub first_used_at: Option<Timestamp>,
    /// For a secret made by a roll: how long the older ones go on working after its first use.
    pub overlap_seconds: Option<i64>,
    /// When the roll that made it was taken back.
    pub cancelled_at: Option<Timestamp>,
    /// When somebody ended it before its time.
    pub retired_at: Option<Timestamp>,
}

impl SecretLife {
    /// When it stops because of its successors, or because somebody ended it; none: not before the credential does.
    pub fn retires_at(&self, newer: impl Iterator<Item = Self>) -> Option<Timestamp> {
        newer.filter_map(|newer| newer.ends_older_at()).chain(self.retired_at).chain(self.cancelled_at).min()
    }

    /// When it ends the secrets that are older than it.
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
    /// Its dates.
    pub fn life(&self) -> SecretLife {
        let Self { created_at, first_used_at, overlap_seconds, cancelled_at, retired_at, .. } = *self;
        SecretLife { created_at, first_used_at, overlap_seconds, cancelled_at, retired_at }
    }
}

impl Credential {
    /// Places of secrets that were not taken back, newest first.
    fn kept(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.iter().filter(|secret| secret.cancelled_at.is_none())
    }

    /// When `secret` stops because of its successors; never behind the end of the credential. None: not before that.
    pub fn retires_at(&self, secret: &Secret) -> Option<Timestamp> {
        self.replaced_at(secret).map(|at| self.expires_at.map_or(at, |end| at.min(end)))
    }

    /// The same, whenever the credential ends.
    fn replaced_at(&self, secret: &Secret) -> Option<Timestamp> {
        let newer = self.secrets.iter().take_while(|newer| newer.id != secret.id);
        secret.life().retires_at(newer.map(Secret::life))
    }

    /// The state of one of its secrets, whatever state the credential is in.
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

    /// The secrets that work, newest first.
    pub fn live_secrets(&self, now: Timestamp) -> impl Iterator<Item = &Secret> {
        self.secrets.iter().filter(move |secret| self.secret_state(secret, now) != SecretState::Retired)
    }

    /// The newest secret, if it waits for its first use.
    pub fn pending_secret(&self, now: Timestamp) -> Option<&Secret> {
        self.kept().next().filter(|secret| self.secret_state(secret, now) == SecretState::Pending)
    }
}

/// Adds the secret that `overlap_seconds` later, counted from its first use, replaces the older ones.
///
/// # Errors
/// [`RollRefused::NotLive`], [`RollRefused::Ended`] or [`RollRefused::TooManyLive`].
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
    // With no overlap the older ones stop now and leave room.
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

/// Takes back a roll whose new secret was never used. Returns that secret's place.
///
/// # Errors
/// [`RollRefused::NothingPending`].
pub fn cancel_roll(credential: &mut Credential, now: Timestamp) -> Result<usize, RollRefused> {
    let pending = credential.pending_secret(now).map(|secret| secret.id).ok_or(RollRefused::NothingPending)?;
    let place = credential.secrets.iter().position(|secret| secret.id == pending).ok_or(RollRefused::NothingPending)?;
    credential.secrets[place].cancelled_at = Some(now);
    Ok(place)
}

/// Ends the overlap: every secret but the newest stops now. Returns the places of those that did.
///
/// # Errors
/// [`RollRefused::NothingPending`] if there is only one live secret.
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
