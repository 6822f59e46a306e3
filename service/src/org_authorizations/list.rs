//! Which tokens of other organisations work here; and where a token of one's own works.

use super::state_of;
use crate::{Caller, Result, Service, ServiceError};
use domain::{
    Timestamp,
    access::Action,
    account::Org,
    credential::{AuthorizationState, Breadth, OrgAuthorization, Status},
    ids::CredentialId,
    policy::Policies,
    scope::{ALL, ScopeSet},
};
use store::{AuthorizedToken, Page, PageRequest, StoreError};

/// A token of another organisation, as it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizedHere {
    /// The token.
    pub token: AuthorizedToken,
    /// What has become of its authorisation.
    pub state: AuthorizationState,
    /// Its own state, under the policy of here.
    pub status: Status,
    /// What it may do here now: its scopes, as far as its owner has them here.
    pub scopes: ScopeSet,
}

impl AuthorizedHere {
    pub(crate) fn new(token: AuthorizedToken, policies: &Policies, api_scopes: &ScopeSet, now: Timestamp) -> Self {
        let granted = token.role.scopes(api_scopes);
        let has_all = token.breadth.scopes.contains(ALL);
        let scopes = if has_all { granted } else { token.breadth.scopes.intersection(&granted) };
        let is_blocked = policies.is_blocked(token.authorization.credential, &token.existing(), now);
        let state = state_of(&token.authorization, &token.breadth, &token.role, policies, now);
        Self { state, status: token.life.status(now).under(is_blocked), scopes, token }
    }

    /// Whether it works here, as far as that is known here: what its home asks of it besides is not.
    pub(crate) fn works(&self) -> bool {
        self.state == AuthorizationState::Active && self.status.is_live()
    }
}

/// How a token stands in an organisation of its owner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was issued there.
    Home,
    /// It is not authorised there.
    Not,
    /// It was authorised there, and that became of it.
    Authorized(Box<OrgAuthorization>, AuthorizationState),
}

/// An organisation of a token's owner, and how the token stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandsIn {
    /// Which.
    pub org: Org,
    /// How.
    pub standing: Standing,
}

impl Service {
    /// A page of the tokens of other organisations that work in the caller's or wait to, the newest first: of everybody, or
    /// for whoever sees only their own, those.
    ///
    /// # Errors
    /// [`ServiceError::MissingScope`], or [`ServiceError::Invalid`] for a bad cursor.
    pub async fn authorized_tokens(&self, caller: &Caller, page: &PageRequest) -> Result<Page<AuthorizedHere>> {
        let permit = self.permit(caller, Action::ReadInventory).await?;
        let now = self.now();
        let mut tx = self.inner.db.read(&permit).await?;
        let api_scopes = tx.api_scopes().await?;
        let Page { items, next_cursor } = tx.authorized_tokens(now, page).await?;
        let policies = tx.policies().await?;
        let items = items.into_iter().map(|token| AuthorizedHere::new(token, &policies, &api_scopes, now)).collect();
        Ok(Page { items, next_cursor })
    }

    /// The organisation of the caller's in which a token of theirs was issued; nothing for what is not theirs.
    ///
    /// # Errors
    /// [`ServiceError::PersonRequired`].
    pub async fn home_of_own_token(&self, caller: &Caller, id: &str) -> Result<Option<Org>> {
        let Ok(id) = id.parse::<CredentialId>() else { return Ok(None) };
        for membership in self.memberships(caller).await? {
            let there = self.there(caller, membership.org.slug.as_str()).await?;
            let permit = self.permit(&there, Action::ReadOwnTokens).await?;
            match self.inner.db.read(&permit).await?.credential(id).await {
                Ok(_) => return Ok(Some(membership.org)),
                Err(StoreError::Missing) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// How a token of the caller's stands in each organisation of theirs, by the organisation's name.
    ///
    /// # Errors
    /// [`ServiceError::Missing`] for a token that is not theirs; [`ServiceError::PersonRequired`].
    pub async fn token_in_orgs(&self, caller: &Caller, id: &str) -> Result<Vec<StandsIn>> {
        let permit = self.permit(caller, Action::ReadOwnTokens).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.inner.db.read(&permit).await?;
        let credential = tx.credential(id).await?;
        let mut authorizations = tx.authorizations_of(id).await?;
        drop(tx);
        let (breadth, now) = (Breadth::from(&credential), self.now());
        let mut stands = Vec::new();
        for membership in self.memberships(caller).await? {
            let place = authorizations.iter().position(|one| one.org == membership.org.id);
            let standing = match place.map(|place| authorizations.swap_remove(place)) {
                _ if membership.org.id == credential.org => Standing::Home,
                None => Standing::Not,
                Some(authorization) => {
                    let there = self.there(caller, membership.org.slug.as_str()).await?;
                    let policies = self.policies(&there).await?;
                    let state = state_of(&authorization, &breadth, &membership.role, &policies, now);
                    Standing::Authorized(Box::new(authorization), state)
                }
            };
            stands.push(StandsIn { org: membership.org, standing });
        }
        Ok(stands)
    }
}
