//! Test data, stored through the store itself: users who signed up or joined, and their credentials.

use super::TestDb;
use domain::{
    Description, Timestamp,
    access::{Action, Actor, Bounds, CustomRole, Limit, Permit, Reach, RequestContext, Role, ServiceAccountRole},
    account::{Invitation, Org, ServiceAccount, User},
    audit::{AuditAction, AuditEvent, Target},
    credential::{
        AuthMethod, ClientSettings, CreatedBy, Credential, CredentialKind, Grant, GrantType, Metadata, Owner, Secret,
    },
    ids::{
        CredentialId, EventId, InvitationId, OrgId, PolicyId, RequestId, RoleId, SecretId, ServiceAccountId, SessionId,
        UserId,
    },
    network::NetworkSet,
    policy::{Exception, Policy, Rules, Version},
    resource::ResourceSet,
    scope::ScopeSet,
    secret::{Environment, Pepper, PlainSecret, Verifier},
};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{NewUsageSource, PasswordHash, RefusedCall, StoredPepper, StoredSecret, Usage, UsageSourceKind, WriteTx};

/// The time this number of seconds after the start of the test's story.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_287_600_000).plus_seconds(seconds)
}

/// A number that no other call in this process gets.
pub(crate) fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Entropy for an id. It is unique and rises with each call, so ids of one millisecond sort by creation.
pub(crate) fn entropy() -> [u8; 10] {
    let mut entropy = [0; 10];
    // The two leading bytes share their bits with the UUID's version.
    entropy[2..].copy_from_slice(&unique().to_be_bytes());
    entropy
}

pub(crate) fn origin() -> RequestContext {
    RequestContext {
        request_id: "req-1".to_owned(),
        ip: Some("203.0.113.7".parse().unwrap()),
        user_agent: Some("curl/8".to_owned()),
    }
}

/// Builds an audit event about this target.
pub(crate) fn event(action: AuditAction, target: impl Into<Target>) -> AuditEvent {
    let id = EventId::new(at(0), entropy());
    AuditEvent { id, at: at(0), action, target: target.into(), detail: json!({ "note": "as it was" }) }
}

/// A user and their organization.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) user: User,
    pub(crate) org: Org,
    pub(crate) role: Role,
    pub(crate) session: SessionId,
}

impl Tenant {
    /// Builds a user with an organization of this slug; neither is stored.
    pub(crate) fn new(slug: &str) -> Self {
        Self {
            user: person("Ada", &format!("ada@{slug}.test")),
            org: Org {
                id: OrgId::new(at(0), entropy()),
                slug: slug.parse().unwrap(),
                name: "Acme".parse().unwrap(),
                created_at: at(0),
            },
            role: Role::Owner,
            session: SessionId::new(at(0), entropy()),
        }
    }

    pub(crate) fn permit(&self, action: Action) -> Permit {
        let name = self.user.name.clone();
        let actor = Actor::person(self.user.id, name, self.org.id, self.role, &ScopeSet::default(), Some(self.session));
        actor.permit(action, &origin()).unwrap()
    }

    /// A permit that reaches only this user's rows.
    pub(crate) fn own(&self) -> Permit {
        self.permit(Action::IssueOwnToken)
    }

    /// Builds an invitation by this user.
    pub(crate) fn invitation(&self, email: &str) -> Invitation {
        Invitation {
            id: InvitationId::new(at(0), entropy()),
            org: self.org.id,
            email: email.parse().unwrap(),
            role: Role::Member.into(),
            invited_by: CreatedBy { id: self.user.id.to_string(), name: self.user.name.clone() },
            created_at: at(0),
            expires_at: at(86_400),
            ended_at: None,
        }
    }

    /// Builds a policy that requires an expiration, enforced from this time on.
    pub(crate) fn policy(&self, enforced_at: Timestamp) -> Policy {
        Policy::new(vec![self.version(Rules { must_expire: true, ..Rules::default() }, enforced_at)])
    }

