//! The effective grant: data that many credentials share, such as organization, owner, scopes and limits.
//!
//! It is computed and stored once. The effective scopes come from the same [`Actor`] that decides every permit. The
//! grant also holds the parts of replies that do not vary. It is outdated as soon as the organization, its APIs or its
//! members change (see [`Terms::is_current`]). Results that depend on the clock are computed with the time of the call.

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
    operation::Catalog,
    resource::ResourceSet,
    scope::{ScopeSet, catalog::defined},
    secret::Environment,
};
use serde::Serialize;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use store::{OrgContext, Shared};

/// An organization, with the data that verdicts and replies need.
pub(crate) struct OrgTerms {
    pub(crate) context: OrgContext,
    /// Shared with earlier states until an API changes.
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) api_scopes: ScopeSet,
    pub(super) grants: Grants,
    /// Number of this state of the organization.
    generation: u64,
    /// Number of its newest published state.
    newest: Arc<AtomicU64>,
}

impl OrgTerms {
    /// The state that follows `before`. It takes effect when it is [`OrgTerms::publish`]ed.
    pub(super) fn new(context: OrgContext, catalog: Arc<Catalog>, before: Option<&Self>) -> Self {
        let newest = before.map(|before| before.newest.clone()).unwrap_or_default();
        let generation = newest.load(Ordering::Acquire) + 1;
        Self { api_scopes: catalog.api_scopes(), catalog, context, grants: Grants::default(), generation, newest }
    }

    /// Makes every grant that was computed from an earlier state outdated.
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

/// Stored data of a credential that others may share.
pub(crate) struct Stored {
    pub(crate) kind: CredentialKind,
    pub(crate) owner: Owner,
    pub(crate) scopes: ScopeSet,
    pub(crate) resources: ResourceSet,
    pub(crate) networks: NetworkSet,
    pub(crate) rate_limit: Option<RateLimit>,
    /// A credential with a quota shares its grant with no other.
    pub(crate) quota: Option<Metered>,
    pub(crate) client: Option<Arc<ClientSettings>>,
    /// State of the rate limit, for [`domain::verify::take`]. A credential with a rate limit shares its grant with no
    /// other.
    pub(crate) full_at: AtomicI64,
}

/// Whether the owner still belongs to the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Here,
    /// The owner has left. Their tokens work until this end of the grace period.
    Until(Timestamp),
    Gone,
}

pub(crate) struct Terms {
    pub(crate) stored: Arc<Stored>,
    pub(crate) org: Arc<OrgTerms>,
    /// Role of the owner. `None` if the organization itself is the owner, or if the owner is no longer a member. During
    /// the grace period, it is the last role of the former member.
    pub(crate) role: Option<MemberRole>,
    owner: Presence,
    pub(crate) user: Option<User>,
    pub(crate) service_account: Option<ServiceAccount>,
    /// The actor that a credential with this grant acts as; `None` if the owner has left and no grace period is set.
    pub(crate) actor: Option<Actor>,
    /// Effective scopes, with `all` expanded.
    pub(crate) holds: ScopeSet,
    /// Whether it may verify other credentials.
    pub(crate) may_verify: bool,
    /// Keeps the shared grant alive.
    grant: Option<Arc<Grant>>,
    pub(crate) json: Fragments,
}

/// Prepared parts of replies.
pub(crate) struct Fragments {
    /// `{"id","slug"}`
    pub(crate) org: Box<str>,
    /// `{"id","name",…}` or `null`
    pub(crate) user: Box<str>,
    /// `["contacts:read",…]`
    pub(crate) scopes: Arc<str>,
    /// `["project:a",…]`
    pub(crate) resources: Box<str>,
    /// Effective scopes, separated by spaces, for headers and introspection.
    pub(crate) scope: Arc<str>,
    /// Audiences of the APIs that define any of the effective scopes.
    pub(crate) audiences: Arc<Audience>,
}

impl Stored {
    /// Continues the counts of the limits that these limits replace.
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

    /// The part that credentials with equal role and scopes share.
    fn grant(&self, actor: Option<&Actor>) -> Arc<Grant> {
        let role = actor.map(|_| self.role.as_ref().map(MemberRole::code));
        self.org.grants.get((role, self.stored.scopes.clone()), || {
            let limit = defined(&self.stored.scopes, &self.org.api_scopes);
            let holds = actor.map(Actor::holds).unwrap_or_default();
            let defines =
                |api: &&domain::operation::Api| api.scopes.iter().any(|scope| holds.contains(scope.name.as_str()));
            let audiences = self.org.catalog.audience_owners().filter(defines).map(|api| api.audience.clone());
            Grant {
                scopes: text(&holds).into(),
                scope: holds.to_string().into(),
                audiences: Arc::new(audiences.collect::<Vec<_>>().into()),
                holds,
                limit,
            }
        })
    }

    /// True if it was computed from the newest state of the organization.
    pub(super) fn is_current(&self) -> bool {
        self.org.generation == self.org.newest.load(Ordering::Acquire)
    }

    /// A grant without any rights, for a free slot.
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

    /// True if the owner belongs to the organization, or has left and the grace period has not ended.
    pub(crate) fn owner_is_active(&self, now: Timestamp) -> bool {
        match self.owner {
            Presence::Here => true,
            Presence::Until(end) => now < end,
            Presence::Gone => false,
        }
    }

    /// True if the owner belongs to the organization now.
    pub(super) fn owner_is_here(&self) -> bool {
        self.owner == Presence::Here
    }

    /// When the grace period of an owner who has left ends. Access tokens may not last longer.
    pub(crate) fn owner_leaves_at(&self) -> Option<Timestamp> {
        match self.owner {
            Presence::Until(end) => Some(end),
            Presence::Here | Presence::Gone => None,
        }
    }

    /// The limits of a credential with this grant, or of an access token with `scopes` that comes from one.
    pub(crate) fn limit(
        &self,
        scopes: &ScopeSet,
        env: Environment,
        expires_at: Option<Timestamp>,
        is_access_token: bool,
    ) -> Limit {
        // A scope that no API defines any more grants nothing.
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

    /// The actor of this grant within the given limit; `None` if the owner no longer belongs to the organization.
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

    /// A person's email address, or the name of a service account. Applications have neither.
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
