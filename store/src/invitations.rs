//! Invitations to become a member.
//!
//! Owns: the rows of `invitations`. An invitation named by a link is read before a caller is known:
//! see [`crate::unscoped_queries`].

use crate::{
    ReadTx, Result, StoreError, WriteTx,
    backend::{execute, fetch_all, fetch_optional},
    column::{instant, parse},
    roles::{RoleColumns, columns},
    sql::{accounts::invitation, statements},
    tx::changed_one,
};
use domain::{Timestamp, account::Invitation, credential::CreatedBy, ids::InvitationId};

#[derive(sqlx::FromRow)]
pub(crate) struct InvitationRow {
    id: String,
    org_id: String,
    email: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    invited_by_id: String,
    invited_by_name: String,
    created_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
}

impl InvitationRow {
    pub(crate) fn invitation(&self) -> Result<Invitation> {
        Ok(Invitation {
            id: parse("invitation id", &self.id)?,
            org: parse("organization id", &self.org_id)?,
            email: parse("e-mail address", &self.email)?,
            role: self.role.role()?,
            invited_by: CreatedBy { id: self.invited_by_id.clone(), name: parse("inviter", &self.invited_by_name)? },
            created_at: Timestamp::from_millis(self.created_at),
            expires_at: Timestamp::from_millis(self.expires_at),
            ended_at: instant(self.ended_at),
        })
    }
}

impl ReadTx {
    /// Returns up to 200 invitations that can still be accepted, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn open_invitations(&mut self, now: Timestamp) -> Result<Vec<Invitation>> {
        let org = self.org();
        let rows = fetch_all!(&mut self.conn, InvitationRow, OPEN_INVITATIONS, org, now.millis())?;
        rows.iter().map(InvitationRow::invitation).collect()
    }

    /// Returns one of the organization's invitations.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such invitation.
    pub async fn invitation(&mut self, id: InvitationId) -> Result<Invitation> {
        let org = self.org();
        let row = fetch_optional!(&mut self.conn, InvitationRow, INVITATION, org, id.to_string())?;
        row.ok_or(StoreError::Missing)?.invitation()
    }
}

impl WriteTx {
    /// Adds an invitation to the permit's organization.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with `Id` if the id is taken, or with `Reference` if the role no longer exists.
    pub async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<()> {
        let org = self.org();
        let (role, role_id) = columns(&invitation.role);
        execute!(
            &mut self.conn,
            INSERT_INVITATION,
            org,
            invitation.id.to_string(),
            invitation.email.as_str(),
            role,
            invitation.invited_by.id.as_str(),
            invitation.invited_by.name.as_str(),
            invitation.created_at.millis(),
            invitation.expires_at.millis(),
            role_id,
        )
        .map(|_| ())
    }

    /// Ends an open invitation.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is no such invitation, or it has ended.
    pub async fn end_invitation(&mut self, id: InvitationId, at: Timestamp) -> Result<()> {
        let org = self.org();
        changed_one(execute!(&mut self.conn, END_INVITATION, org, id.to_string(), at.millis())?)
    }
}

statements! {
    INSERT_INVITATION = "INSERT INTO invitations (org_id, id, email, role, invited_by_id, invited_by_name, created_at,
            expires_at, role_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// Invitations that can still be accepted at $2, newest first.
    OPEN_INVITATIONS = concat!(invitation!(), "
        WHERE i.org_id = $1 AND i.ended_at IS NULL AND i.expires_at > $2 ORDER BY i.id DESC LIMIT 200");

    INVITATION = concat!(invitation!(), "WHERE i.org_id = $1 AND i.id = $2");

    END_INVITATION = "UPDATE invitations SET ended_at = $3 WHERE org_id = $1 AND id = $2 AND ended_at IS NULL";
}
