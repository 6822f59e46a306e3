//! Transfers personal access tokens to a service account, so that they outlive the person who created them.
//!
//! Only a signed-in person can transfer, and the service account gets no more than this person may grant. Each token is
//! a change of its own with its own event. The secrets keep working; only the owner changes.

use super::{BulkItem, BulkTarget, CredentialTarget};
use crate::{Caller, Result, ServiceError, authority::Asked, use_cases::Credentials};
use domain::{
    Timestamp,
    access::{Action, Door, Permit},
    account::ServiceAccount,
    audit::{AuditDetail, detail::Party},
    code::{FlawCode, ProblemCode},
    credential::{Credential, CredentialKind, TransferRefused, transfer},
    error::{FieldErrors, Flaw},
    ids::{CredentialId, ServiceAccountId},
};
use store::{ReadTx, StoreError};

const PATS: CredentialTarget = CredentialTarget::Of(CredentialKind::PersonalAccessToken);

/// A request to transfer tokens.
#[derive(Clone, Debug)]
pub struct TransferRequest {
    /// The id of the service account.
    pub to: String,
    /// The tokens to transfer.
    pub target: BulkTarget,
    /// Only returns the results that the transfer would have.
    pub dry_run: bool,
}

/// The permit of the caller and the new owner.
struct Handover {
    permit: Permit,
    to: ServiceAccount,
}

impl Credentials<'_> {
    /// Transfers tokens, with a result for each. A token that cannot be transferred has the reason as its result, and
    /// does not affect the others.
    ///
    /// # Errors
    /// * [`ServiceError::PersonRequired`] if the caller is a credential.
    /// * [`ServiceError::MissingScope`] if the caller may not manage service accounts or change tokens.
    /// * [`ServiceError::Invalid`] for an unknown service account, or for more than 1000 tokens.
    pub async fn transfer(self, caller: &Caller, request: &TransferRequest) -> Result<Vec<BulkItem>> {
        let permit = self.service.permit(caller, Action::TransferTokens).await?;
        self.service.permit(caller, PATS.change()).await?;
        let to = self.receiver(&permit, &request.to).await?;
        let handover = Handover { permit, to };
        let mut items = Vec::new();
        for id in self.targets(caller, &request.target).await? {
            let (result, changed) = match self.transfer_tokens(&handover, &id, request.dry_run).await {
                Ok((credential, changed)) => (Ok(credential), changed),
                Err(error) => (Err(error), false),
            };
            items.push(BulkItem::new(id, result, changed));
        }
        if request.dry_run {
            self.count_calls_today(caller, &mut items).await?;
        }
        Ok(items)
    }

    async fn receiver(self, permit: &Permit, to: &str) -> Result<ServiceAccount> {
        let unknown = || {
            let flaw = Flaw::new(FlawCode::UnknownServiceAccount, "There is no service account of this id here.");
            ServiceError::from(FieldErrors::one(flaw.at("/to")))
        };
        let id: ServiceAccountId = to.parse().map_err(|_| unknown())?;
        match self.service.inner.db.read(permit).await?.service_account(id).await {
            Err(StoreError::Missing) => Err(unknown()),
            found => Ok(found?),
        }
    }

    /// Returns the token after the transfer, and whether that is a change.
    async fn transfer_tokens(self, handover: &Handover, id: &str, dry_run: bool) -> Result<(Credential, bool)> {
        let (permit, now) = (&handover.permit, self.service.now());
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        if dry_run {
            let mut tx = self.service.inner.db.read(permit).await?;
            return self.decide_transfer(&mut tx, handover, id, now).await;
        }
        let mut tx = self.service.write(permit).await?;
        let from = tx.credential(id).await?.owner;
        let (after, changed) = self.decide_transfer(&mut tx, handover, id, now).await?;
        if changed {
            tx.transfer_credential(id, handover.to.id).await?;
            let (former, new) = (Party::new(from, after.org), Party::new(after.owner, after.org));
            let detail = AuditDetail::CredentialTransferred { from: former, to: new };
            self.service.mail().change(&mut tx, from, id).await?;
            self.service.commit(tx, self.service.event(&after, &detail)).await?;
        }
        Ok((after, changed))
    }

    /// Returns the token as it would be after the transfer, and whether that is a change.
    async fn decide_transfer(
        self,
        tx: &mut ReadTx,
        handover: &Handover,
        id: CredentialId,
        now: Timestamp,
    ) -> Result<(Credential, bool)> {
        let mut credential = tx.credential(id).await?;
        match transfer(&mut credential, handover.to.id, now) {
            Ok(()) => {}
            Err(TransferRefused::AlreadyTheirs) => return Ok((credential, false)),
            Err(why) => return Err(refuse(why)),
        }
        self.service.check_obtain(tx, Door::Transfer, Asked::of(&credential)).await?;
        Ok((credential, true))
    }
}

fn refuse(why: TransferRefused) -> ServiceError {
    let (code, detail) = match why {
        TransferRefused::NotAToken => (
            ProblemCode::KindNotTransferable,
            "Only personal access tokens are transferred. API keys and clients belong to the organization already.",
        ),
        TransferRefused::Ended => {
            (ProblemCode::CredentialEnded, "A revoked or expired token cannot be transferred. Issue a new one.")
        }
        TransferRefused::AlreadyTheirs => {
            (ProblemCode::AlreadyTransferred, "The token belongs to that service account already.")
        }
    };
    ServiceError::Refused { code, detail }
}
