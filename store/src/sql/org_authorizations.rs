//! Statements on organization authorizations.
//!
//! Owns: `org_authorizations`. $1 is the organization that a row belongs to. In statements that start from credentials,
//! $1 is their home organization. There only the token's owner learns in which other organizations it works.

use super::{
    credentials::reached,
    roles::{join_role, role_of},
};

/// The columns of an organization authorization, for the alias `a`.
macro_rules! columns {
    () => {
        "a.org_id, a.credential_id, a.home_id, a.owner_id, a.scopes, a.resources, a.networks, a.authorized_at, a.pending_since,
            a.outcome, a.decided_by_id, a.decided_by_name, a.decided_at, a.note"
    };
}

/// Organization authorizations with the data of the token that their organization may see. The token must not be
/// revoked, and its owner must be a member of the organization.
macro_rules! tokens {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", u.name AS owner_name, u.email AS owner_email, ",
            role_of!("m"),
            ", c.name, c.env, c.scopes AS token_scopes,
            c.resources AS token_resources, c.networks AS token_networks, c.created_at, c.expires_at, c.disabled_at,
            c.pending_since AS token_pending_since,
            (SELECT s.redacted FROM secrets s WHERE s.org_id = a.home_id AND s.credential_id = a.credential_id
                ORDER BY s.number DESC LIMIT 1) AS redacted,
            (SELECT MAX(s.last_used_at) FROM secrets s WHERE s.org_id = a.home_id AND s.credential_id = a.credential_id)
                AS last_used_at
        FROM org_authorizations a
            JOIN credentials c ON c.org_id = a.home_id AND c.id = a.credential_id
                AND c.owner_type = 'user' AND c.owner_id = a.owner_id AND c.revoked_at IS NULL
            JOIN users u ON u.id = a.owner_id
            JOIN memberships m ON m.org_id = a.org_id AND m.user_id = a.owner_id ",
            join_role!("m"),
            "
        WHERE a.org_id = $1 AND (CAST($2 AS TEXT) IS NULL OR ($2 = 'user' AND a.owner_id = $3))"
        )
    };
}

