//! One action on many credentials, with a result for each.
//!
//! Each item is a change of its own with its own event. A dry run returns equal results and changes nothing.

use super::{CredentialTarget, InventoryFilter, PageRequest};
use crate::{Caller, Result, ServiceError, use_cases::Credentials};
use domain::{
    access::Action,
    code::FlawCode,
    credential::{Credential, Status},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
};

/// The action on each credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkAction {
    Revoke,
    Disable,
    Enable,
}

/// The credentials to change.
#[derive(Clone, Debug)]
pub enum BulkTarget {
    /// Credentials by id.
    Ids(Vec<String>),
    /// All credentials that match the filter.
    Filter(InventoryFilter),
}

/// A bulk request.
#[derive(Clone, Debug)]
pub struct BulkRequest {
    pub action: BulkAction,
    pub target: BulkTarget,
    /// Only returns the results that the action would have.
    pub dry_run: bool,
}

/// The result, or the preview of it, for one credential.
#[derive(Debug)]
pub struct BulkItem {
    /// The id as the request gave it.
    pub id: String,
    /// The credential, or the reason why nothing was done.
    pub result: Result<Credential>,
    /// Whether the credential was changed, or would be in a dry run.
    pub changed: bool,
    /// Calls in the last 24 hours. Present in a dry run, for a credential that would be changed.
    pub calls_today: Option<u64>,
}

impl BulkItem {
    pub(super) fn new(id: String, result: Result<Credential>, changed: bool) -> Self {
        Self { id, result, changed, calls_today: None }
    }
}

/// The maximum number of credentials in one request.
const MAX_ITEMS: usize = 1000;

impl Credentials<'_> {
    /// Applies one action to many credentials. A credential that does not exist or is not within reach is reported as
    /// missing and does not affect the others.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`] for more than 1000 credentials, or with [`ServiceError::MissingScope`].
    pub async fn bulk(self, caller: &Caller, request: &BulkRequest) -> Result<Vec<BulkItem>> {
        self.service.permit(caller, Action::ReadInventory).await?;
        let ids = self.targets(caller, &request.target).await?;
        let mut items = Vec::with_capacity(ids.len());
        for id in ids {
            items.push(self.bulk_one(caller, request, id).await);
        }
        if request.dry_run {
            self.count_calls_today(caller, &mut items).await?;
        }
        Ok(items)
    }

    /// Adds the number of recent calls to each item that would be changed.
    pub(super) async fn count_calls_today(self, caller: &Caller, items: &mut [BulkItem]) -> Result<()> {
        for item in items.iter_mut().filter(|item| item.changed) {
            item.calls_today = Some(self.blast_radius_as_written(caller, &item.id).await?.calls());
        }
        Ok(())
    }

    /// Returns the ids of the target, at most 1000.
    pub(super) async fn targets(self, caller: &Caller, target: &BulkTarget) -> Result<Vec<String>> {
        let ids = match target {
            BulkTarget::Ids(ids) => ids.clone(),
            BulkTarget::Filter(filter) => self.all_ids(caller, filter).await?,
        };
        if ids.len() > MAX_ITEMS {
            let flaw = Flaw::new(FlawCode::TooMany, format!("One request can change at most {MAX_ITEMS} credentials."));
            return Err(FieldErrors::one(flaw.at("/ids")).into());
        }
        Ok(ids)
    }

    async fn all_ids(self, caller: &Caller, filter: &InventoryFilter) -> Result<Vec<String>> {
        let (mut ids, mut cursor) = (Vec::new(), None);
        while ids.len() <= MAX_ITEMS {
            let page = self.inventory(caller, filter, &PageRequest::new(PageRequest::MAX_LIMIT, cursor)).await?;
            ids.extend(page.items.iter().map(|credential| credential.id.to_string()));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(ids)
    }

    async fn bulk_one(self, caller: &Caller, request: &BulkRequest, id: String) -> BulkItem {
        let missing = |id| BulkItem::new(id, Err(ServiceError::Missing), false);
        let Ok(kind) = id.parse::<CredentialId>().map(CredentialId::kind) else { return missing(id) };
        let target = CredentialTarget::Of(kind);
        let before = match self.service.permit(caller, target.change()).await {
            Ok(_) => self.show_any(caller, &id).await,
            Err(error) => Err(error),
        };
        let before = match before {
            Ok(before) => before,
            Err(error) => return BulkItem::new(id, Err(error), false),
        };
        let changed = would_change(&before, request.action, before.status(self.service.now()));
        if request.dry_run || !changed {
            return BulkItem::new(id, Ok(before), changed);
        }
        let result = match request.action {
            BulkAction::Revoke => self.revoke_one(caller, target, &id).await,
            BulkAction::Disable => self.disable(caller, target, &id).await,
            BulkAction::Enable => self.enable(caller, target, &id).await,
        };
        let changed = result.is_ok();
        BulkItem::new(id, result, changed)
    }
}

fn would_change(credential: &Credential, action: BulkAction, status: Status) -> bool {
    match action {
        BulkAction::Revoke => status != Status::Revoked,
        BulkAction::Disable => !status.is_final() && credential.disabled_at.is_none(),
        BulkAction::Enable => !status.is_final() && credential.disabled_at.is_some(),
    }
}
