//! Statements on idempotency keys.
//!
//! Owns: `claims`. Organization, principal, route and key identify a claim. Its holder also knows the time of the
//! claim, which changes when another request takes it over.

super::statements! {
    /// Returns a row if the caller now holds the claim. The claim is new, was made by $7 and has expired, or
    /// was made by $8 for the same request and never finished. PostgreSQL waits here for a transaction that
    /// is completing the claim.
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
