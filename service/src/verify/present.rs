//! A presented secret, looked up: what is known of it and the verdict.
//!
//! Owns: the one way from a token to a verdict. The gate of Mintmark's own API, `POST /v1/verify`, forward authentication,
//! the token service and introspection all come through here; each presentation is counted once.

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

/// What is known of a credential in memory.
pub(crate) struct Known<'a> {
    pub(crate) place: u32,
    pub(crate) entry: Entry,
    pub(crate) name: NameRef<'a>,
    pub(crate) terms: Guard<Arc<Terms>>,
    /// Where it is presented to another organisation than its home, whose terms these are: what counts besides.
    pub(super) home: Option<Box<Home>>,
}

/// What counts at the home of a credential, and whether it waits for approval where it is presented.
pub(super) struct Home {
    pub(super) terms: Guard<Arc<Terms>>,
    pub(super) is_pending: bool,
    /// It goes further than was approved, which counts where somebody has to approve.
    pub(super) is_wider: bool,
}

/// What a presented secret came to.
pub(crate) struct Presentation<'a> {
    pub(crate) verdict: Verdict,
    /// Nothing for what is malformed or unknown.
    pub(crate) known: Option<Known<'a>>,
    /// What is left of its rate limit, if it has one and came so far.
    pub(crate) allowance: Option<Allowance>,
    /// What is left of its quota, in the same way.
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

    /// When the presented secret stops, because another is in use; never behind the end of the credential.
    pub(crate) fn retires_at(&self) -> Option<Timestamp> {
        let at = self.entry.retires_at.filter(|_| self.entry.is_retiring)?;
        Some(self.ends_at().map_or(at, |end| at.min(end)))
    }

    /// When it ends: by its own date, or because its owner has left and the grace is over before.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        [self.entry.expires_at, self.terms.owner_leaves_at()].into_iter().flatten().min()
    }

    pub(crate) fn label(&self) -> Option<Name> {
        Name::parse(&self.name).ok()
    }

    /// The state of the credential.
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

    /// When a policy is going to block it, once that is to be said.
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

    /// What the verdict on the secret itself depends on.
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

    /// Takes from its rate limit; what is left, and whether the call is let through.
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

/// How a presented secret is read.
pub(crate) struct Reader<'a> {
    pub(crate) brand: &'a Brand,
    pub(crate) peppers: &'a [Pepper],
}

impl State {
    /// What is known of a secret; its shape alone if it is unknown.
    pub(crate) fn find(&self, reader: &Reader<'_>, secret: &str) -> Option<(Parsed, Option<Known<'_>>)> {
        let parsed = parse(reader.brand, secret).ok()?;
        let found = reader.peppers.iter().find_map(|pepper| self.table.find(key_of(&pepper.verifier_of(secret))));
        Some((parsed, found.and_then(|(place, _)| self.known(place))))
    }

    /// What is known of a credential by its id; of its secrets, of the one with the highest number.
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

    /// The terms that stand there, worked out again if their organization has changed since they were made.
    pub(super) fn current(&self, slot: &ArcSwap<Terms>) -> Guard<Arc<Terms>> {
        let terms = slot.load();
        if terms.is_current() { terms } else { self.renewed(slot, terms) }
    }

    /// Seldom needed: once for each terms after a change of their organization.
    #[cold]
    fn renewed(&self, slot: &ArcSwap<Terms>, terms: Guard<Arc<Terms>>) -> Guard<Arc<Terms>> {
        let Some(org) = self.orgs.get(&terms.org.id()) else { return terms };
        let renewed = Arc::new(Terms::new(terms.stored.clone(), org));
        // Somebody else may have been faster, or others stand there by now.
        slot.compare_and_swap(&terms, renewed.clone());
        Guard::from_inner(renewed)
    }

    /// The verdict on a presented secret, which is counted.
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

    /// The same for one that is looked up already.
    pub(crate) fn judge<'a>(
        &self,
        known: Known<'a>,
        needs: &Needs<'_>,
        (ip, cost, now): (Option<IpAddr>, u32, Timestamp),
    ) -> Presentation<'a> {
        let verdict = verdict(&known.facts(now), needs, ip);
        self.take_and_count(known, verdict, (ip, cost, now))
    }

    /// Takes from the limits of what is good so far, and counts.
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

    /// Notes what a call told for which this credential was good.
    pub(crate) fn trace(&self, known: &Known<'_>, told: CallTold<'_>, now: Timestamp) {
        self.traces.note(known.place, told, now);
    }

    pub(crate) fn is_revoked(&self, org: OrgId, jti: &str) -> bool {
        let revoked = self.revoked_access_tokens.load();
        !revoked.is_empty() && revoked.contains(&(org, jti.to_owned()))
    }
}
