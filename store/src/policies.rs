//! Policies of an organization, and their exceptions.
//!
//! Owns: the rows of `policies` and `policy_exceptions`. The `domain` crate decides their effect on a credential. The
//! inventory repeats that rule in SQL, and a test keeps both equal.

use crate::{
    ReadTx, Result, WriteTx,
    backend::{Conn, execute, fetch_all},
    column::parse,
    sql::statements,
    tx::changed_one,
};
use domain::{
    Timestamp,
    access::Role,
    credential::{CreatedBy, CredentialKind},
    ids::{CredentialId, OrgId},
    policy::{Exception, Policies, Policy, Rules, Version},
};
use std::sync::Arc;

#[derive(sqlx::FromRow)]
struct PolicyRow {
    kind: String,
    id: String,
    creators: String,
    must_expire: i64,
    max_lifetime_seconds: Option<i64>,
    needs_approval: i64,
    networks: String,
    max_idle_days: Option<i64>,
    allows_all: i64,
    announced_at: i64,
    warns_at: i64,
    enforced_at: i64,
    announced_by_id: String,
    announced_by_name: String,
}

#[derive(sqlx::FromRow)]
struct ExceptionRow {
    credential_id: String,
    name: String,
    note: String,
    granted_by_id: String,
    granted_by_name: String,
    granted_at: i64,
    ends_at: i64,
}

impl PolicyRow {
    fn version(&self) -> Result<(CredentialKind, Version)> {
        let creators = self.creators.split(' ').filter(|role| !role.is_empty()).map(|role| parse("role", role));
        let rules = Rules {
            creators: creators.collect::<Result<_>>()?,
            must_expire: self.must_expire != 0,
            max_lifetime_seconds: self.max_lifetime_seconds,
            needs_approval: self.needs_approval != 0,
            networks: parse("networks", &self.networks)?,
            max_idle_days: self.max_idle_days.and_then(|days| u32::try_from(days).ok()),
            allows_all: self.allows_all != 0,
        };
        let version = Version {
            id: parse("policy id", &self.id)?,
            rules,
            announced_at: Timestamp::from_millis(self.announced_at),
            warns_at: Timestamp::from_millis(self.warns_at),
            enforced_at: Timestamp::from_millis(self.enforced_at),
            announced_by: CreatedBy {
                id: self.announced_by_id.clone(),
                name: parse("name of who announced it", &self.announced_by_name)?,
            },
        };
        Ok((parse("kind", &self.kind)?, version))
    }
}

impl ExceptionRow {
    fn exception(&self) -> Result<Exception> {
        Ok(Exception {
            credential: parse("credential id", &self.credential_id)?,
            name: parse("credential name", &self.name)?,
            ends_at: Timestamp::from_millis(self.ends_at),
            note: self.note.clone(),
            granted_by: CreatedBy {
                id: self.granted_by_id.clone(),
                name: parse("name of who made it", &self.granted_by_name)?,
            },
            granted_at: Timestamp::from_millis(self.granted_at),
        })
    }
}

/// Reads all policies of an organization.
pub(crate) async fn load(conn: &mut Conn, org: OrgId) -> Result<Policies> {
    let org = org.to_string();
    let versions = fetch_all!(&mut *conn, PolicyRow, POLICIES, org.as_str())?;
    // Without a policy, exceptions have no effect.
    if versions.is_empty() {
        return Ok(Policies::default());
    }
    let exceptions = fetch_all!(&mut *conn, (String, i64), EXCEPTION_ENDS, org.as_str())?;
    let versions = versions.iter().map(PolicyRow::version).collect::<Result<Vec<_>>>()?;
    let end = |(id, ends_at): &(String, i64)| Ok((parse("credential id", id)?, Timestamp::from_millis(*ends_at)));
    Ok(Policies::new(versions, exceptions.iter().map(end).collect::<Result<Vec<_>>>()?))
}

