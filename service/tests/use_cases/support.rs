//! Test support: two nodes on a new database, an organization with its owner, and helpers.

use crate::members::joined;
use domain::{
    access::{Actor, Role},
    credential::{Credential, CredentialKind, Issue, LifetimeDraft},
    scope::ScopeSet,
    secret::{Brand, RevealedSecret},
    verify::Verdict,
};
use service::{
    Caller, Clock, MasterKey, Password, RequestContext, Result, Service, Sources,
    audit_log::{AuditFilter, AuditRecord, PageRequest},
    credentials::{CredentialTarget, IssueRequest},
    verify::ForwardRequest,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection, postgres::PgConnectOptions};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
};
use store::Db;
use tempfile::TempDir;
use tokio::{sync::Barrier, task::JoinHandle};

/// Runs each named test on both databases.
macro_rules! on_both {
    ($($guarantee:ident),+ $(,)?) => {$(
        mod $guarantee {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::support::run($crate::support::Place::sqlite(), super::$guarantee).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::support::run($crate::support::Place::postgres().await, super::$guarantee).await;
            }
        }
    )+};
}

/// A test database, until it is removed.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(Box<PgConnectOptions>),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("mintmark_use_cases_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        administer(&format!("DROP DATABASE IF EXISTS {name}")).await;
        administer(&format!("CREATE DATABASE {name}")).await;
        Self::Postgres(Box::new(server().database(&name)))
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(dir) => format!("sqlite://{}/mintmark.db", dir.path().display()),
            Self::Postgres(options) => options.to_url_lossy().to_string(),
        }
    }

    async fn remove(self) {
        if let Self::Postgres(options) = self {
            administer(&format!("DROP DATABASE {} WITH (FORCE)", options.get_database().unwrap())).await;
        }
    }
}

fn server() -> PgConnectOptions {
    let Ok(url) = std::env::var("MINTMARK_TEST_POSTGRES_URL") else {
        panic!("MINTMARK_TEST_POSTGRES_URL is not set: run `make test`, which starts a PostgreSQL for the tests");
    };
    url.parse().expect("MINTMARK_TEST_POSTGRES_URL is a postgres:// address")
}

async fn administer(statement: &str) {
    on_postgres(&server(), statement).await;
}

async fn on_postgres(at: &PgConnectOptions, statement: &str) {
    let mut connection = PgConnection::connect_with(at).await.expect("PostgreSQL answers");
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.unwrap();
}

/// Runs a test and removes its database, also after a failure.
pub(crate) async fn run<F>(place: Place, guarantee: impl FnOnce(World) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let world = World::at(&place.url()).await;
    let outcome = tokio::spawn(guarantee(world)).await;
    place.remove().await;
    if let Err(failure) = outcome {
        std::panic::resume_unwind(failure.into_panic());
    }
}

/// Two nodes on one database, and the owner of the organization acme.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) nodes: [Service; 2],
    /// The milliseconds by which the clock of each node is moved forward.
    clocks: [Arc<AtomicI64>; 2],
    url: String,
    pub(crate) owner: Caller,
}

impl World {
    async fn at(url: &str) -> Self {
        let clocks = [Arc::default(), Arc::default()];
        let one = node(url, &clocks[0]).await;
        let made =
            one.bootstrap("acme", "owner@acme.test", Password::new("correct horse battery".into())).await.unwrap();
        let (user, org, session) = (made.owner.user, made.owner.org.id, made.owner.session);
        let nothing = ScopeSet::default();
        let actor = Actor::person(user.id, user.name, org, Role::Owner, &nothing, Some(session));
        let nodes = [one, node(url, &clocks[1]).await];
        Self { nodes, clocks, url: url.to_owned(), owner: Caller { actor, context: RequestContext::default() } }
    }

    /// Sets the clock of a node this far ahead of the machine's.
    pub(crate) fn set_ahead(&self, node: usize, milliseconds: i64) {
        self.clocks[node].store(milliseconds, Ordering::Relaxed);
    }

    /// Runs a statement on PostgreSQL without the nodes. Does nothing on SQLite.
    pub(crate) async fn outside(&self, statement: &str) {
        if self.node().db().is_shared() {
            on_postgres(&self.url.parse().unwrap(), statement).await;
        }
    }

