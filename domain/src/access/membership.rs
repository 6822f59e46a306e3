//! Who may change whose membership.
//!
//! Owns: that an organisation always has an owner, and that only owners make and unmake owners. Never: whether somebody may
//! manage members at all; the policy knows.

use super::Role;

/// Why a membership stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipRefused {
    /// Nobody would be left who may do everything.
    #[error("an organisation needs an owner")]
    LastOwner,
    /// Only owners make owners, change them and remove them.
    #[error("only owners change who is an owner")]
    OwnersOnly,
}

/// Whether a member who is `by` may change one who is `from` to be `to`; nothing: to be no member any more. `owners`: how many
/// there are now.
///
/// # Errors
/// [`MembershipRefused`].
pub fn may_change_member(by: Role, from: Role, to: Option<Role>, owners: u64) -> Result<(), MembershipRefused> {
    let (is_owner, stays_owner) = (from == Role::Owner, to == Some(Role::Owner));
    if (is_owner || stays_owner) && by != Role::Owner {
        return Err(MembershipRefused::OwnersOnly);
    }
    if is_owner && !stays_owner && owners <= 1 { Err(MembershipRefused::LastOwner) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_owner_stays_and_only_owners_touch_owners() {
        use MembershipRefused::{LastOwner, OwnersOnly};
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
            assert_eq!(may_change_member(by, from, to, owners), expected, "{by} {from} {to:?} {owners}");
        }
    }
}
