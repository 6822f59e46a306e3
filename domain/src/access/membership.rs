//! Rules for giving roles and for changing memberships.
//!
//! An organization always has an owner, and only owners change who is an owner. People cannot give rights that they do
//! not have, and cannot change a member who has more rights. The permission to manage members at all is checked by
//! [`super::policy`].

use super::{Actor, Bound, MemberRole, Reach, Role};
use crate::scope::{ALL, ScopeSet, catalog::MANAGEMENT};

/// The rights of a person at one moment, for decisions about roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    is_owner: bool,
    /// True for owners and admins. In the platform organization, they operate the installation.
    is_admin: bool,
    reach: Reach,
    /// The scopes that the role grants.
    scopes: ScopeSet,
    /// The scopes that can be given now. A person who acts with a credential may have fewer of them.
    gives: ScopeSet,
    /// Why the acting credential cannot give roles, if it cannot.
    limit: Option<GiverLimit>,
    /// Whether the acting credential has an end.
    ends: bool,
}

/// The reason why a credential cannot give a role. Roles have no limits of this type, so they would exceed the
/// credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiverLimit {
    /// The caller presented an access token.
    AccessToken,
    /// The credential has a bound.
    Bounded(Bound),
}

impl Rights {
    /// Returns the rights of a role while APIs define `api_scopes`. The scope `all` is not a right of its own.
    pub fn of(role: &MemberRole, api_scopes: &ScopeSet) -> Self {
        let scopes: ScopeSet = role.scopes(api_scopes).iter().filter(|scope| scope.as_str() != ALL).cloned().collect();
        let is_owner = *role == Role::Owner;
        let is_admin = is_owner || *role == Role::Admin;
        Self { is_owner, is_admin, reach: role.reach(), gives: scopes.clone(), scopes, limit: None, ends: false }
    }

    /// Narrows the rights of the role to those of `actor`. A credential gives no more than it holds, and its bounds
    /// count.
    #[must_use]
    pub fn by(self, actor: &Actor) -> Self {
        let Some(bounds) = actor.bounds() else { return self };
        let limit = match actor.is_access_token() {
            true => Some(GiverLimit::AccessToken),
            false => bounds.first().map(GiverLimit::Bounded),
        };
        Self { gives: self.gives.intersection(&actor.holds()), limit, ends: bounds.ends_at.is_some(), ..self }
    }

    /// Returns whether the role grants this scope.
    pub fn contains(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Returns the scopes that can be given now.
    pub fn gives(&self) -> &ScopeSet {
        &self.gives
    }

    /// Checks whether the limits of the acting credential allow it to give this role, regardless of scopes.
    fn may_give_beyond_limits(&self, role: &Self) -> Result<(), MembershipRefused> {
        let ends_before = self.ends && (role.reach == Reach::Everyone || role.manages_more_than_a_member());
        let limit = self.limit.or(ends_before.then_some(GiverLimit::Bounded(Bound::Lifetime)));
        limit.map_or(Ok(()), |limit| Err(MembershipRefused::Limited(limit)))
    }

    /// Returns whether this role has rights over the organization that the built-in member does not have. They do not
    /// depend on the reach: whoever invites, or changes an API, does it for everyone.
    fn manages_more_than_a_member(&self) -> bool {
        let of_a_member = Role::Member.scopes(&ScopeSet::default());
        MANAGEMENT.iter().any(|info| self.contains(info.name) && !of_a_member.contains(info.name))
    }

    /// Returns whether this role allows everything that `other` allows.
    fn covers(&self, other: &Self) -> bool {
        self.reach.covers(other.reach) && other.scopes.difference(&self.scopes).is_empty()
    }
}

/// The reason why a role or a membership cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipRefused {
    /// The organization would have no owner.
    #[error("an organization needs an owner")]
    LastOwner,
    /// Only owners make, change and remove owners.
    #[error("only owners change who is an owner")]
    OwnersOnly,
    /// Only owners and admins make admins, no matter which scopes a role has.
    #[error("only owners and admins make admins")]
    AdminsOnly,
    /// The role grants more than the giver can give.
    #[error("the role grants more than its giver has")]
    BeyondOwn {
        /// The scopes that the giver lacks.
        missing: ScopeSet,
        /// The scopes that the giver can give.
        granted: ScopeSet,
    },
    /// The role reaches everyone's credentials, and the giver reaches only their own.
    #[error("the role reaches further than its giver")]
    ReachBeyondOwn,
    /// The acting credential has limits, and a role has none.
    #[error("the credential that gives the role is limited")]
    Limited(GiverLimit),
    /// The member has more rights than the person who wants to change them.
    #[error("the member may do more than whoever changes them")]
    HoldsMore,
}

