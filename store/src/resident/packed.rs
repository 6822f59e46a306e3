//! Credentials as the memory of the verification path takes them in: many at a time, as stored.
//!
//! Owns: taking apart what the statements of [`crate::sql::resident`] put together, without a copy of each text. What cannot
//! be read makes its own credential unreadable, which is said and never guessed at.

use crate::{
    Result, StoreError,
    sql::resident::{FIELD, ROW},
};
use std::cmp::Reverse;

/// Whole credentials, each with all its secrets.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Residents {
    fields: Option<String>,
    verifiers: Option<Vec<u8>>,
}

/// A credential with one of its secrets. One that has no secret comes once, without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resident<'a> {
    /// The credential.
    pub id: &'a str,
    /// The rest, if it can be read.
    pub facts: Option<ResidentFacts<'a>>,
}

/// What is told of a credential and one of its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResidentFacts<'a> {
    /// What people call the credential.
    pub name: &'a str,
    /// `live` or `test`.
    pub env: &'a str,
    /// When it stops, in milliseconds since 1970, as all instants here.
    pub expires_at: Option<i64>,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Whether it was revoked.
    pub is_revoked: bool,
    /// Whether it waits for approval.
    pub is_pending: bool,
    /// The secret.
    pub secret: Option<ResidentSecret<'a>>,
    /// What many credentials share; [`Shared::read`] takes it apart.
    pub shared: &'a str,
}

/// What is told of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResidentSecret<'a> {
    /// Its number in the credential.
    pub number: u32,
    /// Its verifier.
    pub verifier: &'a [u8; 32],
    /// When it was issued.
    pub created_at: i64,
    /// When it was first presented.
    pub first_used_at: Option<i64>,
    /// How long older secrets go on working after that.
    pub overlap_seconds: Option<i64>,
    /// When the roll that made it was taken back.
    pub cancelled_at: Option<i64>,
    /// When somebody ended it.
    pub retired_at: Option<i64>,
}

/// What many credentials share: of a million most have the same, so whoever takes them in reads each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared<'a> {
    /// The tenant.
    pub org_id: &'a str,
    /// `organization`, `user` or `service_account`.
    pub owner_type: &'a str,
    /// Its id.
    pub owner_id: &'a str,
    /// Scopes, joined by spaces.
    pub scopes: &'a str,
    /// Resources, joined by spaces.
    pub resources: &'a str,
    /// Networks, joined by spaces.
    pub networks: &'a str,
    /// JSON.
    pub rate_limit: Option<&'a str>,
    /// JSON.
    pub quota: Option<&'a str>,
    /// JSON, for M2M clients.
    pub client: Option<&'a str>,
}

impl Residents {
    /// Credentials in the order of their ids, of each the newest secret first.
    ///
    /// # Errors
    /// [`StoreError::Internal`]: nobody can tell which verifier is whose.
    pub fn rows(&self) -> Result<Vec<Resident<'_>>> {
        let (verifiers, rest) = self.verifiers.as_deref().unwrap_or_default().as_chunks::<32>();
        let mut verifiers = verifiers.iter();
        let mut rows = Vec::new();
        for text in self.fields.iter().flat_map(|fields| fields.split(ROW)) {
            let row = Resident::read(text, &mut verifiers);
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

impl<'a> Resident<'a> {
    /// Nothing, if it cannot even be told whether there is a verifier.
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
                Some(verifier) => Some(ResidentSecret::read(number, verifier, dates)?),
            };
            Some(ResidentFacts {
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

impl<'a> ResidentSecret<'a> {
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

impl<'a> Shared<'a> {
    /// What [`ResidentFacts::shared`] tells; nothing if it cannot be read.
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

/// The number that a field holds, if any.
fn number_of(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}
