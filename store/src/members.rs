//! Members of an organization, and their roles.
//!
//! Owns: the rows of `memberships`. Never reaches another organization than the permit's. The organizations of a user
//! are read before a caller is known: see [`crate::unscoped_queries`].

use crate::{
    Page, PageRequest, ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::parse,
    credentials::pattern,
    orgs::OrgRow,
    page::ListKey,
    roles::{RoleColumns, columns},
    sql::{accounts::has_address, roles::join_role, roles::role_of, statements},
    tx::changed_one,
    users::UserRow,
};
use domain::{
    EmailAddress,
    access::MemberRole,
    account::{Membership, User},
    credential::Owner,
    ids::UserId,
};

/// A member of the permit's organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberOfOrg {
    pub user: User,
    pub role: MemberRole,
}

#[derive(sqlx::FromRow)]
struct MemberOfOrgRow {
    #[sqlx(flatten)]
    user: UserRow,
    #[sqlx(flatten)]
    role: RoleColumns,
}

impl MemberOfOrgRow {
    fn member(&self) -> Result<MemberOfOrg> {
        Ok(MemberOfOrg { user: self.user.user()?, role: self.role.role()? })
    }
}

impl ReadTx {
    /// Returns a page of the members; the newest account comes first. With `q`, only members with this text in
    /// their name or address.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] if the cursor does not belong to this list.
    pub async fn list_members(&mut self, q: Option<&str>, page: &PageRequest) -> Result<Page<MemberOfOrg>> {
        let list = ListKey::new(&format!("members {q:?}"), self.permit());
        let below = page.below_id(&list)?;
        if q.is_some_and(|q| q.contains('\0')) {
            return Ok(Page::empty());
        }
        let (org, limit) = (self.org(), i64::from(page.limit()) + 1);
        let rows = fetch_all!(&mut self.conn, MemberOfOrgRow, LIST_MEMBERS, org, below, q.map(pattern), limit)?;
        let members = rows.iter().map(MemberOfOrgRow::member).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(members, page.limit(), &list, |member| member.user.id.to_string()))
    }

    /// Returns one member of the organization.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the user is not a member.
    pub async fn member(&mut self, user: UserId) -> Result<MemberOfOrg> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, MemberOfOrgRow, MEMBER, org, user.to_string())?;
        row.ok_or(StoreError::Missing)?.member()
    }

    /// Returns whether a user with this address is a member.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn has_member(&mut self, email: &EmailAddress) -> Result<bool> {
        let org = self.org();
        Ok(fetch_optional!(&mut self.conn, (String,), HAS_MEMBER, org, email.as_str())?.is_some())
    }

    /// Returns the addresses of owners, admins and members who can approve for everyone. At most 50 are returned; the
    /// oldest account comes first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn addresses_of_managers(&mut self) -> Result<Vec<EmailAddress>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, (String,), MANAGERS, org)?;
        rows.iter().map(|(email,)| parse("e-mail address", email)).collect()
    }

    /// Returns the number of owners of the organization.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn count_owners(&mut self) -> Result<u64> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, (i64,), COUNT_OWNERS, org)?;
        Ok(row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
    }
}

impl WriteTx {
    /// Changes the role of a member.
    ///
    /// # Errors
    /// * [`StoreError::Missing`] if the user is not a member, or the permit does not reach them.
    /// * [`StoreError::Conflict`] with `Reference` if the role no longer exists.
    pub async fn update_role(&mut self, user: UserId, role: &MemberRole) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        let (role, role_id) = columns(role);
        changed_one(execute!(&mut self.conn, UPDATE_ROLE, org, user.to_string(), role, role_id)?)
    }

    /// Ends a membership.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the user is not a member, or the permit does not reach them.
    pub async fn delete_membership(&mut self, user: UserId) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        changed_one(execute!(&mut self.conn, DELETE_MEMBERSHIP, org, user.to_string())?)
    }

    /// Makes a user a member of the permit's organization.
    ///
    /// # Errors
    /// * [`crate::StoreError::Missing`] if the permit reaches only its own user, and this is another user.
    /// * [`crate::StoreError::Conflict`] with `Membership` if the user is already a member, or with `Reference` for an
    ///   unknown user, organization or role.
    pub async fn insert_membership(&mut self, user: UserId, role: impl Into<MemberRole>) -> Result<()> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let org = self.org();
        let (role, role_id) = columns(&role.into());
        execute!(&mut self.conn, INSERT_MEMBERSHIP, org, user.to_string(), role, role_id).map(|_| ())
    }
}

/// The columns of a membership with its organization.
#[derive(sqlx::FromRow)]
pub(crate) struct MembershipRow {
    user_id: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    #[sqlx(flatten)]
    org: OrgRow,
}

impl MembershipRow {
    pub(crate) fn membership(&self) -> Result<Membership> {
        Ok(Membership { user: parse("user id", &self.user_id)?, org: self.org.org()?, role: self.role.role()? })
    }
}

statements! {
    INSERT_MEMBERSHIP = "INSERT INTO memberships (org_id, user_id, role, role_id) VALUES ($1, $2, $3, $4)";

    /// The newest account comes first.
    LIST_MEMBERS = concat!("SELECT u.id, u.email, u.name, u.created_at, ", role_of!("m"), "
        FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND m.user_id < $2
            AND (CAST($3 AS TEXT) IS NULL OR u.search_text LIKE $3 ESCAPE '!')
        ORDER BY m.user_id DESC LIMIT $4");

    MEMBER = concat!("SELECT u.id, u.email, u.name, u.created_at, ", role_of!("m"), "
        FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND m.user_id = $2");

    /// Members who take care of the organization: owners, admins, and holders of a custom role with `policies:write`
    /// that reaches everyone.
    MANAGERS = concat!("SELECT u.email FROM memberships m JOIN users u ON u.id = m.user_id ", join_role!("m"), "
        WHERE m.org_id = $1 AND (m.role IN ('owner', 'admin')
            OR (r.reach = 'everyone' AND ' ' || r.scopes || ' ' LIKE '% policies:write %'))
        ORDER BY m.user_id LIMIT 50");

    COUNT_OWNERS = "SELECT COUNT(*) FROM memberships WHERE org_id = $1 AND role = 'owner'";

    UPDATE_ROLE = "UPDATE memberships SET role = $3, role_id = $4 WHERE org_id = $1 AND user_id = $2";

    DELETE_MEMBERSHIP = "DELETE FROM memberships WHERE org_id = $1 AND user_id = $2";

    HAS_MEMBER = concat!("SELECT u.id FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND u.email = $2 AND ", has_address!());
}
