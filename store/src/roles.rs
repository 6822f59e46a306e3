//! Custom roles of an organization.
//!
//! Owns: the rows of `roles`, and how the role of a member, an invitation or a former member is read and written. The
//! `domain` crate decides who may assign which role.

use crate::{
    ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    sql::statements,
    tx::changed_one,
};
use domain::{
    Timestamp,
    access::{CustomRole, MemberRole, Role},
    ids::RoleId,
};

/// A role with the number of its assignments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRole {
    pub role: CustomRole,
    /// Number of members with this role.
    pub members: u64,
    /// Number of open invitations with this role.
    pub invitations: u64,
}

/// The holders of a role, by name. Each list is cut at the requested length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleHolders {
    pub members: Vec<String>,
    /// Addresses with an open invitation for this role.
    pub invited: Vec<String>,
    /// Former members who had this role and are in their grace period.
    pub left: Vec<String>,
}

impl RoleHolders {
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.invited.is_empty() && self.left.is_empty()
    }
}

/// The role of a member, an invitation or a former member.
#[derive(sqlx::FromRow)]
pub(crate) struct RoleColumns {
    role: String,
    role_id: Option<String>,
    role_name: Option<String>,
    role_description: Option<String>,
    role_scopes: Option<String>,
    role_reach: Option<String>,
    role_created_at: Option<i64>,
}

impl RoleColumns {
    pub(crate) fn role(&self) -> Result<MemberRole> {
        let Some(id) = &self.role_id else { return Ok(MemberRole::BuiltIn(parse("role", &self.role)?)) };
        let text = |column: &Option<String>| column.clone().unwrap_or_default();
        let row = RoleRow {
            id: id.clone(),
            name: text(&self.role_name),
            description: text(&self.role_description),
            scopes: text(&self.role_scopes),
            reach: text(&self.role_reach),
            created_at: self.role_created_at.unwrap_or_default(),
        };
        Ok(row.role()?.into())
    }
}

/// Returns the values of the columns `role` and `role_id`. A custom role is stored with `viewer` in `role`, for
/// readers that don't know it.
pub(crate) fn columns(role: &MemberRole) -> (&'static str, Option<String>) {
    match role {
        MemberRole::BuiltIn(role) => (role.as_str(), None),
        MemberRole::Custom(role) => (Role::Viewer.as_str(), Some(role.id.to_string())),
    }
}

#[derive(sqlx::FromRow)]
struct RoleRow {
    id: String,
    name: String,
    description: String,
    scopes: String,
    reach: String,
    created_at: i64,
}

impl RoleRow {
    fn role(&self) -> Result<CustomRole> {
        Ok(CustomRole {
            id: parse("role id", &self.id)?,
            name: parse("role name", &self.name)?,
            description: parse("description", &self.description)?,
            scopes: parse("scopes", &self.scopes)?,
            reach: parse("reach", &self.reach)?,
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    role: RoleRow,
    members: i64,
    invitations: i64,
}

impl ListedRow {
    fn listed(&self) -> Result<ListedRole> {
        let count = |count| u64::try_from(count).unwrap_or(0);
        Ok(ListedRole { role: self.role.role()?, members: count(self.members), invitations: count(self.invitations) })
    }
}

impl ReadTx {
    /// Returns the organization's custom roles by name, each with the number of its assignments at `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn custom_roles(&mut self, now: Timestamp) -> Result<Vec<ListedRole>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, ListedRow, ROLES, org, now.millis())?;
        rows.iter().map(ListedRow::listed).collect()
    }

    /// Returns one custom role of the organization.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such role.
    pub async fn custom_role(&mut self, id: RoleId) -> Result<CustomRole> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, RoleRow, ROLE, org, id.to_string())?;
        row.ok_or(StoreError::Missing)?.role()
    }

    /// Returns the number of custom roles of the organization.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn count_custom_roles(&mut self) -> Result<u64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), COUNT_ROLES, org)?;
        Ok(row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// Returns the holders of a role at `now`, at most `limit` in each list.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn role_holders(&mut self, id: RoleId, now: Timestamp, limit: u32) -> Result<RoleHolders> {
        let (org, id, limit) = (self.org(), id.to_string(), i64::from(limit));
        let (org, id, now) = (org.as_str(), id.as_str(), now.millis());
        let names = |rows: Vec<(String,)>| rows.into_iter().map(|(name,)| name).collect();
        Ok(RoleHolders {
            members: names(fetch_all!(&mut self.conn, (String,), MEMBERS_WITH_ROLE, org, id, limit)?),
            invited: names(fetch_all!(&mut self.conn, (String,), INVITED_WITH_ROLE, org, id, limit, now)?),
            left: names(fetch_all!(&mut self.conn, (String,), LEFT_WITH_ROLE, org, id, limit, now)?),
        })
    }
}

