//! Password rules and password hashing.
//!
//! Uses argon2id with 19 MiB, two passes and one lane (OWASP's first choice), always on a blocking thread. Hashing
//! leaves one core free (of several), so sign-ins cannot slow down verification.

use crate::{KeyringError, Result, ServiceError};
use argon2::{
    Algorithm, Argon2, CustomizedPasswordHasher, Params, PasswordHasher, Version, password_hash::phc::PasswordHash,
};
use domain::{code::FlawCode, error::Flaw};
use std::sync::Arc;
use store::PasswordHash as StoredHash;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 128;

/// A typed password. It is wiped when dropped and cannot be printed.
///
/// Keyboards enter a letter as one character or as two, so the NFKC form is hashed (NIST SP 800-63B section 3.1.1.2).
/// Older hashes of the password as typed still work.
pub struct Password(Zeroizing<String>);

impl Password {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The NFKC form, which is hashed.
    fn normalized(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.nfkc().collect())
    }

    /// Accepts passwords of 8 to 128 characters that are not on a list of common passwords (NIST SP 800-63B).
    pub(crate) fn check(&self) -> std::result::Result<(), Flaw> {
        let text = self.normalized();
        let characters = text.chars().count();
        if characters < MIN_CHARACTERS {
            return Err(Flaw::new(FlawCode::PasswordTooShort, format!("Use at least {MIN_CHARACTERS} characters.")));
        }
        if characters > MAX_CHARACTERS {
            return Err(Flaw::new(FlawCode::PasswordTooLong, format!("Use at most {MAX_CHARACTERS} characters.")));
        }
        if passwords::analyzer::is_common_password(text.to_lowercase()) {
            return Err(Flaw::new(
                FlawCode::PasswordTooCommon,
                "This password is on lists of common passwords. Choose another.",
            ));
        }
        Ok(())
    }
}

/// Hashes and verifies passwords, with a limit on parallel work.
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    /// The hash to verify against if there is no such account, so that both answers take equally long.
    decoy: String,
}

impl Hasher {
    pub(crate) fn new() -> std::result::Result<Self, KeyringError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| KeyringError::Hasher)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // A made-up hash. Computing a real one would leave its 19 MiB with the process, and the value does not matter.
        let (salt, end) = ("A".repeat(22), "A".repeat(43));
        let decoy = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${end}");
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { argon2, slots: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))), decoy })
    }

    /// Returns the hash to store, in PHC format with its own random salt.
    pub(crate) async fn hash(&self, password: Password) -> Result<StoredHash> {
        let argon2 = self.argon2.clone();
        self.run(move || hash(&argon2, password.normalized().as_bytes()))
            .await?
            .map(StoredHash::new)
            .map_err(ServiceError::internal)
    }

    /// Hashes a password for another account with an address that already has one. Uses the salt of `other`, so that
    /// one computation finds the account a password belongs to, however many there are.
    pub(crate) async fn hash_beside(&self, password: Password, other: Option<StoredHash>) -> Result<StoredHash> {
        let Some(other) = other else { return self.hash(password).await };
        let hash = self.run(move || hash_like(password.normalized().as_bytes(), &parse(&other)?)).await?;
        hash.map(|hash| StoredHash::new(hash.to_string())).map_err(ServiceError::internal)
    }

    /// Returns the index of the stored hash that matches the password. Takes equally long without a match, even if
    /// `stored` is empty.
    pub(crate) async fn find(&self, password: Password, stored: Vec<StoredHash>) -> Result<Option<usize>> {
        let first = stored.first().cloned().unwrap_or_else(|| StoredHash::new(self.decoy.clone()));
        let found = self
            .run(move || {
                let normalized = password.normalized();
                match place_of(normalized.as_bytes(), &first, &stored)? {
                    None if *normalized != *password.0 => place_of(password.0.as_bytes(), &first, &stored),
                    found => Ok(found),
                }
            })
            .await?;
        found.map_err(ServiceError::internal)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let slot = self.slots.clone().acquire_owned().await.map_err(ServiceError::internal)?;
        let task = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        });
        task.await.map_err(ServiceError::internal)
    }
}

fn parse(stored: &StoredHash) -> std::result::Result<PasswordHash, String> {
    PasswordHash::new(stored.as_str()).map_err(|error| error.to_string())
}

