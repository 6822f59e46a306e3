//! Tokens that are used in an organization other than their home.
//!
//! Owns: the organizations of each user who has several, and the effective grant of each organization authorization. A
//! grant is computed from the stored token and the organization that asks. It is used only if that organization is not
//! the token's home. A membership takes about 100 bytes, and an authorization about 2 kB. The rules are in
//! [`domain::verify::check_cross_org`].

use crate::{
    Engine, Result,
    effective_grant::EffectiveGrant,
    known_credential::{Home, KnownCredential},
    org_snapshot::OrgSnapshot,
    shards::Shards,
    snapshot::{Snapshot, Writer},
};
use arc_swap::Guard;
use domain::{
    Slug,
    access::MemberRole,
    credential::{AuthorizationState, Breadth, CredentialKind, OrgAuthorization, Owner},
    ids::{CredentialId, OrgId, UserId},
    verify::{CrossOrgRelation, Verdict, check_cross_org},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// One organization of a user.
#[derive(Clone)]
pub(crate) struct OrgMembership {
    pub(crate) org: OrgId,
    pub(crate) slug: Slug,
}

/// The effective grant of a token in an organization that is not its home.
#[derive(Clone)]
struct CrossOrgToken {
    grant: Arc<EffectiveGrant>,
    is_pending: bool,
    /// The token reaches further than at the organization's last review, and its owner cannot approve that themselves.
    is_wider: bool,
}

#[derive(Default)]
pub(crate) struct CrossOrg {
    /// The organizations of each user who belongs to two or more.
    people: Shards<UserId, Arc<[OrgMembership]>>,
    tokens: Shards<(CredentialId, OrgId), CrossOrgToken>,
}

/// Why a token has no effect in an organization.
pub(crate) enum CrossOrgMiss {
    /// The organization learns as little as about a token that never existed.
    Unknown,
    /// The owner can authorize the token there.
    NotAuthorized(Box<MissingAuthorization>),
}

/// A token, and the organization in which its owner can authorize it.
#[derive(Clone, Debug)]
pub(crate) struct MissingAuthorization {
    pub(crate) credential: CredentialId,
    pub(crate) slug: Slug,
}

impl Snapshot {
    /// Finds the grant of a credential in another organization than its home, or the reason why it has none. `is_it`
    /// selects that organization among those of the owner.
    pub(crate) fn cross_org<'a>(
        &self,
        known: KnownCredential<'a>,
        is_it: impl Fn(&OrgMembership) -> bool,
    ) -> std::result::Result<KnownCredential<'a>, CrossOrgMiss> {
        let Owner::User(owner) = known.grant.stored.owner else { return Err(CrossOrgMiss::Unknown) };
        let orgs = self.cross_org.people.get(&owner);
        let here = orgs.as_ref().and_then(|orgs| orgs.iter().find(|membership| is_it(membership)));
        let id = known.entry.credential;
        let token = here.and_then(|here| self.cross_org.tokens.get(&(id, here.org)));
        let relation = CrossOrgRelation {
            is_a_persons: id.kind() == CredentialKind::PersonalAccessToken,
            is_member_at_home: known.grant.owner_is_here(),
            is_member_here: here.is_some(),
            is_authorized: token.as_ref().is_some_and(|token| token.grant.owner_is_here()),
        };
        match (check_cross_org(relation), here, token) {
            (Ok(()), Some(_), Some(CrossOrgToken { grant, is_pending, is_wider })) => {
                let home = Box::new(Home { grant: known.grant, is_pending, is_wider });
                Ok(KnownCredential { grant: Guard::from_inner(grant), home: Some(home), ..known })
            }
            (Err(Verdict::OrgAuthorizationRequired), Some(here), _) => {
                let missing = MissingAuthorization { credential: id, slug: here.slug.clone() };
                Err(CrossOrgMiss::NotAuthorized(Box::new(missing)))
            }
            _ => Err(CrossOrgMiss::Unknown),
        }
    }

    /// Computes the grant that an organization authorization gives to a token in the snapshot. `None` if the owner has
    /// changed or the authorization was denied.
    fn cross_org_token(&self, org: &Arc<OrgSnapshot>, authorization: &OrgAuthorization) -> Option<CrossOrgToken> {
        let stored = self.by_id(authorization.credential)?.grant.stored.clone();
        let breadth = Breadth {
            scopes: stored.scopes.clone(),
            resources: stored.resources.clone(),
            networks: stored.networks.clone(),
        };
        let state = authorization.state(&breadth, false);
        if stored.owner != Owner::User(authorization.owner) || state == AuthorizationState::Denied {
            return None;
        }
        let grant = Arc::new(EffectiveGrant::new(stored, org.clone()));
        let may_decide = grant.role.as_ref().is_some_and(MemberRole::may_decide);
        Some(CrossOrgToken {
            grant,
            is_pending: state == AuthorizationState::Pending,
            is_wider: !may_decide && !breadth.is_within(&authorization.breadth),
        })
    }

    /// Replaces the organization authorizations of `before` with those of `org`.
    pub(crate) fn set_cross_org_tokens(
        &self,
        writer: &mut Writer,
        before: Option<&OrgSnapshot>,
        org: &Arc<OrgSnapshot>,
    ) {
        let forgotten = before.into_iter().flat_map(|before| &before.context.authorizations);
        let mut entries = Vec::new();
        for gone in forgotten {
            writer.authorizations.forget(gone);
            entries.push(((gone.credential, org.id()), None));
        }
        for authorization in &org.context.authorizations {
            writer.authorizations.remember(authorization);
            entries.push(((authorization.credential, org.id()), self.cross_org_token(org, authorization)));
        }
        if !entries.is_empty() {
            self.cross_org.tokens.change(entries);
        }
    }

    /// Recomputes the grants of a changed credential in other organizations.
    pub(crate) fn refresh_cross_org_tokens(&self, writer: &Writer, id: CredentialId) {
        let Some(orgs) = writer.authorizations.of.get(&id) else { return };
        let entry = |org: &OrgId| {
            let org_snapshot = writer.orgs.get(org)?;
            let authorization = org_snapshot.context.authorizations.iter().find(|one| one.credential == id)?;
            Some(((id, *org), self.cross_org_token(org_snapshot, authorization)))
        };
        self.cross_org.tokens.change(orgs.iter().filter_map(entry));
    }
}

