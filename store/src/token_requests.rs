//! Requests for approval.
//!
//! Owns: the rows of `token_requests`. Whether one still waits is what its credential says.

use crate::{
    Page, PageRequest, ReadTx, Result, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    page::ListKey,
    sql::policies::{
        APPROVE_CREDENTIAL, DECIDE_TOKEN_REQUEST, INSERT_TOKEN_REQUEST, TOKEN_REQUEST, TOKEN_REQUESTS, WAITING_REQUESTS,
    },
    tx::changed_one,
};
use domain::{
    Timestamp,
    credential::{CreatedBy, Credential, Decision, Outcome, TokenRequest},
    ids::{CredentialId, UserId},
};

/// Which requests are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestState {
    /// Those that wait.
    #[default]
    Waiting,
    /// Those that somebody has decided.
    Decided,
    /// Those that ended by themselves: revoked by whoever asked, or expired.
    Withdrawn,
}

impl RequestState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Decided, Self::Withdrawn];

    /// `waiting`, `decided` or `withdrawn`.
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
    /// A page of the requests within reach, the newest first.
    ///
    /// # Errors
    /// [`crate::StoreError::BadCursor`].
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

    /// How many wait that somebody else than `by` has asked for; no more than a hundred are counted.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn waiting_requests(&mut self, by: UserId, now: Timestamp) -> Result<u32> {
        let (org, by) = (self.org(), by.to_string());
        let row = fetch_optional!(&mut self.conn, (i64,), WAITING_REQUESTS, org, now.millis(), by)?;
        Ok(row.and_then(|(count,)| u32::try_from(count).ok()).unwrap_or_default())
    }

    /// What was asked for when this credential was issued; nothing if it needed nobody's approval.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: no such credential within reach.
    pub async fn token_request(&mut self, id: CredentialId) -> Result<Option<TokenRequest>> {
        let credential = self.credential(id).await?;
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, TokenRequestRow, TOKEN_REQUEST, org, id.to_string())?;
        row.map(|row| row.request(credential)).transpose()
    }
}

impl WriteTx {
    /// Adds what is asked for with a credential that was just added.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`]: `Id`, or `Reference` for a credential that is not there.
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

    /// Stores what was decided, once.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: there is no such request, or it was decided.
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

    /// Lets a credential that waits work, with the scopes that it has now.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: it does not wait, or was revoked.
    pub async fn approve_credential(&mut self, credential: &Credential) -> Result<()> {
        let org = self.org();
        let (id, scopes) = (credential.id.to_string(), credential.scopes.to_string());
        changed_one(execute!(&mut self.conn, APPROVE_CREDENTIAL, org, id, scopes)?)
    }
}
