//! Approval requests.
//!
//! Owns: the rows of `token_requests`. Whether a request is still pending depends on its credential.

use crate::{
    Page, PageRequest, ReadTx, Result, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    page::ListKey,
    sql::statements,
    tx::changed_one,
};
use domain::{
    Timestamp,
    credential::{CreatedBy, Credential, Decision, Outcome, TokenRequest},
    ids::{CredentialId, UserId},
};

/// State of the approval requests to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestState {
    /// The request is pending.
    #[default]
    Waiting,
    /// The request was approved or denied.
    Decided,
    /// The request ended without a decision: the requester revoked the credential, or the credential expired.
    Withdrawn,
}

impl RequestState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Decided, Self::Withdrawn];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
}

#[derive(sqlx::FromRow)]
struct TokenRequestRow {
    credential_id: String,
    requested_by_id: String,
    requested_by_name: String,
    justification: String,
    requested_at: i64,
    outcome: Option<String>,
    decided_by_id: Option<String>,
    decided_by_name: Option<String>,
    decided_at: Option<i64>,
    note: Option<String>,
}

impl TokenRequestRow {
    fn request(self, credential: Credential) -> Result<TokenRequest> {
        let decision = match (self.outcome.as_deref(), self.decided_at, self.decided_by_id, self.decided_by_name) {
            (Some(outcome), Some(at), Some(id), Some(name)) => Some(Decision {
                outcome: if outcome == Outcome::Approved.as_str() { Outcome::Approved } else { Outcome::Denied },
                by: CreatedBy { id, name: parse("name of who decided", &name)? },
                at: Timestamp::from_millis(at),
                note: self.note.unwrap_or_default(),
            }),
            _ => None,
        };
        Ok(TokenRequest {
            credential,
            requested_by: CreatedBy {
                id: self.requested_by_id,
                name: parse("name of who asked", &self.requested_by_name)?,
            },
            justification: self.justification,
            requested_at: Timestamp::from_millis(self.requested_at),
            decision,
        })
    }
}

impl ReadTx {
    /// Returns a page of the approval requests within the permit's reach, newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::BadCursor`] if the cursor does not belong to this list.
    pub async fn token_requests(
        &mut self,
        state: RequestState,
        now: Timestamp,
        page: &PageRequest,
    ) -> Result<Page<TokenRequest>> {
        let list = ListKey::new(&format!("token requests {}", state.as_str()), self.permit());
        let below = page.below_id(&list)?;
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(
            &mut self.conn,
            TokenRequestRow,
            TOKEN_REQUESTS,
            org,
            owner_type,
            owner,
            below,
            i64::from(page.limit()) + 1,
            state.as_str(),
            now.millis(),
        )?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in rows {
            let credential = self.credential(parse("credential id", &row.credential_id)?).await?;
            requests.push(row.request(credential)?);
        }
        Ok(Page::cut(requests, page.limit(), &list, |request| request.credential.id.to_string()))
    }

    /// Returns the number of pending requests from users other than `by`, counted up to 100.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn waiting_requests(&mut self, by: UserId, now: Timestamp) -> Result<u32> {
        let (org, by) = (self.org(), by.to_string());
        let row = fetch_optional!(&mut self.conn, (i64,), WAITING_REQUESTS, org, now.millis(), by)?;
        Ok(row.and_then(|(count,)| u32::try_from(count).ok()).unwrap_or_default())
    }

    /// Returns the approval request of a credential, or `None` if the credential needed no approval.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the permit reaches no such credential.
    pub async fn token_request(&mut self, id: CredentialId) -> Result<Option<TokenRequest>> {
        let credential = self.credential(id).await?;
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, TokenRequestRow, TOKEN_REQUEST, org, id.to_string())?;
        row.map(|row| row.request(credential)).transpose()
    }
}

