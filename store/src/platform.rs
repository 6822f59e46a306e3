//! Which organization operates the installation.
//!
//! Owns: the one row of `platform`. The first organization is written with itself; only the console transfers the row.
//! Never derived from ids or dates. Next: `service/src/platform.rs` for who is an operator.

use crate::{
    Db, ReadTx, Result, WriteTx,
    backend::{Conn, execute, fetch_optional},
    column::parse,
    sql::platform::{INSERT_PLATFORM, PLATFORM_ORG, TRANSFER_PLATFORM},
    tx::changed_one,
};
use domain::ids::OrgId;

async fn read(conn: &mut Conn) -> Result<Option<OrgId>> {
    let row = fetch_optional!(conn, (String,), PLATFORM_ORG)?;
    row.map(|(id,)| parse("platform organization", &id)).transpose()
}

impl Db {
    /// The platform organization; none before anybody has signed up.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn platform_org(&self) -> Result<Option<OrgId>> {
        read(&mut self.begin_read().await?).await
    }
}

impl ReadTx {
    /// The platform organization, as this transaction sees it.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn platform_org(&mut self) -> Result<Option<OrgId>> {
        read(&mut self.conn).await
    }
}

impl WriteTx {
    /// Makes the permit's organization the platform organization, if there is none yet.
    pub(crate) async fn found_platform(&mut self) -> Result<()> {
        let org = self.org();
        execute!(&mut self.conn, INSERT_PLATFORM, org).map(|_| ())
    }

    /// Makes another organization the platform organization, in place of the permit's.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: the permit's organization is not the platform organization.
    /// [`crate::StoreError::Conflict`]: `Reference` for an organization that does not exist.
    pub async fn transfer_platform(&mut self, to: OrgId) -> Result<()> {
        let org = self.org();
        changed_one(execute!(&mut self.conn, TRANSFER_PLATFORM, org, to.to_string())?)
    }
}
