//! A server for a test, and clients that talk to it.

use crate::contract::held_to_the_document;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::{Action, Actor, RequestContext, Role},
    account::User,
    audit::{AuditAction, AuditEvent, Target},
    credential::{Issue, LifetimeDraft},
    ids::{EventId, OrgId},
    scope::ScopeSet,
    secret::Brand,
};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    cookie::{CookieStore, Jar},
    header::{CONTENT_TYPE, HeaderMap, ORIGIN, REFERER},
};
use serde_json::Value;
use server::{
    AppState, PublicUrl, Site, build_app,
    listen::{Limits, serve},
};
use service::{
    Caller, Clock, MasterKey, Password, Service, Sources,
    authn::SignUp,
    credentials::{CredentialTarget, IssueRequest},
};
use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};
use store::Db;
use tempfile::TempDir;
use tokio::net::TcpListener;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server. Tests can move its clock forward.
pub(crate) struct TestServer {
    pub(crate) base: String,
    pub(crate) service: Service,
    http: Client,
    dir: TempDir,
    moved: Arc<AtomicI64>,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_within(Limits::default()).await
    }

    pub(crate) async fn start_within(limits: Limits) -> Self {
        Self::on(TempDir::new().unwrap(), limits).await
    }

    /// Starts a server with the data in `dir`.
    pub(crate) async fn on(dir: TempDir, limits: Limits) -> Self {
        let db = Db::connect(&database_url(&dir)).await.unwrap();
        db.migrate().await.unwrap();
        let moved = Arc::new(AtomicI64::new(0));
        let sources = Sources::new(Clock::Moved(moved.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let brand = Brand::parse("mint").unwrap();
        let service = Service::open(db, brand, &base, &MasterKey::new([7; 32]), sources).await.unwrap();
        let site = Site::default();
        let state = AppState {
            service: service.clone(),
            public_url: Arc::new(PublicUrl::parse(&base).unwrap()),
            trusted_proxies: Arc::new([]),
            leptos: site.leptos_options(),
            site: Arc::new(site),
        };
        tokio::spawn(serve(listener, None, held_to_the_document(build_app(state)), (limits, [].into()), pending()));
        Self { base, service, http: Client::new(), dir, moved }
    }

    pub(crate) fn database_url(&self) -> String {
        database_url(&self.dir)
    }

    pub(crate) fn move_clock(&self, seconds: i64) {
        self.moved.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// Creates an organization with its owner. Returns a token of the owner with the scope `all`.
    pub(crate) async fn org(&self, slug: &str) -> String {
        let email = format!("owner@{slug}.test");
        let made = self.service.bootstrap(slug, &email, Password::new(PASSWORD.into())).await.unwrap();
        made.token.expose().to_owned()
    }

    /// Like [`Self::org`], with a token that never expires. It can assign roles that reach everyone, and approve
    /// lifetimes over 90 days.
    pub(crate) async fn endless_org(&self, slug: &str) -> String {
        let me = self.get("/v1/me", &self.org(slug).await).await;
        let (user, org) = (me.text("/user/id").parse().unwrap(), me.text("/organization/id").parse().unwrap());
        let owner = Actor::person(user, "owner".parse().unwrap(), org, Role::Owner, &ScopeSet::default(), None);
        let caller = Caller { actor: owner, context: RequestContext::default() };
        let lifetime = LifetimeDraft { never_expires: true, acknowledge_no_expiry: true, ..LifetimeDraft::default() };
        let issue = Issue { name: "endless".into(), scopes: Some(vec!["all".into()]), lifetime, ..Issue::default() };
        let request = IssueRequest { issue, ..IssueRequest::default() };
        let issued = self.service.credentials().issue(&caller, CredentialTarget::Mine, &request).await.unwrap();
        issued.secret.unwrap().expose().to_owned()
    }

    /// Creates a person with their own organization, not signed in.
    pub(crate) async fn person(&self, email: &str) {
        let request = SignUp {
            name: "Ada".into(),
            email: email.into(),
            password: Password::new(PASSWORD.into()),
            organization: String::new(),
            slug: None,
        };
        self.service.accounts().sign_up(request, &from_somewhere()).await.unwrap();
    }

    /// Creates a person, adds them to the organization of `token`, and signs them in there.
    pub(crate) async fn member(&self, token: &str, email: &str, role: Role) -> Browser {
        let request = SignUp {
            name: format!("{role:?}"),
            email: email.into(),
            password: Password::new(PASSWORD.into()),
            organization: String::new(),
            slug: None,
        };
        let user = self.service.accounts().sign_up(request, &from_somewhere()).await.unwrap().user;
        let org = self.join(token, &user, role).await;
        let browser = self.browser();
        browser.sign_in(email).await;
        assert_eq!(browser.post("/_fn/switch-org", &[("org", &org.to_string())]).await.location(), "/settings/tokens");
        browser
    }

    /// Creates a person with their own organization, where they have a token with these scopes. Adds them to the
    /// organization of `token`.
    pub(crate) async fn guest(&self, token: &str, email: &str, role: Role, scopes: &[&str]) -> Guest {
        let request = SignUp {
            name: "Grace".into(),
            email: email.into(),
            password: Password::new(PASSWORD.into()),
            organization: String::new(),
            slug: None,
        };
        let made = self.service.accounts().sign_up(request, &from_somewhere()).await.unwrap();
        self.join(token, &made.user, role).await;
        let (user, nothing) = (made.user, ScopeSet::default());
        let actor = Actor::person(user.id, user.name, made.org.id, Role::Owner, &nothing, Some(made.session));
        let caller = Caller { actor, context: RequestContext::default() };
        let scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
        let issue = Issue { name: "Laptop".into(), scopes, ..Issue::default() };
        let request = IssueRequest { issue, ..IssueRequest::default() };
        let issued = self.service.credentials().issue(&caller, CredentialTarget::Mine, &request).await.unwrap();
        let (id, secret) = (issued.credential.id.to_string(), issued.secret.unwrap().expose().to_owned());
        Guest { caller, id, secret }
    }

    pub(crate) async fn join(&self, token: &str, user: &User, role: Role) -> OrgId {
        let org: OrgId = self.get("/v1/me", token).await.text("/organization/id").parse().unwrap();
        let owner = Actor::person(user.id, user.name.clone(), org, Role::Owner, &ScopeSet::default(), None);
        let permit = owner.permit(Action::CreateOrganization, &RequestContext::default()).unwrap();
        let (at, target) = (self.service.now(), Target { kind: "organization", id: org.to_string(), name: None });
        let event = AuditEvent {
            id: EventId::new(at, self.service.entropy()),
            at,
            action: AuditAction::OrganizationCreated,
            target,
            detail: Value::Null,
        };
        let mut tx = self.service.db().write(&permit).await.unwrap();
        tx.insert_membership(user.id, role).await.unwrap();
        tx.commit(event).await.unwrap();
        // Nothing follows the feed here, and this write bypassed the use cases.
        self.service.node().catch_up().await.unwrap();
        org
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Reply {
        Reply::of(self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> Reply {
        let request = self.request(method, path).bearer_auth(token).json(body);
        Reply::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, token, body).await
    }

    /// Creates a token with these scopes. Returns its secret and its id.
    pub(crate) async fn issue(&self, token: &str, scopes: &[&str]) -> (String, String) {
        let body = serde_json::json!({ "name": "CI", "scopes": scopes });
        let reply = self.post("/v1/me/tokens", token, &body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        (reply.text("/token"), reply.text("/id"))
    }

    /// Creates an API key with these scopes. Returns its secret and its id.
    pub(crate) async fn api_key(&self, token: &str, org: &str, scopes: &[&str]) -> (String, String) {
        let body = serde_json::json!({ "name": "CRM sync", "scopes": scopes });
        let reply = self.post(&format!("/v1/orgs/{org}/api-keys"), token, &body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        (reply.text("/token"), reply.text("/id"))
    }

    pub(crate) fn browser(&self) -> Browser {
        let (jar, url) = (Arc::new(Jar::default()), self.base.parse().unwrap());
        jar.add_cookie_str(&format!("visitor={}; Path=/", self.service.sessions().new_visitor()), &url);
        let client = Client::builder().cookie_provider(jar.clone()).redirect(reqwest::redirect::Policy::none());
        Browser { client: client.build().unwrap(), base: self.base.clone(), jar, service: self.service.clone() }
    }
}

fn database_url(dir: &TempDir) -> String {
    format!("sqlite://{}/mintmark.db", dir.path().display())
}

/// A person with a token of their own organization, who is also a member of another one.
pub(crate) struct Guest {
    /// The person in their own organization.
    pub(crate) caller: Caller,
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A new public key as a JWK.
pub(crate) fn ed25519() -> Value {
    let pair = Ed25519KeyPair::generate().unwrap();
    serde_json::json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(pair.public_key()) })
}

/// A browser without script. It keeps cookies, posts forms of our own pages and does not follow redirects.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) base: String,
    jar: Arc<Jar>,
    service: Service,
}

impl Browser {
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let line = self.jar.cookies(&self.base.parse().unwrap())?;
        let mut pairs = line.to_str().unwrap().split("; ").filter_map(|pair| pair.split_once('='));
        pairs.find(|(of, _)| *of == name).map(|(_, value)| value.to_owned())
    }

    /// The token that our page puts into a form with this action.
    pub(crate) fn form_token(&self, path: &str) -> String {
        let known_by = match self.cookie("sid") {
            Some(session) => format!("session {session}"),
            None => format!("visitor {}", self.cookie("visitor").unwrap_or_default()),
        };
        self.service.sessions().form_token(&known_by, path)
    }

    /// The URL of a page with a notice, as the server writes it for this browser.
    pub(crate) fn with_notice(&self, address: &str) -> String {
        let seal = self.form_token(&app::notice_sealed_by(address));
        format!("{address}&{}={seal}", app::NOTICE_SEAL)
    }

    /// The request of a script to a server function, without its body.
    pub(crate) fn script(&self, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.base)).header(ORIGIN, &self.base);
        request.header("accept", "application/json").header(app::FORM_TOKEN_HEADER, self.form_token(app::OF_SCRIPT))
    }

    /// Posts a form of our own page.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let token = self.form_token(path);
        self.post_raw(path, &[&[(app::FORM_TOKEN, token.as_str())][..], form].concat()).await
    }

    /// Posts a form from elsewhere. It contains only the tokens in `form`.
    pub(crate) async fn post_raw(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let request = self.client.post(format!("{}{path}", self.base)).header(ORIGIN, &self.base);
        let request = request.header(REFERER, format!("{}/", self.base));
        Reply::of(request.header("accept", "text/html").form(form).send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        let request = self.client.get(format!("{}{path}", self.base));
        Reply::of(request.header("accept", "text/html").send().await.unwrap()).await
    }

    /// Creates a token for the signed-in person, as the page with script does. Returns its secret and its id.
    pub(crate) async fn issue(&self, name: &str, scopes: &[&str]) -> (String, String) {
        let mut draft = crate::guarded::draft();
        (draft["name"], draft["scopes"]) = (name.into(), scopes.into());
        let body = serde_json::json!({ "at": "/settings/tokens", "draft": draft });
        let request = self.script("/_fn/issue-credential").json(&body);
        let reply = Reply::of(request.send().await.unwrap()).await;
        let dialog = reply.text("/dialog");
        let secret = dialog.split_once("</textarea>").and_then(|(before, _)| before.rsplit_once('>')).unwrap().1;
        let next = reply.text("/next");
        let (_, id) = without_seal(&next).rsplit_once('=').unwrap();
        (secret.trim().to_owned(), id.to_owned())
    }

    /// Signs in with the form of the page, whatever the state of the previous session.
    pub(crate) async fn sign_in(&self, email: &str) {
        let page = scraper::Html::parse_document(&self.get("/sign-in").await.body);
        let form = crate::html::forms(&page, "/_fn/sign-in").into_iter().next().map(crate::html::untouched);
        drop(page);
        let tokens: Vec<_> = form.unwrap_or_default().into_iter().filter(|(name, _)| name == app::FORM_TOKEN).collect();
        let token = tokens.first().map_or_else(|| self.form_token("/_fn/sign-in"), |(_, token)| token.clone());
        let form = [(app::FORM_TOKEN, token.as_str()), ("email", email), ("password", PASSWORD)];
        let reply = self.post_raw("/_fn/sign-in", &form).await;
        assert_eq!(reply.location(), "/settings/tokens", "{}", reply.body);
    }
}

/// A new client address each time, so that the limit on sign-ups does not apply.
fn from_somewhere() -> RequestContext {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let [_, a, b, c] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    RequestContext { ip: Some([10 + a, b, c, 1].into()), ..RequestContext::default() }
}

fn without_seal(address: &str) -> &str {
    address.split_once(&format!("&{}=", app::NOTICE_SEAL)).map_or(address, |(address, _)| address)
}

/// A reply with its complete body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    /// The `Set-Cookie` line for this name.
    pub(crate) fn set_cookie(&self, name: &str) -> String {
        let lines = self.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
        let mut lines = lines.filter(|line| line.split_once('=').is_some_and(|(of, _)| of == name));
        lines.next().unwrap_or_else(|| panic!("no cookie {name} in {self:?}")).to_owned()
    }

    pub(crate) async fn of(response: Response) -> Self {
        Self { status: response.status(), headers: response.headers().clone(), body: response.text().await.unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// The string at this JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let json = self.json();
        json.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {json}")).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    /// The redirect target, without the seal of a notice.
    pub(crate) fn page(&self) -> &str {
        without_seal(self.location())
    }

    /// Asserts problem details with this status and code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.headers[CONTENT_TYPE], "application/problem+json", "{}", self.body);
        assert_eq!(self.text("/code"), code, "{}", self.body);
        assert_eq!(self.text("/request_id"), self.header("x-request-id"));
        assert!(!self.text("/detail").is_empty() && !self.text("/title").is_empty() && !self.text("/type").is_empty());
        if status == 401 {
            assert!(self.header("www-authenticate").starts_with("Bearer realm=\"mintmark\""), "{:?}", self.headers);
        }
    }

    /// The invalid fields with their codes.
    pub(crate) fn field_codes(&self) -> Vec<(String, String)> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
        errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
    }
}
