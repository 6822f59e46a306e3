//! Statements on the audit log and its heads.
//!
//! Owns: `audit_events` and `audit_heads`. No statement changes or deletes an event, and triggers of the database
//! reject such statements.

macro_rules! columns {
    () => {
        "e.org_id, e.seq, e.id, e.at, e.action, e.actor_type, e.actor_id, e.actor_name, e.actor_credential_id,
            e.actor_credential_name, e.actor_session_id, e.target_type, e.target_id, e.target_name, e.detail,
            e.request_id, e.ip, e.user_agent, e.prev_hash, e.hash, e.key_version"
    };
}

/// The events below number $4 that are within reach and match the filters. If $2 and $3 name the only reachable owner,
/// these are the owner's own actions and the changes to the owner's credentials.
macro_rules! listed {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit_events e
        WHERE e.org_id = $1 AND e.seq < $4
            AND (CAST($2 AS TEXT) IS NULL OR e.actor_id = $3 OR EXISTS (SELECT 1 FROM credentials c
                WHERE c.org_id = e.org_id AND c.id = e.target_id AND c.owner_type = $2 AND c.owner_id = $3))
            AND (CAST($5 AS TEXT) IS NULL OR e.action IN ($5, REPLACE($5, 'organization.', 'organisation.')))
            AND (CAST($6 AS TEXT) IS NULL OR e.actor_id = $6 OR e.actor_credential_id = $6)
            AND (CAST($7 AS BIGINT) IS NULL OR e.at >= $7)
            AND (CAST($8 AS BIGINT) IS NULL OR e.at < $8) "
        )
    };
}

super::statements! {
    /// This and the next are separate statements, so that each uses its own index.
    LIST_EVENTS = concat!(listed!(), "ORDER BY e.seq DESC LIMIT $9");

    LIST_EVENTS_OF_TARGET = concat!(listed!(), "AND e.target_id = $10 ORDER BY e.seq DESC LIMIT $9");

    /// Locks the row for which an organization's writers queue, and returns the end of its chain. Number 0 and hash $2
    /// mean a chain without events.
    HOLD_HEAD = "INSERT INTO audit_heads (org_id, seq, hash) VALUES ($1, 0, $2)
        ON CONFLICT (org_id) DO UPDATE SET seq = audit_heads.seq
        RETURNING seq, hash";

    MOVE_HEAD = "UPDATE audit_heads SET seq = $3, hash = $4 WHERE org_id = $1 AND seq = $2";

    KEY_OF_EVENT = "SELECT key_version FROM audit_events WHERE org_id = $1 AND seq = $2";

    HEAD = "SELECT seq, hash FROM audit_heads WHERE org_id = $1";

    INSERT_EVENT = "INSERT INTO audit_events (org_id, seq, id, at, action, actor_type, actor_id, actor_name,
            actor_credential_id, actor_credential_name, actor_session_id, target_type, target_id, target_name,
            detail, request_id, ip, user_agent, prev_hash, hash, key_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";

    /// In chain order, after the number $2.
    EVENTS_AFTER = concat!("SELECT ", columns!(), "
        FROM audit_events e
        WHERE e.org_id = $1 AND e.seq > $2
        ORDER BY e.seq
        LIMIT $3");
}