    /// Runs a statement on either database without the nodes.
    pub(crate) async fn tamper(&self, statement: &str) {
        if self.node().db().is_shared() {
            return self.outside(statement).await;
        }
        let mut file = SqliteConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut file).await.unwrap();
    }

    /// Opens the database with a new keyring and another master key.
    pub(crate) async fn under_another_master_key(&self) -> Service {
        // Rows that refer to the old keyring stay, as in a copy.
        let unchecked = match self.node().db().is_shared() {
            true => "SET session_replication_role = replica",
            false => "PRAGMA foreign_keys = OFF",
        };
        self.tamper(&format!("{unchecked}; DELETE FROM peppers; DELETE FROM signing_keys; DELETE FROM signing_algs"))
            .await;
        let db = Db::connect(&self.url).await.unwrap();
        let sources = Sources::new(Clock::Moved(self.clocks[0].clone()));
        let brand = Brand::parse("mint").unwrap();
        Service::open(db, brand, "http://localhost", &MasterKey::new([8; 32]), sources).await.unwrap()
    }

    /// Returns the verdict of this node on a secret, through forward-auth.
    pub(crate) async fn verdict(&self, node: &Service, secret: &str) -> Result<Verdict> {
        let verifying = node.verifying().await?;
        let request = ForwardRequest { token: secret, ..ForwardRequest::default() };
        Ok(verifying.forward(&request)?.verdict)
    }

    pub(crate) fn node(&self) -> &Service {
        &self.nodes[0]
    }

    /// Returns another member with this role in acme.
    pub(crate) async fn colleague(&self, role: Role) -> Caller {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        joined(self, &format!("colleague{}", NEXT.fetch_add(1, Ordering::Relaxed)), role).await
    }

    /// Creates a credential with these scopes that never expires.
    pub(crate) async fn issued(&self, target: CredentialTarget, scopes: &[&str]) -> (Credential, RevealedSecret) {
        let issued = self.node().credentials().issue(&self.owner, target, &request(scopes)).await.unwrap();
        (issued.credential, issued.secret.unwrap())
    }

    /// Returns the caller that presents this secret.
    pub(crate) async fn calls(&self, secret: &RevealedSecret) -> Result<Caller> {
        // The nodes do not follow the feed here, so this one reads the changes of the other.
        self.node().node().catch_up().await?;
        let presented = domain::secret::PlainSecret::presented(secret.expose().to_owned());
        Ok(self.node().authenticate(&presented, RequestContext::default()).await?.caller)
    }

    /// Returns the events that match the filter, oldest first.
    pub(crate) async fn events(&self, filter: AuditFilter) -> Vec<AuditRecord> {
        let (mut events, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest::new(PageRequest::MAX_LIMIT, cursor);
            let page = self.node().audit_log().list(&self.owner, &filter, &page).await.unwrap();
            events.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                events.reverse();
                return events;
            }
        }
    }

    /// Returns the events of a credential, oldest first.
    pub(crate) async fn done_to(&self, credential: &Credential) -> Vec<AuditRecord> {
        self.events(AuditFilter { target: Some(credential.id.to_string()), ..AuditFilter::default() }).await
    }
}

/// Makes this node follow the feed until the task is aborted.
pub(crate) fn follow(node: &Service) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move { node.node().follow().await })
}

async fn node(url: &str, moved: &Arc<AtomicI64>) -> Service {
    let db = Db::connect(url).await.unwrap();
    db.migrate().await.unwrap();
    let brand = Brand::parse("mint").unwrap();
    let sources = Sources::new(Clock::Moved(moved.clone()));
    Service::open(db, brand, "http://localhost", &MasterKey::new([7; 32]), sources).await.unwrap()
}

/// Creates another organization, as at the console.
pub(crate) async fn bootstrapped(node: &Service, slug: &str, email: &str) {
    node.bootstrap(slug, email, Password::new("correct horse battery".into())).await.unwrap();
}

/// Starts one more node on the database. It has not read the feed yet.
pub(crate) async fn node_on(world: &World) -> Service {
    node(&world.url, &Arc::default()).await
}

/// Returns a request for a credential with these scopes that never expires.
pub(crate) fn request(scopes: &[&str]) -> IssueRequest {
    let lifetime = LifetimeDraft { never_expires: true, acknowledge_no_expiry: true, ..LifetimeDraft::default() };
    let scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
    IssueRequest { issue: Issue { name: "CI".into(), scopes, lifetime, ..Issue::default() }, ..IssueRequest::default() }
}

pub(crate) const KEYS: CredentialTarget = CredentialTarget::Of(CredentialKind::ApiKey);
pub(crate) const PATS: CredentialTarget = CredentialTarget::Of(CredentialKind::PersonalAccessToken);

/// Starts two tasks at one instant and returns both results.
pub(crate) async fn at_once<A, B>(
    one: impl Future<Output = A> + Send + 'static,
    other: impl Future<Output = B> + Send + 'static,
) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let start = Arc::new(Barrier::new(2));
    let also = start.clone();
    let one = tokio::spawn(async move {
        start.wait().await;
        one.await
    });
    let other = tokio::spawn(async move {
        also.wait().await;
        other.await
    });
    (one.await.unwrap(), other.await.unwrap())
}
