//! Lists the tokens of other organizations that work here, and the organizations where a token of the caller works.

use super::state_of;
use crate::{Caller, Result, ServiceError, use_cases::OrgAuthorizations};
use domain::{
    Timestamp,
    access::Action,
    account::Org,
    credential::{AuthorizationState, Breadth, OrgAuthorization, Status},
    ids::CredentialId,
    policy::Policies,
    scope::{ALL, ScopeSet},
};
use store::{CrossOrgToken, Page, PageRequest, StoreError};

/// A token of another organization, as this organization sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizedHere {
    pub token: CrossOrgToken,
    /// The state of its authorization.
    pub state: AuthorizationState,
    /// The state of the token, under the policy of this organization.
    pub status: Status,
    /// The effective scopes here: those scopes of the token that its owner has in this organization.
    pub scopes: ScopeSet,
}

impl AuthorizedHere {
    pub(crate) fn new(token: CrossOrgToken, policies: &Policies, api_scopes: &ScopeSet, now: Timestamp) -> Self {
        let granted = token.role.scopes(api_scopes);
        let has_all = token.breadth.scopes.contains(ALL);
        let scopes = if has_all { granted } else { token.breadth.scopes.intersection(&granted) };
        let is_blocked = policies.is_blocked(token.authorization.credential, &token.existing(), now);
        let state = state_of(&token.authorization, &token.breadth, &token.role, policies, now);
        Self { state, status: token.life.status(now).under(is_blocked), scopes, token }
    }

    /// Returns whether the token works here, as far as this organization knows. It does not know the policy at home.
    pub(crate) fn works(&self) -> bool {
        self.state == AuthorizationState::Active && self.status.is_live()
    }
}

/// The state of a token in an organization of its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The token was created there.
    Home,
    /// The token is not authorized there.
    Not,
    /// The token was authorized there. The state says whether the authorization is effective.
    Authorized(Box<OrgAuthorization>, AuthorizationState),
}

/// An organization of a token's owner, and the state of the token in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandsIn {
    pub org: Org,
    pub standing: Standing,
}

impl OrgAuthorizations<'_> {
    /// Returns a page of the tokens of other organizations that work in the caller's or are pending, newest first. A
    /// caller who reaches only their own credentials sees only their own tokens.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`], or with [`ServiceError::Invalid`] if the cursor is not valid.
    pub async fn authorized_tokens(self, caller: &Caller, page: &PageRequest) -> Result<Page<AuthorizedHere>> {
        let permit = self.service.permit(caller, Action::ReadInventory).await?;
        let now = self.service.now();
        let mut tx = self.service.inner.db.read(&permit).await?;
        let api_scopes = tx.api_scopes().await?;
        let Page { items, next_cursor } = tx.authorized_tokens(now, page).await?;
        let policies = tx.policies().await?;
        let items = items.into_iter().map(|token| AuthorizedHere::new(token, &policies, &api_scopes, now)).collect();
        Ok(Page { items, next_cursor })
    }

    /// Returns the home organization of a token of the caller. `None` if the token is not theirs.
    ///
    /// # Errors
    /// Fails with [`ServiceError::PersonRequired`] if the caller is not signed in.
    pub async fn home_of_own_token(self, caller: &Caller, id: &str) -> Result<Option<Org>> {
        let Ok(id) = id.parse::<CredentialId>() else { return Ok(None) };
        for membership in self.service.orgs().memberships(caller).await? {
            let there = self.there(caller, membership.org.slug.as_str()).await?;
            let permit = self.service.permit(&there, Action::ReadOwnTokens).await?;
            match self.service.inner.db.read(&permit).await?.credential(id).await {
                Ok(_) => return Ok(Some(membership.org)),
                Err(StoreError::Missing) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Returns the state of a token of the caller in each of their organizations, sorted by the organization's name.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the token is not the caller's, or with [`ServiceError::PersonRequired`].
    pub async fn token_in_orgs(self, caller: &Caller, id: &str) -> Result<Vec<StandsIn>> {
        let permit = self.service.permit(caller, Action::ReadOwnTokens).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.inner.db.read(&permit).await?;
        let credential = tx.credential(id).await?;
        let mut authorizations = tx.authorizations_of(id).await?;
        drop(tx);
        let (breadth, now) = (Breadth::from(&credential), self.service.now());
        let mut stands = Vec::new();
        for membership in self.service.orgs().memberships(caller).await? {
            let place = authorizations.iter().position(|one| one.org == membership.org.id);
            let standing = match place.map(|place| authorizations.swap_remove(place)) {
                _ if membership.org.id == credential.org => Standing::Home,
                None => Standing::Not,
                Some(authorization) => {
                    let there = self.there(caller, membership.org.slug.as_str()).await?;
                    let policies = self.service.policies().list(&there).await?;
                    let state = state_of(&authorization, &breadth, &membership.role, &policies, now);
                    Standing::Authorized(Box::new(authorization), state)
                }
            };
            stands.push(StandsIn { org: membership.org, standing });
        }
        Ok(stands)
    }
}
