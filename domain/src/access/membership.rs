//! Who may give which role to whom, and whose membership they may change.
//!
//! Owns: that an organisation always has an owner, that only owners make and unmake owners, and that nobody gives what they
//! do not have or takes from somebody who has more. Never: whether somebody may manage members at all; the policy knows.

use super::{Actor, Bound, MemberRole, Role, policy::Extent};
use crate::scope::{ALL, ScopeSet};

/// What somebody may do at a moment, as far as roles go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    is_owner: bool,
    /// Owners and admins: in the platform organization they operate the installation.
    is_admin: bool,
    reach: Extent,
    /// What the role grants.
    scopes: ScopeSet,
    /// What of it can be given now: less, for whoever acts by a credential.
    gives: ScopeSet,
    /// What keeps the credential that acts from giving roles.
    limit: Option<GiverLimit>,
    /// Whether the credential that acts ends.
    ends: bool,
}

/// Why a credential gives no role: roles know no such limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiverLimit {
    /// It is an access token.
    AccessToken,
    /// It is bounded.
    Bounded(Bound),
}

impl Rights {
    /// What a role is worth while `api_scopes` are defined. `all` is no right of its own.
    pub fn of(role: &MemberRole, api_scopes: &ScopeSet) -> Self {
        let scopes: ScopeSet = role.scopes(api_scopes).iter().filter(|scope| scope.as_str() != ALL).cloned().collect();
        let is_owner = *role == Role::Owner;
        let is_admin = is_owner || *role == Role::Admin;
        Self { is_owner, is_admin, reach: role.reach(), gives: scopes.clone(), scopes, limit: None, ends: false }
    }

    /// The rights of `actor`, whose role these are. A credential gives no more than it holds, and what bounds it counts.
    #[must_use]
    pub fn by(self, actor: &Actor) -> Self {
        let Some(bounds) = actor.bounds() else { return self };
        let limit = match actor.is_access_token() {
            true => Some(GiverLimit::AccessToken),
            false => bounds.first().map(GiverLimit::Bounded),
        };
        Self { gives: self.gives.intersection(&actor.holds()), limit, ends: bounds.ends_at.is_some(), ..self }
    }

    /// Whether the role grants this scope.
    pub fn contains(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// What can be given now.
    pub fn gives(&self) -> &ScopeSet {
        &self.gives
    }

    /// Whether whoever acts may give this role, whatever is in it, by what they act with.
    fn may_give_beyond_limits(&self, role: &Self) -> Result<(), MembershipRefused> {
        let ends_before = self.ends && role.reach == Extent::Everyone;
        let limit = self.limit.or(ends_before.then_some(GiverLimit::Bounded(Bound::Lifetime)));
        limit.map_or(Ok(()), |limit| Err(MembershipRefused::Limited(limit)))
    }

    /// Whether the role is worth as much as `other`.
    fn covers(&self, other: &Self) -> bool {
        self.reach.covers(other.reach) && other.scopes.difference(&self.scopes).is_empty()
    }
}

/// Why a role or a membership stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipRefused {
    /// Nobody would be left who may do everything.
    #[error("an organisation needs an owner")]
    LastOwner,
    /// Only owners make owners, change them and remove them.
    #[error("only owners change who is an owner")]
    OwnersOnly,
    /// Only owners and admins make admins, whatever scopes a role has.
    #[error("only owners and admins make admins")]
    AdminsOnly,
    /// The role grants what whoever gives it may not do.
    #[error("the role grants more than its giver has")]
    BeyondOwn {
        /// What they lack.
        missing: ScopeSet,
        /// What they can give.
        granted: ScopeSet,
    },
    /// The role reaches everybody's credentials, and whoever gives it only their own.
    #[error("the role reaches further than its giver")]
    ReachBeyondOwn,
    /// The credential that acts is limited, and a role is not.
    #[error("the credential that gives the role is limited")]
    Limited(GiverLimit),
    /// The member may do more than whoever would change them.
    #[error("the member may do more than whoever changes them")]
    HoldsMore,
}

/// Whether somebody may give a role: make it, change it, delete it, assign it or invite with it.
///
/// # Errors
/// `OwnersOnly`, `AdminsOnly`, `BeyondOwn`, `ReachBeyondOwn` or `Limited`. A credential that ends gives no role that reaches everyone:
/// whoever has that could make themselves what does not end.
pub fn may_give(by: &Rights, role: &Rights) -> Result<(), MembershipRefused> {
    holds(by, role)?;
    by.may_give_beyond_limits(role)
}

