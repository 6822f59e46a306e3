//! Fragments about the audit log. No statement changes or deletes an event, and triggers of the database reject such
//! statements.

macro_rules! columns {
    () => {
        "e.org_id, e.seq, e.id, e.at, e.action, e.actor_type, e.actor_id, e.actor_name, e.actor_credential_id,
            e.actor_credential_name, e.actor_session_id, e.target_type, e.target_id, e.target_name, e.detail,
            e.request_id, e.ip, e.user_agent, e.prev_hash, e.hash, e.key_version"
    };
}
pub(crate) use columns;
