//! The bounds of a credential besides its scopes: environment, resources, IP allowlist, rate limit, quota and end.
//!
//! This module compares two sets of bounds. A credential can never obtain another one with wider bounds. Continue at
//! [`super::may_obtain`].

use crate::{
    Timestamp,
    credential::{Credential, Grant, Quota, QuotaPeriod, RateLimit},
    network::NetworkSet,
    resource::ResourceSet,
    secret::Environment,
};

/// The bounds of a credential. The default has no bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// A test credential is only for testing. A live one covers both environments.
    pub env: Environment,
    /// Resources that it is limited to. An empty set means everything in the organization.
    pub resources: ResourceSet,
    /// IP allowlist. An empty one allows every address.
    pub networks: NetworkSet,
    pub rate_limit: Option<RateLimit>,
    /// Maximum number of calls in a day or a month.
    pub quota: Option<Quota>,
    /// When it ends. `None` means that it has no end.
    pub ends_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    Environment,
    Resources,
    Networks,
    RateLimit,
    Quota,
    Lifetime,
}

impl Bound {
    const ALL: [Self; 6] =
        [Self::Environment, Self::Resources, Self::Networks, Self::RateLimit, Self::Quota, Self::Lifetime];
}

impl Bounds {
    /// Returns the first bound of `wanted` that is wider than that of `self`.
    pub fn exceeded_by(&self, wanted: &Self) -> Option<Bound> {
        let is_within = |bound| match bound {
            Bound::Environment => self.env == Environment::Live || wanted.env == self.env,
            Bound::Resources => wanted.resources.is_within(&self.resources),
            Bound::Networks => wanted.networks.is_within(&self.networks),
            Bound::RateLimit => within(wanted.rate_limit, self.rate_limit, rate_is_within),
            Bound::Quota => within(wanted.quota, self.quota, quota_is_within),
            Bound::Lifetime => within(wanted.ends_at, self.ends_at, |wanted, own| wanted <= own),
        };
        Bound::ALL.into_iter().find(|bound| !is_within(*bound))
    }

    /// Returns the first bound that is set, without regard to the end.
    pub fn first(&self) -> Option<Bound> {
        self.exceeded_by(&Self { ends_at: self.ends_at, ..Self::default() })
    }

    /// Fills in the environment, IP allowlist, rate limit and quota that the request does not set.
    pub fn fill(&self, grant: &mut Grant, asked: Option<Environment>) {
        grant.env = asked.unwrap_or(self.env);
        if grant.networks.is_empty() {
            grant.networks = self.networks.clone();
        }
        grant.rate_limit = grant.rate_limit.or(self.rate_limit);
        grant.quota = grant.quota.or(self.quota);
    }
}

fn within<T>(wanted: Option<T>, own: Option<T>, is_within: fn(T, T) -> bool) -> bool {
    match (wanted, own) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(wanted), Some(own)) => is_within(wanted, own),
    }
}

/// Allows neither more calls at once nor more calls over time.
fn rate_is_within(wanted: RateLimit, own: RateLimit) -> bool {
    let over_time = |calls: RateLimit, of: RateLimit| u64::from(calls.limit) * u64::from(of.window_seconds);
    wanted.limit <= own.limit && over_time(wanted, own) <= over_time(own, wanted)
}

fn quota_is_within(wanted: Quota, own: Quota) -> bool {
    const MOST_DAYS: u64 = 31;
    match (wanted.period, own.period) {
        (QuotaPeriod::Day, QuotaPeriod::Month) => wanted.limit.saturating_mul(MOST_DAYS) <= own.limit,
        _ => wanted.limit <= own.limit,
    }
}

impl From<&Grant> for Bounds {
    fn from(grant: &Grant) -> Self {
        Self {
            env: grant.env,
            resources: grant.resources.clone(),
            networks: grant.networks.clone(),
            rate_limit: grant.rate_limit,
            quota: grant.quota,
            ends_at: grant.expires_at,
        }
    }
}

