//! Tokens that are used in an organization other than their home.
//!
//! Owns: the organizations of each user who has several, and the effective grant of each organization authorization. A
//! grant is computed from the stored token and the organization that asks. It is used only if that organization is not
//! the token's home. A membership takes about 100 bytes, and an authorization about 2 kB. The rules are in
//! [`domain::verify::elsewhere`].

use super::{
    follow::{State, Writer},
    present::{Home, Known},
    shards::Shards,
    terms::{OrgTerms, Terms},
};
use crate::{Result, Service};
use arc_swap::Guard;
use domain::{
    Slug,
    access::MemberRole,
    credential::{AuthorizationState, Breadth, CredentialKind, OrgAuthorization, Owner},
    ids::{CredentialId, OrgId, UserId},
    verify::{Acquaintance, Verdict, elsewhere},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// One organization of a user.
#[derive(Clone)]
pub(crate) struct Belongs {
    pub(crate) org: OrgId,
    pub(crate) slug: Slug,
}

/// The effective grant of a token in an organization that is not its home.
#[derive(Clone)]
struct Abroad {
    terms: Arc<Terms>,
    is_pending: bool,
    /// The token reaches further than at the organization's last review, and its owner cannot approve that themselves.
    is_wider: bool,
}

#[derive(Default)]
pub(super) struct Elsewhere {
    /// The organizations of each user who belongs to two or more.
    people: Shards<UserId, Arc<[Belongs]>>,
    tokens: Shards<(CredentialId, OrgId), Abroad>,
}

/// Why a token has no effect in an organization.
pub(crate) enum Nothing {
    /// The organization learns as little as about a token that never existed.
    Unknown,
    /// The owner can authorize the token there.
    Authorize(Box<Authorize>),
}

/// A token, and the organization in which its owner can authorize it.
#[derive(Clone, Debug)]
pub(crate) struct Authorize {
    pub(crate) credential: CredentialId,
    pub(crate) slug: Slug,
}

impl State {
    /// Finds the grant of a credential in another organization than its home, or the reason why it has none. `is_it`
    /// selects that organization among those of the owner.
    pub(crate) fn elsewhere<'a>(
        &self,
        known: Known<'a>,
        is_it: impl Fn(&Belongs) -> bool,
    ) -> std::result::Result<Known<'a>, Nothing> {
        let Owner::User(owner) = known.terms.stored.owner else { return Err(Nothing::Unknown) };
        let orgs = self.elsewhere.people.get(&owner);
        let here = orgs.as_ref().and_then(|orgs| orgs.iter().find(|belongs| is_it(belongs)));
        let id = known.entry.credential;
        let abroad = here.and_then(|here| self.elsewhere.tokens.get(&(id, here.org)));
        let acquaintance = Acquaintance {
            is_a_persons: id.kind() == CredentialKind::PersonalAccessToken,
            is_member_at_home: known.terms.owner_is_here(),
            is_member_here: here.is_some(),
            is_authorized: abroad.as_ref().is_some_and(|abroad| abroad.terms.owner_is_here()),
        };
        match (elsewhere(acquaintance), here, abroad) {
            (Ok(()), Some(_), Some(Abroad { terms, is_pending, is_wider })) => {
                let home = Box::new(Home { terms: known.terms, is_pending, is_wider });
                Ok(Known { terms: Guard::from_inner(terms), home: Some(home), ..known })
            }
            (Err(Verdict::OrgAuthorizationRequired), Some(here), _) => {
                Err(Nothing::Authorize(Box::new(Authorize { credential: id, slug: here.slug.clone() })))
            }
            _ => Err(Nothing::Unknown),
        }
    }

    /// Computes the grant that an organization authorization gives to a token in the snapshot. `None` if the owner has
    /// changed or the authorization was denied.
    fn abroad(&self, org: &Arc<OrgTerms>, authorization: &OrgAuthorization) -> Option<Abroad> {
        let stored = self.by_id(authorization.credential)?.terms.stored.clone();
        let breadth = Breadth {
            scopes: stored.scopes.clone(),
            resources: stored.resources.clone(),
            networks: stored.networks.clone(),
        };
        let state = authorization.state(&breadth, false);
        if stored.owner != Owner::User(authorization.owner) || state == AuthorizationState::Denied {
            return None;
        }
        let terms = Arc::new(Terms::new(stored, org.clone()));
        let may_decide = terms.role.as_ref().is_some_and(MemberRole::may_decide);
        Some(Abroad {
            terms,
            is_pending: state == AuthorizationState::Pending,
            is_wider: !may_decide && !breadth.is_within(&authorization.breadth),
        })
    }

    /// Replaces the organization authorizations of `before` with those of `org`.
    pub(super) fn place_abroad(&self, writer: &mut Writer, before: Option<&OrgTerms>, org: &Arc<OrgTerms>) {
        let forgotten = before.into_iter().flat_map(|before| &before.context.authorizations);
        let mut entries = Vec::new();
        for gone in forgotten {
            writer.abroad.forget(gone);
            entries.push(((gone.credential, org.id()), None));
        }
        for authorization in &org.context.authorizations {
            writer.abroad.remember(authorization);
            entries.push(((authorization.credential, org.id()), self.abroad(org, authorization)));
        }
        if !entries.is_empty() {
            self.elsewhere.tokens.change(entries);
        }
    }

    /// Recomputes the grants of a changed credential in other organizations.
    pub(super) fn place_again(&self, writer: &Writer, id: CredentialId) {
        let Some(orgs) = writer.abroad.of.get(&id) else { return };
        let entry = |org: &OrgId| {
            let terms = writer.orgs.get(org)?;
            let authorization = terms.context.authorizations.iter().find(|one| one.credential == id)?;
            Some(((id, *org), self.abroad(terms, authorization)))
        };
        self.elsewhere.tokens.change(orgs.iter().filter_map(entry));
    }
}

