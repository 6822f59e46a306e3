//! What many credentials have in common: organisation, owner, scopes, limits. Worked out once, kept once.
//!
//! Owns: what a credential holds at this moment, by the same [`Actor`] that decides every permit, and the pieces of replies
//! that are the same each time. Out of date as soon as the organisation, its APIs or its people change, which they know
//! themselves ([`Terms::is_current`]). What ends by the clock alone is asked for with the time of the call.

use super::{
    grants::{Grant, Grants},
    quota::Metered,
    shared::ScopeSets,
};
use domain::{
    Name, Slug, Timestamp,
    access::{Action, Actor, Bounds, Limit, MemberRole, Origin},
    account::{ServiceAccount, User},
    credential::{ClientSettings, CredentialKind, Owner, RateLimit},
    ids::{CredentialId, OrgId},
    network::NetworkSet,
    oauth::Audience,
    operation::Catalogue,
    resource::ResourceSet,
    scope::{ScopeSet, catalogue::defined},
    secret::Environment,
};
use serde::Serialize;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use store::{OrgContext, Shared};

/// An organisation as verdicts and replies need it.
pub(crate) struct OrgTerms {
    pub(crate) context: OrgContext,
    /// Shared with earlier states as long as no API changes.
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) api_scopes: ScopeSet,
    pub(super) grants: Grants,
    /// Which state of the organization this is.
    generation: u64,
    /// The generation of its newest state.
    newest: Arc<AtomicU64>,
}

impl OrgTerms {
    /// The state after `before`. It counts as soon as it is [`OrgTerms::publish`]ed.
    pub(super) fn new(context: OrgContext, catalogue: Arc<Catalogue>, before: Option<&Self>) -> Self {
        let newest = before.map(|before| before.newest.clone()).unwrap_or_default();
        let generation = newest.load(Ordering::Acquire) + 1;
        Self { api_scopes: catalogue.api_scopes(), catalogue, context, grants: Grants::default(), generation, newest }
    }

    /// From now on whatever was made of an earlier state is out of date.
    pub(super) fn publish(&self) {
        self.newest.store(self.generation, Ordering::Release);
    }

    pub(crate) fn id(&self) -> OrgId {
        self.context.org.id
    }

    pub(crate) fn slug(&self) -> &Slug {
        &self.context.org.slug
    }
}

/// What is stored of a credential and shared with others.
pub(crate) struct Stored {
    pub(crate) kind: CredentialKind,
    pub(crate) owner: Owner,
    pub(crate) scopes: ScopeSet,
    pub(crate) resources: ResourceSet,
    pub(crate) networks: NetworkSet,
    pub(crate) rate_limit: Option<RateLimit>,
    /// Whoever has a quota shares with nobody, too.
    pub(crate) quota: Option<Metered>,
    pub(crate) client: Option<Arc<ClientSettings>>,
    /// What is left of the rate limit, for [`domain::verify::take`]. Whoever has a limit shares with nobody.
    pub(crate) full_at: AtomicI64,
}

/// Whether whom a credential represents still belongs to its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    /// They do.
    Here,
    /// They have left, and their tokens go on until then.
    Until(Timestamp),
    /// They do not.
    Gone,
}

/// Terms at this moment.
pub(crate) struct Terms {
    pub(crate) stored: Arc<Stored>,
    pub(crate) org: Arc<OrgTerms>,
    /// The role of its owner; none: it has no owner but the organisation, or one that is no member any more. Of one who has
    /// left, what they were, as long as their tokens go on.
    pub(crate) role: Option<MemberRole>,
    owner: Presence,
    pub(crate) user: Option<User>,
    pub(crate) service_account: Option<ServiceAccount>,
    /// A credential with these terms as it acts; nobody if its owner is no member any more.
    pub(crate) actor: Option<Actor>,
    /// What it may do now, with `all` spelt out.
    pub(crate) holds: ScopeSet,
    /// Whether it may ask about the credentials of others.
    pub(crate) may_verify: bool,
    /// Keeps alive what it shares with others.
    grant: Option<Arc<Grant>>,
    pub(crate) json: Fragments,
}

/// Pieces of replies, as JSON.
pub(crate) struct Fragments {
    /// `{"id","slug"}`
    pub(crate) org: Box<str>,
    /// `{"id","name",…}` or `null`
    pub(crate) user: Box<str>,
    /// `["contacts:read",…]`
    pub(crate) scopes: Arc<str>,
    /// `["project:a",…]`
    pub(crate) resources: Box<str>,
    /// Scopes, joined by spaces, for headers and introspection.
    pub(crate) scope: Arc<str>,
    /// The audiences of the APIs that define any of the scopes.
    pub(crate) audiences: Arc<Audience>,
}

