//! Approving what members ask for.
//!
//! Owns: that somebody else than whoever asked decides, once, and that what was approved works with the secret that was
//! handed over when it was issued. What may be decided is in [`domain::credential`].

use crate::{Caller, Result, Service, ServiceError, authority::Asked};
use domain::{
    access::{Action, Door},
    audit::AuditAction,
    credential::{ApprovalRefused, Decision, Outcome, TokenRequest, approve, deny},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
    scope::{Scope, ScopeSet},
};
use serde_json::json;
pub use store::RequestState;
use store::{Page, PageRequest, StoreError};

/// A decision, as it is asked for.
#[derive(Clone, Debug)]
pub struct DecisionRequest {
    /// What.
    pub outcome: Outcome,
    /// Why, for whoever asked.
    pub note: String,
    /// For approval: no more than these scopes. None: all that were asked for.
    pub scopes: Option<Vec<String>>,
    /// The version of the credential that was looked at.
    pub expected: Option<String>,
}

const MAX_NOTE: usize = 1000;

const DECIDED: ServiceError = ServiceError::Refused {
    code: "already_decided",
    detail: "It does not wait any more: somebody has decided, or it was taken back.",
};

impl From<ApprovalRefused> for ServiceError {
    fn from(refused: ApprovalRefused) -> Self {
        match refused {
            ApprovalRefused::NotPending => DECIDED,
            ApprovalRefused::OwnRequest => Self::Forbidden {
                code: "own_request",
                detail: "You asked for this yourself. Somebody else has to decide.",
            },
            ApprovalRefused::NotNarrower => {
                let detail = "Approve scopes that were asked for, or fewer.";
                FieldErrors::one(Flaw::new("not_requested", detail).at("/scopes")).into()
            }
        }
    }
}

impl Service {
    /// A page of requests within the caller's reach, the newest first.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`], or [`ServiceError::Invalid`] for a bad cursor.
    pub async fn token_requests(
        &self,
        caller: &Caller,
        state: RequestState,
        page: &PageRequest,
    ) -> Result<Page<TokenRequest>> {
        let permit = self.permit(caller, Action::ReadTokenRequests).await?;
        Ok(self.inner.db.read(&permit).await?.token_requests(state, self.now(), page).await?)
    }

    /// How many requests the caller could decide about; no more than a hundred are counted.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`], [`ServiceError::UserContextRequired`].
    pub async fn waiting_requests(&self, caller: &Caller) -> Result<u32> {
        let permit = self.permit(caller, Action::DecideTokenRequest).await?;
        let by = caller.actor.user().ok_or(ServiceError::UserContextRequired)?;
        Ok(self.inner.db.read(&permit).await?.waiting_requests(by, self.now()).await?)
    }

    /// What was asked for with a credential; nothing if it needed nobody's approval.
    ///
    /// # Errors
    /// [`ServiceError::Missing`].
    pub async fn token_request(&self, caller: &Caller, id: &str) -> Result<Option<TokenRequest>> {
        let permit = self.permit(caller, Action::ReadTokenRequests).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        Ok(self.inner.db.read(&permit).await?.token_request(id).await?)
    }

    /// Decides about a credential that waits. Approved, it works at once, with its secret as it is.
    ///
    /// # Errors
    /// [`ServiceError::Missing`]; [`ServiceError::Refused`] with `already_decided`; [`ServiceError::Forbidden`] with
    /// `own_request`; [`ServiceError::Changed`]; [`ServiceError::Invalid`] for scopes that were not asked for, or a denial
    /// without a note; [`ServiceError::UserContextRequired`].
    pub async fn decide(&self, caller: &Caller, id: &str, asked: &DecisionRequest) -> Result<TokenRequest> {
        let permit = self.permit(caller, Action::DecideTokenRequest).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let note = check_note(asked.outcome, &asked.note)?;
        let scopes = asked.scopes.as_deref().map(check_scopes).transpose()?;
        let by = caller.actor.user().ok_or(ServiceError::UserContextRequired)?;
        let now = self.now();
        let mut tx = self.write(&permit).await?;
        self.check_is_member(&mut tx, caller).await?;
        let request = tx.token_request(id).await?.ok_or(DECIDED)?;
        let TokenRequest { mut credential, requested_by, justification, requested_at, .. } = request;
        if asked.expected.as_ref().is_some_and(|expected| *expected != credential.version()) {
            return Err(if credential.pending_since.is_none() { DECIDED } else { ServiceError::Changed });
        }
        let before = credential.scopes.clone();
        let action = match asked.outcome {
            Outcome::Approved => {
                approve(&mut credential, &requested_by, by, scopes, now)?;
                self.check_obtain(&mut tx, Door::Approve, Asked::of(&credential)).await?;
                tx.approve_credential(&credential).await.map_err(decided)?;
                AuditAction::CredentialApproved
            }
            Outcome::Denied => {
                deny(&mut credential, &requested_by, by, now)?;
                tx.revoke_credential(id, now).await.map_err(decided)?;
                AuditAction::CredentialApprovalDenied
            }
        };
        let decision = Decision { outcome: asked.outcome, by: caller.actor.as_creator(), at: now, note };
        tx.decide_token_request(id, &decision).await.map_err(decided)?;
        let detail = json!({
            "note": decision.note,
            "asked_for": before,
            "scopes": credential.scopes,
        });
        let event = self.credential_event(action, &credential, detail);
        let decided = TokenRequest { credential, requested_by, justification, requested_at, decision: Some(decision) };
        if let Ok(asked) = decided.requested_by.id.parse() {
            self.post_decision(&mut tx, asked, decided.credential.id).await?;
        }
        self.commit(tx, event).await?;
        Ok(decided)
    }
}

fn decided(error: StoreError) -> ServiceError {
    match error {
        StoreError::Missing => DECIDED,
        error => error.into(),
    }
}

/// What is said about a decision; nobody is denied something without a word.
pub(crate) fn check_note(outcome: Outcome, note: &str) -> Result<String> {
    let note = note.trim();
    let flaw = |code, detail: &str| Err(FieldErrors::one(Flaw::new(code, detail).at("/note")).into());
    if note.chars().count() > MAX_NOTE || note.contains('\0') {
        return flaw("too_long", "Use at most 1000 characters.");
    }
    if outcome == Outcome::Denied && note.is_empty() {
        return flaw("required", "Say why, so that whoever asked knows what to do.");
    }
    Ok(note.to_owned())
}

fn check_scopes(asked: &[String]) -> Result<ScopeSet> {
    let mut errors = FieldErrors::default();
    let read = |(index, text): (usize, &String)| errors.check(&format!("/scopes/{index}"), Scope::parse(text));
    let scopes = asked.iter().enumerate().filter_map(read).collect();
    if errors.is_empty() { Ok(scopes) } else { Err(errors.into()) }
}
