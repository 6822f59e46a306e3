//! Fragments about users and invitations.

/// Whether the account `u` still has its address: it has verified it, or no account has.
macro_rules! has_address {
    () => {
        "(u.proved_at IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM users p WHERE p.email = u.email AND p.proved_at IS NOT NULL))"
    };
}
pub(crate) use has_address;

macro_rules! invitation {
    () => {
        concat!(
            "SELECT i.id, i.org_id, i.email, i.invited_by_id, i.invited_by_name, i.created_at, i.expires_at, i.ended_at, ",
            $crate::sql::roles::role_of!("i"),
            " FROM invitations i ",
            $crate::sql::roles::join_role!("i")
        )
    };
}
pub(crate) use invitation;
