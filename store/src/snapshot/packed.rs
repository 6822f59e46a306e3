//! Credentials in packed form, as the verifier's snapshot takes them in: many at a time, as stored.
//!
//! Owns: unpacking the rows that the statements of [`crate::sql::snapshot`] build, without copying each text. A value
//! that can't be read makes only its own credential unreadable. This is reported, never guessed at.

use crate::{
    Result, StoreError,
    sql::{FIELD, ROW},
};
use std::cmp::Reverse;

/// Whole credentials, each with all its secrets.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct PackedCredentials {
    fields: Option<String>,
    verifiers: Option<Vec<u8>>,
}

/// A credential with one of its secrets. A credential without a secret appears once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialRow<'a> {
    pub id: &'a str,
    /// The other fields, or `None` if they can't be read.
    pub facts: Option<CredentialFields<'a>>,
}

/// Fields of a credential and one of its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialFields<'a> {
    pub name: &'a str,
    /// `live` or `test`.
    pub env: &'a str,
    /// Expiration time in milliseconds since 1970, like all times in this module.
    pub expires_at: Option<i64>,
    pub is_disabled: bool,
    pub is_revoked: bool,
    /// Whether the credential is pending approval.
    pub is_pending: bool,
    pub secret: Option<SecretFields<'a>>,
    /// Values that many credentials have in common; [`SharedFields::read`] unpacks them.
    pub shared: &'a str,
}

/// Fields of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretFields<'a> {
    /// Number of the secret within its credential; higher is newer.
    pub number: u32,
    pub verifier: &'a [u8; 32],
    pub created_at: i64,
    /// Time of the first use.
    pub first_used_at: Option<i64>,
    /// Overlap in seconds: how long older secrets keep working after the first use.
    pub overlap_seconds: Option<i64>,
    /// Time at which the roll that created this secret was canceled.
    pub cancelled_at: Option<i64>,
    /// Time at which the secret was retired.
    pub retired_at: Option<i64>,
}

/// Values that many credentials have in common. Most of a million credentials share the same few, so a
/// reader can parse each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedFields<'a> {
    pub org_id: &'a str,
    /// `organization`, `user` or `service_account`.
    pub owner_type: &'a str,
    pub owner_id: &'a str,
    /// Scopes, joined by spaces.
    pub scopes: &'a str,
    /// Resources, joined by spaces.
    pub resources: &'a str,
    /// IP allowlist, joined by spaces.
    pub networks: &'a str,
    /// JSON.
    pub rate_limit: Option<&'a str>,
    /// JSON.
    pub quota: Option<&'a str>,
    /// JSON, for M2M clients.
    pub client: Option<&'a str>,
}

impl PackedCredentials {
    /// Returns the credentials ordered by id, with the newest secret of each first.
    ///
    /// # Errors
    /// [`StoreError::Internal`] if the verifiers can't be matched to the secrets.
    pub fn rows(&self) -> Result<Vec<CredentialRow<'_>>> {
        let (verifiers, rest) = self.verifiers.as_deref().unwrap_or_default().as_chunks::<32>();
        let mut verifiers = verifiers.iter();
        let mut rows = Vec::new();
        for text in self.fields.iter().flat_map(|fields| fields.split(ROW)) {
            let row = CredentialRow::read(text, &mut verifiers);
            rows.push(
                row.ok_or_else(|| StoreError::damaged("credential", text.split(FIELD).next().unwrap_or_default()))?,
            );
        }
        if verifiers.next().is_some() || !rest.is_empty() {
            return Err(StoreError::damaged("verifiers", "there are more than secrets"));
        }
        rows.sort_by_key(|row| (row.id, Reverse(row.number())));
        Ok(rows)
    }
}

impl<'a> CredentialRow<'a> {
    /// Returns `None` if not even the presence of a verifier can be determined.
    fn read(text: &'a str, verifiers: &mut impl Iterator<Item = &'a [u8; 32]>) -> Option<Self> {
        let mut fields = text.splitn(14, FIELD);
        let mut next = || fields.next();
        let (id, number) = (next()?, next()?);
        let dates = [next()?, next()?, next()?, next()?, next()?];
        let (env, ends) = (next()?, [next()?, next()?, next()?, next()?]);
        let (name, shared) = (next()?, next()?);
        let verifier = if number.is_empty() { None } else { Some(verifiers.next()?) };
        let facts = || {
            let [expires_at, disabled_at, revoked_at, pending_since] = ends;
            let secret = match verifier {
                None => None,
                Some(verifier) => Some(SecretFields::read(number, verifier, dates)?),
            };
            Some(CredentialFields {
                name,
                env,
                expires_at: number_of(expires_at)?,
                is_disabled: !disabled_at.is_empty(),
                is_revoked: !revoked_at.is_empty(),
                is_pending: !pending_since.is_empty(),
                secret,
                shared,
            })
        };
        Some(Self { id, facts: facts() })
    }

    fn number(&self) -> u32 {
        self.facts.and_then(|facts| facts.secret).map_or(0, |secret| secret.number)
    }
}

impl<'a> SecretFields<'a> {
    fn read(number: &str, verifier: &'a [u8; 32], dates: [&str; 5]) -> Option<Self> {
        let [created_at, first_used_at, overlap_seconds, cancelled_at, retired_at] = dates;
        Some(Self {
            number: number.parse().ok()?,
            verifier,
            created_at: created_at.parse().ok()?,
            first_used_at: number_of(first_used_at)?,
            overlap_seconds: number_of(overlap_seconds)?,
            cancelled_at: number_of(cancelled_at)?,
            retired_at: number_of(retired_at)?,
        })
    }
}

impl<'a> SharedFields<'a> {
    /// Unpacks [`CredentialFields::shared`]. Returns `None` if it can't be read.
    pub fn read(text: &'a str) -> Option<Self> {
        let mut fields = text.split(FIELD);
        let mut next = || fields.next();
        let shared = Self {
            org_id: next()?,
            owner_type: next()?,
            owner_id: next()?,
            scopes: next()?,
            resources: next()?,
            networks: next()?,
            rate_limit: Some(next()?).filter(|json| !json.is_empty()),
            quota: Some(next()?).filter(|json| !json.is_empty()),
            client: Some(next()?).filter(|json| !json.is_empty()),
        };
        next().is_none().then_some(shared)
    }
}

/// Parses an optional number. The outer `None` means that it can't be read.
fn number_of(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}