/// The writer's index of organization authorizations: by credential and by owner.
#[derive(Default)]
pub(crate) struct AuthorizationIndex {
    of: HashMap<CredentialId, HashSet<OrgId>>,
    by: HashMap<UserId, HashSet<OrgId>>,
    /// Organizations that have yet to be read.
    unread: HashSet<OrgId>,
}

impl AuthorizationIndex {
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
    pub(crate) fn by(&self, user: UserId) -> impl Iterator<Item = OrgId> {
        self.by.get(&user).into_iter().flatten().copied()
    }
}

impl Engine {
    /// For an organization that is read for the first time, loads which members belong to other organizations. Also
    /// notes the organizations in which its tokens are authorized, to be read later.
    pub(crate) async fn load_memberships(&self, snapshot: &Snapshot, writer: &mut Writer, org: OrgId) -> Result<()> {
        let rows = self.db.members_elsewhere(org).await?;
        let people = rows.chunk_by(|one, next| one.0 == next.0).map(|rows| {
            let memberships = rows.iter().map(|(_, org, slug)| OrgMembership { org: *org, slug: slug.clone() });
            (rows[0].0, Some(memberships.collect()))
        });
        snapshot.cross_org.people.change(people);
        writer.authorizations.unread.extend(self.db.authorized_elsewhere(org).await?);
        Ok(())
    }

    /// Reloads the organizations of a user.
    pub(crate) async fn reload_memberships(&self, snapshot: &Snapshot, user: UserId) -> Result<()> {
        let memberships = self.db.memberships_of(user).await?;
        let orgs: Arc<[_]> =
            memberships.into_iter().map(|one| OrgMembership { org: one.org.id, slug: one.org.slug }).collect();
        snapshot.cross_org.people.change([(user, (orgs.len() > 1).then_some(orgs))]);
        Ok(())
    }

    /// Reloads the organizations of every member of a new organization.
    pub(crate) async fn reload_memberships_of(&self, snapshot: &Snapshot, org: OrgId) -> Result<()> {
        let context = self.db.org_context(org, self.now()).await?;
        for (user, _) in context.into_iter().flat_map(|context| context.members) {
            self.reload_memberships(snapshot, user.id).await?;
        }
        Ok(())
    }

    /// Reads the organizations that were noted while reading others. Runs after the credentials are in the snapshot.
    pub(crate) async fn read_noted_orgs(&self, snapshot: &Snapshot, writer: &mut Writer) -> Result<()> {
        while let Some(id) = writer.authorizations.unread.iter().next().copied() {
            let org = self.org_snapshot(snapshot, writer, id).await?;
            snapshot.set_cross_org_tokens(writer, Some(&org), &org);
            writer.authorizations.unread.remove(&id);
        }
        Ok(())
    }
}
