//! Members and invitations.

use super::list::page_request;
use crate::api::problem::Problem;
use domain::{
    EmailAddress, Name, Timestamp,
    access::MemberRole,
    account::Invitation,
    ids::{InvitationId, UserId},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{mail::MailState, members::MemberOfOrg};
use store::PageRequest;

/// `?q=&limit=&cursor=`
#[derive(Deserialize, JsonSchema)]
pub(crate) struct MemberParams {
    q: Option<String>,
    #[schemars(range(min = 1, max = PageRequest::MAX_LIMIT))]
    limit: Option<u32>,
    cursor: Option<String>,
}

impl MemberParams {
    pub(crate) fn q(&self) -> Option<&str> {
        self.q.as_deref().filter(|q| !q.is_empty())
    }

    pub(crate) fn page(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.clone())
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangeRole", extend("required" = ["role"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleBody {
    #[serde(default)]
    pub(crate) role: String,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreateInvitation", extend("required" = ["email", "role"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteBody {
    #[serde(default)]
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) role: String,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Member")]
pub(crate) struct MemberObject {
    id: UserId,
    #[schemars(extend("const" = "member"))]
    object: &'static str,
    name: Name,
    email: EmailAddress,
    /// One that every organization has, or the id of one of its own.
    role: MemberRole,
    role_name: String,
}

impl From<&MemberOfOrg> for MemberObject {
    fn from(member: &MemberOfOrg) -> Self {
        let user = &member.user;
        Self {
            id: user.id,
            object: "member",
            name: user.name.clone(),
            email: user.email.clone(),
            role: member.role.clone(),
            role_name: member.role.title().to_owned(),
        }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Invitation")]
pub(crate) struct InvitationObject {
    id: InvitationId,
    #[schemars(extend("const" = "invitation"))]
    object: &'static str,
    email: EmailAddress,
    role: MemberRole,
    role_name: String,
    invited_by: domain::credential::CreatedBy,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// What became of its mail; nothing: the link is passed on by hand.
    mail: Option<MailState>,
    /// Only in the reply that creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl InvitationObject {
    pub(crate) fn new(invitation: &Invitation, mail: Option<MailState>, link: Option<String>) -> Self {
        Self {
            id: invitation.id,
            object: "invitation",
            email: invitation.email.clone(),
            role: invitation.role.clone(),
            role_name: invitation.role.title().to_owned(),
            invited_by: invitation.invited_by.clone(),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            mail,
            link,
        }
    }
}
