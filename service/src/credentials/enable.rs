//! Disables and enables credentials. Secrets, scopes and expiry stay as they are.

use super::CredentialTarget;
use crate::{Caller, Result, ServiceError, authority::Asked, use_cases::Credentials};
use domain::{
    access::Door,
    audit::{AuditAction, AuditDetail, detail::EnabledBy},
    code::ProblemCode,
    credential::{self, Credential, Owner},
};
use store::{AuditFilter, PageRequest, ReadTx};

const FINAL: ServiceError = ServiceError::Refused {
    code: ProblemCode::CredentialEnded,
    detail: "A revoked or expired credential is over for good.",
};

const HELD: ServiceError = ServiceError::Forbidden {
    code: ProblemCode::OwnerConfirmationRequired,
    detail: "The owner of this token left the organization and came back. Only the owner can confirm it, signed in.",
};

const DISABLED_BY_OWNER: ServiceError = ServiceError::Forbidden {
    code: ProblemCode::DisabledByOwner,
    detail: "The owner disabled this token. Only the owner can enable it.",
};
const DISABLED_BY_ANOTHER: ServiceError = ServiceError::Forbidden {
    code: ProblemCode::DisabledByAnother,
    detail: "Somebody else disabled your token. Ask an owner or admin of the organization to enable it, or create another.",
};

impl Credentials<'_> {
    /// Disables a credential. A repetition changes nothing.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`], or with [`ServiceError::Refused`] with `credential_ended`.
    pub async fn disable(self, caller: &Caller, target: CredentialTarget, id: &str) -> Result<Credential> {
        self.switch(caller, target, id, AuditAction::CredentialDisabled).await
    }

    /// Enables a credential. A repetition changes nothing.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the credential does not exist or is not within reach.
    /// * [`ServiceError::Refused`] with `credential_ended`.
    /// * [`ServiceError::Forbidden`] with `owner_confirmation_required`, `disabled_by_owner` or `disabled_by_another`.
    /// * The errors of [`domain::access::may_obtain`] for the rights of the credential.
    pub async fn enable(self, caller: &Caller, target: CredentialTarget, id: &str) -> Result<Credential> {
        self.switch(caller, target, id, AuditAction::CredentialEnabled).await
    }

    async fn switch(
        self,
        caller: &Caller,
        target: CredentialTarget,
        id: &str,
        action: AuditAction,
    ) -> Result<Credential> {
        let permit = self.change_permit(caller, target).await?;
        let (id, now) = (target.id(id)?, self.service.now());
        let mut tx = self.service.write(&permit).await?;
        let mut credential = target.admits(tx.credential(id).await?)?;
        if credential.status(now).is_final() {
            return Err(FINAL);
        }
        if action == AuditAction::CredentialEnabled && !credential::may_enable(&credential, &caller.actor) {
            return Err(HELD);
        }
        if action == AuditAction::CredentialEnabled {
            self.check_who_disabled(&mut tx, caller, &credential).await?;
            // The holder of the secret gets these rights again.
            if credential.disabled_at.is_some() {
                self.service.check_obtain(&mut tx, Door::Approve, Asked::of(&credential)).await?;
            }
        }
        let was_held = credential.held_since.is_some();
        let changed = match action {
            AuditAction::CredentialDisabled => credential::disable(&mut credential, now),
            _ => credential::enable(&mut credential, now),
        };
        if changed.is_err() {
            return Ok(credential);
        }
        tx.update_credential(&credential).await?;
        let detail = match action {
            AuditAction::CredentialDisabled => AuditDetail::CredentialDisabled { by: None },
            _ => AuditDetail::CredentialEnabled { by: was_held.then_some(EnabledBy::OwnerConfirmed) },
        };
        self.commit_change(tx, self.service.event(&credential, &detail), &credential).await?;
        Ok(credential)
    }

    /// Only the owner may enable a token that they disabled, because anyone with the secret could act as that person.
    /// The owner may not enable a token that another person disabled, because it may have leaked.
    async fn check_who_disabled(self, tx: &mut ReadTx, caller: &Caller, credential: &Credential) -> Result<()> {
        let Owner::User(owner) = credential.owner else { return Ok(()) };
        if credential.disabled_at.is_none() {
            return Ok(());
        }
        let filter = AuditFilter {
            action: Some(AuditAction::CredentialDisabled.as_str().to_owned()),
            target: Some(credential.id.to_string()),
            ..AuditFilter::default()
        };
        let events = tx.audit_events(&filter, &PageRequest::new(1, None)).await?.items;
        // A job that disabled the token made no personal decision.
        let Some(event) = events.first().filter(|event| event.actor_type != "system") else { return Ok(()) };
        match (event.actor_id == owner.to_string(), caller.actor.user() == Some(owner)) {
            (true, false) => Err(DISABLED_BY_OWNER),
            (false, true) => Err(DISABLED_BY_ANOTHER),
            _ => Ok(()),
        }
    }
}