impl WriteTx {
    /// Adds the approval request of a credential that was just added.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] with `Id` if there is one already, or with `Reference` if the
    /// credential does not exist.
    pub async fn insert_token_request(
        &mut self,
        credential: CredentialId,
        requested_by: &CreatedBy,
        justification: &str,
        at: Timestamp,
    ) -> Result<()> {
        let org = self.org();
        let (by, name) = (requested_by.id.as_str(), requested_by.name.as_str());
        let id = credential.to_string();
        execute!(&mut self.conn, INSERT_TOKEN_REQUEST, org, id, by, name, justification, at.millis()).map(|_| ())
    }

    /// Stores the decision about a request. Each request is decided once.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if there is no such request, or it was already decided.
    pub async fn decide_token_request(&mut self, credential: CredentialId, decision: &Decision) -> Result<()> {
        let org = self.org();
        let rows = execute!(
            &mut self.conn,
            DECIDE_TOKEN_REQUEST,
            org,
            credential.to_string(),
            decision.outcome.as_str(),
            decision.by.id.as_str(),
            decision.by.name.as_str(),
            decision.at.millis(),
            decision.note.as_str(),
        )?;
        changed_one(rows)
    }

    /// Activates a pending credential with its current scopes.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the credential is not pending, or was revoked.
    pub async fn approve_credential(&mut self, credential: &Credential) -> Result<()> {
        let org = self.org();
        let (id, scopes) = (credential.id.to_string(), credential.grant.scopes.to_string());
        changed_one(execute!(&mut self.conn, APPROVE_CREDENTIAL, org, id, scopes)?)
    }
}

statements! {
    INSERT_TOKEN_REQUEST = "INSERT INTO token_requests (org_id, credential_id, requested_by_id, requested_by_name,
            justification, requested_at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    TOKEN_REQUEST = "SELECT t.credential_id, t.requested_by_id, t.requested_by_name, t.justification, t.requested_at,
            t.outcome, t.decided_by_id, t.decided_by_name, t.decided_at, t.note
        FROM token_requests t WHERE t.org_id = $1 AND t.credential_id = $2";

    /// Requests in the state $6, newest first.
    TOKEN_REQUESTS = "SELECT t.credential_id, t.requested_by_id, t.requested_by_name, t.justification, t.requested_at,
            t.outcome, t.decided_by_id, t.decided_by_name, t.decided_at, t.note
        FROM token_requests t JOIN credentials c ON c.org_id = t.org_id AND c.id = t.credential_id
        WHERE t.org_id = $1 AND (CAST($2 AS TEXT) IS NULL OR (c.owner_type = $2 AND c.owner_id = $3))
            AND t.credential_id < $4
            AND CASE WHEN c.pending_since IS NOT NULL AND c.revoked_at IS NULL
                    AND (c.expires_at IS NULL OR c.expires_at > $7) THEN 'waiting'
                WHEN t.outcome IS NULL THEN 'withdrawn' ELSE 'decided' END = $6
        ORDER BY t.credential_id DESC LIMIT $5";

    /// Number of pending requests of other users, counted up to 100. CROSS JOIN fixes the join order: open requests are
    /// few, and credentials are many.
    WAITING_REQUESTS = "SELECT COUNT(*) FROM (SELECT 1 AS one
        FROM token_requests t CROSS JOIN credentials c
        WHERE t.org_id = $1 AND t.requested_by_id <> $3 AND t.outcome IS NULL
            AND c.org_id = t.org_id AND c.id = t.credential_id AND c.pending_since IS NOT NULL AND c.revoked_at IS NULL
            AND (c.expires_at IS NULL OR c.expires_at > $2) LIMIT 100) w";

    /// Only once: a decision is final.
    DECIDE_TOKEN_REQUEST = "UPDATE token_requests SET outcome = $3, decided_by_id = $4, decided_by_name = $5,
            decided_at = $6, note = $7
        WHERE org_id = $1 AND credential_id = $2 AND outcome IS NULL";

    /// Activates a pending credential with these scopes.
    APPROVE_CREDENTIAL = "UPDATE credentials SET pending_since = NULL, scopes = $3
        WHERE org_id = $1 AND id = $2 AND pending_since IS NOT NULL AND revoked_at IS NULL";
}
