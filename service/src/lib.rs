//! The use cases of Mintmark, one per file. The screens and the public API call them alike.
//!
//! Each use case asks for one permit, opens one transaction and commits it with one audit event. Never contains SQL
//! (see `store`), rules (see `domain`), verdicts on tokens (see `verifier`), HTTP (see `server`) or markup (see `app`).
//!
//! Start at [`Service`], then read `credentials/issue.rs`, which shows the whole pattern.

pub mod apis;
pub mod approvals;
mod audit_chain;
pub mod audit_log;
pub mod authn;
mod authority;
pub mod bootstrap;
mod caller;
pub mod credentials;
mod denials;
mod error;
pub mod idempotency;
mod jobs;
mod keyring;
pub mod limits;
pub mod load;
pub mod mail;
pub mod members;
pub mod oauth;
pub mod org_authorizations;
pub mod orgs;
pub mod overview;
pub mod platform;
pub mod policies;
pub mod repeatable;
pub mod roles;
pub mod service_accounts;
pub mod signing_keys;
mod sources;
pub mod use_cases;
pub mod verify;
mod write;

pub use self::authn::password::Password;
pub use self::caller::Caller;
pub use self::error::{Challenge, ServiceError};
pub use self::keyring::{KeyringError, MasterKey};
pub use self::sources::{Clock, Sources};
pub use domain::access::RequestContext;

use self::{
    authn::{failed_sign_ins::FailedSignIns, password::Hasher, throttle::Throttle},
    denials::Denials,
    oauth::{MAX_SIGNED, SignedBefore},
    signing_keys::SigningKeys,
    verify::EngineHost,
};
use domain::secret::{Brand, Pepper};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};
use store::Db;
use verifier::{Engine, EngineParts};

/// The result of a use case.
pub type Result<T> = std::result::Result<T, ServiceError>;

/// The state that the use cases share. It is cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    sources: Sources,
    brand: Brand,
    peppers: Arc<[Pepper]>,
    /// Verifies presented tokens from memory.
    engine: Arc<Engine>,
    hasher: Hasher,
    throttle: Throttle,
    imports: apis::Imports,
    caps: limits::Caps,
    changes: limits::ChangeRates,
    sign_up_mode: OnceLock<authn::SignUpMode>,
    failed_sign_ins: FailedSignIns,
    signed_before: SignedBefore,
    /// The start of the request ids, and the number of ids made.
    requests: ([u8; 10], AtomicU64),
    denials: Denials,
    mailer: OnceLock<mail::Mailer>,
    signing_keys: Arc<SigningKeys>,
    /// The public URL of the server, which is also the issuer of access tokens.
    issuer: String,
    /// The audience of access tokens for Mintmark's own API.
    management_audience: String,
}

impl Service {
    /// Opens the keyring of a migrated database. Makes and seals the first pepper of an empty database. The first start
    /// on a database whose audit chains are not keyed keys them.
    ///
    /// # Errors
    /// Fails if the database is not available, or if `master_key` does not open the sealed keys.
    pub async fn open(
        db: Db,
        brand: Brand,
        public_url: &str,
        master_key: &MasterKey,
        sources: Sources,
    ) -> std::result::Result<Self, KeyringError> {
        let (db, peppers) = keyring::open(db, master_key, &sources).await?;
        let signing_keys = SigningKeys::open(&db, master_key, &sources).await?;
        Self::with_keys(db, brand, public_url, sources, peppers, signing_keys)
    }

    /// Like [`Service::open`], for the one command that replaces signing keys which do not open.
    ///
    /// # Errors
    /// Fails like [`Service::open`].
    pub async fn open_for_repair(
        db: Db,
        brand: Brand,
        public_url: &str,
        master_key: &MasterKey,
        sources: Sources,
    ) -> std::result::Result<Self, KeyringError> {
        let (db, peppers) = keyring::open(db, master_key, &sources).await?;
        let signing_keys = SigningKeys::open_for_repair(&db, master_key).await?;
        Self::with_keys(db, brand, public_url, sources, peppers, signing_keys)
    }

    fn with_keys(
        db: Db,
        brand: Brand,
        public_url: &str,
        sources: Sources,
        peppers: Vec<Pepper>,
        signing_keys: SigningKeys,
    ) -> std::result::Result<Self, KeyringError> {
        let (peppers, signing_keys): (Arc<[_]>, _) = (peppers.into(), Arc::new(signing_keys));
        let management_audience = format!("{public_url}/v1");
        let host = EngineHost { db: db.clone(), sources: sources.clone(), signing_keys: signing_keys.clone() };
        let engine = Engine::new(EngineParts {
            db: db.clone(),
            brand: brand.clone(),
            peppers: peppers.clone(),
            management_audience: management_audience.clone(),
            host: Box::new(host),
        });
        Ok(Self {
            inner: Arc::new(Inner {
                requests: (sources.entropy(), AtomicU64::new(0)),
                db,
                sources,
                brand,
                peppers,
                engine: Arc::new(engine),
                hasher: Hasher::new()?,
                throttle: Throttle::default(),
                imports: apis::Imports::default(),
                caps: limits::Caps::default(),
                changes: limits::ChangeRates::default(),
                sign_up_mode: OnceLock::new(),
                failed_sign_ins: FailedSignIns::default(),
                signed_before: SignedBefore::new(MAX_SIGNED),
                denials: Denials::default(),
                mailer: OnceLock::new(),
                signing_keys,
                issuer: public_url.to_owned(),
                management_audience,
            }),
        })
    }

    /// Returns whether there is no account yet.
    ///
    /// # Errors
    /// Fails if the database is not available.
    pub async fn is_empty(&self) -> Result<bool> {
        Ok(!self.inner.db.has_users().await?)
    }

    /// Returns the current time, as every use case sees it.
    pub fn now(&self) -> domain::Timestamp {
        self.inner.sources.now()
    }

    /// Returns the public URL of the server, which is also the issuer of access tokens.
    pub fn issuer(&self) -> &str {
        &self.inner.issuer
    }

    /// Returns ten bytes for a request id, which need not be secret: random at the start, then counted up.
    pub fn request_entropy(&self) -> [u8; 10] {
        let (mut bytes, count) = (self.inner.requests.0, self.inner.requests.1.fetch_add(1, Ordering::Relaxed));
        for (byte, count) in bytes[2..].iter_mut().zip(count.to_be_bytes()) {
            *byte = byte.wrapping_add(count);
        }
        bytes
    }

    /// Returns ten random bytes, for an id that no use case makes.
    pub fn entropy(&self) -> [u8; 10] {
        self.inner.sources.entropy()
    }

    /// Returns the database, for the session layer.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }
}
