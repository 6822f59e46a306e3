//! Statements on idempotency keys.
//!
//! Owns: `claims`. A claim is named by organisation, principal, route and key; whoever holds it also knows when it was
//! claimed, which changes when another takes it over.

super::statements! {
    /// Answers a row if the claim is now held by who asks: it is new, was made by $7 and is over, or was left unfinished
    /// since $8 by the same request. PostgreSQL waits here for a transaction that is finishing it.
    CLAIM = "INSERT INTO claims (org_id, principal, route, key_hash, fingerprint, claimed_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (org_id, principal, route, key_hash) DO UPDATE
            SET fingerprint = $5, claimed_at = $6, target = NULL, sealed = NULL
            WHERE claims.claimed_at <= $7
                OR (claims.target IS NULL AND claims.claimed_at <= $8 AND claims.fingerprint = $5)
        RETURNING claimed_at";

    CLAIMED = "SELECT fingerprint, target, sealed FROM claims
        WHERE org_id = $1 AND principal = $2 AND route = $3 AND key_hash = $4";

    COMPLETE_CLAIM = "UPDATE claims SET target = $6, sealed = $7
        WHERE org_id = $1 AND principal = $2 AND route = $3 AND key_hash = $4 AND claimed_at = $5 AND target IS NULL";

    RELEASE_CLAIM = "DELETE FROM claims
        WHERE org_id = $1 AND principal = $2 AND route = $3 AND key_hash = $4 AND claimed_at = $5 AND target IS NULL";

    DELETE_EXPIRED_CLAIMS = "DELETE FROM claims WHERE claimed_at <= $1";
}
