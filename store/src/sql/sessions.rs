//! Statements on browser sessions.
//!
//! Owns: `sessions`. They belong to a user, not to an organization. Statements by public id also name the `user_id`;
//! statements by cookie name the hash of the cookie's id.

super::statements! {
    /// Changes nothing if the hash is taken.
    CREATE_SESSION = "INSERT INTO sessions
            (id_hash, id, user_id, data, ip, user_agent, last_seen_at, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (id_hash) DO NOTHING";

    /// Changes nothing if the session has ended in the meantime: an ended session never comes back.
    SAVE_SESSION = "UPDATE sessions SET id = $2, user_id = $3, data = $4, ip = $5, user_agent = $6,
            last_seen_at = $7, expires_at = $8
        WHERE id_hash = $1";

    LOAD_SESSION = "SELECT data, expires_at FROM sessions WHERE id_hash = $1 AND expires_at > $2";

    /// A public id has one cookie: the newest.
    REPLACE_SESSION = "DELETE FROM sessions WHERE id = $1";

    DELETE_SESSION = "DELETE FROM sessions WHERE id_hash = $1";

    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE expires_at <= $1";

    LIST_SESSIONS = "SELECT id, user_id, ip, user_agent, created_at, last_seen_at, expires_at FROM sessions
        WHERE user_id = $1 AND expires_at > $2
        ORDER BY last_seen_at DESC, id DESC";

    END_SESSION = "DELETE FROM sessions WHERE user_id = $1 AND id = $2";

    END_OTHER_SESSIONS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
}
