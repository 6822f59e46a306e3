//! Idempotency keys: who may carry out a request that was sent twice.
//!
//! Owns: that of any number of equal requests one is carried out. A claim is made before there is a permit for the
//! change, by whoever was recognised, and completed in the transaction of the change; so either both are there or
//! neither. Never sees a key (only a keyed hash of it) nor what is sealed under it.

use crate::{
    Db, Result, StoreError, WriteTx,
    backend::{execute, fetch_optional},
    sql::claims::{CLAIM, CLAIMED, COMPLETE_CLAIM, DELETE_EXPIRED_CLAIMS, RELEASE_CLAIM},
    tx::changed_one,
};
use domain::{Timestamp, credential::DAY_SECONDS, ids::OrgId};

/// How long a key is remembered.
const KEPT_SECONDS: i64 = DAY_SECONDS;
/// How long a request may take before the same one may be tried again: its process is thought dead.
const ABANDONED_SECONDS: i64 = 60;

/// A request with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The tenant.
    pub org: OrgId,
    /// Who asks: the id of a person, service account or credential.
    pub principal: String,
    /// What is asked for.
    pub route: String,
    /// The keyed hash of the key.
    pub key_hash: [u8; 32],
    /// SHA-256 of the body.
    pub fingerprint: [u8; 32],
    /// When.
    pub now: Timestamp,
}

/// The right to carry out one request. Whoever takes it over after a minute ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    org: OrgId,
    principal: String,
    route: String,
    key_hash: [u8; 32],
    claimed_at: Timestamp,
}

/// What a request with an idempotency key is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// Be carried out.
    New(Claim),
    /// Wait: the same request is being carried out.
    InFlight,
    /// Nothing: the key was used for another body.
    OtherBody,
    /// Nothing: it was carried out.
    Done {
        /// What it made.
        target: String,
        /// What only the holder of the key can open.
        sealed: Option<Vec<u8>>,
    },
}

impl Db {
    /// Claims a request. Of several that are equal one is `New`; for 24 hours the others are told what came of it. One
    /// that was neither completed nor released within 60 s is `New` to the next.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; [`StoreError::Conflict`] with `Reference` for an unknown organisation.
    pub async fn claim(&self, request: &ClaimRequest) -> Result<ClaimOutcome> {
        let (org, now) = (request.org.to_string(), request.now);
        let mut conn = self.begin_write().await?;
        let new = fetch_optional!(
            &mut conn,
            (i64,),
            CLAIM,
            org.as_str(),
            request.principal.as_str(),
            request.route.as_str(),
            request.key_hash.to_vec(),
            request.fingerprint.to_vec(),
            now.millis(),
            now.plus_seconds(-KEPT_SECONDS).millis(),
            now.plus_seconds(-ABANDONED_SECONDS).millis(),
        )?;
        if new.is_some() {
            conn.commit().await?;
            return Ok(ClaimOutcome::New(Claim::of(request)));
        }
        let found = fetch_optional!(
            &mut conn,
            (Vec<u8>, Option<String>, Option<Vec<u8>>),
            CLAIMED,
            org.as_str(),
            request.principal.as_str(),
            request.route.as_str(),
            request.key_hash.to_vec(),
        )?;
        let found = found.ok_or_else(|| StoreError::damaged("claim", "it was neither made nor found"))?;
        Ok(match found {
            (fingerprint, ..) if fingerprint != request.fingerprint => ClaimOutcome::OtherBody,
            (_, Some(target), sealed) => ClaimOutcome::Done { target, sealed },
            (_, None, _) => ClaimOutcome::InFlight,
        })
    }

    /// Gives a claim back, so that the request can be sent again at once. One that was completed or taken over is left as
    /// it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; after 60 s the claim is free anyway.
    pub async fn release(&self, claim: &Claim) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(
            &mut conn,
            RELEASE_CLAIM,
            claim.org.to_string(),
            claim.principal.as_str(),
            claim.route.as_str(),
            claim.key_hash.to_vec(),
            claim.claimed_at.millis(),
        )?;
        conn.commit().await
    }

    /// Forgets keys that are older than 24 hours; answers how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sweep_claims(&self, now: Timestamp) -> Result<u64> {
        let mut conn = self.begin_write().await?;
        let rows = execute!(&mut conn, DELETE_EXPIRED_CLAIMS, now.plus_seconds(-KEPT_SECONDS).millis())?;
        conn.commit().await?;
        Ok(rows)
    }
}

impl WriteTx {
    /// Notes what the claimed request made, in the transaction that makes it.
    ///
    /// # Errors
    /// [`StoreError::Missing`]: the claim was taken over meanwhile, completed before, or is another organisation's; the
    /// change must not be committed.
    pub async fn complete_claim(&mut self, claim: &Claim, target: &str, sealed: Option<&[u8]>) -> Result<()> {
        if claim.org != self.permit().org() {
            return Err(StoreError::Missing);
        }
        let org = self.org();
        let rows = execute!(
            &mut self.conn,
            COMPLETE_CLAIM,
            org,
            claim.principal.as_str(),
            claim.route.as_str(),
            claim.key_hash.to_vec(),
            claim.claimed_at.millis(),
            target,
            sealed,
        )?;
        changed_one(rows)
    }
}

impl Claim {
    fn of(request: &ClaimRequest) -> Self {
        Self {
            org: request.org,
            principal: request.principal.clone(),
            route: request.route.clone(),
            key_hash: request.key_hash,
            claimed_at: request.now,
        }
    }
}