impl ReadTx {
    /// Returns the policies of the permit's organization. They are read once in a transaction.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn policies(&mut self) -> Result<Arc<Policies>> {
        if let Some(known) = &self.policies {
            return Ok(known.clone());
        }
        let org = self.permit().org();
        let policies = Arc::new(load(&mut self.conn, org).await?);
        self.policies = Some(policies.clone());
        Ok(policies)
    }

    /// Returns the policy exceptions that are valid at `now`; the first to end comes first.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn exceptions(&mut self, now: Timestamp) -> Result<Vec<Exception>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, ExceptionRow, EXCEPTIONS, org, now.millis())?;
        rows.iter().map(ExceptionRow::exception).collect()
    }
}

impl WriteTx {
    /// Replaces the policy for a kind of credential.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] with `Id` if the id of a version is taken.
    pub async fn replace_policy(&mut self, kind: CredentialKind, policy: &Policy) -> Result<()> {
        self.policies = None;
        let org = self.org();
        execute!(&mut self.conn, DELETE_POLICY, org.as_str(), kind.as_str())?;
        for version in policy.versions() {
            let rules = &version.rules;
            let creators: Vec<_> = rules.creators.iter().copied().map(Role::as_str).collect();
            execute!(
                &mut self.conn,
                INSERT_POLICY,
                org.as_str(),
                kind.as_str(),
                version.id.to_string(),
                creators.join(" "),
                i64::from(rules.must_expire),
                rules.max_lifetime_seconds,
                i64::from(rules.needs_approval),
                rules.networks.to_string(),
                rules.max_idle_days.map(i64::from),
                i64::from(rules.allows_all),
                version.announced_at.millis(),
                version.warns_at.millis(),
                version.enforced_at.millis(),
                version.announced_by.id.as_str(),
                version.announced_by.name.as_str(),
            )?;
        }
        Ok(())
    }

    /// Stores the policy exception of a credential, and replaces an earlier one.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] with `Reference` if the credential does not exist.
    pub async fn replace_exception(&mut self, exception: &Exception) -> Result<()> {
        self.policies = None;
        let (org, id) = (self.org(), exception.credential.to_string());
        execute!(&mut self.conn, DELETE_EXCEPTION, org.as_str(), id.as_str())?;
        execute!(
            &mut self.conn,
            INSERT_EXCEPTION,
            org,
            id,
            exception.note.as_str(),
            exception.granted_by.id.as_str(),
            exception.granted_by.name.as_str(),
            exception.granted_at.millis(),
            exception.ends_at.millis(),
        )
        .map(|_| ())
    }

    /// Ends the policy exception of a credential.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] if the credential has no exception.
    pub async fn delete_exception(&mut self, credential: CredentialId) -> Result<()> {
        self.policies = None;
        let org = self.org();
        changed_one(execute!(&mut self.conn, DELETE_EXCEPTION, org, credential.to_string())?)
    }
}

statements! {
    POLICIES = "SELECT kind, id, creators, must_expire, max_lifetime_seconds, needs_approval, networks, max_idle_days,
            allows_all, announced_at, warns_at, enforced_at, announced_by_id, announced_by_name
        FROM policies WHERE org_id = $1";

    DELETE_POLICY = "DELETE FROM policies WHERE org_id = $1 AND kind = $2";

    INSERT_POLICY = "INSERT INTO policies (org_id, kind, id, creators, must_expire, max_lifetime_seconds, needs_approval,
            networks, max_idle_days, allows_all, announced_at, warns_at, enforced_at, announced_by_id, announced_by_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

    EXCEPTION_ENDS = "SELECT credential_id, ends_at FROM policy_exceptions WHERE org_id = $1";

    /// Exceptions that have not ended; the first to end comes first.
    EXCEPTIONS = "SELECT e.credential_id, c.name, e.note, e.granted_by_id, e.granted_by_name, e.granted_at, e.ends_at
        FROM policy_exceptions e JOIN credentials c ON c.org_id = e.org_id AND c.id = e.credential_id
        WHERE e.org_id = $1 AND e.ends_at > $2 ORDER BY e.ends_at, e.credential_id";

    DELETE_EXCEPTION = "DELETE FROM policy_exceptions WHERE org_id = $1 AND credential_id = $2";

    INSERT_EXCEPTION = "INSERT INTO policy_exceptions (org_id, credential_id, note, granted_by_id, granted_by_name,
            granted_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}
