//! The platform organization, which operates the installation.
//!
//! Owns: the one row of `platform`. The first organization writes it when it is created; only the console transfers it.
//! Never derived from ids or dates. Next: `service/src/platform.rs`, which decides who is an operator.

use crate::{
    Db, ReadTx, Result, WriteTx,
    backend::{Conn, execute, fetch_optional},
    column::parse,
    sql::statements,
    tx::changed_one,
};
use domain::ids::OrgId;

async fn read(conn: &mut Conn) -> Result<Option<OrgId>> {
    let row = fetch_optional!(conn, (String,), PLATFORM_ORG)?;
    row.map(|(id,)| parse("platform organization", &id)).transpose()
}

impl Db {
    /// Returns the platform organization, or `None` before the first sign-up.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn platform_org(&self) -> Result<Option<OrgId>> {
        read(&mut self.begin_read().await?).await
    }
}

impl ReadTx {
    /// Returns the platform organization, as this transaction sees it.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
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

    /// Replaces the permit's organization with another one as the platform organization.
    ///
    /// # Errors
    /// * [`crate::StoreError::Missing`] if the permit's organization is not the platform organization.
    /// * [`crate::StoreError::Conflict`] with `Reference` if the other organization does not exist.
    pub async fn transfer_platform(&mut self, to: OrgId) -> Result<()> {
        let org = self.org();
        changed_one(execute!(&mut self.conn, TRANSFER_PLATFORM, org, to.to_string())?)
    }
}

statements! {
    PLATFORM_ORG = "SELECT org_id FROM platform WHERE id = 1";

    /// Only the first organization of an installation adds a row.
    INSERT_PLATFORM = "INSERT INTO platform (id, org_id) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";

    TRANSFER_PLATFORM = "UPDATE platform SET org_id = $2 WHERE id = 1 AND org_id = $1";
}
