//! Fragments that read other rows with their role: [`role_of`] among the selected columns, [`join_role`] after the table.

/// The columns of a role, as [`crate::roles::RoleColumns`] reads them.
macro_rules! role_of {
    ($table:literal) => {
        concat!(
            $table,
            ".role, r.id AS role_id, r.name AS role_name, r.description AS role_description, r.scopes AS role_scopes,
            r.reach AS role_reach, r.created_at AS role_created_at"
        )
    };
}
pub(crate) use role_of;

macro_rules! join_role {
    ($table:literal) => {
        concat!(" LEFT JOIN roles r ON r.org_id = ", $table, ".org_id AND r.id = ", $table, ".role_id ")
    };
}
pub(crate) use join_role;
