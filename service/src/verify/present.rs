//! Looks up a presented secret and reaches the verdict.
//!
//! This is the only way from a token to a verdict. Mintmark's own API, `POST /v1/verify`, forward authentication, the
//! token endpoint and introspection all use it. Each presentation is counted once.

use super::{
    follow::State,
    names::NameRef,
    table::{Entry, key_of},
    terms::Terms,
    traces::CallTold,
};
use arc_swap::{ArcSwap, Guard};
use domain::{
    Name, Timestamp,
    credential::Status,
    ids::{CredentialId, OrgId},
    policy::{Existing, Policies},
    secret::{Brand, Parsed, Pepper, parse},
    verify::{Allowance, Facts, Needs, QuotaLeft, SecretEnd, Verdict, take, verdict},
};
use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
};

/// A credential as it is in the snapshot.
pub(crate) struct Known<'a> {
    pub(crate) place: u32,
    pub(crate) entry: Entry,
    pub(crate) name: NameRef<'a>,
    pub(crate) terms: Guard<Arc<Terms>>,
    /// Set if the credential is presented to an organization that is not its home. `terms` is then the grant in that
    /// organization.
    pub(super) home: Option<Box<Home>>,
}

/// The grant of a credential at home, and whether it waits for approval where it is presented.
pub(super) struct Home {
    pub(super) terms: Guard<Arc<Terms>>,
    pub(super) is_pending: bool,
    /// The credential reaches further than was approved. This matters if the organization requires approval.
    pub(super) is_wider: bool,
}

/// The result of presenting a secret.
pub(crate) struct Presentation<'a> {
    pub(crate) verdict: Verdict,
    /// `None` if the secret is malformed or unknown.
    pub(crate) known: Option<Known<'a>>,
    /// The rest of the rate limit, if the call was counted against one.
    pub(crate) allowance: Option<Allowance>,
    /// The rest of the quota, if the call was counted against one.
    pub(crate) quota: Option<QuotaLeft>,
}

impl Presentation<'_> {
    pub(super) fn unknown(verdict: Verdict) -> Self {
        Self { verdict, known: None, allowance: None, quota: None }
    }
}

impl Known<'_> {
    pub(crate) fn org(&self) -> OrgId {
        self.terms.org.id()
    }

    /// When the presented secret stops working because a newer one is in use. Never later than the end of the
    /// credential.
    pub(crate) fn retires_at(&self) -> Option<Timestamp> {
        let at = self.entry.retires_at.filter(|_| self.entry.is_retiring)?;
        Some(self.ends_at().map_or(at, |end| at.min(end)))
    }

    /// When the credential ends: when it expires or, if earlier, when the grace period of its former owner ends.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        [self.entry.expires_at, self.terms.owner_leaves_at()].into_iter().flatten().min()
    }

    pub(crate) fn label(&self) -> Option<Name> {
        Name::parse(&self.name).ok()
    }

    pub(crate) fn status(&self, now: Timestamp) -> Status {
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
    pub(crate) fn blocked_at(&self, now: Timestamp) -> Option<Timestamp> {
        let warning = |policies: &Policies| policies.warning(self.entry.credential, &self.existing(), now);
        let at_home = self.home.as_ref().and_then(|home| warning(home.policies()));
        [warning(self.policies()), at_home].into_iter().flatten().min()
    }

    fn policies(&self) -> &Policies {
        &self.terms.org.context.policies
    }

    fn existing(&self) -> Existing<'_> {
        let Entry { credential, expires_at, .. } = self.entry;
        Existing { created_at: credential.made_at(), expires_at, scopes: &self.terms.stored.scopes }
    }

    /// The credential state that the verdict on the secret depends on.
    pub(super) fn facts(&self, now: Timestamp) -> Facts<'_> {
        let stored = &self.terms.stored;
        let is_over = self.entry.retires_at.is_some_and(|at| at <= now);
        Facts {
            kind: stored.kind,
            env: self.entry.env,
            status: self.status(now),
            secret: match (is_over, self.entry.is_ended) {
                (false, _) => SecretEnd::Live,
                (true, true) => SecretEnd::Ended,
                (true, false) => SecretEnd::Retired,
            },
            owner_is_active: self.terms.owner_is_active(now),
            holds: &self.terms.holds,
            resources: &stored.resources,
            networks: &stored.networks,
            policy_networks: self.policies().networks(self.entry.credential, now),
            home_networks: self.home.as_ref().and_then(|home| home.policies().networks(self.entry.credential, now)),
            audiences: None,
        }
    }

    /// Counts `cost` calls against the rate limit, if there is one. Returns whether the call is allowed, and the rest
    /// of the limit.
    pub(super) fn take(&self, cost: u32, now: Timestamp) -> Option<(bool, Allowance)> {
        let stored = &self.terms.stored;
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
        &self.terms.org.context.policies
    }
}

