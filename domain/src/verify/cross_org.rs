//! Tokens that are used in an organization other than their home.
//!
//! This module makes sure that no information leaks. An organization learns nothing about a token unless the token's
//! owner is a member of both organizations: the verdict is `not_found`.

use super::Verdict;

/// The relation of the verifying organization to a token of another organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossOrgRelation {
    /// Whether the token represents a person. Only tokens of people can work in two organizations.
    pub is_a_persons: bool,
    /// Whether the person is now a member of the home organization.
    pub is_member_at_home: bool,
    /// Whether the person is now a member of the verifying organization.
    pub is_member_here: bool,
    /// Whether the person has authorized the token for the verifying organization. This includes authorizations that
    /// are not approved yet.
    pub is_authorized: bool,
}

/// Decides whether a token of another organization can be used here. This check comes before all others.
///
/// # Errors
/// Returns [`Verdict::OrgAuthorizationRequired`] if only the authorization is missing, and [`Verdict::NotFound`]
/// otherwise.
pub fn check_cross_org(relation: CrossOrgRelation) -> Result<(), Verdict> {
    match relation {
        CrossOrgRelation { is_a_persons: true, is_member_at_home: true, is_member_here: true, is_authorized } => {
            if is_authorized {
                Ok(())
            } else {
                Err(Verdict::OrgAuthorizationRequired)
            }
        }
        _ => Err(Verdict::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_member_of_both_learns_that_it_can_be_authorized() {
        for bits in 0..16_u8 {
            let is = |bit: u8| bits >> bit & 1 == 1;
            let relation = CrossOrgRelation {
                is_a_persons: is(3),
                is_member_at_home: is(2),
                is_member_here: is(1),
                is_authorized: is(0),
            };
            let expected = match bits {
                0b1111 => Ok(()),
                0b1110 => Err(Verdict::OrgAuthorizationRequired),
                _ => Err(Verdict::NotFound),
            };
            assert_eq!(check_cross_org(relation), expected, "{relation:?}");
        }
    }
}