    /// Builds a policy version with these rules, enforced from this time on.
    pub(crate) fn version(&self, rules: Rules, enforced_at: Timestamp) -> Version {
        Version {
            id: PolicyId::new(at(0), entropy()),
            rules,
            announced_at: at(0),
            warns_at: enforced_at,
            enforced_at,
            announced_by: CreatedBy { id: self.user.id.to_string(), name: self.user.name.clone() },
        }
    }

    /// Builds a policy exception for a credential, valid until this time.
    pub(crate) fn exception(&self, credential: &Credential, ends_at: Timestamp) -> Exception {
        Exception {
            credential: credential.id,
            name: credential.grant.name.clone(),
            ends_at,
            note: "until the migration".to_owned(),
            granted_by: CreatedBy { id: self.user.id.to_string(), name: self.user.name.clone() },
            granted_at: at(0),
        }
    }

    /// A permit that reaches everything in the organization.
    pub(crate) fn everyone(&self) -> Permit {
        self.permit(Action::CreateOrganization)
    }

    /// A permit that reaches only this service account's rows.
    pub(crate) fn own_of(&self, account: &ServiceAccount) -> Permit {
        let limit = Limit { scopes: "all".parse().unwrap(), bounds: Bounds::default(), is_access_token: false };
        let credential = (self.token("deploy").id, "deploy".parse().unwrap());
        let (owner, name) = (Owner::ServiceAccount(account.id), account.name.clone());
        let actor = Actor::on_behalf(owner, name, self.org.id, account.role, &ScopeSet::default(), credential, limit);
        actor.permit(Action::IssueOwnToken, &origin()).unwrap()
    }

    /// A permit of the program that holds this API key of the organization.
    pub(crate) fn by_application(&self, key: &Credential) -> Permit {
        let limit = Limit { scopes: key.grant.scopes.clone(), bounds: key.into(), is_access_token: false };
        let actor = Actor::application(self.org.id, (key.id, key.grant.name.clone()), limit);
        actor.permit(Action::ReadInventory, &origin()).unwrap()
    }

    /// Builds a token of this user; it is not stored.
    pub(crate) fn token(&self, name: &str) -> Credential {
        self.credential(CredentialKind::PersonalAccessToken, Owner::User(self.user.id), name)
    }

    /// Builds an API key of the organization; it is not stored.
    pub(crate) fn key(&self, name: &str) -> Credential {
        self.credential(CredentialKind::ApiKey, Owner::Organization, name)
    }

    /// Builds an API key without an end; it is not stored.
    pub(crate) fn endless_key(&self, name: &str) -> Credential {
        let mut key = self.key(name);
        key.grant.expires_at = None;
        key
    }

    /// Builds a client of the organization that authenticates with its own keys; it is not stored.
    pub(crate) fn keyed_client(&self, name: &str) -> Credential {
        let client = self.credential(CredentialKind::Client, Owner::Organization, name);
        Credential { secrets: Vec::new(), ..client }
    }

    /// Builds a credential created by this user; it is not stored.
    pub(crate) fn credential(&self, kind: CredentialKind, owner: Owner, name: &str) -> Credential {
        Credential {
            id: CredentialId::new(kind, at(0), entropy()),
            org: self.org.id,
            owner,
            created_by: CreatedBy { id: self.user.id.to_string(), name: self.user.name.clone() },
            grant: Grant {
                name: name.parse().unwrap(),
                description: Description::parse("for the nightly build").unwrap(),
                team: None,
                scopes: "audit:read credentials:read".parse().unwrap(),
                resources: ResourceSet::default(),
                networks: NetworkSet::default(),
                rate_limit: None,
                quota: None,
                metadata: Metadata::default(),
                env: Environment::Live,
                expires_at: Some(at(90 * 86_400)),
                client: (kind == CredentialKind::Client).then(client_settings),
            },
            created_at: at(0),
            disabled_at: None,
            enabled_at: None,
            held_since: None,
            revoked_at: None,
            pending_since: None,
            blocks: Vec::new(),
            secrets: vec![secret(at(0))],
            used_by_key_at: None,
        }
    }

