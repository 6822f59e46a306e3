//! Tokens that are presented to another organisation than their home.
//!
//! Owns: who belongs to several organisations, and what each authorised token is worth in each but its home: terms of its own, made
//! of what is stored of it and of the organisation that asks. Looked at only where the two differ. It takes about a hundred bytes
//! for each membership of somebody who has several, and two kilobytes for each authorisation. Never: rules (see
//! [`domain::verify::elsewhere`]).

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

/// An organisation that somebody belongs to.
#[derive(Clone)]
pub(crate) struct Belongs {
    pub(crate) org: OrgId,
    pub(crate) slug: Slug,
}

/// What is known of a token in an organisation that is not its home.
#[derive(Clone)]
struct Abroad {
    terms: Arc<Terms>,
    is_pending: bool,
    /// It goes further than when it was looked at, and its owner may not approve that themselves.
    is_wider: bool,
}

/// Everything that is not at home.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// Whoever belongs to two organisations or more.
    people: Shards<UserId, Arc<[Belongs]>>,
    tokens: Shards<(CredentialId, OrgId), Abroad>,
}

/// Why a token is nothing in an organisation.
pub(crate) enum Nothing {
    /// As unknown as one that never was.
    Unknown,
    /// Its owner can authorise it there.
    Authorize(Box<Authorize>),
}

/// Which token is to be authorised where.
#[derive(Clone, Debug)]
pub(crate) struct Authorize {
    pub(crate) credential: CredentialId,
    pub(crate) slug: Slug,
}

impl State {
    /// What is known of a credential in another organisation than its home; or why that is nothing.
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

    /// What an authorisation makes of a token, as it is in memory now.
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

    /// Takes in what an organisation says of other organisations' tokens now, and forgets what it said `before`.
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

    /// Works out again what a credential that was changed is worth elsewhere.
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

/// Where tokens are authorised, for the writer.
#[derive(Default)]
pub(super) struct Authorized {
    of: HashMap<CredentialId, HashSet<OrgId>>,
    by: HashMap<UserId, HashSet<OrgId>>,
    /// Organisations that are still to be read.
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

    /// The organisations in which somebody has authorised a token.
    pub(super) fn by(&self, user: UserId) -> impl Iterator<Item = OrgId> {
        self.by.get(&user).into_iter().flatten().copied()
    }
}

impl Service {
    /// Learns, of an organisation that is read for the first time, who belongs to others and where its tokens work too.
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

    /// Learns again to which organisations somebody belongs.
    pub(super) async fn meet_again(&self, state: &State, user: UserId) -> Result<()> {
        let memberships = self.inner.db.memberships_of(user).await?;
        let orgs: Arc<[_]> =
            memberships.into_iter().map(|one| Belongs { org: one.org.id, slug: one.org.slug }).collect();
        state.elsewhere.people.change([(user, (orgs.len() > 1).then_some(orgs))]);
        Ok(())
    }

    /// The same for everybody in a new organisation.
    pub(super) async fn meet_founders(&self, state: &State, org: OrgId) -> Result<()> {
        let context = self.inner.db.org_context(org, self.now()).await?;
        for (user, _) in context.into_iter().flat_map(|context| context.members) {
            self.meet_again(state, user.id).await?;
        }
        Ok(())
    }

    /// Reads the organisations that are named by what was read, once the credentials are there.
    pub(super) async fn read_abroad(&self, state: &State, writer: &mut Writer) -> Result<()> {
        while let Some(id) = writer.abroad.unread.iter().next().copied() {
            let org = self.org_terms(state, writer, id).await?;
            state.place_abroad(writer, Some(&org), &org);
            writer.abroad.unread.remove(&id);
        }
        Ok(())
    }
}
