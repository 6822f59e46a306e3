//! What the owners of credentials are called now, for lists in which several stand side by side.
//!
//! Owns: the one read of their names. Whoever owns a credential is named, also a person who left the organisation. Never
//! more of a person than the name.

use crate::{ReadTx, Result, backend::fetch_all, column::parse, sql::credentials::OWNERS};
use domain::{Name, credential::Owner};

/// An owner with its name as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerName {
    /// The person or service account.
    pub owner: Owner,
    /// What it is called.
    pub name: Name,
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    owner_type: String,
    owner_id: String,
    name: String,
}

impl OwnerRow {
    fn owner_name(&self) -> Result<OwnerName> {
        let owner = match self.owner_type.as_str() {
            "user" => Owner::User(parse("owner", &self.owner_id)?),
            _ => Owner::ServiceAccount(parse("owner", &self.owner_id)?),
        };
        Ok(OwnerName { owner, name: parse("owner's name", &self.name)? })
    }
}

impl ReadTx {
    /// Every person and service account that owns a credential which the permit reaches, in no order.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`].
    pub async fn owner_names(&mut self) -> Result<Vec<OwnerName>> {
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(&mut self.conn, OwnerRow, OWNERS, org, owner_type, owner)?;
        rows.iter().map(OwnerRow::owner_name).collect()
    }
}