fn holds(by: &Rights, role: &Rights) -> Result<(), MembershipRefused> {
    if role.is_owner && !by.is_owner {
        return Err(MembershipRefused::OwnersOnly);
    }
    if !by.reach.covers(role.reach) {
        return Err(MembershipRefused::ReachBeyondOwn);
    }
    let missing = role.scopes.difference(&by.gives);
    if !missing.is_empty() {
        return Err(MembershipRefused::BeyondOwn { missing, granted: by.gives.clone() });
    }
    if role.is_admin && !by.is_admin { Err(MembershipRefused::AdminsOnly) } else { Ok(()) }
}

/// Whether a member who is `by` may change one who is `from` to be `to`; nothing: to be no member any more. `owners`: how many
/// there are now.
///
/// # Errors
/// [`MembershipRefused`].
pub fn may_change_member(
    by: &Rights,
    from: &Rights,
    to: Option<&Rights>,
    owners: u64,
) -> Result<(), MembershipRefused> {
    let stays_owner = to.is_some_and(|to| to.is_owner);
    if (from.is_owner || stays_owner) && !by.is_owner {
        return Err(MembershipRefused::OwnersOnly);
    }
    if !by.covers(from) {
        return Err(MembershipRefused::HoldsMore);
    }
    if let Some(to) = to {
        holds(by, to)?;
        if !from.covers(to) || (to.is_owner && !from.is_owner) {
            by.may_give_beyond_limits(to)?;
        }
    }
    if from.is_owner && !stays_owner && owners <= 1 { Err(MembershipRefused::LastOwner) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Description, Name, Timestamp,
        access::{Bounds, CustomRole, Limit},
        credential::{CredentialKind, Owner, RateLimit},
        ids::{CredentialId, OrgId, RoleId, UserId},
        secret::Environment,
    };
    use MembershipRefused::{BeyondOwn, HoldsMore, LastOwner, OwnersOnly, ReachBeyondOwn};

    fn apis() -> ScopeSet {
        "contacts:read contacts:write".parse().unwrap()
    }

    fn rights(role: impl Into<MemberRole>) -> Rights {
        Rights::of(&role.into(), &apis())
    }

    /// Somebody in this role who acts by a credential.
    fn token(role: Role, scopes: &str, change: impl FnOnce(&mut Limit)) -> Rights {
        let (now, name) = (Timestamp::EPOCH, Name::fixed("CI"));
        let id = CredentialId::new(CredentialKind::PersonalAccessToken, now, [1; 10]);
        let (user, org) = (Owner::User(UserId::new(now, [1; 10])), OrgId::new(now, [1; 10]));
        let mut limit = Limit { scopes: scopes.parse().unwrap(), bounds: Bounds::default(), is_access_token: false };
        change(&mut limit);
        rights(role).by(&Actor::on_behalf(user, name.clone(), org, role, &apis(), (id, name), limit))
    }

    fn custom(scopes: &str, reach: Extent) -> Rights {
        rights(CustomRole {
            id: RoleId::new(Timestamp::EPOCH, [1; 10]),
            name: Name::fixed("Support"),
            description: Description::default(),
            scopes: scopes.parse().unwrap(),
            reach,
            created_at: Timestamp::EPOCH,
        })
    }

    #[test]
    fn the_last_owner_stays_and_only_owners_touch_owners() {
        let (owner, admin, member) = (Role::Owner, Role::Admin, Role::Member);
        for (by, from, to, owners, expected) in [
            (owner, owner, None, 1, Err(LastOwner)),
            (owner, owner, Some(admin), 1, Err(LastOwner)),
            (owner, owner, Some(owner), 1, Ok(())),
            (owner, owner, None, 2, Ok(())),
            (admin, owner, None, 2, Err(OwnersOnly)),
            (admin, owner, Some(member), 2, Err(OwnersOnly)),
            (admin, member, Some(owner), 1, Err(OwnersOnly)),
            (admin, member, Some(admin), 1, Ok(())),
            (admin, admin, None, 1, Ok(())),
            (owner, member, Some(owner), 1, Ok(())),
        ] {
            let to_rights = to.map(rights);
            let found = may_change_member(&rights(by), &rights(from), to_rights.as_ref(), owners);
            assert_eq!(found, expected, "{by} {from} {to:?} {owners}");
        }
    }

    #[test]
    fn nobody_gives_what_they_do_not_have() {
        use Extent::{Everyone, Own};
        let lacks = |missing: &str| Err(missing.to_owned());
        let ok = Ok::<(), String>(());
        // What is missing, or the other reason.
        let given = |by: &Rights, role: &Rights| match may_give(by, role) {
            Err(BeyondOwn { missing, .. }) => lacks(&missing.to_string()),
            other => other.map_err(|refused| refused.to_string()),
        };
        let desk = || custom("members:write members:read contacts:read", Everyone);
        let small = || custom("members:write contacts:read", Own);
        for (by, role, expected) in [
            (desk(), custom("contacts:read", Own), ok.clone()),
            (desk(), custom("contacts:read", Everyone), ok.clone()),
            (desk(), desk(), ok.clone()),
            (desk(), custom("contacts:read contacts:write", Own), lacks("contacts:write")),
            (desk(), custom("audit:read contacts:write", Own), lacks("audit:read contacts:write")),
            (desk(), rights(Role::Owner), Err(OwnersOnly.to_string())),
            (small(), custom("contacts:read", Everyone), Err(ReachBeyondOwn.to_string())),
            (small(), rights(Role::Admin), Err(ReachBeyondOwn.to_string())),
            (small(), custom("contacts:read", Own), ok.clone()),
            (desk(), rights(Role::Viewer), lacks("credentials:read pats:write")),
            (rights(Role::Admin), custom("policies:write audit:read apis:write", Everyone), ok.clone()),
            (rights(Role::Admin), rights(Role::Admin), ok.clone()),
        ] {
            assert_eq!(given(&by, &role), expected, "{role:?}");
        }
        // Acting by a token, they give only what it holds too.
        let token = token(Role::Owner, "members:write contacts:read", |_| ());
        assert_eq!(given(&token, &custom("contacts:read", Everyone)), ok.clone());
        assert_eq!(given(&token, &custom("audit:read", Own)), lacks("audit:read"));
    }

    #[test]
    fn whoever_holds_more_is_neither_demoted_nor_removed() {
        let desk = custom("members:write members:read contacts:read", Extent::Everyone);
        let small = custom("members:write contacts:read", Extent::Own);
        let reader = custom("contacts:read", Extent::Own);
        for (by, from, to, expected) in [
            (&desk, &rights(Role::Owner), Some(&reader), Err(OwnersOnly)),
            (&desk, &rights(Role::Admin), Some(&reader), Err(HoldsMore)),
            (&desk, &rights(Role::Admin), None, Err(HoldsMore)),
            (&desk, &rights(Role::Member), None, Err(HoldsMore)),
            (&desk, &small, None, Ok(())),
            (&desk, &small, Some(&reader), Ok(())),
            (&desk, &desk, Some(&small), Ok(())),
            (&small, &desk, None, Err(HoldsMore)),
            (&small, &custom("contacts:read", Extent::Everyone), None, Err(HoldsMore)),
            (&rights(Role::Admin), &desk, None, Ok(())),
            (&rights(Role::Admin), &desk, Some(&rights(Role::Viewer)), Ok(())),
        ] {
            assert_eq!(may_change_member(by, from, to, 2), expected, "{from:?} {to:?}");
        }
        // A token that manages members and nothing else removes whom its owner may remove.
        let token = token(Role::Admin, "members:write", |_| ());
        assert_eq!(may_change_member(&token, &rights(Role::Member), None, 1), Ok(()));
    }

    #[test]
    fn a_limited_credential_gives_no_role_and_one_that_ends_none_that_reaches_everyone() {
        let (owner, admin, member, viewer) =
            (rights(Role::Owner), rights(Role::Admin), rights(Role::Member), rights(Role::Viewer));
        type Change = fn(&mut Limit);
        let limits: [(Change, GiverLimit); 5] = [
            (|limit| limit.is_access_token = true, GiverLimit::AccessToken),
            (|limit| limit.bounds.env = Environment::Test, GiverLimit::Bounded(Bound::Environment)),
            (|limit| limit.bounds.resources = "project:p1".parse().unwrap(), GiverLimit::Bounded(Bound::Resources)),
            (|limit| limit.bounds.networks = "10.0.0.0/8".parse().unwrap(), GiverLimit::Bounded(Bound::Networks)),
            (
                |limit| limit.bounds.rate_limit = Some(RateLimit { limit: 1, window_seconds: 1 }),
                GiverLimit::Bounded(Bound::RateLimit),
            ),
        ];
        for (change, why) in limits {
            let by = token(Role::Owner, "all", change);
            for role in [&owner, &admin, &member, &viewer] {
                assert_eq!(may_give(&by, role), Err(MembershipRefused::Limited(why)));
                assert_eq!(may_change_member(&by, &viewer, Some(role), 2).is_ok(), role == &viewer);
            }
            assert_eq!(may_change_member(&by, &admin, Some(&member), 2), Ok(()), "taking away stays");
        }
        let ends = token(Role::Owner, "all", |limit| limit.bounds.ends_at = Some(Timestamp::EPOCH));
        let lifetime = Err(MembershipRefused::Limited(GiverLimit::Bounded(Bound::Lifetime)));
        for role in [&owner, &admin, &custom("contacts:read", Extent::Everyone)] {
            assert_eq!(may_give(&ends, role), lifetime);
        }
        assert_eq!((may_give(&ends, &member), may_give(&ends, &viewer)), (Ok(()), Ok(())));
        assert_eq!(may_change_member(&ends, &admin, Some(&owner), 2), lifetime);
    }
}
