//! Statements on custom roles.
//!
//! Owns: `roles`, and the way in which other rows are read with their role: [`role_of`] among the selected columns,
//! [`join_role`] after the table.

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
macro_rules! join_role {
    ($table:literal) => {
        concat!(" LEFT JOIN roles r ON r.org_id = ", $table, ".org_id AND r.id = ", $table, ".role_id ")
    };
}
pub(super) use {join_role, role_of};

macro_rules! role {
    () => {
        "id, name, description, scopes, reach, created_at"
    };
}

super::statements! {
    INSERT_ROLE = "INSERT INTO roles (org_id, id, name, name_key, description, scopes, reach, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    UPDATE_CUSTOM_ROLE = "UPDATE roles SET name = $3, name_key = $4, description = $5, scopes = $6, reach = $7
        WHERE org_id = $1 AND id = $2";

    DELETE_ROLE = "DELETE FROM roles WHERE org_id = $1 AND id = $2";

    ROLE = concat!("SELECT ", role!(), " FROM roles WHERE org_id = $1 AND id = $2");

    COUNT_ROLES = "SELECT COUNT(*) FROM roles WHERE org_id = $1";

    /// By name, each with the number of members and of invitations that are open at $2.
    ROLES = concat!("SELECT ", role!(), ",
            (SELECT COUNT(*) FROM memberships m WHERE m.org_id = $1 AND m.role_id = f.id) AS members,
            (SELECT COUNT(*) FROM invitations i WHERE i.org_id = $1 AND i.role_id = f.id AND i.ended_at IS NULL
                AND i.expires_at > $2) AS invitations
        FROM roles f WHERE f.org_id = $1 ORDER BY f.name_key LIMIT 200");

    MEMBERS_WITH_ROLE = "SELECT u.name FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND m.role_id = $2 ORDER BY m.user_id LIMIT $3";

    INVITED_WITH_ROLE = "SELECT email FROM invitations
        WHERE org_id = $1 AND role_id = $2 AND ended_at IS NULL AND expires_at > $4 ORDER BY id LIMIT $3";

    LEFT_WITH_ROLE = "SELECT u.name FROM offboardings d JOIN users u ON u.id = d.user_id
        WHERE d.org_id = $1 AND d.role_id = $2 AND d.grace_ends_at > $4 ORDER BY d.user_id LIMIT $3";

    /// Rows that have ended by $3 don't keep a role; they fall back to `viewer`.
    FORGET_ROLE_OF_INVITATIONS = "UPDATE invitations SET role_id = NULL
        WHERE org_id = $1 AND role_id = $2 AND (ended_at IS NOT NULL OR expires_at <= $3)";

    FORGET_ROLE_OF_OFFBOARDINGS = "UPDATE offboardings SET role_id = NULL
        WHERE org_id = $1 AND role_id = $2 AND grace_ends_at <= $3";
}
