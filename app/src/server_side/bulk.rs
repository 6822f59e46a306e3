//! Runs a bulk operation, and builds the URL of the page that reports the result.

use super::{BulkItem, BulkRequest, BulkTarget, Caller, TransferRequest, incomplete, refused, service};
use crate::{error::AppError, inventory::BulkOperation};

/// Performs a bulk operation, or only previews it. `to` is the service account that receives transferred tokens.
pub(crate) async fn do_to_many(
    caller: &Caller,
    (operation, to): (BulkOperation, Option<String>),
    target: BulkTarget,
    dry_run: bool,
) -> Result<Vec<BulkItem>, AppError> {
    let done = match (operation.action(), to) {
        (Some(action), _) => service()?.credentials().bulk(caller, &BulkRequest { action, target, dry_run }).await,
        (None, Some(to)) => service()?.credentials().transfer(caller, &TransferRequest { to, target, dry_run }).await,
        (None, None) => return Err(incomplete()),
    };
    done.map_err(refused)
}

/// Parses the operation of a form.
pub(crate) fn operation(action: &str) -> Result<BulkOperation, AppError> {
    BulkOperation::named(action).ok_or_else(incomplete)
}

/// URL of the inventory with a notice about the result.
pub(crate) fn after_bulk(slug: &str, operation: BulkOperation, items: &[BulkItem]) -> String {
    let done = items.iter().filter(|item| item.changed).count();
    let failed = items.iter().filter(|item| item.result.is_err()).count();
    format!("/orgs/{slug}/credentials?bulk={}&done={done}&failed={failed}", operation.name())
}
