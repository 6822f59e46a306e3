//! No caller obtains more than they have: the outcome for every kind of actor at every door, in `authority.txt`.
//!
//! A cell is `yes` or an error code. Both databases give this table. Next to an allowed door is a similar one that is
//! denied, so that a change shows what it opens and what it closes.

use crate::{
    members::{id_of, joined, stranger},
    roles::{as_is, draft, made, with},
    support::{KEYS, PATS, World},
};
use domain::{
    access::{Actor, Bounds, Limit, Reach, Role},
    account::ServiceAccount,
    credential::{
        AuthMethod, ClientDraft, CredentialKind, DAY_SECONDS, Issue, LifetimeDraft, Outcome, Quota, QuotaPeriod,
        RateLimit,
    },
    operation::{ApiDraft, ApiScopeDraft},
    policy::PolicyDraft,
    scope::ScopeSet,
    secret::Environment,
};
use expect_test::expect_file;
use serde_json::json;
use service::{
    Caller, RequestContext, Result, ServiceError,
    approvals::DecisionRequest,
    credentials::{BulkTarget, Confirmation, CredentialTarget, Edit, IssueRequest, TransferRequest},
    policies::ExceptionRequest,
    roles::RoleEdit,
};
use std::fmt::Write;

on_both!(the_table_of_actors_and_doors_is_the_golden_file);

const CLIENTS: CredentialTarget = CredentialTarget::Of(CredentialKind::Client);
/// The scopes of an actor who manages credentials and members, but may not write contacts.
const KEEPER: [&str; 9] = [
    "api_keys:write",
    "clients:write",
    "contacts:read",
    "credentials:read",
    "members:read",
    "members:write",
    "pats:write",
    "policies:write",
    "service_accounts:write",
];

/// Like [`KEEPER`], for a role that reaches only its holder's own credentials.
const OWN_KEEPER: [&str; 5] = ["contacts:read", "credentials:read", "members:read", "members:write", "pats:write"];

/// The actors, and the objects of the doors.
struct Stage {
    world: World,
    owner: Caller,
    admin: Caller,
    member: Caller,
    viewer_account: ServiceAccount,
    admin_account: ServiceAccount,
    pal: Caller,
}

fn issue(scopes: &[&str]) -> Issue {
    let scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
    let lifetime = LifetimeDraft { expires_in: Some(60 * DAY_SECONDS), ..LifetimeDraft::default() };
    Issue { name: "CI".into(), scopes, lifetime, ..Issue::default() }
}

fn request(issue: Issue) -> IssueRequest {
    IssueRequest { issue, justification: Some("for the nightly build".into()), ..IssueRequest::default() }
}

fn key_client(scopes: &[&str]) -> Issue {
    let client = ClientDraft {
        auth_method: Some(AuthMethod::PrivateKeyJwt),
        jwks: Some(json!({ "keys": [jwk('A')] })),
        ..ClientDraft::default()
    };
    Issue { client, ..issue(scopes) }
}

/// Returns a public key. Any 32 bytes are a valid one.
fn jwk(fill: char) -> serde_json::Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": format!("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR{}", if fill == 'A' { 'o' } else { 's' }) })
}

impl Stage {
    async fn new(mut world: World) -> Self {
        let scopes = ["contacts:read", "contacts:write"];
        let scopes = scopes.map(|name| ApiScopeDraft { name: name.into(), ..ApiScopeDraft::default() });
        let (name, audience) = ("Contacts".to_owned(), "https://contacts.acme.test".to_owned());
        let api = ApiDraft { name, audience, scopes: scopes.into(), ..ApiDraft::default() };
        world.node().apis().create(&world.owner, &api).await.unwrap();
        let owner = as_is(&world, &world.owner).await;
        world.owner = owner.clone();
        let [admin, member] = [("grace", Role::Admin), ("joan", Role::Member)];
        let admin = as_is(&world, &joined(&world, admin.0, admin.1).await).await;
        let member = as_is(&world, &joined(&world, member.0, member.1).await).await;
        let pal = joined(&world, "pal", Role::Viewer).await;
        let account = async |name: &str, role: &str| {
            world.node().service_accounts().create(&world.owner, name, "", role).await.unwrap()
        };
        let (viewer_account, admin_account) = (account("reporter", "viewer").await, account("deployer", "admin").await);
        Self { world, owner, admin, member, viewer_account, admin_account, pal }
    }

