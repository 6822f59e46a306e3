//! Statements on texts whose folded form a migration could not compute.
//!
//! Owns: `texts_to_fold`, which a migration fills with the texts stored at that time. Texts that have
//! changed since are skipped.

super::statements! {
    TEXTS_TO_FOLD = "SELECT kind, org_id, id, name, email FROM texts_to_fold LIMIT 500";

    FOLD_USER = "UPDATE users SET search_text = $4 WHERE id = $1 AND name = $2 AND email = $3";

    FOLD_CREDENTIAL = "UPDATE credentials SET name_folded = $4 WHERE org_id = $1 AND id = $2 AND name = $3";

    FOLDED = "DELETE FROM texts_to_fold WHERE kind = $1 AND id = $2";
}
