//! The signing keys in memory. Every signature is made here.

use super::{
    key_pair::{BadKey, KeyPair, generate},
    publish::PublishedKeys,
};
use crate::{MasterKey, ServiceError, Sources, keyring, use_cases::InstallationKeys};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Timestamp,
    oauth::{KeyState, SigningKey, current_key, key_state},
    operation::SigningAlg,
};
use serde::Serialize;
use std::sync::{Arc, PoisonError, RwLock};
use store::{Constraint, Db, StoreError, StoredSigningKey};
use zeroize::Zeroizing;

/// The reason why the signing keys do not open.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeysError {
    /// There was a key for the algorithm, and now there is none.
    #[error(
        "the signing keys for {0} are missing; restore them from a backup, or run: mintmark keys rotate --emergency"
    )]
    Missing(&'static str),
    /// The stored key cannot be opened, or does not match its public half.
    #[error("the signing key {0} is damaged; restore it from a backup, or run: mintmark keys rotate --emergency")]
    Damaged(String),
    /// The database does not respond.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The signing keys of the installation.
pub(crate) struct SigningKeys {
    pub(super) master: MasterKey,
    opened: RwLock<Arc<Opened>>,
    published: RwLock<Option<Arc<PublishedKeys>>>,
}

/// The keys as they were last read.
#[derive(Default)]
pub(super) struct Opened {
    /// The public halves of all keys that ever existed.
    pub(super) keys: Vec<SigningKey>,
    /// The pairs that can sign now or later, by their `kid`.
    pairs: Vec<(String, Arc<KeyPair>)>,
}

impl Opened {
    fn accepted(&self, kid: &str, now: Timestamp) -> Option<&SigningKey> {
        let key = self.keys.iter().find(|key| key.public.kid == kid)?;
        matches!(key_state(key, &self.keys, now), KeyState::Current | KeyState::Retiring).then_some(key)
    }
}

/// The header of a signed token.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'a str,
}

/// Generates a key and its stored form.
pub(super) async fn make(
    master: &MasterKey,
    sources: &Sources,
    alg: SigningAlg,
    number: i64,
    now: Timestamp,
    activates_at: Timestamp,
) -> Result<StoredSigningKey, ServiceError> {
    // Runs on a blocking thread, because generating an RSA key would delay other requests.
    let pkcs8 = tokio::task::spawn_blocking(move || generate(alg)).await.map_err(ServiceError::internal)?;
    let pkcs8 = pkcs8.map_err(ServiceError::internal)?;
    let public = KeyPair::open(alg, &pkcs8).and_then(|pair| pair.public()).map_err(ServiceError::internal)?;
    let wrapped = keyring::seal(master, &label(&public.kid), &pkcs8, sources).map_err(ServiceError::internal)?;
    let key = SigningKey { public, alg, number, created_at: now, activates_at, revoked_at: None };
    Ok(StoredSigningKey { key, wrapped: Some(wrapped) })
}

fn label(kid: &str) -> String {
    format!("mintmark signing key {kid}")
}

impl SigningKeys {
    /// Opens every key. On an installation that never had a key, makes the first one, for the default algorithm.
    pub(crate) async fn open(db: &Db, master: &MasterKey, sources: &Sources) -> Result<Self, SigningKeysError> {
        let master = MasterKey::new(*master.expose());
        let keys = Self { master, opened: RwLock::default(), published: RwLock::default() };
        let now = sources.now();
        keys.reload(db, now).await?;
        let algs = db.signing_algs().await?;
        for alg in &algs {
            if current_key(&keys.opened().keys, *alg, now).is_none() {
                return Err(SigningKeysError::Missing(alg.as_str()));
            }
        }
        if algs.is_empty() {
            let damaged = |_| SigningKeysError::Damaged("that was just made".to_owned());
            keys.make_first(db, sources, SigningAlg::default()).await.map_err(damaged)?;
        }
        Ok(keys)
    }

    /// Reads the public halves without opening any key, so that new keys can replace those that do not open.
    pub(crate) async fn open_for_repair(db: &Db, master: &MasterKey) -> Result<Self, StoreError> {
        let opened =
            Opened { keys: db.signing_keys().await?.into_iter().map(|stored| stored.key).collect(), pairs: Vec::new() };
        Ok(Self {
            master: MasterKey::new(*master.expose()),
            opened: RwLock::new(Arc::new(opened)),
            published: RwLock::default(),
        })
    }

