//! Rotates signing keys: on schedule, by the operator, or at once in an emergency.
//!
//! Only operators may, as the table of actions says. [`crate::platform`] decides who is one. The audit log of the platform organization records rotations.

use super::keyring::make;
use crate::{Caller, Result, ServiceError, platform::CONSOLE, use_cases::InstallationKeys};
use domain::{
    Timestamp,
    access::{Action, Actor, Permit, RequestContext},
    audit::{AuditDetail, Target},
    code::ProblemCode,
    oauth::{KeyState, PUBLISH_AHEAD_SECONDS, SigningKey, key_state, next_activation},
    operation::SigningAlg,
};
use store::StoreError;

/// The way in which a new key replaces the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The new key is published first and then replaces the old one. Tokens of the old key are accepted until they end.
    Orderly,
    /// The new key replaces the old one at once. Tokens of older keys are rejected from now on.
    Emergency,
}

/// A new signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The thumbprint.
    pub kid: String,
    pub alg: SigningAlg,
    /// The time from which it signs.
    pub activates_at: Timestamp,
}

/// A key as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    pub key: SigningKey,
    pub state: KeyState,
}

impl InstallationKeys<'_> {
    /// Returns every signing key that ever existed, for the operator. The newest of each algorithm comes first.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the caller is not an operator.
    pub async fn list(self, caller: &Caller) -> Result<Vec<ShownKey>> {
        self.service.permit(caller, Action::RotateSigningKeys).await?;
        let (now, opened) = (self.service.now(), self.service.inner.signing_keys.opened());
        let shown = |key: &SigningKey| ShownKey { key: key.clone(), state: key_state(key, &opened.keys, now) };
        let mut keys: Vec<_> = opened.keys.iter().map(shown).collect();
        keys.sort_by_key(|shown| (shown.key.alg.as_str(), std::cmp::Reverse(shown.key.number)));
        Ok(keys)
    }

    /// Makes a new key for every algorithm in use.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the caller is not an operator, or with [`ServiceError::Refused`] while
    /// another rotation is in progress.
    pub async fn rotate(self, caller: &Caller, rotation: Rotation) -> Result<Vec<Rotated>> {
        let permit = self.service.permit(caller, Action::RotateSigningKeys).await?;
        self.rotate_all(&permit, rotation).await
    }

    /// Like [`InstallationKeys::rotate`], for the command line. It requires the database and the master key.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Refused`] while another rotation is in progress, and before there is an organization.
    pub async fn rotate_at_the_console(self, rotation: Rotation) -> Result<Vec<Rotated>> {
        let Some(permit) = self.job_permit(CONSOLE).await? else {
            let detail = "Nobody has signed up yet, so there is nothing to rotate. Sign up first.";
            return Err(ServiceError::Refused { code: ProblemCode::NothingToRotate, detail });
        };
        self.rotate_all(&permit, rotation).await
    }

    /// Makes the next key of every algorithm that is due, wipes private halves that are no longer needed, and reads the
    /// keys of other nodes.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unavailable`]. The next run tries again.
    pub async fn tend(self) -> Result<()> {
        let inner = &self.service.inner;
        inner.signing_keys.reload(&inner.db, self.service.now()).await.map_err(ServiceError::internal)?;
        let (now, opened) = (self.service.now(), inner.signing_keys.opened());
        for stored in inner.db.signing_keys().await? {
            let is_over = matches!(key_state(&stored.key, &opened.keys, now), KeyState::Retiring | KeyState::Gone);
            if is_over && stored.wrapped.is_some() {
                inner.db.forget_private_half(&stored.key.public.kid).await?;
            }
        }
        for alg in SigningAlg::ALL {
            let Some(activates_at) = next_activation(&opened.keys, alg, now) else { continue };
            let Some(permit) = self.job_permit("signing_key_schedule").await? else { return Ok(()) };
            match self.rotate_one(&permit, alg, activates_at, Rotation::Orderly).await {
                // Another node was faster.
                Ok(_) | Err(ServiceError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn rotate_all(self, permit: &Permit, rotation: Rotation) -> Result<Vec<Rotated>> {
        let now = self.service.now();
        let activates_at = match rotation {
            Rotation::Orderly => now.plus_seconds(PUBLISH_AHEAD_SECONDS),
            Rotation::Emergency => now,
        };
        let mut rotated = Vec::new();
        for alg in self.service.inner.db.signing_algs().await? {
            rotated.push(self.rotate_one(permit, alg, activates_at, rotation).await?);
        }
        Ok(rotated)
    }

    async fn rotate_one(
        self,
        permit: &Permit,
        alg: SigningAlg,
        activates_at: Timestamp,
        rotation: Rotation,
    ) -> Result<Rotated> {
        let (inner, now) = (&self.service.inner, self.service.now());
        let keys = inner.db.signing_keys().await?;
        let keys: Vec<_> = keys.into_iter().map(|stored| stored.key).filter(|key| key.alg == alg).collect();
        let has_next = keys.iter().any(|key| key_state(key, &keys, now) == KeyState::Next);
        if has_next && rotation == Rotation::Orderly {
            return Err(UNDER_WAY);
        }
        let number = keys.iter().map(|key| key.number).max().unwrap_or_default() + 1;
        let stored = make(&inner.signing_keys.master, &inner.sources, alg, number, now, activates_at).await?;
        let mut tx = inner.db.write(permit).await?;
        match tx.insert_signing_key(&stored).await {
            Err(StoreError::Conflict(_)) => return Err(UNDER_WAY),
            result => result?,
        }
        if rotation == Rotation::Emergency {
            tx.revoke_signing_keys(alg, number, now).await?;
        }
        let kid = stored.key.public.kid.clone();
        let target = Target { kind: "signing_key", id: kid.clone(), name: None };
        let detail = AuditDetail::SigningKeyRotated { alg, activates_at, emergency: rotation == Rotation::Emergency };
        self.service.commit(tx, self.service.event_at(now, target, &detail)).await?;
        inner.signing_keys.reload(&inner.db, self.service.now()).await.map_err(ServiceError::internal)?;
        Ok(Rotated { kid, alg, activates_at })
    }

    /// Returns the permit for a job on the installation. `None` before there is an organization with a log for it.
    async fn job_permit(self, job: &'static str) -> Result<Option<Permit>> {
        let Some(org) = self.service.inner.db.platform_org().await? else { return Ok(None) };
        let context = RequestContext { request_id: job.to_owned(), ..RequestContext::default() };
        Ok(Some(Actor::system(org, job).permit(Action::RotateSigningKeysOnSchedule, &context)?))
    }
}

const UNDER_WAY: ServiceError = ServiceError::Refused {
    code: ProblemCode::RotationUnderWay,
    detail: "A new signing key is published already and takes over soon. Wait for it, or rotate in an emergency.",
};