    /// Returns the caller for a new credential with these properties.
    async fn by(&self, owner: &Caller, target: CredentialTarget, mut issue: Issue) -> Caller {
        // All but the short one live longer than the credentials that they request.
        issue.lifetime.expires_in = issue.lifetime.expires_in.map(|seconds| seconds.max(80 * DAY_SECONDS));
        if issue.name == "short" {
            issue.lifetime.expires_in = Some(DAY_SECONDS);
        }
        let issued = Box::pin(self.world.node().credentials().issue(owner, target, &request(issue))).await.unwrap();
        let secret = domain::secret::PlainSecret::presented(issued.secret.unwrap().expose().to_owned());
        let context = RequestContext { ip: Some("10.1.2.3".parse().unwrap()), ..RequestContext::default() };
        self.world.node().authenticate(&secret, context).await.unwrap().caller
    }

    async fn actors(&self) -> Vec<(&'static str, Caller)> {
        let world = &self.world;
        let keeper = with(world, "kim", &made(world, "Keeper", &KEEPER, Reach::Everyone).await).await;
        let own = with(world, "max", &made(world, "Own keeper", &OWN_KEEPER, Reach::Own).await).await;
        let viewer = as_is(world, &joined(world, "vera", Role::Viewer).await).await;
        let service_account = CredentialTarget::ServiceAccount(self.admin_account.id);
        let bound = |change: fn(&mut Issue)| {
            let mut all = issue(&["all"]);
            change(&mut all);
            all
        };
        let short = bound(|issue| issue.name = "short".into());
        let near = bound(|issue| issue.ip_allowlist = vec!["10.0.0.0/8".into()]);
        let slow = bound(|issue| {
            issue.rate_limit = Some(RateLimit { limit: 1_000, window_seconds: 1 });
            issue.quota = Some(Quota { limit: 100_000, period: QuotaPeriod::Day });
        });
        let trial = bound(|issue| issue.env = Some(Environment::Test));
        let apart = bound(|issue| issue.resources = vec!["project:p1".into()]);
        let endless = bound(|issue| {
            issue.lifetime =
                LifetimeDraft { never_expires: true, acknowledge_no_expiry: true, ..LifetimeDraft::default() };
        });
        let narrow = self.by(&self.admin, CredentialTarget::Mine, issue(&KEEPER)).await;
        let leaving = as_is(world, &joined(world, "lea", Role::Admin).await).await;
        let former = self.by(&leaving, CredentialTarget::Mine, issue(&["all"])).await;
        world.node().orgs().change_settings(&self.owner, Some(30)).await.unwrap();
        world.node().members().remove(&self.owner, &id_of(&leaving)).await.unwrap();
        vec![
            ("owner", self.owner.clone()),
            ("admin", self.admin.clone()),
            ("member", self.member.clone()),
            ("viewer", viewer),
            ("keeper", keeper),
            ("own-keeper", own),
            ("owner-token", self.by(&self.owner, CredentialTarget::Mine, issue(&["all"])).await),
            ("admin-token", self.by(&self.admin, CredentialTarget::Mine, issue(&["all"])).await),
            ("narrow-token", narrow.clone()),
            ("short-token", self.by(&self.admin, CredentialTarget::Mine, short).await),
            ("near-token", self.by(&self.admin, CredentialTarget::Mine, near).await),
            ("slow-token", self.by(&self.admin, CredentialTarget::Mine, slow).await),
            ("test-token", self.by(&self.admin, CredentialTarget::Mine, trial).await),
            ("apart-token", self.by(&self.owner, CredentialTarget::Mine, apart).await),
            ("endless-token", self.by(&self.owner, CredentialTarget::Mine, endless).await),
            ("former-token", former),
            ("svc-token", self.by(&self.owner, service_account, issue(&["all"])).await),
            ("api-key", self.by(&self.owner, KEYS, issue(&KEEPER)).await),
            ("access-token", access_token(&narrow)),
            ("stranger", stranger(world, "eve").await),
        ]
    }

    /// Creates a credential and returns its id.
    async fn of(&self, owner: &Caller, target: CredentialTarget, issue: Issue) -> String {
        Box::pin(self.world.node().credentials().issue(owner, target, &request(issue)))
            .await
            .unwrap()
            .credential
            .id
            .to_string()
    }

    async fn roll(&self, by: &Caller, target: CredentialTarget, id: &str) -> Result<()> {
        Box::pin(self.world.node().credentials().roll(by, target, id, None, None)).await.map(|_| ())
    }