/// The brand and the keys needed to look up a presented secret.
pub(crate) struct Reader<'a> {
    pub(crate) brand: &'a Brand,
    pub(crate) peppers: &'a [Pepper],
}

impl State {
    /// Looks up a secret. `None` if it is malformed; only its parsed form if it is unknown.
    pub(crate) fn find(&self, reader: &Reader<'_>, secret: &str) -> Option<(Parsed, Option<Known<'_>>)> {
        let parsed = parse(reader.brand, secret).ok()?;
        let found = reader.peppers.iter().find_map(|pepper| self.table.find(key_of(&pepper.verifier_of(secret))));
        Some((parsed, found.and_then(|(place, _)| self.known(place))))
    }

    /// Looks up a credential by id. Among its secrets, the one with the highest number counts.
    pub(crate) fn by_id(&self, id: CredentialId) -> Option<Known<'_>> {
        let newest = self.table.of_credential(id).into_iter().max_by_key(|(_, entry)| entry.number);
        newest.and_then(|(place, _)| self.known(place))
    }

    fn known(&self, place: u32) -> Option<Known<'_>> {
        let (entry, (slot, terms, name)) = self.table.look(place, |entry| {
            let slot = self.terms.get(entry.terms as usize)?;
            Some((slot, slot.load(), self.names.get(entry.name)?))
        })?;
        let terms = if terms.is_current() { terms } else { self.renewed(slot, terms) };
        Some(Known { place, entry, name, terms, home: None })
    }

    /// The grant in this slot, recomputed first if its organization has changed.
    pub(super) fn current(&self, slot: &ArcSwap<Terms>) -> Guard<Arc<Terms>> {
        let terms = slot.load();
        if terms.is_current() { terms } else { self.renewed(slot, terms) }
    }

    /// Rarely needed: once per grant after a change of its organization.
    #[cold]
    fn renewed(&self, slot: &ArcSwap<Terms>, terms: Guard<Arc<Terms>>) -> Guard<Arc<Terms>> {
        let Some(org) = self.orgs.get(&terms.org.id()) else { return terms };
        let renewed = Arc::new(Terms::new(terms.stored.clone(), org));
        // Another thread may have been faster, or the slot may hold another grant by now.
        slot.compare_and_swap(&terms, renewed.clone());
        Guard::from_inner(renewed)
    }

    /// Reaches the verdict on a presented secret, and counts the presentation.
    pub(crate) fn present(
        &self,
        reader: &Reader<'_>,
        secret: &str,
        needs: &Needs<'_>,
        (ip, cost, now): (Option<IpAddr>, u32, Timestamp),
    ) -> Presentation<'_> {
        let known = match self.find(reader, secret) {
            None => return Presentation::unknown(Verdict::Malformed),
            Some((_, None)) => return Presentation::unknown(Verdict::NotFound),
            Some((_, Some(known))) => known,
        };
        self.judge(known, needs, (ip, cost, now))
    }

    /// Like [`State::present`], for a credential that is looked up already.
    pub(crate) fn judge<'a>(
        &self,
        known: Known<'a>,
        needs: &Needs<'_>,
        (ip, cost, now): (Option<IpAddr>, u32, Timestamp),
    ) -> Presentation<'a> {
        let verdict = verdict(&known.facts(now), needs, ip);
        self.take_and_count(known, verdict, (ip, cost, now))
    }

    /// Counts a call that is valid so far against the limits. Counts the presentation in any case.
    pub(super) fn take_and_count<'a>(
        &self,
        known: Known<'a>,
        mut verdict: Verdict,
        (ip, cost, now): (Option<IpAddr>, u32, Timestamp),
    ) -> Presentation<'a> {
        let (mut allowance, mut quota) = (None, None);
        if verdict == Verdict::Valid
            && let Some((is_allowed, left)) = known.take(cost, now)
        {
            allowance = Some(left);
            if !is_allowed {
                verdict = Verdict::RateLimited;
            }
        }
        if verdict == Verdict::Valid
            && let Some(metered) = &known.terms.stored.quota
        {
            let (is_allowed, left, is_first) = metered.take(cost, now);
            quota = Some(left);
            if !is_allowed {
                verdict = Verdict::QuotaExceeded;
            }
            if is_first {
                let stored = known.terms.stored.clone();
                self.quotas_to_write.push((stored, known.terms.org.id(), known.entry.credential));
            }
        }
        self.meters.count(&self.table, known.place, verdict, now, ip);
        Presentation { verdict, known: Some(known), allowance, quota }
    }

    /// Records the usage sources of a call for which this credential was valid.
    pub(crate) fn trace(&self, known: &Known<'_>, told: CallTold<'_>, now: Timestamp) {
        self.traces.note(known.place, told, now);
    }

    pub(crate) fn is_revoked(&self, org: OrgId, jti: &str) -> bool {
        let revoked = self.revoked_access_tokens.load();
        !revoked.is_empty() && revoked.contains(&(org, jti.to_owned()))
    }
}
