//! Approves and denies the authorization of other organizations' tokens.

use super::{AuthorizedHere, state_of};
use crate::{Caller, Result, ServiceError, approvals::check_note, authority::Asked, use_cases::OrgAuthorizations};
use domain::{
    access::{Action, Bounds, Door},
    audit::AuditDetail,
    credential::{Decision, Outcome, Owner},
    ids::CredentialId,
};

/// A decision as the caller sends it.
#[derive(Clone, Debug)]
pub struct AuthorizationDecision {
    pub outcome: Outcome,
    /// The reason, shown to the person who made the request.
    pub note: String,
    /// The version of the token's rights that the caller has seen; see [`domain::credential::Breadth::version`].
    pub expected: Option<String>,
}

impl OrgAuthorizations<'_> {
    /// Decides about a pending authorization. An approved token works here at once, with its current rights.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] if the token has no authorization here.
    /// * [`ServiceError::Refused`] with `already_decided` if the authorization is not pending.
    /// * [`ServiceError::Forbidden`] with `own_request` if the token belongs to the caller.
    /// * [`ServiceError::Changed`] if the token's rights have changed.
    /// * [`ServiceError::Invalid`] for a denial without a note.
    pub async fn decide(self, caller: &Caller, id: &str, asked: &AuthorizationDecision) -> Result<AuthorizedHere> {
        let permit = self.service.permit(caller, Action::DecideTokenRequest).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let note = check_note(asked.outcome, &asked.note)?;
        let by = caller.actor.user().ok_or(ServiceError::UserContextRequired)?;
        let (mut tx, now) = (self.service.write(&permit).await?, self.service.now());
        self.service.policies().check_is_member(&mut tx, caller).await?;
        let mut token = tx.authorized_token(id).await?;
        let policies = tx.policies().await?;
        let state = state_of(&token.authorization, &token.breadth, &token.role, &policies, now);
        let decision = Decision { outcome: asked.outcome, by: caller.actor.as_creator(), at: now, note };
        let (note, scopes, owner) = (decision.note.clone(), token.breadth.scopes.clone(), token.authorization.owner);
        let detail = match asked.outcome {
            Outcome::Approved => AuditDetail::OrgAuthorizationApproved { note, scopes, owner },
            Outcome::Denied => AuditDetail::OrgAuthorizationDenied { note, scopes, owner },
        };
        token.authorization.decide(state, &token.breadth, by, decision)?;
        if asked.expected.as_ref().is_some_and(|expected| *expected != token.breadth.version()) {
            return Err(ServiceError::Changed);
        }
        if asked.outcome == Outcome::Approved {
            let breadth = &token.breadth;
            let bounds = Bounds {
                resources: breadth.resources.clone(),
                networks: breadth.networks.clone(),
                ends_at: token.life.expires_at,
                ..Bounds::default()
            };
            let owner = Owner::User(token.authorization.owner);
            let asked = Asked { owner, scopes: breadth.scopes.clone(), bounds, existing: None };
            self.service.check_obtain(&mut tx, Door::Approve, asked).await?;
        }
        let api_scopes = tx.api_scopes().await?;
        tx.decide_org_authorization(&token.authorization).await?;
        self.service.mail().decision(&mut tx, token.authorization.owner, id).await?;
        self.service.commit(tx, self.authorization_event((&token.authorization, token.name.as_str()), &detail)).await?;
        Ok(AuthorizedHere::new(token, &policies, &api_scopes, now))
    }
}
