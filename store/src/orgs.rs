//! Organizations, the tenants.
//!
//! Owns: the rows of `orgs`. Never reaches another organization than the permit's. The organizations that a user may
//! enter are read before a caller is known: see [`crate::unscoped_queries`].

use crate::{Result, StoreError, WriteTx, backend::execute, column::parse, sql::statements};
use domain::{Timestamp, account::Org};

impl WriteTx {
    /// Adds the permit's organization. The first organization of an installation becomes the platform organization.
    ///
    /// # Errors
    /// * [`crate::StoreError::Missing`] if it is not the permit's organization.
    /// * [`crate::StoreError::Conflict`] with `OrgSlug` or `Id` if one of them is taken.
    pub async fn insert_org(&mut self, org: &Org) -> Result<()> {
        if org.id != self.permit().org() {
            return Err(StoreError::Missing);
        }
        execute!(
            &mut self.conn,
            INSERT_ORG,
            org.id.to_string(),
            org.slug.as_str(),
            org.name.as_str(),
            org.created_at.millis(),
        )?;
        self.found_platform().await
    }
}

/// The columns of an organization, under the names that joins give them.
#[derive(sqlx::FromRow)]
pub(crate) struct OrgRow {
    org_id: String,
    org_slug: String,
    org_name: String,
    org_created_at: i64,
}

impl OrgRow {
    pub(crate) fn org(&self) -> Result<Org> {
        Ok(Org {
            id: parse("organization id", &self.org_id)?,
            slug: parse("slug", &self.org_slug)?,
            name: parse("organization name", &self.org_name)?,
            created_at: Timestamp::from_millis(self.org_created_at),
        })
    }
}

statements! {
    INSERT_ORG = "INSERT INTO orgs (id, slug, name, created_at) VALUES ($1, $2, $3, $4)";
}
