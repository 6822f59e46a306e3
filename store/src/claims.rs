//! Idempotency keys: decide which of several equal requests is executed.
//!
//! Owns: the guarantee that only one of any number of equal requests is executed. A recognized caller makes a claim
//! before there is a permit for the change. The claim is completed in the transaction of the change, so both are stored
//! or neither. Never sees a key, only its keyed hash, and can't open the data that is sealed under it.

use crate::{
    Db, Result, StoreError, WriteTx,
    backend::{execute, fetch_optional},
    sql::statements,
    tx::changed_one,
};
use domain::{Timestamp, credential::DAY_SECONDS, ids::OrgId};

/// Time for which a key is remembered.
const KEPT_SECONDS: i64 = DAY_SECONDS;
/// Time after which an unfinished request may be tried again, because its process is considered dead.
const ABANDONED_SECONDS: i64 = 60;

/// A request with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRequest {
    pub org: OrgId,
    /// Id of the user, service account or credential that makes the request.
    pub principal: String,
    /// The requested operation.
    pub route: String,
    /// The keyed hash of the idempotency key.
    pub key_hash: [u8; 32],
    /// SHA-256 of the request body.
    pub fingerprint: [u8; 32],
    pub now: Timestamp,
}

/// The right to execute one request. It ends when another request takes the claim over, which is
/// possible after 60 seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    org: OrgId,
    principal: String,
    route: String,
    key_hash: [u8; 32],
    claimed_at: Timestamp,
}

/// The result of claiming a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The request must be executed now.
    New(Claim),
    /// An equal request is being executed; the caller must wait.
    InFlight,
    /// The key was used with a different body; the request is rejected.
    OtherBody,
    /// An equal request was executed before.
    Done {
        /// Id of the object that it created or changed.
        target: String,
        /// Data that only the holder of the key can open.
        sealed: Option<Vec<u8>>,
    },
}

impl Db {
    /// Claims a request. Only one of several equal requests is `New`; for 24 hours the others get its result. A claim
    /// that was neither completed nor released within 60 s is `New` for the next request.
    ///
    /// # Errors
    /// * [`StoreError::Unavailable`] if the database is not available.
    /// * [`StoreError::Conflict`] with `Reference` if the organization does not exist.
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

    /// Releases a claim, so that the request can be sent again at once. Does nothing if the claim was
    /// completed or taken over.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available. The claim becomes free after 60 s anyway.
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

    /// Deletes keys that are older than 24 hours, and returns their number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_claims(&self, now: Timestamp) -> Result<u64> {
        let mut conn = self.begin_write().await?;
        let rows = execute!(&mut conn, DELETE_EXPIRED_CLAIMS, now.plus_seconds(-KEPT_SECONDS).millis())?;
        conn.commit().await?;
        Ok(rows)
    }
}

impl WriteTx {
    /// Records the result of the claimed request, in the transaction of the change.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the claim was taken over, was completed before, or belongs to another organization.
    /// The change must not be committed then.
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

// Organization, principal, route and key identify a claim. Its holder also knows the time of the claim, which changes
// when another request takes it over.
statements! {
    /// Returns a row if the caller now holds the claim. The claim is new, was made by $7 and has expired, or
    /// was made by $8 for the same request and never finished. PostgreSQL waits here for a transaction that
    /// is completing the claim.
    CLAIM = "INSERT INTO claims (org_id, principal, route, key_hash, fingerprint, claimed_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (org_id, principal, route, key_hash) DO UPDATE
            SET fingerprint = $5, claimed_at = $6, target = NULL, sealed = NULL
            WHERE claims.claimed_at <= $7
                OR (claims.target IS NULL AND claims.claimed_at <= $8 AND claims.fingerprint = $5)
        RETURNING claimed_at";

    CLAIMED = "SELECT fingerprint, target, sealed FROM claims
        WHERE org_id = $1 AND principal = $2 AND route = $3 AND key_hash = $4";

    COMPLETE_CLAIM = "UPDATE claims SET target = $6, sealed = $7
        WHERE org_id = $1 AND principal = $2 AND route = $3 AND key_hash = $4 AND claimed_at = $5 AND target IS NULL";

    RELEASE_CLAIM = "DELETE FROM claims
        WHERE org_id = $1 AND principal = $2 AND route = $3 AND key_hash = $4 AND claimed_at = $5 AND target IS NULL";

    DELETE_EXPIRED_CLAIMS = "DELETE FROM claims WHERE claimed_at <= $1";
}
