//! Statements on the platform organization.
//!
//! Owns: `platform`, which has one row. `PLATFORM_ORG` is read before a caller is known, for [`crate::platform`].

super::statements! {
    PLATFORM_ORG = "SELECT org_id FROM platform WHERE id = 1";

    /// Only the first organization of an installation adds a row.
    INSERT_PLATFORM = "INSERT INTO platform (id, org_id) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";

    TRANSFER_PLATFORM = "UPDATE platform SET org_id = $2 WHERE id = 1 AND org_id = $1";
}
