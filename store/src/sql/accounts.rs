//! Statements on users, service accounts, organizations, memberships, invitations and peppers.
//!
//! Owns: `users`, `service_accounts`, `orgs`, `memberships`, `invitations`, `peppers`. Users and peppers belong to no
//! tenant. On the other tables, only `MEMBERSHIPS_OF`, `ORG_IDS`, `IS_INVITED` and `INVITATION_OF_LINK` cross tenants,
//! for [`crate::unscoped_queries`].

use super::{
    catalog::api_scopes,
    roles::{join_role, role_of},
};

/// Whether the service account is within reach. If $2 and $3 name the only reachable owner, it must
/// be this service account.
macro_rules! reached {
    () => {
        "(CAST($2 AS TEXT) IS NULL OR ($2 = 'service_account' AND id = $3))"
    };
}

/// Whether the account `u` still has its address: it has verified it, or no account has.
macro_rules! has_address {
    () => {
        "(u.proved_at IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM users p WHERE p.email = u.email AND p.proved_at IS NOT NULL))"
    };
}

macro_rules! invitation {
    () => {
        concat!(
            "SELECT i.id, i.org_id, i.email, i.invited_by_id, i.invited_by_name, i.created_at, i.expires_at, i.ended_at, ",
            role_of!("i"),
            " FROM invitations i ",
            join_role!("i")
        )
    };
}

super::statements! {
    INSERT_USER = "INSERT INTO users (id, email, name, password_hash, created_at, search_text)
        VALUES ($1, $2, $3, $4, $5, $6)";

    INSERT_ORG = "INSERT INTO orgs (id, slug, name, created_at) VALUES ($1, $2, $3, $4)";

    INSERT_MEMBERSHIP = "INSERT INTO memberships (org_id, user_id, role, role_id) VALUES ($1, $2, $3, $4)";

    /// The account that has verified the address, or else all accounts with it, oldest first.
    ACCOUNTS_OF = concat!("SELECT u.id, u.email, u.name, u.created_at, u.password_hash, u.proved_at FROM users u
        WHERE u.email = $1 AND ", has_address!(), " ORDER BY u.id LIMIT $2");

    HAS_ADDRESS = concat!("SELECT u.id FROM users u WHERE u.id = $1 AND ", has_address!());

    PROVE_ADDRESS = "UPDATE users SET proved_at = $2 WHERE id = $1 AND proved_at IS NULL";

    /// Ends the sessions of accounts that have lost their address to user $1.
    END_SESSIONS_OF_OTHERS = "DELETE FROM sessions WHERE user_id IN (
        SELECT o.id FROM users u JOIN users o ON o.email = u.email AND o.id <> u.id WHERE u.id = $1)";

    /// Oldest organization first.
    MEMBERSHIPS_OF = concat!("SELECT m.user_id, ", role_of!("m"), ", o.id AS org_id, o.slug AS org_slug, o.name AS org_name,
            o.created_at AS org_created_at
        FROM memberships m JOIN orgs o ON o.id = m.org_id ", join_role!("m"), "
        WHERE m.user_id = $1
        ORDER BY o.id");

    MEMBERSHIP = concat!("SELECT u.id, u.email, u.name, u.created_at, m.user_id, ", role_of!("m"), ", o.id AS org_id,
            o.slug AS org_slug, o.name AS org_name, o.created_at AS org_created_at, ", api_scopes!("o.id"), " AS api_scopes
        FROM memberships m JOIN orgs o ON o.id = m.org_id JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND m.user_id = $2");

    /// The newest account comes first.
    LIST_MEMBERS = concat!("SELECT u.id, u.email, u.name, u.created_at, ", role_of!("m"), "
        FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND m.user_id < $2
            AND (CAST($3 AS TEXT) IS NULL OR u.search_text LIKE $3 ESCAPE '!')
        ORDER BY m.user_id DESC LIMIT $4");

    MEMBER = concat!("SELECT u.id, u.email, u.name, u.created_at, ", role_of!("m"), "
        FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND m.user_id = $2");

    /// Members who take care of the organization: owners, admins, and holders of a custom role with `policies:write`
    /// that reaches everyone.
    MANAGERS = concat!("SELECT u.email FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND (m.role IN ('owner', 'admin')
            OR (r.reach = 'everyone' AND ' ' || r.scopes || ' ' LIKE '% policies:write %'))
        ORDER BY m.user_id LIMIT 50");

    COUNT_OWNERS = "SELECT COUNT(*) FROM memberships WHERE org_id = $1 AND role = 'owner'";

    UPDATE_ROLE = "UPDATE memberships SET role = $3, role_id = $4 WHERE org_id = $1 AND user_id = $2";

    DELETE_MEMBERSHIP = "DELETE FROM memberships WHERE org_id = $1 AND user_id = $2";

    HAS_MEMBER = concat!("SELECT u.id FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND u.email = $2 AND ", has_address!());

    INSERT_INVITATION = "INSERT INTO invitations (org_id, id, email, role, invited_by_id, invited_by_name, created_at,
            expires_at, role_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// Invitations that can still be accepted at $2, newest first.
    OPEN_INVITATIONS = concat!(invitation!(), "
        WHERE i.org_id = $1 AND i.ended_at IS NULL AND i.expires_at > $2 ORDER BY i.id DESC LIMIT 200");

    INVITATION = concat!(invitation!(), "WHERE i.org_id = $1 AND i.id = $2");

    INVITATION_OF_LINK = concat!(invitation!(), "WHERE i.id = $1");

    IS_INVITED = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM invitations
        WHERE email = $1 AND ended_at IS NULL AND expires_at > $2 LIMIT 1) AS counted";

    END_INVITATION = "UPDATE invitations SET ended_at = $3 WHERE org_id = $1 AND id = $2 AND ended_at IS NULL";

    INSERT_SERVICE_ACCOUNT = "INSERT INTO service_accounts (org_id, id, name, description, role, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    SERVICE_ACCOUNT = concat!("SELECT id, org_id, name, description, role, created_at FROM service_accounts
        WHERE org_id = $1 AND id = $4 AND ", reached!());

    LIST_SERVICE_ACCOUNTS = concat!("SELECT id, org_id, name, description, role, created_at FROM service_accounts
        WHERE org_id = $1 AND (created_at, id) < ($4, $5) AND ", reached!(), "
        ORDER BY created_at DESC, id DESC LIMIT $6");

    ORG_IDS = "SELECT id FROM orgs ORDER BY id";

    ORG_OF_SLUG = "SELECT id FROM orgs WHERE slug = $1";

    ORG = "SELECT id AS org_id, slug AS org_slug, name AS org_name, created_at AS org_created_at FROM orgs WHERE id = $1";

    ANY_USER = "SELECT id FROM users LIMIT 1";

    PEPPERS = "SELECT version, wrapped, created_at FROM peppers ORDER BY version";

    RESEAL_PEPPER = "UPDATE peppers SET wrapped = $3 WHERE version = $1 AND wrapped = $2";

    INSERT_PEPPER = "INSERT INTO peppers (version, wrapped, created_at) VALUES ($1, $2, $3)";
}