    /// Builds a custom role of the organization; it is not stored.
    pub(crate) fn custom_role(&self, name: &str) -> CustomRole {
        CustomRole {
            id: RoleId::new(at(0), entropy()),
            name: name.parse().unwrap(),
            description: Description::parse("answers people").unwrap(),
            scopes: "audit:read tickets:read".parse().unwrap(),
            reach: Reach::Everyone,
            created_at: at(0),
        }
    }

    /// Builds a service account of the organization; it is not stored.
    pub(crate) fn account(&self, name: &str) -> ServiceAccount {
        ServiceAccount {
            id: ServiceAccountId::new(at(0), entropy()),
            org: self.org.id,
            name: name.parse().unwrap(),
            description: Description::parse("deploys at night").unwrap(),
            role: ServiceAccountRole::Member,
            created_at: at(0),
        }
    }
}

/// Builds a secret created at this time; it is not stored.
pub(crate) fn secret(created_at: Timestamp) -> Secret {
    Secret {
        id: SecretId::new(created_at, entropy()),
        redacted: "mint_pat_…1234".to_owned(),
        created_at,
        last_used_at: None,
        last_used_ip: None,
        first_used_at: None,
        overlap_seconds: None,
        cancelled_at: None,
        retired_at: None,
    }
}

fn client_settings() -> ClientSettings {
    ClientSettings {
        audiences: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        auth_method: AuthMethod::ClientSecret,
        keys: Vec::new(),
        access_token_seconds: 600,
    }
}

fn person(name: &str, email: &str) -> User {
    User {
        id: UserId::new(at(0), entropy()),
        name: name.parse().unwrap(),
        email: email.parse().unwrap(),
        created_at: at(0),
    }
}

pub(crate) fn password() -> PasswordHash {
    PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())
}

/// The verifier of a token's newest secret.
pub(crate) fn verifier(token: &Credential) -> Verifier {
    verifier_of(&token.secrets[0])
}

/// The verifier of a secret.
pub(crate) fn verifier_of(secret: &Secret) -> Verifier {
    Pepper::new(1, [7; 32]).verifier(&PlainSecret::presented(format!("the secret {}", secret.id)))
}

/// One use of a credential at this time, with the secret of this number if it has any.
pub(crate) fn used(credential: &Credential, number: Option<i64>, at: Timestamp) -> Usage {
    let (org, credential) = (credential.org, credential.id);
    Usage { org, credential, number, used_at: Some(at), ip: None, counted_at: at, outcomes: vec![("valid", 1)] }
}

/// A rejected call with a credential at this time.
pub(crate) fn refused(credential: &Credential, at: Timestamp) -> (RequestId, RefusedCall) {
    let (org, credential, ip) = (credential.org, credential.id, Some("198.51.100.1".parse().unwrap()));
    (RequestId::new(at, entropy()), RefusedCall { org, credential, at, outcome: "ip_not_allowed".to_owned(), ip })
}

/// A use of a credential from an address at this time.
pub(crate) fn traced(credential: &Credential, at: Timestamp) -> NewUsageSource {
    let (org, credential, kind) = (credential.org, credential.id, UsageSourceKind::Address);
    NewUsageSource { org, credential, kind, value: "198.51.100.1".to_owned(), at }
}

/// The stored form of a token's newest secret.
pub(crate) fn stored(token: &Credential) -> StoredSecret {
    stored_secret(&token.secrets[0])
}

/// The stored form of a secret.
pub(crate) fn stored_secret(secret: &Secret) -> StoredSecret {
    StoredSecret { secret: secret.clone(), verifier: verifier_of(secret), pepper_version: 1 }
}

