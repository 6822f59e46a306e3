//! The master key and what is sealed under it.
//!
//! Owns: opening the peppers at start, and making the first one. A master key that does not open them stops the
//! start: carrying on would refuse every token without saying why.

use crate::{Sources, signing_keys::SigningKeysError};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::secret::Pepper;
use store::{Db, StoreError, StoredPepper};
use zeroize::Zeroizing;

const NONCE: usize = 24;
const FIRST: i32 = 1;

/// The 32 bytes that seal every other key.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// From 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new one.
    pub fn generate(sources: &Sources) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        sources.fill(&mut *bytes);
        Self(bytes)
    }

    /// The bytes, to write them to the key file.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

/// Why the keyring does not open.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The key is not the one under which the database was set up.
    #[error("MINTMARK_MASTER_KEY is not the key this database was set up with")]
    WrongMasterKey,
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing keys do not open.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// A library refused its fixed parameters.
    #[error("cannot prepare password hashing")]
    Hasher,
}

/// The peppers, newest first. Makes and seals the first on an empty database; of two nodes that start at once, one
/// makes it and both read it.
pub(crate) async fn open(db: &Db, master: &MasterKey, sources: &Sources) -> Result<Vec<Pepper>, KeyringError> {
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
    let mut peppers = stored.iter().map(|pepper| open_pepper(master, pepper)).collect::<Result<Vec<_>, _>>()?;
    peppers.sort_by_key(|pepper| std::cmp::Reverse(pepper.version()));
    Ok(peppers)
}

fn label(version: i32) -> String {
    format!("mintmark pepper {version}")
}

/// Seals a key under the master key; `label` says which key it is and is needed to open it again.
pub(crate) fn seal(master: &MasterKey, label: &str, key: &[u8], sources: &Sources) -> Result<Vec<u8>, KeyringError> {
    let mut nonce = [0; NONCE];
    sources.fill(&mut nonce);
    let payload = Payload { msg: key, aad: label.as_bytes() };
    let sealed = master.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| KeyringError::WrongMasterKey)?;
    Ok([&nonce[..], &sealed].concat())
}

fn open_pepper(master: &MasterKey, stored: &StoredPepper) -> Result<Pepper, KeyringError> {
    let key = unseal(master, &label(stored.version), &stored.wrapped)?;
    let key: [u8; 32] = key.as_slice().try_into().map_err(|_| KeyringError::WrongMasterKey)?;
    Ok(Pepper::new(stored.version, key))
}

/// Opens what [`seal`] has sealed.
pub(crate) fn unseal(master: &MasterKey, label: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(KeyringError::WrongMasterKey)?;
    let payload = Payload { msg: sealed, aad: label.as_bytes() };
    let key = master.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| KeyringError::WrongMasterKey)?;
    Ok(Zeroizing::new(key))
}
