//! The effective grant: data that many credentials share, such as organization, owner, scopes and limits.
//!
//! It is computed and stored once. The effective scopes come from the same [`Actor`] that decides every permit. The
//! grant also holds the parts of replies that do not vary. It is outdated as soon as the organization, its APIs or its
//! members change. Results that depend on the clock are computed with the time of the call.

use crate::{org_snapshot::OrgSnapshot, quota::QuotaMeter, scope_cache::EffectiveScopes, stored_grant::StoredGrant};
use domain::{
    Name, Timestamp,
    access::{Action, Actor, Bounds, Limit, MemberRole, RequestContext},
    account::{ServiceAccount, User},
    credential::Owner,
    ids::CredentialId,
    network::NetworkSet,
    oauth::Audience,
    operation::Api,
    scope::{ScopeSet, catalog::defined},
    secret::Environment,
};
use serde::Serialize;
use serde_json::json;
use std::sync::{Arc, atomic::AtomicI64};

/// Whether the owner still belongs to the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Here,
    /// The owner has left. Their tokens work until this end of the grace period.
    Until(Timestamp),
    Gone,
}

/// What a credential may do now, and where.
pub struct EffectiveGrant {
    pub stored: Arc<StoredGrant>,
    pub org: Arc<OrgSnapshot>,
    /// Role of the owner. `None` if the organization itself is the owner, or if the owner is no longer a member. During
    /// the grace period, it is the last role of the former member.
    pub(crate) role: Option<MemberRole>,
    owner: Presence,
    pub user: Option<User>,
    pub service_account: Option<ServiceAccount>,
    /// The actor that a credential with this grant acts as; `None` if the owner has left and no grace period is set.
    pub actor: Option<Actor>,
    /// Effective scopes, with `all` expanded.
    pub scopes: ScopeSet,
    /// Whether it may verify other credentials.
    pub may_verify: bool,
    /// Keeps the shared scopes in the cache.
    shared_scopes: Option<Arc<EffectiveScopes>>,
    pub json: ReplyParts,
}

/// Prepared parts of replies.
pub struct ReplyParts {
    /// `{"id","slug"}`
    pub org: Box<str>,
    /// `{"id","name",…}` or `null`
    pub user: Box<str>,
    /// `["contacts:read",…]`
    pub scopes: Arc<str>,
    /// `["project:a",…]`
    pub resources: Box<str>,
    /// Effective scopes, separated by spaces, for headers and introspection.
    pub scope: Arc<str>,
    /// Audiences of the APIs that define any of the effective scopes.
    pub audiences: Arc<Audience>,
}

impl EffectiveGrant {
    pub(crate) fn new(stored: Arc<StoredGrant>, org: Arc<OrgSnapshot>) -> Self {
        let context = &org.context;
        let member = |id| context.members.iter().find(|(user, _)| user.id == id).cloned();
        let offboarded = |id| context.offboarded.iter().find(|left| left.user.id == id).cloned();
        let account = |id| context.service_accounts.iter().find(|account| account.id == id).cloned();
        let (user, service_account, role) = match stored.owner {
            Owner::Organization => (None, None, None),
            Owner::User(id) => match (member(id), offboarded(id)) {
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
                offboarded(id).map_or(Presence::Gone, |left| Presence::Until(left.ends_at))
            }
            _ => Presence::Here,
        };
        let mut grant = Self {
            role,
            owner,
            user,
            service_account,
            actor: None,
            scopes: ScopeSet::default(),
            may_verify: false,
            shared_scopes: None,
            json: ReplyParts::empty(),
            stored,
            org,
        };
        let nobody = (CredentialId::from_bits(grant.stored.kind, 0), Name::fixed("grant"));
        let actor = grant.limited(nobody, grant.limit(&grant.stored.scopes, Environment::Live, None, false));
        grant.may_verify = actor
            .as_ref()
            .is_some_and(|actor| actor.permit(Action::VerifyCredentials, &RequestContext::default()).is_ok());
        let shared = grant.shared_scopes(actor.as_ref());
        grant.scopes = shared.scopes.clone();
        grant.actor = actor.map(|actor| actor.sharing(&[&shared.scopes, &shared.limit, &grant.stored.scopes]));
        grant.json = ReplyParts::of(&grant, &shared);
        grant.shared_scopes = Some(shared);
        grant
    }

    /// The part that credentials with equal role and scopes share.
    fn shared_scopes(&self, actor: Option<&Actor>) -> Arc<EffectiveScopes> {
        let role = actor.map(|_| self.role.as_ref().map(MemberRole::code));
        self.org.scope_cache.get((role, self.stored.scopes.clone()), || {
            let limit = defined(&self.stored.scopes, &self.org.api_scopes);
            let scopes = actor.map(Actor::holds).unwrap_or_default();
            let defines = |api: &&Api| api.scopes.iter().any(|scope| scopes.contains(scope.name.as_str()));
            let audiences = self.org.catalog.audience_owners().filter(defines).map(|api| api.audience.clone());
            EffectiveScopes {
                json: text(&scopes).into(),
                text: scopes.to_string().into(),
                audiences: Arc::new(audiences.collect::<Vec<_>>().into()),
                scopes,
                limit,
            }
        })
    }

    /// True if it was computed from the newest version of the organization.
    pub(crate) fn is_current(&self) -> bool {
        self.org.is_current()
    }

    /// A grant without any rights, for a free slot.
    pub(crate) fn vacant(&self) -> Self {
        let stored = StoredGrant {
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
    pub(crate) fn owner_is_here(&self) -> bool {
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
    pub fn limit(
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
            quota: self.stored.quota.as_ref().map(QuotaMeter::quota),
            ends_at: expires_at,
        };
        Limit { scopes, bounds, is_access_token }
    }

    /// The actor of this grant within the given limit; `None` if the owner no longer belongs to the organization.
    pub fn limited(&self, label: (CredentialId, Name), limit: Limit) -> Option<Actor> {
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
    pub fn user_name(&self) -> Option<&str> {
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

impl ReplyParts {
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

    fn of(grant: &EffectiveGrant, shared: &EffectiveScopes) -> Self {
        let org = &grant.org;
        let user = match (&grant.user, &grant.service_account) {
            (Some(user), _) => json!({ "id": user.id, "name": user.name, "email": user.email }),
            (None, Some(account)) => json!({ "id": account.id, "name": account.name }),
            (None, None) => serde_json::Value::Null,
        };
        Self {
            org: text(&json!({ "id": org.id(), "slug": org.slug() })),
            user: text(&user),
            scopes: shared.json.clone(),
            resources: text(&grant.stored.resources),
            scope: shared.text.clone(),
            audiences: shared.audiences.clone(),
        }
    }
}
