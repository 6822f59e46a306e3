//! Limits of an organization, and how much of each is used.
//!
//! Owns: the rows of `org_limits`. Never decides whether a limit is exceeded; `service` does.

use crate::{
    ReadTx, Result, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    sql::statements,
};
use domain::{Timestamp, limits::Limit};

const DAY_SECONDS: i64 = 86_400;

impl ReadTx {
    /// Returns the limits that an operator has set for the organization.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn limits_set(&mut self) -> Result<Vec<(Limit, u64)>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, (String, i64), LIMITS_SET, org)?;
        let known = |(name, value): &(String, i64)| Some((name.parse().ok()?, u64::try_from(*value).unwrap_or(0)));
        Ok(rows.iter().filter_map(known).collect())
    }

    /// Returns how much of a limit the organization uses, counted up to `most`. Limits that are
    /// not counted here give 0.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn used_of(&mut self, limit: Limit, most: u64, now: Timestamp) -> Result<u64> {
        let (org, most) = (self.org(), i64::try_from(most).unwrap_or(i64::MAX));
        let statement = match limit {
            Limit::Credentials => COUNT_CREDENTIALS,
            Limit::ServiceAccounts => COUNT_SERVICE_ACCOUNTS,
            Limit::Apis => COUNT_APIS,
            Limit::Scopes => COUNT_SCOPES,
            Limit::Operations => COUNT_OPERATIONS,
            Limit::Members => COUNT_MEMBERS,
            Limit::InvitationsADay => {
                let since = now.plus_seconds(-DAY_SECONDS).millis();
                let row = fetch_optional!(&mut self.conn, (i64,), COUNT_INVITATIONS, org, most, since)?;
                return Ok(count(row));
            }
            Limit::OrganizationsPerPerson | Limit::ChangesAMinute => return Ok(0),
        };
        Ok(count(fetch_optional!(&mut self.conn, (i64,), statement, org, most)?))
    }
}

fn count(row: Option<(i64,)>) -> u64 {
    row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0)
}

impl WriteTx {
    /// Sets a limit of the organization.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn set_limit(&mut self, limit: Limit, value: u64) -> Result<()> {
        let (org, value) = (self.org(), i64::try_from(value).unwrap_or(i64::MAX));
        execute!(&mut self.conn, SET_LIMIT, org, limit.as_str(), value).map(|_| ())
    }
}

// Counting stops at $2: the amount above a limit does not matter.
statements! {
    LIMITS_SET = "SELECT name, value FROM org_limits WHERE org_id = $1";

    SET_LIMIT = "INSERT INTO org_limits (org_id, name, value) VALUES ($1, $2, $3)
        ON CONFLICT (org_id, name) DO UPDATE SET value = $3";

    COUNT_CREDENTIALS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM credentials
        WHERE org_id = $1 AND kind IN ('pat', 'api_key', 'client') AND revoked_at IS NULL LIMIT $2) AS counted";

    COUNT_SERVICE_ACCOUNTS = "SELECT COUNT(*) FROM
        (SELECT 1 AS one FROM service_accounts WHERE org_id = $1 LIMIT $2) AS counted";

    COUNT_APIS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM apis WHERE org_id = $1 LIMIT $2) AS counted";

    COUNT_SCOPES = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM api_scopes s JOIN apis a ON a.id = s.api_id
        WHERE a.org_id = $1 LIMIT $2) AS counted";

    COUNT_OPERATIONS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM operations o JOIN apis a ON a.id = o.api_id
        WHERE a.org_id = $1 LIMIT $2) AS counted";

    COUNT_MEMBERS = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM memberships WHERE org_id = $1 LIMIT $2) AS counted";

    COUNT_INVITATIONS = "SELECT COUNT(*) FROM
        (SELECT 1 AS one FROM invitations WHERE org_id = $1 AND created_at > $3 LIMIT $2) AS counted";
}