/// Returns the index of the hash that matches `text`. Computes at least one hash, with the parameters of `first`.
fn place_of(text: &[u8], first: &StoredHash, stored: &[StoredHash]) -> std::result::Result<Option<usize>, String> {
    let hash = hash_like(text, &parse(first)?)?;
    for (place, stored) in stored.iter().enumerate() {
        let stored = parse(stored)?;
        let is_alike = (&hash.salt, &hash.params) == (&stored.salt, &stored.params);
        let computed = if is_alike { hash.hash } else { hash_like(text, &stored)?.hash };
        if computed.is_some() && computed == stored.hash {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// Hashes with the salt and the parameters of another hash.
fn hash_like(password: &[u8], other: &PasswordHash) -> std::result::Result<PasswordHash, String> {
    let words = |error: argon2::password_hash::Error| error.to_string();
    let salt = other.salt.as_ref().ok_or("a stored hash has no salt")?;
    let params = Params::try_from(other).map_err(words)?;
    let algorithm = Some(other.algorithm.as_str());
    Argon2::default().hash_password_customized(password, salt, algorithm, other.version, params).map_err(words)
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> std::result::Result<String, String> {
    let hash: PasswordHash = argon2.hash_password(password).map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> std::result::Result<(), &'static str> {
        Password::new(text.to_owned()).check().map_err(|flaw| flaw.code.as_str())
    }

    #[test]
    fn length_and_commonness_decide_and_composition_does_not() {
        assert_eq!(code("seven77"), Err("password_too_short"));
        assert_eq!(code(&"é".repeat(129)), Err("password_too_long"));
        assert_eq!(code("Password1"), Err("password_too_common"));
        assert_eq!(code("iloveyou"), Err("password_too_common"));
        assert_eq!(code("correct horse battery staple"), Ok(()));
        assert_eq!(code(&"é".repeat(128)), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_verifies_its_own_password_and_no_other() {
        let hasher = Hasher::new().unwrap();
        let hash = hasher.hash(Password::new("correct horse".into())).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        let find = async |text: &str, stored: &[&StoredHash]| {
            let stored = stored.iter().map(|hash| (*hash).clone()).collect();
            hasher.find(Password::new(text.into()), stored).await.unwrap()
        };
        assert_eq!(find("correct horse", &[&hash]).await, Some(0));
        assert_eq!(find("correct hors", &[&hash]).await, None);
        assert_eq!(find("nobody has this password", &[]).await, None);
    }

    #[tokio::test]
    async fn accounts_beside_each_other_are_told_apart_by_their_passwords() {
        let hasher = Hasher::new().unwrap();
        let password = |text: &str| Password::new(text.into());
        let first = hasher.hash_beside(password("correct horse"), None).await.unwrap();
        let second = hasher.hash_beside(password("battery staple"), Some(first.clone())).await.unwrap();
        let again = hasher.hash_beside(password("correct horse"), Some(second.clone())).await.unwrap();
        assert!(first == again && first != second);
        for (text, expected) in [("correct horse", Some(0)), ("battery staple", Some(1)), ("neither", None)] {
            let found = hasher.find(password(text), vec![first.clone(), second.clone()]).await.unwrap();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[tokio::test]
    async fn a_password_is_the_same_in_every_unicode_form() {
        let hasher = Hasher::new().unwrap();
        let forms = ["cr\u{e8}me br\u{fb}l\u{e9}e", "cre\u{300}me bru\u{302}le\u{301}e"];
        for set in forms {
            let hash = hasher.hash(Password::new(set.into())).await.unwrap();
            for typed in forms {
                let found = hasher.find(Password::new(typed.into()), vec![hash.clone()]).await.unwrap();
                assert_eq!(found, Some(0), "{set} {typed}");
            }
            assert_eq!(hasher.find(Password::new("creme brulee".into()), vec![hash]).await.unwrap(), None);
        }
        assert_eq!(code(&"e\u{301}".repeat(128)), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_of_what_was_typed_goes_on_working() {
        let hasher = Hasher::new().unwrap();
        let typed = "cre\u{300}me bru\u{302}le\u{301}e";
        let before = StoredHash::new(hash(&hasher.argon2, typed.as_bytes()).unwrap());
        assert_eq!(hasher.find(Password::new(typed.into()), vec![before.clone()]).await.unwrap(), Some(0));
        let other = Password::new("something else \u{301}".into());
        assert_eq!(hasher.find(other, vec![before]).await.unwrap(), None);
    }
}
