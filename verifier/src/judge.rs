//! Looks up a presented secret and reaches the verdict.
//!
//! This is the only way from a token to a verdict. Mintmark's own API, `POST /v1/verify`, forward authentication, the
//! token endpoint and introspection all use it, through [`crate::View`]. Each presentation is counted once.

use crate::{effective_grant::EffectiveGrant, known_credential::KnownCredential, snapshot::Snapshot, table::key_of};
use arc_swap::{ArcSwap, Guard};
use domain::{
    Timestamp,
    ids::CredentialId,
    secret::{Brand, Pepper, parse},
    verify::{AccessRequest, Allowance, QuotaLeft, Verdict, verdict},
};
use std::{net::IpAddr, sync::Arc};

/// The circumstances of one call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Address from which the token was presented, if it is known.
    pub ip: Option<IpAddr>,
    /// Number of calls that this one counts as.
    pub cost: u32,
    pub now: Timestamp,
}

/// The result of looking up a presented secret.
pub enum Lookup<'a> {
    /// It is not a secret of this installation, which its form shows.
    Malformed,
    /// It is well-formed, and no credential has it.
    Unknown,
    Known(KnownCredential<'a>),
}

/// The result of presenting a secret.
pub struct Presentation<'a> {
    pub verdict: Verdict,
    /// `None` if the secret is malformed or unknown.
    pub known: Option<KnownCredential<'a>>,
    /// The rest of the rate limit, if the call was counted against one.
    pub allowance: Option<Allowance>,
    /// The rest of the quota, if the call was counted against one.
    pub quota: Option<QuotaLeft>,
}

impl<'a> Lookup<'a> {
    /// The credential, if there is one.
    pub fn known(self) -> Option<KnownCredential<'a>> {
        match self {
            Self::Known(known) => Some(known),
            Self::Malformed | Self::Unknown => None,
        }
    }
}

impl Presentation<'_> {
    pub(crate) fn unknown(verdict: Verdict) -> Self {
        Self { verdict, known: None, allowance: None, quota: None }
    }
}

impl Snapshot {
    pub(crate) fn find(&self, brand: &Brand, peppers: &[Pepper], secret: &str) -> Lookup<'_> {
        if parse(brand, secret).is_err() {
            return Lookup::Malformed;
        }
        let found = peppers.iter().find_map(|pepper| self.table.find(key_of(&pepper.verifier_of(secret))));
        match found.and_then(|(position, _)| self.known(position)) {
            Some(known) => Lookup::Known(known),
            None => Lookup::Unknown,
        }
    }

    /// Looks up a credential by id. Among its secrets, the one with the highest number counts.
    pub(crate) fn by_id(&self, id: CredentialId) -> Option<KnownCredential<'_>> {
        let newest = self.table.of_credential(id).into_iter().max_by_key(|(_, entry)| entry.number);
        newest.and_then(|(position, _)| self.known(position))
    }

    fn known(&self, position: u32) -> Option<KnownCredential<'_>> {
        let (entry, (slot, grant, name)) = self.table.look(position, |entry| {
            let slot = self.grants.get(entry.grant as usize)?;
            Some((slot, slot.load(), self.names.get(entry.name)?))
        })?;
        let grant = if grant.is_current() { grant } else { self.renewed(slot, grant) };
        Some(KnownCredential { position, entry, name, grant, home: None })
    }

    /// The grant in this slot, recomputed first if its organization has changed.
    pub(crate) fn current(&self, slot: &ArcSwap<EffectiveGrant>) -> Guard<Arc<EffectiveGrant>> {
        let grant = slot.load();
        if grant.is_current() { grant } else { self.renewed(slot, grant) }
    }

    /// Rarely needed: once per grant after a change of its organization.
    #[cold]
    fn renewed(&self, slot: &ArcSwap<EffectiveGrant>, grant: Guard<Arc<EffectiveGrant>>) -> Guard<Arc<EffectiveGrant>> {
        let Some(org) = self.orgs.get(&grant.org.id()) else { return grant };
        let renewed = Arc::new(EffectiveGrant::new(grant.stored.clone(), org));
        // Another thread may have been faster, or the slot may hold another grant by now.
        slot.compare_and_swap(&grant, renewed.clone());
        Guard::from_inner(renewed)
    }

    /// Reaches the verdict on a credential whose secret was presented, and counts the presentation.
    pub(crate) fn judge<'a>(
        &self,
        known: KnownCredential<'a>,
        needs: &AccessRequest<'_>,
        call: Call,
    ) -> Presentation<'a> {
        let verdict = verdict(&known.state(call.now), needs, call.ip);
        self.take_and_count(known, verdict, call)
    }

    /// Counts a call that is valid so far against the limits. Counts the presentation in any case.
    pub(crate) fn take_and_count<'a>(
        &self,
        known: KnownCredential<'a>,
        mut verdict: Verdict,
        Call { ip, cost, now }: Call,
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
            && let Some(meter) = &known.grant.stored.quota
        {
            let (is_allowed, left, is_first) = meter.take(cost, now);
            quota = Some(left);
            if !is_allowed {
                verdict = Verdict::QuotaExceeded;
            }
            if is_first {
                let stored = known.grant.stored.clone();
                self.quotas_to_write.push((stored, known.grant.org.id(), known.entry.credential));
            }
        }
        self.meters.count(&self.table, known.position, verdict, now, ip);
        Presentation { verdict, known: Some(known), allowance, quota }
    }
}