/// The writer's index of organization authorizations: by credential and by owner.
#[derive(Default)]
pub(super) struct Authorized {
    of: HashMap<CredentialId, HashSet<OrgId>>,
    by: HashMap<UserId, HashSet<OrgId>>,
    /// Organizations that have yet to be read.
    unread: HashSet<OrgId>,
}

impl Authorized {
    fn remember(&mut self, authorization: &OrgAuthorization) {
        self.of.entry(authorization.credential).or_default().insert(authorization.org);
        self.by.entry(authorization.owner).or_default().insert(authorization.org);
    }

    fn forget(&mut self, authorization: &OrgAuthorization) {
        if let Some(orgs) = self.of.get_mut(&authorization.credential) {
            orgs.remove(&authorization.org);
        }
        if let Some(orgs) = self.by.get_mut(&authorization.owner) {
            orgs.remove(&authorization.org);
        }
    }

    /// The organizations in which a user has authorized a token.
    pub(super) fn by(&self, user: UserId) -> impl Iterator<Item = OrgId> {
        self.by.get(&user).into_iter().flatten().copied()
    }
}

impl Service {
    /// For an organization that is read for the first time, loads which members belong to other organizations. Also
    /// notes the organizations in which its tokens are authorized, to be read later.
    pub(super) async fn meet(&self, state: &State, writer: &mut Writer, org: OrgId) -> Result<()> {
        let rows = self.inner.db.members_elsewhere(org).await?;
        let people = rows.chunk_by(|one, next| one.0 == next.0).map(|rows| {
            let belongs = rows.iter().map(|(_, org, slug)| Belongs { org: *org, slug: slug.clone() });
            (rows[0].0, Some(belongs.collect()))
        });
        state.elsewhere.people.change(people);
        writer.abroad.unread.extend(self.inner.db.authorized_elsewhere(org).await?);
        Ok(())
    }

    /// Reloads the organizations of a user.
    pub(super) async fn meet_again(&self, state: &State, user: UserId) -> Result<()> {
        let memberships = self.inner.db.memberships_of(user).await?;
        let orgs: Arc<[_]> =
            memberships.into_iter().map(|one| Belongs { org: one.org.id, slug: one.org.slug }).collect();
        state.elsewhere.people.change([(user, (orgs.len() > 1).then_some(orgs))]);
        Ok(())
    }

    /// Reloads the organizations of every member of a new organization.
    pub(super) async fn meet_founders(&self, state: &State, org: OrgId) -> Result<()> {
        let context = self.inner.db.org_context(org, self.now()).await?;
        for (user, _) in context.into_iter().flat_map(|context| context.members) {
            self.meet_again(state, user.id).await?;
        }
        Ok(())
    }

    /// Reads the organizations that were noted while reading others. Runs after the credentials are in the snapshot.
    pub(super) async fn read_abroad(&self, state: &State, writer: &mut Writer) -> Result<()> {
        while let Some(id) = writer.abroad.unread.iter().next().copied() {
            let org = self.org_terms(state, writer, id).await?;
            state.place_abroad(writer, Some(&org), &org);
            writer.abroad.unread.remove(&id);
        }
        Ok(())
    }
}
