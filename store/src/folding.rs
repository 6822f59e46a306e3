//! Folds texts that were stored before the current folding rules.
//!
//! Owns: the part of a migration that SQL can't do in the same way on both databases. It resumes after an interruption,
//! and any number of processes may run it at once.

use crate::{
    Db, Result,
    backend::{execute, fetch_all},
    sql::statements,
    users::search_text,
};
use domain::text::fold;

/// Folds all pending texts.
///
/// # Errors
/// [`crate::StoreError::Unavailable`] if the database is not available.
pub(crate) async fn fold_what_waits(db: &Db) -> Result<()> {
    while fold_some(db).await? {}
    Ok(())
}

/// Folds one batch. Returns whether there was anything to fold.
async fn fold_some(db: &Db) -> Result<bool> {
    let mut conn = db.begin_write().await?;
    let waiting = fetch_all!(&mut conn, (String, String, String, String, String), TEXTS_TO_FOLD)?;
    for (kind, org, id, name, email) in &waiting {
        let (id, name) = (id.as_str(), name.as_str());
        match kind.as_str() {
            "user" => execute!(&mut conn, FOLD_USER, id, name, email.as_str(), search_text(name, email))?,
            _ => execute!(&mut conn, FOLD_CREDENTIAL, org.as_str(), id, name, fold(name))?,
        };
        execute!(&mut conn, FOLDED, kind.as_str(), id)?;
    }
    conn.commit().await?;
    Ok(!waiting.is_empty())
}

statements! {
    TEXTS_TO_FOLD = "SELECT kind, org_id, id, name, email FROM texts_to_fold LIMIT 500";

    FOLD_USER = "UPDATE users SET search_text = $4 WHERE id = $1 AND name = $2 AND email = $3";

    FOLD_CREDENTIAL = "UPDATE credentials SET name_folded = $4 WHERE org_id = $1 AND id = $2 AND name = $3";

    FOLDED = "DELETE FROM texts_to_fold WHERE kind = $1 AND id = $2";
}
