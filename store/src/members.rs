//! Who belongs to an organisation, and as what.
//!
//! Owns: the rows of `memberships`. Never reaches another organisation than the permit's. Which organisations a
//! person belongs to is asked before a caller is known: see [`crate::lookups`].

use crate::{Result, WriteTx, backend::execute, column::parse, orgs::OrgRow, sql::accounts::INSERT_MEMBERSHIP};
use domain::{access::Role, account::Membership, credential::Owner, ids::UserId};

impl WriteTx {
    /// Makes the person a member of the permit's organisation.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`]: the permit reaches only its own user, and this is another.
    /// [`crate::StoreError::Conflict`]: `Membership`, or `Reference` for an unknown person or organisation.
    pub async fn insert_membership(&mut self, user: UserId, role: Role) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        execute!(&mut self.conn, INSERT_MEMBERSHIP, org, user.to_string(), role.as_str()).map(|_| ())
    }
}

/// The columns of a membership with its organisation.
#[derive(sqlx::FromRow)]
pub(crate) struct MembershipRow {
    user_id: String,
    role: String,
    #[sqlx(flatten)]
    org: OrgRow,
}

impl MembershipRow {
    pub(crate) fn membership(&self) -> Result<Membership> {
        Ok(Membership {
            user: parse("user id", &self.user_id)?,
            org: self.org.org()?,
            role: parse("role", &self.role)?,
        })
    }
}
