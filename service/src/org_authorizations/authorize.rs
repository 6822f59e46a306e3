//! Authorizes a token of the caller for another of their organizations.

use super::state_of;
use crate::{Caller, Result, ServiceError, credentials::may_decide, use_cases::OrgAuthorizations};
use domain::{
    access::Action,
    audit::AuditDetail,
    code::ProblemCode,
    credential::{AuthorizationRefused, AuthorizationState, Authorizer, OrgAuthorization, authorize},
    ids::CredentialId,
    policy::Objection,
};
use store::StoreError;

impl From<AuthorizationRefused> for ServiceError {
    fn from(refused: AuthorizationRefused) -> Self {
        let (code, detail) = match refused {
            AuthorizationRefused::NotTheirs => return Self::Missing,
            AuthorizationRefused::AtHome => {
                (ProblemCode::AtHome, "The token was issued in this organization and works in it.")
            }
            AuthorizationRefused::Ended => {
                (ProblemCode::CredentialEnded, "A revoked or expired token cannot be authorized. Issue a new one.")
            }
            AuthorizationRefused::Creator => {
                return Self::Forbidden {
                    code: ProblemCode::PolicyCreatorNotAllowed,
                    detail: "The organization's policy does not let your role have tokens. Ask an admin there.",
                };
            }
            AuthorizationRefused::Policy(Objection::NeverEnds) => (
                ProblemCode::PolicyMustExpire,
                "That organization's policy asks for an end, and the token has none. Issue one that ends.",
            ),
            AuthorizationRefused::Policy(Objection::LivesTooLong) => (
                ProblemCode::PolicyMaxLifetime,
                "That organization's policy does not allow a token to live as long as this one. Issue one that ends sooner.",
            ),
            AuthorizationRefused::Policy(Objection::HoldsAll) => (
                ProblemCode::PolicyForbidsAll,
                "That organization's policy does not allow the scope all. Give the token the scopes that are needed.",
            ),
            AuthorizationRefused::Policy(Objection::Idle | Objection::UsedElsewhere) => (
                ProblemCode::PolicyIdle,
                "That organization's policy does not allow tokens that were not used for so long. Use it, then try again.",
            ),
        };
        Self::Refused { code, detail }
    }
}

impl OrgAuthorizations<'_> {
    /// Authorizes a token of the caller for another organization, by id or slug. It takes effect at once, or after an
    /// approval there, and the approvers get mail. An existing authorization that was not denied is returned as it is.
    ///
    /// # Errors
    /// * [`ServiceError::Missing`] for a token or an organization that is not the caller's.
    /// * [`ServiceError::PersonRequired`] if the caller is a credential.
    /// * [`ServiceError::Refused`] with `at_home`, `credential_ended` or an objection of the policy there.
    /// * [`ServiceError::Forbidden`] with `policy_creator_not_allowed`.
    pub async fn authorize(self, caller: &Caller, id: &str, org: &str) -> Result<OrgAuthorization> {
        let home = self.service.permit(caller, Action::ChangeOwnToken).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let there = self.there(caller, org).await?;
        let permit = self.service.permit(&there, Action::AuthorizeToken).await?;
        let credential = self.service.inner.db.read(&home).await?.credential(id).await?;
        let user = there.actor.user().ok_or(ServiceError::PersonRequired)?;
        let (mut tx, now) = (self.service.write(&permit).await?, self.service.now());
        // A person who was removed or demoted a moment ago must not act in the old role.
        if Some(&tx.member(user).await?.role) != there.actor.role() {
            return Err(ServiceError::Changed);
        }
        let policies = tx.policies().await?;
        let by = Authorizer { user, role: there.actor.role().cloned(), may_decide: may_decide(&there) };
        let authorization = authorize(&credential, permit.org(), &by, policies.of(id.kind()), now)?;
        match tx.authorized_token(id).await {
            Ok(known) => {
                let state = state_of(&known.authorization, &known.breadth, &known.role, &policies, now);
                if state != AuthorizationState::Denied {
                    return Ok(known.authorization);
                }
            }
            Err(StoreError::Missing) => {}
            Err(error) => return Err(error.into()),
        }
        tx.insert_org_authorization(&authorization).await?;
        if authorization.pending_since.is_some() {
            self.service.mail().request(&mut tx, id).await?;
        }
        let detail = AuditDetail::OrgAuthorizationGranted {
            redacted: credential.redacted().to_owned(),
            scopes: credential.grant.scopes.clone(),
            resources: credential.grant.resources.clone(),
            expires_at: credential.grant.expires_at,
            needs_approval: authorization.pending_since.is_some(),
        };
        let about = (&authorization, credential.grant.name.as_str());
        self.service.commit(tx, self.authorization_event(about, &detail)).await?;
        Ok(authorization)
    }
}
