//! Service accounts: users without a login that an organization owns.
//!
//! Owns: the rows of `service_accounts`. A permit that reaches only its own rows reaches a service account only if it
//! belongs to that account.

use crate::{
    Page, PageRequest, ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    page::{ListKey, age_key},
    sql::statements,
};
use domain::{Timestamp, account::ServiceAccount, credential::Owner, ids::ServiceAccountId};

impl ReadTx {
    /// Returns the service account with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit reaches no such service account.
    pub async fn service_account(&mut self, id: ServiceAccountId) -> Result<ServiceAccount> {
        let (org, kind, owner) = self.reach();
        let row =
            fetch_optional!(&mut self.conn, ServiceAccountRow, SERVICE_ACCOUNT, org, kind, owner, id.to_string())?;
        row.ok_or(StoreError::Missing)?.account()
    }

    /// Returns a page of the service accounts, newest first.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] if the cursor does not belong to this list.
    pub async fn list_service_accounts(&mut self, page: &PageRequest) -> Result<Page<ServiceAccount>> {
        let list = ListKey::new("service accounts", self.permit());
        let (below_at, below_id) = page.below_age(&list)?;
        let (org, kind, owner) = self.reach();
        let wanted = i64::from(page.limit()) + 1;
        let conn = &mut self.conn;
        let rows =
            fetch_all!(conn, ServiceAccountRow, LIST_SERVICE_ACCOUNTS, org, kind, owner, below_at, below_id, wanted)?;
        let accounts = rows.iter().map(ServiceAccountRow::account).collect::<Result<_>>()?;
        Ok(Page::cut(accounts, page.limit(), &list, |account| age_key(account.created_at, account.id)))
    }
}

impl WriteTx {
    /// Adds a service account.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the permit does not reach its organization, or reaches only another owner.
    /// * [`StoreError::Conflict`] with `Id` if the id is taken, or with `Reference` for an unknown organization.
    pub async fn insert_service_account(&mut self, account: &ServiceAccount) -> Result<()> {
        self.check_reach(account.org, Owner::ServiceAccount(account.id))?;
        execute!(
            &mut self.conn,
            INSERT_SERVICE_ACCOUNT,
            account.org.to_string(),
            account.id.to_string(),
            account.name.as_str(),
            account.description.as_str(),
            account.role.as_str(),
            account.created_at.millis(),
        )
        .map(|_| ())
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ServiceAccountRow {
    pub(crate) id: String,
    pub(crate) org_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: String,
    pub(crate) created_at: i64,
}

impl ServiceAccountRow {
    pub(crate) fn account(&self) -> Result<ServiceAccount> {
        Ok(ServiceAccount {
            id: parse("service account id", &self.id)?,
            org: parse("organization id", &self.org_id)?,
            name: parse("service account name", &self.name)?,
            description: parse("description", &self.description)?,
            role: parse("role", &self.role)?,
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

/// Whether the service account is within reach. If $2 and $3 name the only reachable owner, it must
/// be this service account.
macro_rules! reached {
    () => {
        "(CAST($2 AS TEXT) IS NULL OR ($2 = 'service_account' AND id = $3))"
    };
}

statements! {
    INSERT_SERVICE_ACCOUNT = "INSERT INTO service_accounts (org_id, id, name, description, role, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";

    SERVICE_ACCOUNT = concat!("SELECT id, org_id, name, description, role, created_at FROM service_accounts
        WHERE org_id = $1 AND id = $4 AND ", reached!());

    LIST_SERVICE_ACCOUNTS = concat!("SELECT id, org_id, name, description, role, created_at FROM service_accounts
        WHERE org_id = $1 AND (created_at, id) < ($4, $5) AND ", reached!(), "
        ORDER BY created_at DESC, id DESC LIMIT $6");
}
