//! Approval requests: lists them and decides them.
//!
//! Owns the rules of a decision: it is made once, and not by the person who made the request. An approved credential
//! works with the secret that was revealed when it was created. [`domain::credential`] decides what may be approved.

use crate::{Caller, Result, ServiceError, authority::Asked, use_cases::TokenRequests};
use domain::{
    access::{Action, Door},
    audit::AuditDetail,
    code::{FlawCode, ProblemCode},
    credential::{ApprovalRefused, Decision, Outcome, TokenRequest, approve, deny},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
    scope::{Scope, ScopeSet},
};
pub use store::RequestState;
use store::{Page, PageRequest, StoreError};

/// A decision as the caller sends it.
#[derive(Clone, Debug)]
pub struct DecisionRequest {
    pub outcome: Outcome,
    /// The reason, shown to the person who made the request.
    pub note: String,
    /// The scopes to approve, at most the requested ones. If `None`, all requested scopes are approved.
    pub scopes: Option<Vec<String>>,
    /// The version of the credential that the caller has seen.
    pub expected: Option<String>,
}

const MAX_NOTE: usize = 1000;

const DECIDED: ServiceError = ServiceError::Refused {
    code: ProblemCode::AlreadyDecided,
    detail: "It does not wait any more: somebody has decided, or it was taken back.",
};

impl From<ApprovalRefused> for ServiceError {
    fn from(refused: ApprovalRefused) -> Self {
        match refused {
            ApprovalRefused::NotPending => DECIDED,
            ApprovalRefused::OwnRequest => Self::Forbidden {
                code: ProblemCode::OwnRequest,
                detail: "You asked for this yourself. Somebody else has to decide.",
            },
            ApprovalRefused::NotNarrower => {
                let detail = "Approve scopes that were asked for, or fewer.";
                FieldErrors::one(Flaw::new(FlawCode::NotRequested, detail).at("/scopes")).into()
            }
        }
    }
}

impl TokenRequests<'_> {
    /// Returns a page of the approval requests within the caller's reach, newest first.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`], or with [`ServiceError::Invalid`] if the cursor is not valid.
    pub async fn list(self, caller: &Caller, state: RequestState, page: &PageRequest) -> Result<Page<TokenRequest>> {
        let permit = self.service.permit(caller, Action::ReadTokenRequests).await?;
        Ok(self.service.inner.db.read(&permit).await?.token_requests(state, self.service.now(), page).await?)
    }

    /// Counts the pending requests that the caller could decide. Counts at most 100.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`] or [`ServiceError::UserContextRequired`].
    pub async fn waiting(self, caller: &Caller) -> Result<u32> {
        let permit = self.service.permit(caller, Action::DecideTokenRequest).await?;
        let by = caller.actor.user().ok_or(ServiceError::UserContextRequired)?;
        Ok(self.service.inner.db.read(&permit).await?.waiting_requests(by, self.service.now()).await?)
    }

    /// Returns the approval request of a credential, or `None` if the credential needed no approval.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the id is not a credential's, or not within reach.
    pub async fn show(self, caller: &Caller, id: &str) -> Result<Option<TokenRequest>> {
        let permit = self.service.permit(caller, Action::ReadTokenRequests).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.service.inner.db.read(&permit).await?.token_request(id).await?)
    }

    /// Approves or denies a pending credential. An approved credential works at once, with its existing secret.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the id is not valid.
    /// * [`ServiceError::Refused`] with `already_decided` if the request is not pending.
    /// * [`ServiceError::Forbidden`] with `own_request` if the caller made the request.
    /// * [`ServiceError::Changed`] if the credential has another version than expected.
    /// * [`ServiceError::Invalid`] for scopes that were not requested, or for a denial without a note.
    /// * [`ServiceError::UserContextRequired`] if the caller acts for no person.
    pub async fn decide(self, caller: &Caller, id: &str, asked: &DecisionRequest) -> Result<TokenRequest> {
        let permit = self.service.permit(caller, Action::DecideTokenRequest).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let note = check_note(asked.outcome, &asked.note)?;
        let scopes = asked.scopes.as_deref().map(check_scopes).transpose()?;
        let by = caller.actor.user().ok_or(ServiceError::UserContextRequired)?;
        let now = self.service.now();
        let mut tx = self.service.write(&permit).await?;
        self.service.policies().check_is_member(&mut tx, caller).await?;
        let request = tx.token_request(id).await?.ok_or(DECIDED)?;
        let TokenRequest { mut credential, requested_by, justification, requested_at, .. } = request;
        if asked.expected.as_ref().is_some_and(|expected| *expected != credential.version()) {
            return Err(if credential.pending_since.is_none() { DECIDED } else { ServiceError::Changed });
        }
        let before = credential.grant.scopes.clone();
        match asked.outcome {
            Outcome::Approved => {
                approve(&mut credential, &requested_by, by, scopes, now)?;
                self.service.check_obtain(&mut tx, Door::Approve, Asked::of(&credential)).await?;
                tx.approve_credential(&credential).await.map_err(decided)?;
            }
            Outcome::Denied => {
                deny(&mut credential, &requested_by, by, now)?;
                tx.revoke_credential(id, now).await.map_err(decided)?;
            }
        }
        let decision = Decision { outcome: asked.outcome, by: caller.actor.as_creator(), at: now, note };
        tx.decide_token_request(id, &decision).await.map_err(decided)?;
        let (note, scopes) = (decision.note.clone(), credential.grant.scopes.clone());
        let detail = match asked.outcome {
            Outcome::Approved => AuditDetail::CredentialApproved { note, asked_for: before, scopes },
            Outcome::Denied => AuditDetail::CredentialApprovalDenied { note, asked_for: before, scopes },
        };
        let event = self.service.event(&credential, &detail);
        let decided = TokenRequest { credential, requested_by, justification, requested_at, decision: Some(decision) };
        if let Ok(asked) = decided.requested_by.id.parse() {
            self.service.mail().decision(&mut tx, asked, decided.credential.id).await?;
        }
        self.service.commit(tx, event).await?;
        Ok(decided)
    }
}

fn decided(error: StoreError) -> ServiceError {
    match error {
        StoreError::Missing => DECIDED,
        error => error.into(),
    }
}

/// Checks the note of a decision. A denial requires a note.
pub(crate) fn check_note(outcome: Outcome, note: &str) -> Result<String> {
    let note = note.trim();
    let flaw = |code, detail: &str| Err(FieldErrors::one(Flaw::new(code, detail).at("/note")).into());
    if note.chars().count() > MAX_NOTE || note.contains('\0') {
        return flaw(FlawCode::TooLong, "Use at most 1000 characters.");
    }
    if outcome == Outcome::Denied && note.is_empty() {
        return flaw(FlawCode::Required, "Say why, so that whoever asked knows what to do.");
    }
    Ok(note.to_owned())
}

fn check_scopes(asked: &[String]) -> Result<ScopeSet> {
    let mut errors = FieldErrors::default();
    let read = |(index, text): (usize, &String)| errors.check(&format!("/scopes/{index}"), Scope::parse(text));
    let scopes = asked.iter().enumerate().filter_map(read).collect();
    if errors.is_empty() { Ok(scopes) } else { Err(errors.into()) }
}