impl From<&Credential> for Bounds {
    fn from(credential: &Credential) -> Self {
        Self {
            env: credential.grant.env,
            resources: credential.grant.resources.clone(),
            networks: credential.grant.networks.clone(),
            rate_limit: credential.grant.rate_limit,
            quota: credential.grant.quota,
            ends_at: credential.grant.expires_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some_bounds() -> impl Strategy<Value = Bounds> {
        let rate = (1u32..20, 1u32..20).prop_map(|(limit, window_seconds)| RateLimit { limit, window_seconds });
        let quota = (1u64..99, any::<bool>())
            .prop_map(|(limit, month)| Quota { limit, period: QuotaPeriod::ALL[usize::from(month)] });
        let networks = prop_oneof![Just(""), Just("10.0.0.0/8"), Just("10.1.0.0/16"), Just("10.0.0.0/8 2001:db8::/32")];
        let resources = prop_oneof![Just(""), Just("workspace:w1"), Just("workspace:w1/project:p1")];
        let end = proptest::option::of((0i64..9).prop_map(Timestamp::from_millis));
        let env = prop_oneof![Just(Environment::Live), Just(Environment::Test)];
        (env, resources, networks, proptest::option::of(rate), proptest::option::of(quota), end).prop_map(
            |(env, resources, networks, rate_limit, quota, ends_at)| Bounds {
                env,
                resources: resources.parse().unwrap(),
                networks: networks.parse().unwrap(),
                rate_limit,
                quota,
                ends_at,
            },
        )
    }

    proptest! {
        /// The relation "within" is transitive: if `c` is within `b` and `b` is within `a`, then `c` is within `a`.
        #[test]
        fn bounds_are_ordered(a in some_bounds(), b in some_bounds(), c in some_bounds()) {
            prop_assert_eq!(a.exceeded_by(&a), None);
            prop_assert_eq!(Bounds::default().exceeded_by(&a), None);
            if b.exceeded_by(&a).is_none() && c.exceeded_by(&b).is_none() {
                prop_assert_eq!(c.exceeded_by(&a), None);
            }
        }
    }

    #[test]
    fn each_bound_is_compared_alone() {
        let own = Bounds {
            env: Environment::Test,
            resources: "workspace:w1".parse().unwrap(),
            networks: "10.0.0.0/8".parse().unwrap(),
            rate_limit: Some(RateLimit { limit: 10, window_seconds: 60 }),
            quota: Some(Quota { limit: 310, period: QuotaPeriod::Month }),
            ends_at: Some(Timestamp::from_millis(9)),
        };
        let with = |change: fn(&mut Bounds)| {
            let mut wanted = own.clone();
            change(&mut wanted);
            own.exceeded_by(&wanted)
        };
        assert_eq!(with(|_| ()), None);
        assert_eq!(with(|wanted| wanted.env = Environment::Live), Some(Bound::Environment));
        assert_eq!(Bounds::default().exceeded_by(&own), None);
        assert_eq!(Bounds { ends_at: own.ends_at, ..Bounds::default() }.first(), None);
        assert_eq!(own.first(), Some(Bound::Environment));
        assert_eq!(with(|wanted| wanted.resources = ResourceSet::default()), Some(Bound::Resources));
        assert_eq!(with(|wanted| wanted.networks = NetworkSet::default()), Some(Bound::Networks));
        assert_eq!(with(|wanted| wanted.rate_limit = None), Some(Bound::RateLimit));
        let burst = |wanted: &mut Bounds| wanted.rate_limit = Some(RateLimit { limit: 11, window_seconds: 86_400 });
        assert_eq!(with(burst), Some(Bound::RateLimit));
        let faster = |wanted: &mut Bounds| wanted.rate_limit = Some(RateLimit { limit: 10, window_seconds: 59 });
        assert_eq!(with(faster), Some(Bound::RateLimit));
        assert_eq!(with(|wanted| wanted.quota = None), Some(Bound::Quota));
        let daily = |limit| Some(Quota { limit, period: QuotaPeriod::Day });
        assert_eq!(own.exceeded_by(&Bounds { quota: daily(11), ..own.clone() }), Some(Bound::Quota));
        assert_eq!(own.exceeded_by(&Bounds { quota: daily(10), ..own.clone() }), None);
        assert_eq!(with(|wanted| wanted.ends_at = None), Some(Bound::Lifetime));
    }
}
