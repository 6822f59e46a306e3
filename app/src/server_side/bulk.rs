//! From the form of a bulk action to the service, and back to the address that says what was done.

use super::{BulkAction, BulkItem, BulkRequest, BulkTarget, incomplete};
use crate::{error::AppError, inventory::action_named};

/// The request for these credentials.
pub(crate) fn bulk_request(action: &str, ids: Vec<String>, dry_run: bool) -> Result<BulkRequest, AppError> {
    let action: BulkAction = action_named(action).ok_or_else(incomplete)?;
    Ok(BulkRequest { action, target: BulkTarget::Ids(ids), dry_run })
}

/// The inventory, with a word about what was done.
pub(crate) fn after_bulk(slug: &str, action: &str, items: &[BulkItem]) -> String {
    let done = items.iter().filter(|item| item.changed).count();
    let failed = items.iter().filter(|item| item.result.is_err()).count();
    let action = if action_named(action).is_some() { action } else { "" };
    format!("/orgs/{slug}/credentials?bulk={action}&done={done}&failed={failed}")
}
