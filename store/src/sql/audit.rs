//! Statements on the audit log and its heads.
//!
//! Owns: `audit_events` and `audit_heads`. There is no UPDATE and no DELETE of an event, and the database has
//! triggers that refuse one.

super::statements! {
    /// Holds the row that an organisation's writers queue for, and answers the end of its chain. Number 0 and hash $2
    /// stand for a chain without events.
    HOLD_HEAD = "INSERT INTO audit_heads (org_id, seq, hash) VALUES ($1, 0, $2)
        ON CONFLICT (org_id) DO UPDATE SET seq = audit_heads.seq
        RETURNING seq, hash";

    MOVE_HEAD = "UPDATE audit_heads SET seq = $3, hash = $4 WHERE org_id = $1 AND seq = $2";

    HEAD = "SELECT seq, hash FROM audit_heads WHERE org_id = $1";

    INSERT_EVENT = "INSERT INTO audit_events (org_id, seq, id, at, action, actor_type, actor_id, actor_name,
            actor_credential_id, actor_credential_name, actor_session_id, target_type, target_id, target_name,
            detail, request_id, ip, user_agent, prev_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

    /// In the order of the chain; $2 is the last number already seen.
    EVENTS_AFTER = "SELECT org_id, seq, id, at, action, actor_type, actor_id, actor_name, actor_credential_id,
            actor_credential_name, actor_session_id, target_type, target_id, target_name, detail, request_id, ip,
            user_agent, prev_hash, hash
        FROM audit_events
        WHERE org_id = $1 AND seq > $2
        ORDER BY seq
        LIMIT $3";
}