    async fn create(&self, by: &Caller, target: CredentialTarget, issue: Issue) -> Result<()> {
        Box::pin(self.world.node().credentials().issue(by, target, &request(issue))).await.map(|_| ())
    }

    async fn edit(&self, by: &Caller, target: CredentialTarget, id: &str, edit: Edit) -> Result<()> {
        Box::pin(self.world.node().credentials().edit(by, target, id, &edit, None)).await.map(|_| ())
    }

    async fn transfer(&self, by: &Caller, id: String, to: &ServiceAccount) -> Result<()> {
        let request = TransferRequest { to: to.id.to_string(), target: BulkTarget::Ids(vec![id]), dry_run: false };
        let mut items = Box::pin(self.world.node().credentials().transfer(by, &request)).await?;
        items.remove(0).result.map(|_| ())
    }

    /// Approves a pending request of the member.
    async fn approve(&self, by: &Caller, id: String) -> Result<()> {
        let decision =
            DecisionRequest { outcome: Outcome::Approved, note: String::new(), scopes: None, expected: None };
        Box::pin(self.world.node().token_requests().decide(by, &id, &decision)).await.map(|_| ())
    }

    /// Creates another token for the person that the caller acts as, without the caller's limits, and returns its id.
    async fn own(&self, by: &Caller, scopes: &[&str]) -> Result<String> {
        let user = by.actor.user().ok_or(ServiceError::UserContextRequired)?;
        let mut person = by.clone();
        let role = by.actor.role().cloned().unwrap();
        let api_scopes: ScopeSet = "contacts:read contacts:write".parse().unwrap();
        person.actor = Actor::person(user, by.actor.name().clone(), by.actor.org(), role, &api_scopes, None);
        Ok(Box::pin(self.world.node().credentials().issue(&person, CredentialTarget::Mine, &request(issue(scopes))))
            .await?
            .credential
            .id
            .to_string())
    }