/// Checks whether a person may give a role. To give means to create, change, delete, assign, or use in an invitation.
///
/// # Errors
/// Returns `OwnersOnly`, `AdminsOnly`, `BeyondOwn`, `ReachBeyondOwn` or `Limited`. A credential that has an end cannot
/// give a role that reaches everyone. The new holder could create credentials without an end.
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

/// Checks whether an invitation may be withdrawn: by whoever could remove a member with its role.
///
/// # Errors
/// Returns [`MembershipRefused`] with the reason.
pub fn may_withdraw(by: &Rights, role: &Rights) -> Result<(), MembershipRefused> {
    may_change_member(by, role, None, u64::MAX)
}

/// Checks whether a person with the rights `by` may change a member from `from` to `to`. `None` removes the member.
/// `owners` is the current number of owners.
///
/// # Errors
/// Returns [`MembershipRefused`] with the reason.
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

    /// Returns the rights of a person in this role who acts with a credential.
    fn token(role: Role, scopes: &str, change: impl FnOnce(&mut Limit)) -> Rights {
        let (now, name) = (Timestamp::EPOCH, Name::fixed("CI"));
        let id = CredentialId::new(CredentialKind::PersonalAccessToken, now, [1; 10]);
        let (user, org) = (Owner::User(UserId::new(now, [1; 10])), OrgId::new(now, [1; 10]));
        let mut limit = Limit { scopes: scopes.parse().unwrap(), bounds: Bounds::default(), is_access_token: false };
        change(&mut limit);
        rights(role).by(&Actor::on_behalf(user, name.clone(), org, role, &apis(), (id, name), limit))
    }

    fn custom(scopes: &str, reach: Reach) -> Rights {
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
        use Reach::{Everyone, Own};
        let lacks = |missing: &str| Err(missing.to_owned());
        let ok = Ok::<(), String>(());
        // Returns the missing scopes, or the text of another reason.
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
        // A person who acts with a token can give only the scopes that the token holds.
        let token = token(Role::Owner, "members:write contacts:read", |_| ());
        assert_eq!(given(&token, &custom("contacts:read", Everyone)), ok.clone());
        assert_eq!(given(&token, &custom("audit:read", Own)), lacks("audit:read"));
    }

    #[test]
    fn whoever_holds_more_is_neither_demoted_nor_removed() {
        let desk = custom("members:write members:read contacts:read", Reach::Everyone);
        let small = custom("members:write contacts:read", Reach::Own);
        let reader = custom("contacts:read", Reach::Own);
        for (by, from, to, expected) in [
            (&desk, &rights(Role::Owner), Some(&reader), Err(OwnersOnly)),
            (&desk, &rights(Role::Admin), Some(&reader), Err(HoldsMore)),
            (&desk, &rights(Role::Admin), None, Err(HoldsMore)),
            (&desk, &rights(Role::Member), None, Err(HoldsMore)),
            (&desk, &small, None, Ok(())),
            (&desk, &small, Some(&reader), Ok(())),
            (&desk, &desk, Some(&small), Ok(())),
            (&small, &desk, None, Err(HoldsMore)),
            (&small, &custom("contacts:read", Reach::Everyone), None, Err(HoldsMore)),
            (&rights(Role::Admin), &desk, None, Ok(())),
            (&rights(Role::Admin), &desk, Some(&rights(Role::Viewer)), Ok(())),
        ] {
            assert_eq!(may_change_member(by, from, to, 2), expected, "{from:?} {to:?}");
        }
        // A token that can only manage members may remove the members that its owner may remove.
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
        let manages = custom("members:write members:read", Reach::Own);
        for role in [&owner, &admin, &custom("contacts:read", Reach::Everyone), &manages] {
            assert_eq!(may_give(&ends, role), lifetime);
        }
        for role in [&member, &viewer, &custom("contacts:read pats:write keys:verify", Reach::Own)] {
            assert_eq!(may_give(&ends, role), Ok(()));
        }
        assert_eq!(may_change_member(&ends, &admin, Some(&owner), 2), lifetime);
    }
}