impl TestDb {
    /// Signs up a user with an organization of this slug. All users are called Ada, and all organizations Acme.
    pub(crate) async fn signed_up(&self, slug: &str) -> Tenant {
        let tenant = Tenant::new(slug);
        if self.store.peppers().await.unwrap().is_empty() {
            let pepper = StoredPepper { version: 1, wrapped: vec![1, 2, 3], created_at: at(0) };
            self.store.insert_pepper(&pepper).await.unwrap();
        }
        let mut tx = self.store.write(&tenant.everyone()).await.unwrap();
        tx.insert_user(&tenant.user, &password()).await.unwrap();
        tx.insert_org(&tenant.org).await.unwrap();
        tx.insert_membership(tenant.user.id, tenant.role).await.unwrap();
        tx.commit(event(AuditAction::OrganizationCreated, &tenant.org)).await.unwrap();
        tenant
    }

    /// Adds another user to the organization as a member.
    pub(crate) async fn joined(&self, tenant: &Tenant, name: &str) -> Tenant {
        self.joined_as(tenant, name, &format!("{}@{}.test", name.to_lowercase(), tenant.org.slug)).await
    }

    /// Adds another user with this address to the organization as a member.
    pub(crate) async fn joined_as(&self, tenant: &Tenant, name: &str, email: &str) -> Tenant {
        let user = person(name, email);
        let session = SessionId::new(at(0), entropy());
        let mut tx = self.store.write(&tenant.everyone()).await.unwrap();
        tx.insert_user(&user, &password()).await.unwrap();
        tx.insert_membership(user.id, Role::Member).await.unwrap();
        tx.commit(event(AuditAction::OrganizationCreated, &tenant.org)).await.unwrap();
        Tenant { user, org: tenant.org.clone(), role: Role::Member, session }
    }

    /// Stores a token of the user.
    pub(crate) async fn issued(&self, tenant: &Tenant, name: &str) -> Credential {
        let token = tenant.token(name);
        let mut tx = self.store.write(&tenant.own()).await.unwrap();
        insert(&mut tx, &token).await;
        tx.commit(event(AuditAction::CredentialIssued, &token)).await.unwrap();
        token
    }

    /// Rolls the user's token to this secret, and returns the token as it is afterwards.
    pub(crate) async fn rolled(&self, tenant: &Tenant, token: &Credential, new: Secret) -> Credential {
        let mut tx = self.store.write(&tenant.own()).await.unwrap();
        tx.insert_secret(token.id, &stored_secret(&new)).await.unwrap();
        tx.commit(event(AuditAction::CredentialRolled, token)).await.unwrap();
        self.read(tenant, token).await
    }

    /// Revokes a credential of the organization.
    pub(crate) async fn revoked(&self, tenant: &Tenant, credential: &Credential, at: Timestamp) {
        let mut tx = self.store.write(&tenant.everyone()).await.unwrap();
        tx.revoke_credential(credential.id, at).await.unwrap();
        tx.commit(event(AuditAction::CredentialRevoked, credential)).await.unwrap();
    }

    /// Returns the current state of a credential of the organization.
    pub(crate) async fn read(&self, tenant: &Tenant, credential: &Credential) -> Credential {
        self.store.read(&tenant.everyone()).await.unwrap().credential(credential.id).await.unwrap()
    }

    /// Stores a credential of any kind and owner.
    pub(crate) async fn keep(&self, tenant: &Tenant, credential: &Credential) {
        let mut tx = self.store.write(&tenant.everyone()).await.unwrap();
        insert(&mut tx, credential).await;
        tx.commit(event(AuditAction::CredentialIssued, credential)).await.unwrap();
    }

    /// Stores a service account of the organization.
    pub(crate) async fn account(&self, tenant: &Tenant, name: &str) -> ServiceAccount {
        let account = tenant.account(name);
        let mut tx = self.store.write(&tenant.everyone()).await.unwrap();
        tx.insert_service_account(&account).await.unwrap();
        tx.commit(event(AuditAction::ServiceAccountCreated, &account)).await.unwrap();
        account
    }
}

/// Adds a credential within reach, with its secret if it has one.
pub(crate) async fn insert(tx: &mut WriteTx, credential: &Credential) {
    let first = credential.secrets.first().map(stored_secret);
    tx.insert_credential(credential, first.as_ref()).await.unwrap();
}