super::statements! {
    AUTHORIZED_TOKEN = concat!(tokens!(), " AND a.credential_id = $4");

    /// Tokens that have not expired at $6.
    AUTHORIZED_TOKENS = concat!(tokens!(), " AND a.credential_id < $4 AND (c.expires_at IS NULL OR c.expires_at > $6)
        ORDER BY a.credential_id DESC LIMIT $5");

    /// The other organizations in which a token works, for its owner.
    AUTHORIZATIONS_OF = concat!("SELECT ", columns!(), "
        FROM credentials c JOIN org_authorizations a ON a.home_id = c.org_id AND a.credential_id = c.id AND a.owner_id = c.owner_id
        WHERE c.org_id = $1 AND ", reached!("c."), " AND c.id = $4 ORDER BY a.org_id");

    /// Only for the owner of the token, who must be a member of both organizations. Replaces an
    /// earlier row and its decision.
    INSERT_ORG_AUTHORIZATION = "INSERT INTO org_authorizations (org_id, credential_id, home_id, owner_id, scopes, resources,
            networks, authorized_at, pending_since)
        SELECT m.org_id, c.id, c.org_id, c.owner_id, c.scopes, c.resources, c.networks, $5, $6
        FROM credentials c
            JOIN memberships m ON m.org_id = $1 AND m.user_id = c.owner_id
            JOIN memberships h ON h.org_id = c.org_id AND h.user_id = c.owner_id
        WHERE c.org_id = $2 AND c.id = $3 AND c.owner_type = 'user' AND c.owner_id = $4 AND c.revoked_at IS NULL
        ON CONFLICT (org_id, credential_id) DO UPDATE SET owner_id = excluded.owner_id, scopes = excluded.scopes,
            resources = excluded.resources, networks = excluded.networks, authorized_at = excluded.authorized_at,
            pending_since = excluded.pending_since, outcome = NULL, decided_by_id = NULL, decided_by_name = NULL,
            decided_at = NULL, note = NULL";

    DELETE_ORG_AUTHORIZATION = "DELETE FROM org_authorizations
        WHERE org_id = $1 AND credential_id = $4 AND (CAST($2 AS TEXT) IS NULL OR ($2 = 'user' AND owner_id = $3))";

    DECIDE_ORG_AUTHORIZATION = "UPDATE org_authorizations SET scopes = $3, resources = $4, networks = $5, pending_since = NULL,
            outcome = $6, decided_by_id = $7, decided_by_name = $8, decided_at = $9, note = $10
        WHERE org_id = $1 AND credential_id = $2";

    /// The authorizations of a user in the organization that the user leaves.
    END_ORG_AUTHORIZATIONS = "DELETE FROM org_authorizations WHERE org_id = $1 AND owner_id = $2";

    /// The authorizations in other organizations of all tokens that a user has in the
    /// organization that the user leaves.
    END_ORG_AUTHORIZATIONS_OF = "DELETE FROM org_authorizations WHERE owner_id = $2 AND home_id = $1 AND credential_id IN
        (SELECT c.id FROM credentials c WHERE c.org_id = $1 AND c.owner_type = 'user' AND c.owner_id = $2)";

    /// The authorizations of one token that is transferred.
    END_ORG_AUTHORIZATIONS_OF_ONE = "DELETE FROM org_authorizations WHERE home_id = $1 AND credential_id IN
        (SELECT c.id FROM credentials c WHERE c.org_id = $1 AND c.id = $2)";

    /// Across tenants: tokens that were not used, authorized or approved for as long as the policy enforced at $1
    /// allows. The policy is that of the organization in which the token is used. Revoked tokens and pending
    /// authorizations are left out.
    IDLE_ELSEWHERE = "SELECT a.org_id, a.credential_id
        FROM policies p JOIN org_authorizations a ON a.org_id = p.org_id
            JOIN credentials c ON c.org_id = a.home_id AND c.id = a.credential_id AND c.kind = p.kind
        WHERE p.max_idle_days IS NOT NULL AND p.enforced_at <= $1
            AND NOT EXISTS (SELECT 1 FROM policies q WHERE q.org_id = p.org_id AND q.kind = p.kind
                AND q.enforced_at > p.enforced_at AND q.enforced_at <= $1)
            AND c.revoked_at IS NULL AND a.pending_since IS NULL
            AND a.authorized_at <= $1 - 86400000 * p.max_idle_days
            AND (a.decided_at IS NULL OR a.decided_at <= $1 - 86400000 * p.max_idle_days)
            AND NOT EXISTS (SELECT 1 FROM secrets s WHERE s.org_id = a.home_id AND s.credential_id = a.credential_id
                AND s.last_used_at > $1 - 86400000 * p.max_idle_days)
        ORDER BY a.credential_id, a.org_id LIMIT $2";

    /// For the verifier's snapshot.
    ORG_AUTHORIZATIONS = concat!("SELECT ", columns!(), " FROM org_authorizations a WHERE a.org_id = $1");

    /// The other organizations in which tokens of this organization work.
    AUTHORIZED_ELSEWHERE = "SELECT DISTINCT a.org_id FROM org_authorizations a
        WHERE a.home_id = $1 AND EXISTS (SELECT 1 FROM credentials c WHERE c.org_id = $1 AND c.id = a.credential_id)";

    /// All organizations of each member who also belongs to other organizations.
    MEMBERS_ELSEWHERE = "SELECT n.user_id, n.org_id, o.slug
        FROM memberships m JOIN memberships n ON n.user_id = m.user_id JOIN orgs o ON o.id = n.org_id
        WHERE m.org_id = $1 AND EXISTS (SELECT 1 FROM memberships e WHERE e.user_id = m.user_id AND e.org_id <> m.org_id)
        ORDER BY n.user_id";
}