impl Stored {
    /// Goes on with what was counted against the limits that these replace.
    pub(super) fn carry_over(&self, before: &Self, now: Timestamp) {
        if std::ptr::eq(self, before) {
            return;
        }
        self.full_at.fetch_max(before.full_at.load(Ordering::Acquire), Ordering::AcqRel);
        if let (Some(quota), Some(before)) = (&self.quota, &before.quota) {
            quota.carry_over(before, now);
        }
    }

    pub(super) fn read(
        kind: CredentialKind,
        row: &Shared<'_>,
        scopes: &mut ScopeSets,
    ) -> std::result::Result<Self, String> {
        let flaw = |flaw: domain::error::Flaw| flaw.detail;
        let json = |error: serde_json::Error| error.to_string();
        let owner = match row.owner_type {
            "organization" => Owner::Organization,
            "user" => Owner::User(row.owner_id.parse().map_err(|error| format!("owner: {error}"))?),
            "service_account" => {
                Owner::ServiceAccount(row.owner_id.parse().map_err(|error| format!("owner: {error}"))?)
            }
            other => return Err(format!("owner type {other}")),
        };
        Ok(Self {
            kind,
            owner,
            scopes: scopes.parse(row.scopes).map_err(flaw)?,
            resources: row.resources.parse().map_err(flaw)?,
            networks: row.networks.parse().map_err(flaw)?,
            rate_limit: row.rate_limit.map(serde_json::from_str).transpose().map_err(json)?,
            quota: row.quota.map(serde_json::from_str).transpose().map_err(json)?.map(Metered::new),
            client: row.client.map(serde_json::from_str).transpose().map_err(json)?.map(Arc::new),
            full_at: AtomicI64::new(0),
        })
    }
}

impl Terms {
    pub(crate) fn new(stored: Arc<Stored>, org: Arc<OrgTerms>) -> Self {
        let context = &org.context;
        let member = |id| context.members.iter().find(|(user, _)| user.id == id).cloned();
        let departed = |id| context.departed.iter().find(|left| left.user.id == id).cloned();
        let account = |id| context.service_accounts.iter().find(|account| account.id == id).cloned();
        let (user, service_account, role) = match stored.owner {
            Owner::Organization => (None, None, None),
            Owner::User(id) => match (member(id), departed(id)) {
                (Some((user, role)), _) => (Some(user), None, Some(role)),
                (None, Some(left)) => (Some(left.user), None, Some(left.role)),
                (None, None) => (None, None, None),
            },
            Owner::ServiceAccount(id) => account(id).map_or((None, None, None), |account| {
                let role = account.role.into();
                (None, Some(account), Some(role))
            }),
        };
        let owner = match (stored.owner, &role) {
            (Owner::Organization, _) => Presence::Here,
            (_, None) => Presence::Gone,
            (Owner::User(id), _) if member(id).is_none() => {
                departed(id).map_or(Presence::Gone, |left| Presence::Until(left.ends_at))
            }
            _ => Presence::Here,
        };
        let mut terms = Self {
            role,
            owner,
            user,
            service_account,
            actor: None,
            holds: ScopeSet::default(),
            may_verify: false,
            grant: None,
            json: Fragments::empty(),
            stored,
            org,
        };
        let nobody = (CredentialId::from_bits(terms.stored.kind, 0), Name::fixed("terms"));
        let actor = terms.limited(nobody, terms.limit(&terms.stored.scopes, Environment::Live, None, false));
        terms.may_verify =
            actor.as_ref().is_some_and(|actor| actor.permit(Action::VerifyCredentials, &Origin::default()).is_ok());
        let grant = terms.grant(actor.as_ref());
        terms.holds = grant.holds.clone();
        terms.actor = actor.map(|actor| actor.sharing(&[&grant.holds, &grant.limit, &terms.stored.scopes]));
        terms.json = Fragments::of(&terms, &grant);
        terms.grant = Some(grant);
        terms
    }

    /// What it has in common with credentials of the same role and scopes.
    fn grant(&self, actor: Option<&Actor>) -> Arc<Grant> {
        let role = actor.map(|_| self.role.as_ref().map(MemberRole::code));
        self.org.grants.get((role, self.stored.scopes.clone()), || {
            let limit = defined(&self.stored.scopes, &self.org.api_scopes);
            let holds = actor.map(Actor::holds).unwrap_or_default();
            let defines =
                |api: &&domain::operation::Api| api.scopes.iter().any(|scope| holds.contains(scope.name.as_str()));
            let audiences = self.org.catalogue.audience_owners().filter(defines).map(|api| api.audience.clone());
            Grant {
                scopes: text(&holds).into(),
                scope: holds.to_string().into(),
                audiences: Arc::new(audiences.collect::<Vec<_>>().into()),
                holds,
                limit,
            }
        })
    }

