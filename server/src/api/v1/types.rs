//! The objects of version 1. Their members are the public contract; `domain` types may change, these may only grow.

mod api;
mod audit;
mod bulk;
mod credential;
mod grant;
mod jwk;
mod list;
mod members;
mod notes;
mod offboarding;
mod org_authorizations;
mod patch;
mod policies;
mod roles;
mod service_account;
mod usage;

pub(crate) use self::api::{
    AdviceObject, AdviseBody, ApiObject, OperationList, OperationParams, PreviewBody, PreviewObject,
};
pub(crate) use self::audit::{AuditEventObject, AuditParams};
pub(crate) use self::bulk::{BulkBody, BulkCall, BulkReply, FindBody, InventoryParams};
pub(crate) use self::credential::{CredentialObject, OwnerObject};
pub(crate) use self::grant::{
    EditCredential, IssueApiKey, IssueClient, IssueCredential, IssueToken, IssuedObject, Roll,
};
pub(crate) use self::jwk::{JwkBody, JwkSet};
pub(crate) use self::list::{List, ListParams};
pub(crate) use self::members::{InvitationObject, InviteBody, MemberObject, MemberParams, RoleBody};
pub(crate) use self::offboarding::{FormerMemberObject, GraceBody, OffboardingObject, SettingsBody, SettingsObject};
pub(crate) use self::org_authorizations::{AuthorizationDecisionBody, OrgAuthorizationObject};
pub(crate) use self::policies::{
    DecisionBody, DryRunObject, ExceptionBody, ExceptionObject, PolicyObject, TokenRequestObject, TokenRequestParams,
};
pub(crate) use self::roles::{CustomRoleBody, EditRoleBody, RoleObject};
pub(crate) use self::service_account::{ServiceAccountBody, ServiceAccountObject};
pub(crate) use self::usage::{BlastRadiusObject, UsageObject, UsageParams};
