//! Rolls credentials: creates a new secret, cancels a roll, or ends the overlap early.

use super::{CredentialTarget, Issued};
use crate::{
    Caller, Result, ServiceError,
    authority::{Asked, refuse_access_token},
    idempotency::Idempotency,
    use_cases::Credentials,
};
use domain::{
    access::{Action, Door, Permit},
    audit::AuditDetail,
    code::{FlawCode, ProblemCode},
    credential::{
        Credential, DEFAULT_OVERLAP_SECONDS, MAX_OVERLAP_SECONDS, RollRefused, cancel_roll, finish_roll, roll,
    },
    error::{FieldErrors, Flaw},
    ids::CredentialId,
    secret::RevealedSecret,
};
use store::{Claim, StoreError};

fn refuse(refused: RollRefused) -> ServiceError {
    match refused {
        RollRefused::NotLive => ServiceError::Refused {
            code: ProblemCode::CredentialNotActive,
            detail: "Only a credential that works can be rolled. Enable this one first, or issue a new one.",
        },
        RollRefused::Ended => ServiceError::Refused {
            code: ProblemCode::CredentialNotActive,
            detail: "A revoked or expired credential cannot be rolled. Issue a new one.",
        },
        RollRefused::TooManyLive { next_retires_at } => ServiceError::TooManyLiveSecrets { next_retires_at },
        RollRefused::NothingPending => ServiceError::Refused {
            code: ProblemCode::NoRollPending,
            detail: "There is no roll in this state: it was finished, cancelled or already used.",
        },
    }
}

fn check_overlap(overlap_seconds: Option<i64>) -> Result<i64> {
    let overlap = overlap_seconds.unwrap_or(DEFAULT_OVERLAP_SECONDS);
    if (0..=MAX_OVERLAP_SECONDS).contains(&overlap) {
        return Ok(overlap);
    }
    let flaw = Flaw::new(FlawCode::OutOfRange, "overlap_seconds must be between 0 and 604800.");
    Err(FieldErrors::one(flaw.at("/overlap_seconds")).into())
}

impl Credentials<'_> {
    /// Gives a credential a new secret. The overlap begins at the first use of the new secret, and the old ones work
    /// until it ends. Only the owner may roll a person's token.
    ///
    /// # Errors
    /// * The errors of [`domain::access::may_obtain`].
    /// * [`ServiceError::Missing`] if the credential does not exist or is not within reach.
    /// * [`ServiceError::Invalid`] if the overlap is out of range.
    /// * [`ServiceError::TooManyLiveSecrets`] if no other secret may be added now.
    /// * [`ServiceError::Refused`] with `credential_not_active` or `no_secret`.
    pub async fn roll(
        self,
        caller: &Caller,
        target: CredentialTarget,
        id: &str,
        overlap_seconds: Option<i64>,
        idempotency: Option<Idempotency>,
    ) -> Result<Issued> {
        let permit = self.change_permit(caller, target).await?;
        refuse_access_token(permit.actor())?;
        let (id, overlap) = (target.id(id)?, check_overlap(overlap_seconds)?);
        let idempotency = idempotency.as_ref();
        let work = |claim| self.roll_once(&permit, target, id, overlap, idempotency, claim);
        self.service.once(&permit, idempotency, work).await
    }

    /// Rolls the credential that the caller presented. Every credential may roll itself.
    ///
    /// # Errors
    /// Fails like [`Credentials::roll`], or with [`ServiceError::Missing`] if the caller is a person in a session.
    pub async fn roll_self(
        self,
        caller: &Caller,
        overlap_seconds: Option<i64>,
        idempotency: Option<Idempotency>,
    ) -> Result<Issued> {
        let permit = self.service.permit(caller, Action::ChangeSelf).await?;
        let id = caller.actor.credential().ok_or(ServiceError::Missing)?;
        let (target, overlap, idempotency) =
            (CredentialTarget::Of(id.kind()), check_overlap(overlap_seconds)?, idempotency.as_ref());
        let work = |claim| self.roll_once(&permit, target, id, overlap, idempotency, claim);
        self.service.once(&permit, idempotency, work).await
    }

    async fn roll_once(
        self,
        permit: &Permit,
        target: CredentialTarget,
        id: CredentialId,
        overlap: i64,
        idempotency: Option<&Idempotency>,
        claim: Option<Claim>,
    ) -> Result<Issued> {
        let now = self.service.now();
        let mut tx = self.service.write(permit).await?;
        let mut credential = target.admits(tx.credential(id).await?)?;
        if credential.secrets.is_empty() {
            let detail = "This client authenticates with its own keys. Replace those instead.";
            return Err(ServiceError::Refused { code: ProblemCode::NoSecret, detail });
        }
        self.service.check_obtain(&mut tx, Door::Reveal, Asked::of(&credential)).await?;
        let (plain, mut stored) = self.draw_secret(id.kind(), credential.grant.env)?;
        roll(&mut credential, stored.secret, overlap, now).map_err(refuse)?;
        stored.secret = credential.secrets[0].clone();
        tx.insert_secret(id, &stored).await?;
        if let Some(claim) = &claim {
            let sealed = self.service.seal(idempotency, permit, Some(&plain));
            tx.complete_claim(claim, &id.to_string(), sealed.as_deref()).await?;
        }
        let redacted = credential.redacted().to_owned();
        let detail = AuditDetail::CredentialRolled { overlap_seconds: overlap, redacted };
        self.service.commit(tx, self.service.event(&credential, &detail)).await?;
        Ok(Issued { credential, secret: Some(RevealedSecret::new(plain)), replayed: false })
    }

    /// Cancels a roll whose new secret was never used. The new secret stops working.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`], or with [`ServiceError::Refused`] with `no_roll_pending`.
    pub async fn cancel_roll(self, caller: &Caller, target: CredentialTarget, id: &str) -> Result<Credential> {
        let permit = self.change_permit(caller, target).await?;
        let (id, now) = (target.id(id)?, self.service.now());
        // Writes a first use that is still in memory. Otherwise the canceled secret could be one in use.
        self.service.node().flush_usage().await?;
        let mut tx = self.service.write(&permit).await?;
        let mut credential = target.admits(tx.credential(id).await?)?;
        let place = cancel_roll(&mut credential, now).map_err(refuse)?;
        match tx.update_secret(id, &credential.secrets[place]).await {
            // The secret was used between the read and the update.
            Err(StoreError::Missing) => return Err(refuse(RollRefused::NothingPending)),
            result => result?,
        }
        let redacted = credential.secrets[place].redacted.clone();
        let event = self.service.event(&credential, &AuditDetail::CredentialRollCancelled { redacted });
        self.commit_change(tx, event, &credential).await?;
        Ok(credential)
    }

    /// Ends the overlap now. Only the newest secret still works.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`], or with [`ServiceError::Refused`] with `no_roll_pending`.
    pub async fn finish_roll(self, caller: &Caller, target: CredentialTarget, id: &str) -> Result<Credential> {
        let permit = self.change_permit(caller, target).await?;
        let (id, now) = (target.id(id)?, self.service.now());
        let mut tx = self.service.write(&permit).await?;
        let mut credential = target.admits(tx.credential(id).await?)?;
        let places = finish_roll(&mut credential, now).map_err(refuse)?;
        for place in &places {
            tx.update_secret(id, &credential.secrets[*place]).await?;
        }
        let ended: Vec<_> = places.iter().map(|place| credential.secrets[*place].redacted.clone()).collect();
        let event = self.service.event(&credential, &AuditDetail::CredentialRollFinished { ended });
        self.commit_change(tx, event, &credential).await?;
        Ok(credential)
    }
}