    /// Whether they were made of the newest state of their organization.
    pub(super) fn is_current(&self) -> bool {
        self.org.generation == self.org.newest.load(Ordering::Acquire)
    }

    /// Terms that grant nothing, for a place that is free.
    pub(super) fn vacant(&self) -> Self {
        let stored = Stored {
            kind: self.stored.kind,
            owner: Owner::Organization,
            scopes: ScopeSet::default(),
            resources: self.stored.resources.clone(),
            networks: NetworkSet::default(),
            rate_limit: None,
            quota: None,
            client: None,
            full_at: AtomicI64::new(0),
        };
        Self::new(Arc::new(stored), self.org.clone())
    }

    /// Whether whom it represents still belongs to the organisation, or has left and is let go on for now.
    pub(crate) fn owner_is_active(&self, now: Timestamp) -> bool {
        match self.owner {
            Presence::Here => true,
            Presence::Until(end) => now < end,
            Presence::Gone => false,
        }
    }

    /// Whether whom it represents is a member of the organisation now.
    pub(super) fn owner_is_here(&self) -> bool {
        self.owner == Presence::Here
    }

    /// When it stops because its owner has left; what comes of it may live no longer.
    pub(crate) fn owner_leaves_at(&self) -> Option<Timestamp> {
        match self.owner {
            Presence::Until(end) => Some(end),
            Presence::Here | Presence::Gone => None,
        }
    }

    /// What bounds a credential with these terms, or an access token with `scopes` that comes from one.
    pub(crate) fn limit(
        &self,
        scopes: &ScopeSet,
        env: Environment,
        expires_at: Option<Timestamp>,
        is_access_token: bool,
    ) -> Limit {
        // A scope that no API defines any more is text and grants nothing.
        let scopes = defined(scopes, &self.org.api_scopes);
        let bounds = Bounds {
            env,
            resources: self.stored.resources.clone(),
            networks: self.stored.networks.clone(),
            rate_limit: self.stored.rate_limit,
            quota: self.stored.quota.as_ref().map(Metered::quota),
            ends_at: expires_at,
        };
        Limit { scopes, bounds, is_access_token }
    }

    /// The same within a limit of its own.
    pub(crate) fn limited(&self, label: (CredentialId, Name), limit: Limit) -> Option<Actor> {
        let (org, api_scopes) = (self.org.id(), &self.org.api_scopes);
        let owner = self.stored.owner;
        match (owner, self.role.clone()) {
            (Owner::Organization, _) => Some(Actor::application(org, label, limit)),
            (_, None) => None,
            (_, Some(role)) => {
                Some(Actor::on_behalf(owner, self.owner_name()?.clone(), org, role, api_scopes, label, limit))
            }
        }
    }

    /// The address a person signs in with, or the name of a service account; an application has neither.
    pub(crate) fn user_name(&self) -> Option<&str> {
        let person = self.user.as_ref().map(|user| user.email.as_str());
        person.or_else(|| self.service_account.as_ref().map(|account| account.name.as_str()))
    }

    fn owner_name(&self) -> Option<&Name> {
        let user = self.user.as_ref().map(|user| &user.name);
        user.or_else(|| self.service_account.as_ref().map(|account| &account.name))
    }
}

fn text(value: &impl Serialize) -> Box<str> {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()).into()
}

impl Fragments {
    fn empty() -> Self {
        let none: Box<str> = "".into();
        Self {
            org: none.clone(),
            user: none.clone(),
            scopes: "".into(),
            resources: none,
            scope: "".into(),
            audiences: Arc::new(Vec::new().into()),
        }
    }

    fn of(terms: &Terms, grant: &Grant) -> Self {
        let org = &terms.org;
        let user = match (&terms.user, &terms.service_account) {
            (Some(user), _) => json!({ "id": user.id, "name": user.name, "email": user.email }),
            (None, Some(account)) => json!({ "id": account.id, "name": account.name }),
            (None, None) => serde_json::Value::Null,
        };
        Self {
            org: text(&json!({ "id": org.id(), "slug": org.slug() })),
            user: text(&user),
            scopes: grant.scopes.clone(),
            resources: text(&terms.stored.resources),
            scope: grant.scope.clone(),
            audiences: grant.audiences.clone(),
        }
    }
}