    async fn try_door(&self, door: Door, by: &Caller) -> Result<()> {
        let (node, service) = (self.world.node(), CredentialTarget::ServiceAccount);
        let (viewer, admin) = (service(self.viewer_account.id), service(self.admin_account.id));
        let add = |scope: &str, has: &[&str]| Edit {
            scopes: Some(has.iter().chain([&scope]).map(|scope| (*scope).to_owned()).collect()),
            ..Edit::default()
        };
        let more = || add("contacts:write", &["contacts:read"]);
        let fewer = || Edit { scopes: Some(Vec::new()), ..Edit::default() };
        let read = ["contacts:read"];
        match door {
            Door::OwnToken(scopes) => self.create(by, CredentialTarget::Mine, issue(scopes)).await,
            Door::OwnTokenFromAnywhere => {
                let everywhere = vec!["0.0.0.0/0".into(), "::/0".into()];
                self.create(by, CredentialTarget::Mine, Issue { ip_allowlist: everywhere, ..issue(&read) }).await
            }
            Door::OwnTokenFaster => {
                let rate_limit = Some(RateLimit { limit: 1_000_000, window_seconds: 1 });
                self.create(by, CredentialTarget::Mine, Issue { rate_limit, ..issue(&read) }).await
            }
            Door::TokenForViewer => self.create(by, viewer, issue(&read)).await,
            Door::TokenForAdmin => self.create(by, admin, issue(&["all"])).await,
            Door::ApiKey(scopes) => self.create(by, KEYS, issue(scopes)).await,
            Door::Client(scopes) => self.create(by, CLIENTS, issue(scopes)).await,
            Door::RollItself => node.credentials().roll_self(by, None, None).await.map(|_| ()),
            Door::RollOwn(scopes) => self.roll(by, CredentialTarget::Mine, &self.own(by, scopes).await?).await,
            Door::RollOwners => {
                self.roll(by, PATS, &self.of(&self.owner, CredentialTarget::Mine, issue(&read)).await).await
            }
            Door::RollMembers => {
                self.roll(by, PATS, &self.of(&self.member, CredentialTarget::Mine, issue(&read)).await).await
            }
            Door::RollForAdmin => self.roll(by, admin, &self.of(&self.owner, admin, issue(&["all"])).await).await,
            Door::RollForViewer => self.roll(by, PATS, &self.of(&self.owner, viewer, issue(&read)).await).await,
            Door::RollKey(scopes) => self.roll(by, KEYS, &self.of(&self.owner, KEYS, issue(scopes)).await).await,
            Door::RollClient => self.roll(by, CLIENTS, &self.of(&self.owner, CLIENTS, issue(&read)).await).await,
            Door::AddKey(scopes) => {
                let id = self.of(&self.owner, CLIENTS, key_client(scopes)).await;
                node.credentials().add_client_key(by, &id, &jwk('B')).await.map(|_| ())
            }
            Door::WidenOwn => self.edit(by, CredentialTarget::Mine, &self.own(by, &read).await?, more()).await,
            Door::WidenOwners => {
                self.edit(by, PATS, &self.of(&self.owner, CredentialTarget::Mine, issue(&read)).await, more()).await
            }
            Door::WidenMembers => {
                self.edit(by, PATS, &self.of(&self.member, CredentialTarget::Mine, issue(&read)).await, more()).await
            }
            Door::WidenForAdmin => self.edit(by, PATS, &self.of(&self.owner, admin, issue(&read)).await, more()).await,
            Door::WidenKey(scope) => {
                let id = self.of(&self.owner, KEYS, issue(&["credentials:read"])).await;
                self.edit(by, KEYS, &id, add(scope, &["credentials:read"])).await
            }
            Door::FreeKeyOfNetworks => {
                let bound = Issue { ip_allowlist: vec!["10.0.0.0/8".into()], ..issue(&read) };
                let free = Edit { ip_allowlist: Some(Vec::new()), ..Edit::default() };
                self.edit(by, KEYS, &self.of(&self.owner, KEYS, bound).await, free).await
            }
            Door::FreeItself => {
                let id = by.actor.credential().ok_or(ServiceError::Missing)?;
                let free = Edit {
                    ip_allowlist: Some(Vec::new()),
                    rate_limit: Some(None),
                    quota: Some(None),
                    ..Edit::default()
                };
                let named = Edit { name: Some(format!("CI {}", by.actor.name())), ..free };
                self.edit(by, CredentialTarget::Of(id.kind()), &id.to_string(), named).await
            }
            Door::NarrowOwners => {
                self.edit(by, PATS, &self.of(&self.owner, CredentialTarget::Mine, issue(&read)).await, fewer()).await
            }
            Door::DisableOwners => {
                let id = self.of(&self.owner, CredentialTarget::Mine, issue(&read)).await;
                node.credentials().disable(by, PATS, &id).await.map(|_| ())
            }
            Door::RevokeOwners => {
                let id = self.of(&self.owner, CredentialTarget::Mine, issue(&read)).await;
                node.credentials().revoke(by, PATS, &id, Confirmation::NotAsked).await.map(|_| ())
            }
            Door::ServiceAccount(role) => node.service_accounts().create(by, "bot", "", role).await.map(|_| ()),
            Door::RoleOf(scopes, reach) => {
                let role = node.roles().create(by, &draft("New", scopes, reach)).await?;
                node.roles().delete(&self.owner, &role.id.to_string()).await.map(|_| ())
            }
            Door::WidenRole => {
                let role = made(&self.world, "Small", &["contacts:read"], Reach::Own).await.id.to_string();
                let scopes = Some(vec!["contacts:read".to_owned(), "contacts:write".to_owned()]);
                let edited =
                    node.roles().edit(by, &role, &RoleEdit { scopes, ..RoleEdit::default() }, None).await.map(|_| ());
                node.roles().delete(&self.owner, &role).await.unwrap();
                edited
            }
            Door::Invite(role) => {
                let invited = Box::pin(node.members().invite(by, "new@x.test", role)).await?;
                node.members().withdraw_invitation(&self.owner, &invited.invitation.id.to_string()).await.map(|_| ())
            }
            Door::BecomeOwner => {
                let itself = by.actor.user().map_or_else(|| id_of(&self.member), |user| user.to_string());
                node.members().change_role(by, &itself, "owner").await.map(|_| ())
            }
            Door::DemoteFounder => node.members().change_role(by, &id_of(&self.owner), "viewer").await.map(|_| ()),
            Door::Promote(role) => {
                let pal = id_of(&self.pal);
                Box::pin(node.members().change_role(&self.owner, &pal, "viewer")).await.unwrap();
                Box::pin(node.members().change_role(by, &pal, role)).await.map(|_| ())
            }
            Door::SeeLink(role) => {
                let invited = node.members().invite(&self.owner, "new@x.test", role).await?.invitation;
                let seen = Box::pin(node.members().invitation_link(by, &invited)).await.map(|_| ());
                node.members().withdraw_invitation(&self.owner, &invited.id.to_string()).await.unwrap();
                seen
            }
            Door::Policy => {
                let draft = serde_json::from_value(json!({ "kind": CredentialKind::Client })).unwrap();
                Box::pin(node.policies().change(by, &draft)).await.map(|_| ())
            }
            Door::Exception => {
                let credential = self.of(&self.owner, KEYS, issue(&read)).await;
                let ends_at = self.world.node().now().plus_seconds(DAY_SECONDS).to_string();
                let asked = ExceptionRequest { credential, ends_at, note: "for a day".into() };
                Box::pin(node.policies().grant_exception(by, &asked)).await.map(|_| ())
            }
            Door::LiveKey => self.create(by, KEYS, Issue { env: Some(Environment::Live), ..issue(&read) }).await,
            Door::EnableKey(scopes) => {
                let id = self.of(&self.owner, KEYS, issue(scopes)).await;
                node.credentials().disable(&self.owner, KEYS, &id).await.unwrap();
                Box::pin(node.credentials().enable(by, KEYS, &id)).await.map(|_| ())
            }
            Door::EnableOwners => {
                let id = self.of(&self.owner, CredentialTarget::Mine, issue(&read)).await;
                node.credentials().disable(&self.owner, CredentialTarget::Mine, &id).await.unwrap();
                Box::pin(node.credentials().enable(by, PATS, &id)).await.map(|_| ())
            }
            Door::EnableOwnDisabledByOwner => {
                let id = self.own(by, &read).await?;
                node.credentials().disable(&self.owner, PATS, &id).await.unwrap();
                Box::pin(node.credentials().enable(by, CredentialTarget::Mine, &id)).await.map(|_| ())
            }
            Door::TransferOwn => self.transfer(by, self.own(by, &read).await?, &self.viewer_account).await,
            Door::TransferToAdmin => self.transfer(by, self.own(by, &["all"]).await?, &self.admin_account).await,
            Door::TransferOwners => {
                let id = self.of(&self.owner, CredentialTarget::Mine, issue(&["all"])).await;
                self.transfer(by, id, &self.admin_account).await
            }
            Door::ApproveMembers(scopes) => {
                self.approve(by, self.of(&self.member, CredentialTarget::Mine, issue(scopes)).await).await
            }
        }
    }
}

