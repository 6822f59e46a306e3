//! Statements on mail to be sent.
//!
//! Owns: `outbox`. `DUE_MAIL` crosses tenants, for [`crate::unscoped_queries`], and `DELETE_OLD_MAIL` deletes old ended mail.

super::statements! {
    INSERT_MAIL = "INSERT INTO outbox (org_id, id, about, about_id, recipient, created_at, tries, next_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $6)";

    /// Drops unsent mail about the same thing to the same address.
    OVERTAKE_MAIL = "UPDATE outbox SET next_at = NULL
        WHERE org_id = $1 AND about = $2 AND about_id = $3 AND recipient = $4 AND next_at IS NOT NULL";

    DUE_MAIL = "SELECT org_id, id FROM outbox WHERE next_at <= $1 ORDER BY next_at LIMIT $2";

    MAIL = "SELECT id, about, about_id, recipient, created_at, tries FROM outbox
        WHERE org_id = $1 AND id = $2 AND next_at <= $3";

    /// The number of attempts guards the row, so that only one node takes the mail.
    TAKE_MAIL = "UPDATE outbox SET tries = tries + 1, next_at = $4
        WHERE org_id = $1 AND id = $2 AND tries = $3 AND next_at IS NOT NULL";

    MAIL_IS_SENT = "UPDATE outbox SET next_at = NULL, sent_at = $3 WHERE org_id = $1 AND id = $2";

    DROP_MAIL = "UPDATE outbox SET next_at = NULL WHERE org_id = $1 AND id = $2";

    /// The state of mails about one kind of thing that were written after $3, newest first.
    MAIL_ABOUT = "SELECT about_id, next_at, sent_at FROM outbox
        WHERE org_id = $1 AND about = $2 AND created_at > $3 ORDER BY created_at DESC, id DESC LIMIT 1000";

    COUNT_MAIL_ABOUT = "SELECT COUNT(*) FROM outbox WHERE org_id = $1 AND about = $2 AND created_at > $3";

    DELETE_OLD_MAIL = "DELETE FROM outbox WHERE created_at < $1 AND next_at IS NULL";
}
