//! Current names of credential owners, for lists that show several owners.
//!
//! Owns: the one query for these names. Former members who still own a credential are included. Never returns anything
//! of a user but the name.

use crate::{
    ReadTx, Result,
    backend::fetch_all,
    column::parse,
    sql::{credentials::reached, statements},
};
use domain::{Name, credential::Owner};

/// An owner with its current name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerName {
    /// A user or a service account.
    pub owner: Owner,
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
    /// Returns every user and service account that owns a credential within the permit's reach, in no order.
    ///
    /// # Errors
    /// [`crate::StoreError::Unavailable`] if the database is not available.
    pub async fn owner_names(&mut self) -> Result<Vec<OwnerName>> {
        let (org, owner_type, owner) = self.reach();
        let rows = fetch_all!(&mut self.conn, OwnerRow, OWNERS, org, owner_type, owner)?;
        rows.iter().map(OwnerRow::owner_name).collect()
    }
}

statements! {
    /// Jumps from one owner to the next in the index of owners, so the cost depends on the number of
    /// owners, not of credentials.
    OWNERS = concat!("WITH RECURSIVE o (id) AS (
            SELECT MIN(c.owner_id) FROM credentials c WHERE c.org_id = $1 AND ", reached!("c."), "
            UNION ALL
            SELECT (SELECT MIN(c.owner_id) FROM credentials c
                WHERE c.org_id = $1 AND c.owner_id > o.id AND ", reached!("c."), ")
            FROM o WHERE o.id IS NOT NULL)
        SELECT CASE WHEN u.id IS NULL THEN 'service_account' ELSE 'user' END AS owner_type, o.id AS owner_id,
            COALESCE(u.name, v.name) AS name
        FROM o LEFT JOIN users u ON u.id = o.id LEFT JOIN service_accounts v ON v.org_id = $1 AND v.id = o.id
        WHERE u.id IS NOT NULL OR v.id IS NOT NULL");
}
