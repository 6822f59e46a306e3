//! Statements on people, organisations, memberships and peppers.
//!
//! Owns: `users`, `orgs`, `memberships`, `peppers`. People and peppers belong to no tenant; of the rest only
//! `MEMBERSHIPS_OF` crosses tenants, for [`crate::lookups`].

super::statements! {
    INSERT_USER = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)";

    INSERT_ORG = "INSERT INTO orgs (id, slug, name, created_at) VALUES ($1, $2, $3, $4)";

    INSERT_MEMBERSHIP = "INSERT INTO memberships (org_id, user_id, role) VALUES ($1, $2, $3)";

    PASSWORD_OF = "SELECT id, email, name, created_at, password_hash FROM users WHERE email = $1";

    /// Newest organisation last, so that the list reads as it grew.
    MEMBERSHIPS_OF = "SELECT m.user_id, m.role, o.id AS org_id, o.slug AS org_slug, o.name AS org_name,
            o.created_at AS org_created_at
        FROM memberships m JOIN orgs o ON o.id = m.org_id
        WHERE m.user_id = $1
        ORDER BY o.id";

    MEMBERSHIP = "SELECT u.id, u.email, u.name, u.created_at, m.user_id, m.role, o.id AS org_id,
            o.slug AS org_slug, o.name AS org_name, o.created_at AS org_created_at
        FROM memberships m JOIN orgs o ON o.id = m.org_id JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND m.user_id = $2";

    ORG_OF_SLUG = "SELECT id FROM orgs WHERE slug = $1";

    ANY_USER = "SELECT id FROM users LIMIT 1";

    PEPPERS = "SELECT version, wrapped, created_at FROM peppers ORDER BY version";

    INSERT_PEPPER = "INSERT INTO peppers (version, wrapped, created_at) VALUES ($1, $2, $3)";
}
