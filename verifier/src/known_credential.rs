//! A credential as it is in the snapshot, and what its state is at a given time.

use crate::{
    effective_grant::EffectiveGrant, names::NameRef, org_snapshot::OrgSnapshot, table::SecretEntry, verified::Subject,
};
use arc_swap::Guard;
use domain::{
    Name, Timestamp,
    credential::Status,
    ids::OrgId,
    policy::{Existing, Policies},
    verify::{Allowance, CredentialState, SecretEnd, take},
};
use std::sync::{Arc, atomic::Ordering};

/// A credential as it is in the snapshot.
pub struct KnownCredential<'a> {
    /// Position of the presented secret in the table.
    pub(crate) position: u32,
    pub(crate) entry: SecretEntry,
    pub(crate) name: NameRef<'a>,
    pub(crate) grant: Guard<Arc<EffectiveGrant>>,
    /// Set if the credential is presented to an organization that is not its home. `grant` is then the grant in that
    /// organization.
    pub(crate) home: Option<Box<Home>>,
}

/// The grant of a credential at home, and whether it waits for approval where it is presented.
pub(crate) struct Home {
    pub(crate) grant: Guard<Arc<EffectiveGrant>>,
    pub(crate) is_pending: bool,
    /// The credential reaches further than was approved. This matters if the organization requires approval.
    pub(crate) is_wider: bool,
}

impl KnownCredential<'_> {
    pub fn entry(&self) -> &SecretEntry {
        &self.entry
    }

    /// What it may do in the organization where it is presented.
    pub fn grant(&self) -> &EffectiveGrant {
        &self.grant
    }

    /// The organization where it is presented, for use after this value is gone.
    pub fn org_snapshot(&self) -> Arc<OrgSnapshot> {
        self.grant.org.clone()
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.grant.stored.owner, self.entry.credential)
    }

    pub fn is_live(&self, now: Timestamp) -> bool {
        self.status(now).is_live()
    }

    pub fn org(&self) -> OrgId {
        self.grant.org.id()
    }

    /// When the presented secret stops working because a newer one is in use. Never later than the end of the
    /// credential.
    pub fn retires_at(&self) -> Option<Timestamp> {
        let at = self.entry.retires_at.filter(|_| self.entry.is_retiring)?;
        Some(self.ends_at().map_or(at, |end| at.min(end)))
    }

    /// When the credential ends: when it expires or, if earlier, when the grace period of its former owner ends.
    pub fn ends_at(&self) -> Option<Timestamp> {
        [self.entry.expires_at, self.grant.owner_leaves_at()].into_iter().flatten().min()
    }

    pub fn label(&self) -> Option<Name> {
        Name::parse(&self.name).ok()
    }

    pub fn status(&self, now: Timestamp) -> Status {
        let is_blocked = |policies: &Policies| policies.is_blocked(self.entry.credential, &self.existing(), now);
        let status = self.entry.life().status(now);
        match &self.home {
            None => status.under(status.is_live() && is_blocked(self.policies())),
            Some(home) => {
                let asks = || self.policies().of(self.entry.credential.kind()).needs_approval(now);
                if status.is_live() && (home.is_pending || (home.is_wider && asks())) {
                    return Status::PendingApproval;
                }
                status.under(is_blocked(self.policies()) || is_blocked(home.policies()))
            }
        }
    }

    /// When a policy will block the credential, if it is time to warn about that.
    pub fn blocked_at(&self, now: Timestamp) -> Option<Timestamp> {
        let warning = |policies: &Policies| policies.warning(self.entry.credential, &self.existing(), now);
        let at_home = self.home.as_ref().and_then(|home| warning(home.policies()));
        [warning(self.policies()), at_home].into_iter().flatten().min()
    }

    fn policies(&self) -> &Policies {
        &self.grant.org.context.policies
    }

    fn existing(&self) -> Existing<'_> {
        let SecretEntry { credential, expires_at, .. } = self.entry;
        Existing { created_at: credential.made_at(), expires_at, scopes: &self.grant.stored.scopes }
    }

    /// The credential snapshot that the verdict on the secret depends on.
    pub(crate) fn state(&self, now: Timestamp) -> CredentialState<'_> {
        let stored = &self.grant.stored;
        let is_over = self.entry.retires_at.is_some_and(|at| at <= now);
        CredentialState {
            kind: stored.kind,
            env: self.entry.env,
            status: self.status(now),
            secret: match (is_over, self.entry.is_ended) {
                (false, _) => SecretEnd::Live,
                (true, true) => SecretEnd::Ended,
                (true, false) => SecretEnd::Retired,
            },
            owner_is_active: self.grant.owner_is_active(now),
            holds: &self.grant.scopes,
            resources: &stored.resources,
            networks: &stored.networks,
            policy_networks: self.policies().networks(self.entry.credential, now),
            home_networks: self.home.as_ref().and_then(|home| home.policies().networks(self.entry.credential, now)),
            audiences: None,
        }
    }

    /// Counts `cost` calls against the rate limit, if there is one. Returns whether the call is allowed, and the rest
    /// of the limit.
    pub(crate) fn take(&self, cost: u32, now: Timestamp) -> Option<(bool, Allowance)> {
        let stored = &self.grant.stored;
        let rate = stored.rate_limit?;
        let mut full_at = stored.full_at.load(Ordering::Relaxed);
        loop {
            let taken = take(rate, full_at, now, cost);
            let swapped =
                stored.full_at.compare_exchange_weak(full_at, taken.full_at, Ordering::AcqRel, Ordering::Relaxed);
            match swapped {
                Ok(_) => return Some((taken.is_allowed, taken.allowance)),
                Err(other) => full_at = other,
            }
        }
    }
}

impl Home {
    fn policies(&self) -> &Policies {
        &self.grant.org.context.policies
    }
}
