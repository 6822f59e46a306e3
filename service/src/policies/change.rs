//! Changes a policy.

use super::DryRun;
use crate::{Caller, Result, ServiceError, authority::refuse_limited, use_cases::OrgPolicies};
use domain::{
    Timestamp,
    access::Action,
    audit::AuditDetail,
    code::ProblemCode,
    credential::CreatedBy,
    ids::PolicyId,
    policy::{Policy, PolicyDraft, Version},
};
use serde_json::json;

/// The result of a policy change.
#[derive(Clone, Debug)]
pub struct PolicyChange {
    /// The policy from now on.
    pub policy: Policy,
    /// The credentials that it affects.
    pub dry_run: DryRun,
}

const OWN: ServiceError = ServiceError::Refused {
    code: ProblemCode::OwnCredentialAffected,
    detail: "This blocks the credential you call with at once. Give a notice period, or send acknowledge_own_credential: true.",
};

impl OrgPolicies<'_> {
    /// Changes the requirements for credentials of a kind. New credentials must meet them at once. Existing credentials
    /// that do not meet them are blocked after the notice period. A change without new rules and dates writes nothing.
    ///
    /// # Errors
    /// * [`ServiceError::Invalid`] with every flaw.
    /// * [`ServiceError::NotConfirmed`] if it affects another number of credentials than the caller confirmed.
    /// * [`ServiceError::Refused`] with `own_credential_affected` if it blocks the calling credential at once.
    /// * [`ServiceError::MissingScope`] or [`ServiceError::UserContextRequired`].
    pub async fn change(self, caller: &Caller, draft: &PolicyDraft) -> Result<PolicyChange> {
        let permit = self.service.permit(caller, Action::ManagePolicies).await?;
        let by = caller.actor.as_creator();
        let trial = self.trial(caller, &permit, draft).await?;
        let mut tx = self.service.write(&permit).await?;
        self.check_is_member(&mut tx, caller).await?;
        refuse_limited(&self.service.actor_now(&mut tx).await?)?;
        let dry_run = self.apply_trial(&mut tx, trial).await?;
        let (kind, hits) = (dry_run.kind, dry_run.hits.len() as u64);
        if hits != draft.confirm_affected.unwrap_or(0) {
            return Err(ServiceError::NotConfirmed { affected: hits });
        }
        let before = tx.policies().await?;
        let now = self.service.now();
        if is_the_same(before.of(kind), draft, &dry_run, now) {
            return Ok(PolicyChange { policy: before.of(kind).clone(), dry_run });
        }
        if dry_run.affects_own_credential && dry_run.enforced_at <= now && !draft.acknowledge_own_credential {
            return Err(OWN);
        }
        let announced = self.version(&dry_run, by);
        // The version in force stays until the new one is enforced. A version that was only announced is dropped.
        let kept = before.of(kind).in_force(now).filter(|_| announced.enforced_at > now).cloned();
        let policy = Policy::new(kept.into_iter().chain([announced.clone()]).collect());
        tx.replace_policy(kind, &policy).await?;
        let detail = AuditDetail::PolicyUpdated {
            before: json!(before.of(kind).in_force(now).map(|version| &version.rules)),
            after: json!(announced.rules),
            affected: hits,
            warns_at: Some(announced.warns_at),
            enforced_at: Some(announced.enforced_at),
        };
        self.service.commit(tx, self.service.event((kind, &announced), &detail)).await?;
        Ok(PolicyChange { policy, dry_run })
    }

    fn version(self, dry_run: &DryRun, announced_by: CreatedBy) -> Version {
        let announced_at = self.service.now().min(dry_run.warns_at);
        Version {
            id: PolicyId::new(announced_at, self.service.inner.sources.entropy()),
            rules: dry_run.rules.clone(),
            announced_at,
            warns_at: dry_run.warns_at,
            enforced_at: dry_run.enforced_at,
            announced_by,
        }
    }
}

/// Returns whether the draft has the latest announced rules and no dates of its own.
fn is_the_same(before: &Policy, draft: &PolicyDraft, dry_run: &DryRun, now: Timestamp) -> bool {
    let latest = before.coming(now).or_else(|| before.in_force(now));
    let rules = latest.map(|version| version.rules.clone()).unwrap_or_default();
    draft.notice_days.is_none() && draft.warning_days.is_none() && rules == dry_run.rules
}
