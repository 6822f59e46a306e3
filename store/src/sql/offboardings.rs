//! Statements on former members and their grace period.
//!
//! Owns: `offboardings`, and the column of `orgs` with the length of the grace period in days.

use super::{
    inventory::is_abandoned,
    roles::{join_role, role_of},
};

super::statements! {
    GRACE_DAYS = "SELECT grace_period_days FROM orgs WHERE id = $1";

    SET_GRACE_DAYS = "UPDATE orgs SET grace_period_days = $2 WHERE id = $1";

    INSERT_OFFBOARDING = "INSERT INTO offboardings (org_id, user_id, role, left_at, grace_ends_at, role_id)
        VALUES ($1, $2, $3, $4, $5, $6)";

    DELETE_OFFBOARDING = "DELETE FROM offboardings WHERE org_id = $1 AND user_id = $2";

    UPDATE_GRACE = "UPDATE offboardings SET grace_ends_at = $3 WHERE org_id = $1 AND user_id = $2";

    OFFBOARDING = concat!("SELECT d.user_id, ", role_of!("d"), ", d.left_at, d.grace_ends_at, u.name
        FROM offboardings d JOIN users u ON u.id = d.user_id ", join_role!("d"), "
        WHERE d.org_id = $1 AND d.user_id = $2");

    /// The most recent offboarding comes first.
    OFFBOARDINGS = concat!("SELECT d.user_id, ", role_of!("d"), ", d.left_at, d.grace_ends_at, u.name
        FROM offboardings d JOIN users u ON u.id = d.user_id ", join_role!("d"), "
        WHERE d.org_id = $1 ORDER BY d.left_at DESC, d.user_id DESC LIMIT 1000");

    /// Number of calls since $2 with each token whose owner has left.
    CALLS_OF_ABANDONED = concat!("SELECT f.id, CAST(SUM(u.count) AS BIGINT) AS calls
        FROM credentials f JOIN usage_hours u ON u.org_id = f.org_id AND u.credential_id = f.id
        WHERE f.org_id = $1 AND u.hour >= $2 AND ", is_abandoned!(), " GROUP BY f.id");
}
