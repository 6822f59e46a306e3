//! What an organisation may learn of a credential whose home is another one.
//!
//! Owns: that nothing leaks. Who is no member of both learns what they learn of a token that never was.

use super::Verdict;

/// How an organisation that is asked knows a credential of another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquaintance {
    /// Whether it represents a person: nothing else works in two organisations.
    pub is_a_persons: bool,
    /// Whether that person is a member of its home now.
    pub is_member_at_home: bool,
    /// Whether they are a member here now.
    pub is_member_here: bool,
    /// Whether they have authorised it here, whether or not somebody has yet to approve it.
    pub is_authorized: bool,
}

/// Why it is nothing here, before anything else of it counts.
///
/// # Errors
/// [`Verdict::NotFound`] and [`Verdict::OrgAuthorizationRequired`].
pub fn elsewhere(known: Acquaintance) -> Result<(), Verdict> {
    match known {
        Acquaintance { is_a_persons: true, is_member_at_home: true, is_member_here: true, is_authorized } => {
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
    fn only_a_member_of_both_learns_that_it_can_be_authorised() {
        for bits in 0..16_u8 {
            let is = |bit: u8| bits >> bit & 1 == 1;
            let known = Acquaintance {
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
            assert_eq!(elsewhere(known), expected, "{known:?}");
        }
    }
}
