//! The master key and the keys that are sealed under it.
//!
//! Opens the peppers at the start, and makes the first one. A master key that does not open them stops the start,
//! because the server would otherwise reject every token without a reason. The label of a sealed pepper says whether
//! the audit chains are keyed. So an attacker without the master key cannot pretend that they are not, even with write
//! access to the database.

use crate::{Sources, audit_chain, signing_keys::SigningKeysError};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::secret::Pepper;
use store::{AuditKeys, Db, StoreError, StoredPepper};
use zeroize::Zeroizing;

const NONCE: usize = 24;
const FIRST: i32 = 1;

/// The 32 bytes that seal every other key.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Makes a random key.
    pub fn generate(sources: &Sources) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        sources.fill(&mut *bytes);
        Self(bytes)
    }

    /// Returns the bytes, to write them to the key file.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

/// The reason why the keyring does not open.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The database was set up with another master key.
    #[error("the master key is not the one this database was set up with")]
    WrongMasterKey,
    /// The database does not respond.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing keys do not open.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// A library rejected its fixed parameters.
    #[error("cannot prepare password hashing")]
    Hasher,
}

/// Returns the peppers, newest first, and the database with the keys of its audit chains. Makes and seals the first
/// pepper of an empty database. If two nodes start at once, one makes it and both read it.
pub(crate) async fn open(db: Db, master: &MasterKey, sources: &Sources) -> Result<(Db, Vec<Pepper>), KeyringError> {
    let stored = stored_peppers(&db, master, sources).await?;
    let mut peppers = stored.iter().map(|pepper| open_pepper(master, pepper)).collect::<Result<Vec<_>, _>>()?;
    peppers.sort_by_key(|pepper| std::cmp::Reverse(pepper.version()));
    let keys = peppers.iter().map(|pepper| pepper.derive("audit chain")).collect();
    let db = db.with_audit_keys(AuditKeys::new(keys));
    let former = stored.iter().filter(|pepper| unseal(master, &label(pepper.version), &pepper.wrapped).is_err());
    let former: Vec<_> = former.collect();
    if !former.is_empty() {
        audit_chain::key_all(&db, sources).await?;
        for pepper in former {
            let key = unseal(master, &former_label(pepper.version), &pepper.wrapped)?;
            db.reseal_pepper(pepper, &seal(master, &label(pepper.version), &key, sources)?).await?;
        }
    }
    Ok((db, peppers))
}

async fn stored_peppers(db: &Db, master: &MasterKey, sources: &Sources) -> Result<Vec<StoredPepper>, KeyringError> {
    let mut stored = db.peppers().await?;
    if stored.is_empty() {
        let mut key = Zeroizing::new([0; 32]);
        sources.fill(&mut *key);
        let wrapped = seal(master, &label(FIRST), &*key, sources)?;
        match db.insert_pepper(&StoredPepper { version: FIRST, wrapped, created_at: sources.now() }).await {
            Ok(()) | Err(StoreError::Conflict(_)) => stored = db.peppers().await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(stored)
}

fn label(version: i32) -> String {
    format!("mintmark pepper {version}, audit chains keyed")
}

/// The label of peppers sealed before audit chains were keyed.
fn former_label(version: i32) -> String {
    format!("mintmark pepper {version}")
}

/// Seals a key under the master key. `label` names the key and is needed to open it.
pub(crate) fn seal(master: &MasterKey, label: &str, key: &[u8], sources: &Sources) -> Result<Vec<u8>, KeyringError> {
    let mut nonce = [0; NONCE];
    sources.fill(&mut nonce);
    let payload = Payload { msg: key, aad: label.as_bytes() };
    let sealed = master.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| KeyringError::WrongMasterKey)?;
    Ok([&nonce[..], &sealed].concat())
}

fn open_pepper(master: &MasterKey, stored: &StoredPepper) -> Result<Pepper, KeyringError> {
    let key = unseal(master, &label(stored.version), &stored.wrapped)
        .or_else(|_| unseal(master, &former_label(stored.version), &stored.wrapped))?;
    let key: [u8; 32] = key.as_slice().try_into().map_err(|_| KeyringError::WrongMasterKey)?;
    Ok(Pepper::new(stored.version, key))
}

/// Opens a key that [`seal`] has sealed.
pub(crate) fn unseal(master: &MasterKey, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(KeyringError::WrongMasterKey)?;
    let payload = Payload { msg: sealed, aad: label.as_bytes() };
    let key = master.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| KeyringError::WrongMasterKey)?;
    Ok(Zeroizing::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Password, Service};
    use domain::secret::Brand;
    use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
    use store::{ChainFault, ChainVerdict};

    const EVENTS: &str = "SELECT count(*) FROM audit_events WHERE action = 'audit.chain_keyed'";

    async fn start(url: &str) -> Service {
        let db = Db::connect(url).await.unwrap();
        db.migrate().await.unwrap();
        let (brand, sources) = (Brand::parse("mint").unwrap(), Sources::default());
        Service::open(db, brand, "http://localhost", &MasterKey::new([7; 32]), sources).await.unwrap()
    }

    async fn outside(url: &str, statement: &str) {
        let mut file = SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut file).await.unwrap();
    }

    async fn keyed_events(url: &str) -> i64 {
        let mut file = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(EVENTS).fetch_one(&mut file).await.unwrap()
    }

    /// Seals the pepper as before audit chains were keyed.
    async fn seal_as_before(db: &Db) {
        let (master, stored) = (MasterKey::new([7; 32]), db.peppers().await.unwrap().remove(0));
        let key = unseal(&master, &label(stored.version), &stored.wrapped).unwrap();
        let former = seal(&master, &former_label(stored.version), &key, &Sources::default()).unwrap();
        db.reseal_pepper(&stored, &former).await.unwrap();
    }

    #[tokio::test]
    async fn the_first_start_keys_every_chain_and_no_later_start_believes_that_they_are_not_keyed() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/mintmark.db", dir.path().display());
        let service = start(&url).await;
        for org in ["acme", "globex"] {
            service.bootstrap(org, &format!("ada@{org}.test"), Password::new("correct horse".into())).await.unwrap();
        }
        let unkey = "DROP TRIGGER IF EXISTS audit_events_are_never_changed; UPDATE audit_events SET key_version = NULL";
        outside(&url, unkey).await;
        seal_as_before(service.db()).await;

        for _ in 0..2 {
            start(&url).await;
            assert_eq!(keyed_events(&url).await, 2);
        }

        // An attacker restores the old state, but cannot seal the pepper.
        outside(&url, unkey).await;
        let service = start(&url).await;
        assert_eq!(keyed_events(&url).await, 2);
        for org in service.db().org_ids().await.unwrap() {
            let verdict = service.db().verify_chain_of(org).await.unwrap();
            assert!(matches!(verdict, ChainVerdict::Broken { fault: ChainFault::Altered, .. }), "{verdict:?}");
        }
    }
}
