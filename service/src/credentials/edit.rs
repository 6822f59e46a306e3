//! Edits the name and the grant of a credential. The secret stays the same. The next call uses the new grant.

use super::{CredentialTarget, may_decide};
use crate::{Caller, Result, ServiceError, authority::Asked, use_cases::Credentials};
use domain::{
    access::{Bounds, Door},
    audit::AuditDetail,
    code::ProblemCode,
    credential::{Credential, Edit, Grant, check_edit},
    scope::ScopeSet,
};

const FINAL: ServiceError = ServiceError::Refused {
    code: ProblemCode::CredentialEnded,
    detail: "A revoked or expired credential cannot be changed. Issue a new one.",
};

const PENDING: ServiceError = ServiceError::Refused {
    code: ProblemCode::PendingApproval,
    detail: "It waits for approval as it is. Revoke it and ask for another one to change what it may do.",
};

const WIDER: ServiceError = ServiceError::Refused {
    code: ProblemCode::ApprovalNeeded,
    detail: "Your organization approves what credentials may do, and this one was not approved for more. Issue another for that.",
};

impl Credentials<'_> {
    /// Edits a credential. Absent fields keep their values. Rights can always be removed, but only added by a caller
    /// that has them. An edit without a difference writes nothing. `expected` is the version that the caller has seen.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the credential does not exist or is not within reach.
    /// * [`ServiceError::Changed`] if it has another version than expected.
    /// * [`ServiceError::Invalid`] if a field is not valid or breaks the policy.
    /// * [`ServiceError::MissingScope`] for rights that the caller does not hold.
    /// * [`ServiceError::Refused`] with `credential_ended`, `pending_approval` or `approval_needed`.
    pub async fn edit(
        self,
        caller: &Caller,
        target: CredentialTarget,
        id: &str,
        edit: &Edit,
        expected: Option<&str>,
    ) -> Result<Credential> {
        let permit = self.change_permit(caller, target).await?;
        let id = target.id(id)?;
        let catalog = self.service.apis().grant_catalog(&permit).await?;
        let mut tx = self.service.write(&permit).await?;
        let mut credential = target.admits(tx.credential(id).await?)?;
        if expected.is_some_and(|expected| expected != credential.version()) {
            return Err(ServiceError::Changed);
        }
        if credential.status(self.service.now()).is_final() {
            return Err(FINAL);
        }
        if credential.pending_since.is_some() {
            return Err(PENDING);
        }
        let after = check_edit(edit, target.kind(), &catalog, &credential.grant)?;
        let policies = tx.policies().await?;
        let (policy, now) = (policies.of(target.kind()), self.service.now());
        policy.check_change(&credential.existing(), &after, now)?;
        let added = added(&credential.grant, &after);
        if let Some(scopes) = &added {
            let bounds = Bounds::from(&after);
            let asked = Asked { owner: credential.owner, scopes: scopes.clone(), bounds, existing: Some(id) };
            self.service.check_obtain(&mut tx, Door::Widen, asked).await?;
        }
        if added.is_some() && policy.needs_approval(now) && !may_decide(caller) {
            return Err(WIDER);
        }
        let changes = credential.grant.changes(&after);
        if changes.is_empty() {
            return Ok(credential);
        }
        credential.grant = after;
        tx.update_credential(&credential).await?;
        let event = self.service.event(&credential, &AuditDetail::CredentialUpdated(changes));
        self.commit_change(tx, event, &credential).await?;
        Ok(credential)
    }
}

/// Returns the scopes that the credential gains, or all of them if a bound is wider. `None` if it is no wider.
fn added(before: &Grant, after: &Grant) -> Option<ScopeSet> {
    if Bounds::from(before).exceeded_by(&Bounds::from(after)).is_some() {
        return Some(after.scopes.clone());
    }
    Some(after.scopes.difference(&before.scopes)).filter(|added| !added.is_empty())
}
