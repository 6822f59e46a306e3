//! Roles that an organisation made for itself.
//!
//! Owns: the rows of `roles`, and how whatever has a role is read and written with it. Who may give which is `domain`'s to say.

use crate::{
    ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    sql::roles::{
        COUNT_ROLES, DELETE_ROLE, FORGET_ROLE_OF_DEPARTURES, FORGET_ROLE_OF_INVITATIONS, INSERT_ROLE,
        INVITED_WITH_ROLE, LEFT_WITH_ROLE, MEMBERS_WITH_ROLE, ROLE, ROLES, UPDATE_CUSTOM_ROLE,
    },
    tx::changed_one,
};
use domain::{
    Timestamp,
    access::{CustomRole, MemberRole, Role},
    ids::RoleId,
};

/// A role with how often it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRole {
    /// The role.
    pub role: CustomRole,
    /// How many members have it.
    pub members: u64,
    /// How many open invitations name it.
    pub invitations: u64,
}

/// Who has a role, by name; each list ends after as many as were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleHolders {
    /// Members.
    pub members: Vec<String>,
    /// Addresses that are invited with it.
    pub invited: Vec<String>,
    /// Whoever had it when they left, and whose tokens still go on.
    pub left: Vec<String>,
}

impl RoleHolders {
    /// Whether nobody has it.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.invited.is_empty() && self.left.is_empty()
    }
}

/// The role of a member, an invitation or somebody who has left.
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

/// What the two columns of a role hold. One of the organisation's own is a viewer to whatever does not know of it.
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
    /// The organisation's own roles by name, each with how often it is given at `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn custom_roles(&mut self, now: Timestamp) -> Result<Vec<ListedRole>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, ListedRow, ROLES, org, now.millis())?;
        rows.iter().map(ListedRow::listed).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn custom_role(&mut self, id: RoleId) -> Result<CustomRole> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, RoleRow, ROLE, org, id.to_string())?;
        row.ok_or(StoreError::Missing)?.role()
    }

    /// How many there are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_custom_roles(&mut self) -> Result<u64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), COUNT_ROLES, org)?;
        Ok(row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// Who has a role at `now`; at most `limit` of each sort.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
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
    /// Adds a role to the permit's organisation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]: `RoleName` or `Id`.
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

    /// Writes what can be changed of a role.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::Conflict`]: `RoleName`.
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

    /// Deletes a role that nobody has at `now`. What is over and had it is a viewer's from then on.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::Conflict`]: `Reference` where somebody has it.
    pub async fn delete_custom_role(&mut self, id: RoleId, now: Timestamp) -> Result<()> {
        let (org, id) = (self.org(), id.to_string());
        for forget in [FORGET_ROLE_OF_INVITATIONS, FORGET_ROLE_OF_DEPARTURES] {
            execute!(&mut self.conn, forget, org.as_str(), id.as_str(), now.millis())?;
        }
        changed_one(execute!(&mut self.conn, DELETE_ROLE, org, id)?)
    }
}
