//! Creates an organization with its creator as the owner.

use crate::{Caller, Result, Service, ServiceError, authn::Proof, use_cases::Orgs};
use domain::{
    Name, Slug,
    access::{Action, Actor, RequestContext, Role},
    account::{Org, User},
    audit::AuditDetail,
    error::FieldErrors,
    ids::{OrgId, SessionId},
    scope::ScopeSet,
};
use store::{Constraint, PasswordHash, StoreError};

/// The last number that is tried as the suffix of a slug. Random suffixes come after it.
const LAST_NUMBER: u32 = 5;
/// The number of slugs that are tried. One with a random suffix is almost certainly free.
const MAX_TRIES: u32 = 10;

impl Orgs<'_> {
    /// Creates an organization that the caller owns.
    ///
    /// # Errors
    /// * [`ServiceError::Invalid`] if the name is not valid, or with `limit_reached` if the caller has too many
    ///   organizations.
    /// * [`ServiceError::PersonRequired`] if the caller is a credential.
    pub async fn create(self, caller: &Caller, name: &str) -> Result<Org> {
        let permit = self.service.permit(caller, Action::CreateOrganization).await?;
        let name = Name::parse(name).map_err(|flaw| FieldErrors::one(flaw.at("/name")))?;
        let session = caller.actor.session().ok_or(ServiceError::PersonRequired)?;
        let user = caller.actor.user().ok_or(ServiceError::PersonRequired)?;
        let own = self.service.inner.db.memberships_of(user).await?.len();
        self.service.limits().check_organizations(&permit, own).await?;
        let member = self.service.inner.db.membership(user, caller.actor.org()).await?.ok_or(ServiceError::Missing)?;
        Ok(insert_with_free_slug(self.service, &member.user, None, name, None, session, &caller.context).await?)
    }
}

/// Inserts the organization under `slug`, or under a free slug made from its name. With `account`, inserts the user in
/// one transaction with it. Sign-ups of other people cannot use up the slugs of a name.
pub(crate) async fn insert_with_free_slug(
    service: &Service,
    user: &User,
    account: Option<(&PasswordHash, Proof)>,
    name: Name,
    slug: Option<Slug>,
    session: SessionId,
    context: &RequestContext,
) -> std::result::Result<Org, StoreError> {
    let sources = &service.inner.sources;
    let now = sources.now();
    let suggested = Slug::suggest(&name);
    let mut org = Org { id: OrgId::new(now, sources.entropy()), slug: suggested.clone(), name, created_at: now };
    if let Some(slug) = slug {
        org.slug = slug;
        insert(service, user, account, &org, session, context).await?;
        return Ok(org);
    }
    let mut tries = 1;
    loop {
        match insert(service, user, account, &org, session, context).await {
            Err(StoreError::Conflict(Constraint::OrgSlug)) if tries < MAX_TRIES => {
                tries += 1;
                org.slug = match tries {
                    ..=LAST_NUMBER => suggested.numbered(tries),
                    _ => suggested.with_random_suffix(sources.entropy()),
                };
            }
            result => return result.map(|()| org),
        }
    }
}

async fn insert(
    service: &Service,
    user: &User,
    account: Option<(&PasswordHash, Proof)>,
    org: &Org,
    session: SessionId,
    context: &RequestContext,
) -> std::result::Result<(), StoreError> {
    let founder = Actor::person(user.id, user.name.clone(), org.id, Role::Owner, &ScopeSet::default(), Some(session));
    let permit =
        founder.permit(Action::CreateOrganization, context).map_err(|denied| StoreError::Internal(denied.into()))?;
    let mut tx = service.inner.db.write(&permit).await?;
    if let Some((hash, proof)) = account {
        tx.insert_user(user, hash).await?;
        if proof == Proof::Console {
            tx.prove_address(user.id, user.created_at).await?;
        }
    }
    tx.insert_org(org).await?;
    // If several people sign up as the first one at once, only one succeeds.
    if account.is_some_and(|(_, proof)| proof == Proof::First) && tx.platform_org().await? != Some(org.id) {
        return Err(StoreError::Missing);
    }
    tx.insert_membership(user.id, Role::Owner).await?;
    // The snapshot contains nothing about an organization without credentials.
    let detail = AuditDetail::OrganizationCreated { slug: org.slug.to_string(), owner: user.id };
    tx.commit(service.event_at(org.created_at, org, &detail)).await.map(|_| ())
}