    pub(super) fn opened(&self) -> Arc<Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the keys again. Pairs that are already open are kept.
    pub(crate) async fn reload(&self, db: &Db, now: Timestamp) -> Result<(), SigningKeysError> {
        let before = self.opened();
        let stored = db.signing_keys().await?;
        let keys: Vec<_> = stored.iter().map(|stored| stored.key.clone()).collect();
        let mut pairs = Vec::new();
        for StoredSigningKey { key, wrapped } in &stored {
            let kid = &key.public.kid;
            if !matches!(key_state(key, &keys, now), KeyState::Next | KeyState::Current) {
                continue;
            }
            let known = before.pairs.iter().find(|(known, _)| known == kid);
            let pair = match (known, wrapped) {
                (Some((_, pair)), _) => pair.clone(),
                (None, Some(wrapped)) => {
                    Arc::new(self.unseal(key, wrapped).map_err(|_| SigningKeysError::Damaged(kid.clone()))?)
                }
                (None, None) => return Err(SigningKeysError::Damaged(kid.clone())),
            };
            pairs.push((kid.clone(), pair));
        }
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Opened { keys, pairs });
        *self.published.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn unseal(&self, key: &SigningKey, wrapped: &[u8]) -> Result<KeyPair, BadKey> {
        let pkcs8: Zeroizing<Vec<u8>> =
            keyring::unseal(&self.master, &label(&key.public.kid), wrapped).map_err(|_| BadKey)?;
        let pair = KeyPair::open(key.alg, &pkcs8)?;
        if pair.public()? == key.public { Ok(pair) } else { Err(BadKey) }
    }

    /// Makes the first key of `alg`. If two nodes do it at once, one succeeds and both read it.
    async fn make_first(&self, db: &Db, sources: &Sources, alg: SigningAlg) -> Result<(), ServiceError> {
        let now = sources.now();
        let stored = make(&self.master, sources, alg, 1, now, now).await?;
        match db.insert_first_signing_key(&stored).await {
            Ok(()) | Err(StoreError::Conflict(Constraint::Id)) => {}
            Err(error) => return Err(error.into()),
        }
        self.reload(db, now).await.map_err(ServiceError::internal)
    }

    /// Returns the keys that are published at `now`.
    pub(crate) fn published(&self, now: Timestamp) -> Arc<PublishedKeys> {
        let found = self.published.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(published) = found.filter(|published| published.holds_at(now)) {
            return published;
        }
        let published = Arc::new(PublishedKeys::of(&self.opened().keys, now));
        *self.published.write().unwrap_or_else(PoisonError::into_inner) = Some(published.clone());
        published
    }

    /// Returns the key with this `kid` if its signatures are accepted at `now`.
    pub(crate) fn accepted(&self, kid: &str, now: Timestamp) -> Option<SigningKey> {
        self.opened().accepted(kid, now).cloned()
    }

    /// Returns whether signatures of the key with this `kid` are accepted at `now`.
    pub(crate) fn accepts(&self, kid: &str, now: Timestamp) -> bool {
        self.opened().accepted(kid, now).is_some()
    }

    fn sign(
        &self,
        alg: SigningAlg,
        typ: &str,
        claims: &impl Serialize,
        now: Timestamp,
    ) -> Option<Result<String, BadKey>> {
        let opened = self.opened();
        let kid = &current_key(&opened.keys, alg, now)?.public.kid;
        let (_, pair) = opened.pairs.iter().find(|(known, _)| known == kid)?;
        let part =
            |value: serde_json::Result<Vec<u8>>| value.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).map_err(|_| BadKey);
        let signed = || {
            let header = part(serde_json::to_vec(&Header { alg: alg.as_str(), kid, typ }))?;
            let message = format!("{header}.{}", part(serde_json::to_vec(claims))?);
            let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())?);
            Ok(format!("{message}.{signature}"))
        };
        Some(signed())
    }
}

impl InstallationKeys<'_> {
    /// Returns a compact JWS of `claims`, signed by the current key for `alg`. Makes the first key of an algorithm when
    /// it is first needed.
    pub(crate) async fn sign(
        self,
        alg: SigningAlg,
        typ: &str,
        claims: &impl Serialize,
    ) -> Result<String, ServiceError> {
        let keys = &self.service.inner.signing_keys;
        if let Some(signed) = keys.sign(alg, typ, claims, self.service.now()) {
            return signed.map_err(ServiceError::internal);
        }
        self.ensure(alg).await?;
        let signed = keys.sign(alg, typ, claims, self.service.now());
        signed.ok_or_else(|| ServiceError::internal("there is no current signing key"))?.map_err(ServiceError::internal)
    }

    /// Makes the first key of `alg` if there was none, so that it is published before it is needed.
    pub(crate) async fn ensure(self, alg: SigningAlg) -> Result<(), ServiceError> {
        let inner = &self.service.inner;
        if current_key(&inner.signing_keys.opened().keys, alg, self.service.now()).is_some() {
            return Ok(());
        }
        if inner.db.signing_algs().await?.contains(&alg) {
            return inner.signing_keys.reload(&inner.db, self.service.now()).await.map_err(ServiceError::internal);
        }
        inner.signing_keys.make_first(&inner.db, &inner.sources, alg).await
    }
}