/// Returns the credential as a caller that presents an access token made from it.
fn access_token(from: &Caller) -> Caller {
    let actor = &from.actor;
    let (id, api_scopes) = (actor.credential().unwrap(), "contacts:read contacts:write".parse().unwrap());
    let limit = Limit { scopes: actor.holds(), bounds: Bounds::default(), is_access_token: true };
    let (owner, name, role) = (actor.owner(), actor.name().clone(), actor.role().cloned().unwrap());
    let actor = Actor::on_behalf(owner, name, actor.org(), role, &api_scopes, (id, "CI".parse().unwrap()), limit);
    Caller { actor, context: RequestContext::default() }
}

#[derive(Clone, Copy, Debug)]
enum Door {
    OwnToken(&'static [&'static str]),
    OwnTokenFromAnywhere,
    OwnTokenFaster,
    TokenForViewer,
    TokenForAdmin,
    ApiKey(&'static [&'static str]),
    Client(&'static [&'static str]),
    RollItself,
    RollOwn(&'static [&'static str]),
    RollOwners,
    RollMembers,
    RollForViewer,
    RollForAdmin,
    RollKey(&'static [&'static str]),
    RollClient,
    AddKey(&'static [&'static str]),
    WidenOwn,
    WidenOwners,
    WidenMembers,
    WidenForAdmin,
    WidenKey(&'static str),
    FreeKeyOfNetworks,
    FreeItself,
    NarrowOwners,
    DisableOwners,
    RevokeOwners,
    ServiceAccount(&'static str),
    RoleOf(&'static [&'static str], Reach),
    WidenRole,
    Invite(&'static str),
    BecomeOwner,
    DemoteFounder,
    Promote(&'static str),
    SeeLink(&'static str),
    Policy,
    Exception,
    LiveKey,
    EnableKey(&'static [&'static str]),
    EnableOwners,
    EnableOwnDisabledByOwner,
    TransferOwn,
    TransferToAdmin,
    TransferOwners,
    ApproveMembers(&'static [&'static str]),
}

const DOORS: &[Door] = &[
    Door::OwnToken(&["contacts:read"]),
    Door::OwnToken(&["contacts:write"]),
    Door::OwnToken(&["all"]),
    Door::OwnTokenFromAnywhere,
    Door::OwnTokenFaster,
    Door::TokenForViewer,
    Door::TokenForAdmin,
    Door::ApiKey(&["contacts:read"]),
    Door::ApiKey(&["contacts:write"]),
    Door::Client(&["contacts:read"]),
    Door::Client(&["contacts:write"]),
    Door::RollItself,
    Door::RollOwn(&["contacts:read"]),
    Door::RollOwn(&["all"]),
    Door::RollOwners,
    Door::RollMembers,
    Door::RollForViewer,
    Door::RollForAdmin,
    Door::RollKey(&["contacts:read"]),
    Door::RollKey(&["contacts:write"]),
    Door::RollClient,
    Door::AddKey(&["contacts:read"]),
    Door::AddKey(&["contacts:write"]),
    Door::WidenOwn,
    Door::WidenOwners,
    Door::WidenMembers,
    Door::WidenForAdmin,
    Door::WidenKey("contacts:read"),
    Door::WidenKey("contacts:write"),
    Door::FreeKeyOfNetworks,
    Door::FreeItself,
    Door::NarrowOwners,
    Door::DisableOwners,
    Door::RevokeOwners,
    Door::ServiceAccount("viewer"),
    Door::ServiceAccount("admin"),
    Door::ServiceAccount("owner"),
    Door::RoleOf(&["contacts:read"], Reach::Own),
    Door::RoleOf(&["contacts:read"], Reach::Everyone),
    Door::RoleOf(&["contacts:write"], Reach::Own),
    Door::WidenRole,
    Door::Invite("viewer"),
    Door::Invite("admin"),
    Door::Invite("owner"),
    Door::BecomeOwner,
    Door::DemoteFounder,
    Door::Promote("member"),
    Door::Promote("admin"),
    Door::Promote("owner"),
    Door::SeeLink("member"),
    Door::SeeLink("admin"),
    Door::SeeLink("owner"),
    Door::Policy,
    Door::Exception,
    Door::LiveKey,
    Door::EnableKey(&["contacts:read"]),
    Door::EnableKey(&["contacts:write"]),
    Door::EnableOwners,
    Door::EnableOwnDisabledByOwner,
    Door::TransferOwn,
    Door::TransferToAdmin,
    Door::TransferOwners,
    Door::ApproveMembers(&["contacts:read"]),
    Door::ApproveMembers(&["contacts:write"]),
];

impl Door {
    /// Returns the name in the table, such as `RollKey contacts:write`.
    fn title(self) -> String {
        let debug = format!("{self:?}");
        debug
            .chars()
            .map(|c| if "()[]\",".contains(c) { ' ' } else { c })
            .collect::<String>()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn cell(outcome: Result<()>) -> String {
    match outcome {
        Ok(()) => "yes".into(),
        Err(ServiceError::Forbidden { code, .. } | ServiceError::Refused { code, .. }) => code.to_string(),
        Err(ServiceError::MissingScope { .. }) => "lacks scope".into(),
        Err(ServiceError::PersonRequired) => "session only".into(),
        Err(ServiceError::UserContextRequired) => "user context".into(),
        Err(ServiceError::Missing) => "missing".into(),
        Err(ServiceError::Invalid(errors)) => {
            errors.0.into_iter().map(|error| error.code.as_str()).collect::<Vec<_>>().join(" ")
        }
        Err(other) => panic!("{other:?}"),
    }
}

async fn the_table_of_actors_and_doors_is_the_golden_file(world: World) {
    let stage = Box::pin(Stage::new(world)).await;
    let actors = Box::pin(stage.actors()).await;
    let mut text = String::from(
        "Who comes by what. Each line is a door; below it, each actor with the outcome. See authority.rs for what the names stand for.\n",
    );
    for door in DOORS {
        let needs_approval = matches!(door, Door::ApproveMembers(_));
        let draft = PolicyDraft {
            needs_approval,
            ..serde_json::from_value(json!({ "kind": CredentialKind::PersonalAccessToken })).unwrap()
        };
        stage.world.node().policies().change(&stage.owner, &draft).await.unwrap();
        let mut outcomes: Vec<(String, Vec<&str>)> = Vec::new();
        for (name, actor) in &actors {
            let outcome = cell(Box::pin(stage.try_door(*door, actor)).await);
            match outcomes.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, names)) => names.push(name),
                None => outcomes.push((outcome, vec![name])),
            }
        }
        let _ = writeln!(text, "\n{}", door.title());
        for (outcome, names) in outcomes {
            let _ = writeln!(text, "    {outcome:<28} {}", names.join(" "));
        }
    }
    expect_file!["authority.txt"].assert_eq(&text);
}
