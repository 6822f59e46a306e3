//! Folds texts that were stored before the current folding rules.
//!
//! Owns: the part of a migration that SQL can't do in the same way on both databases. It resumes after an interruption,
//! and any number of processes may run it at once.

use crate::{
    Db, Result,
    backend::{execute, fetch_all},
    sql::folding::{FOLD_CREDENTIAL, FOLD_USER, FOLDED, TEXTS_TO_FOLD},
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