impl WriteTx {
    /// Adds a custom role to the permit's organization.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `RoleName` or `Id` if one of them is taken.
    pub async fn insert_custom_role(&mut self, role: &CustomRole) -> Result<()> {
        let org = self.org();
        execute!(
            &mut self.conn,
            INSERT_ROLE,
            org,
            role.id.to_string(),
            role.name.as_str(),
            role.name_key(),
            role.description.as_str(),
            role.scopes.to_string(),
            role.reach.as_str(),
            role.created_at.millis(),
        )
        .map(|_| ())
    }

    /// Stores the fields of a custom role that can change.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the organization has no such role.
    /// * [`StoreError::Conflict`] with `RoleName` if the name is taken.
    pub async fn update_custom_role(&mut self, role: &CustomRole) -> Result<()> {
        let org = self.org();
        changed_one(execute!(
            &mut self.conn,
            UPDATE_CUSTOM_ROLE,
            org,
            role.id.to_string(),
            role.name.as_str(),
            role.name_key(),
            role.description.as_str(),
            role.scopes.to_string(),
            role.reach.as_str(),
        )?)
    }

    /// Deletes a role that has no holders at `now`. Ended invitations and offboardings that had it fall back to `viewer`.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the organization has no such role.
    /// * [`StoreError::Conflict`] with `Reference` if the role has a holder.
    pub async fn delete_custom_role(&mut self, id: RoleId, now: Timestamp) -> Result<()> {
        let (org, id) = (self.org(), id.to_string());
        for forget in [FORGET_ROLE_OF_INVITATIONS, FORGET_ROLE_OF_OFFBOARDINGS] {
            execute!(&mut self.conn, forget, org.as_str(), id.as_str(), now.millis())?;
        }
        changed_one(execute!(&mut self.conn, DELETE_ROLE, org, id)?)
    }
}

macro_rules! role {
    () => {
        "id, name, description, scopes, reach, created_at"
    };
}

statements! {
    INSERT_ROLE = "INSERT INTO roles (org_id, id, name, name_key, description, scopes, reach, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    UPDATE_CUSTOM_ROLE = "UPDATE roles SET name = $3, name_key = $4, description = $5, scopes = $6, reach = $7
        WHERE org_id = $1 AND id = $2";

    DELETE_ROLE = "DELETE FROM roles WHERE org_id = $1 AND id = $2";

    ROLE = concat!("SELECT ", role!(), " FROM roles WHERE org_id = $1 AND id = $2");

    COUNT_ROLES = "SELECT COUNT(*) FROM roles WHERE org_id = $1";

    /// By name, each with the number of members and of invitations that are open at $2.
    ROLES = concat!("SELECT ", role!(), ",
            (SELECT COUNT(*) FROM memberships m WHERE m.org_id = $1 AND m.role_id = f.id) AS members,
            (SELECT COUNT(*) FROM invitations i WHERE i.org_id = $1 AND i.role_id = f.id AND i.ended_at IS NULL
                AND i.expires_at > $2) AS invitations
        FROM roles f WHERE f.org_id = $1 ORDER BY f.name_key LIMIT 200");

    MEMBERS_WITH_ROLE = "SELECT u.name FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND m.role_id = $2 ORDER BY m.user_id LIMIT $3";

    INVITED_WITH_ROLE = "SELECT email FROM invitations
        WHERE org_id = $1 AND role_id = $2 AND ended_at IS NULL AND expires_at > $4 ORDER BY id LIMIT $3";

    LEFT_WITH_ROLE = "SELECT u.name FROM offboardings d JOIN users u ON u.id = d.user_id
        WHERE d.org_id = $1 AND d.role_id = $2 AND d.grace_ends_at > $4 ORDER BY d.user_id LIMIT $3";

    /// Rows that have ended by $3 don't keep a role; they fall back to `viewer`.
    FORGET_ROLE_OF_INVITATIONS = "UPDATE invitations SET role_id = NULL
        WHERE org_id = $1 AND role_id = $2 AND (ended_at IS NOT NULL OR expires_at <= $3)";

    FORGET_ROLE_OF_OFFBOARDINGS = "UPDATE offboardings SET role_id = NULL
        WHERE org_id = $1 AND role_id = $2 AND grace_ends_at <= $3";
}
