//! The platform organization and its operators.
//!
//! Owns who is an operator, and the transfer of the platform at the console. The platform organization is a stored fact
//! ([`store`] writes it with the first organization). Its owners and admins are the only operators, never a credential.

use crate::{Caller, Result, ServiceError, use_cases::Platform};
use domain::{
    access::{Action, Actor, MemberRole, Principal, RequestContext, Role},
    account::Org,
    audit::{AuditDetail, Target},
    code::ProblemCode,
    ids::OrgId,
};
use store::StoreError;

/// The name of the console in the audit log.
pub(crate) const CONSOLE: &str = "console";

impl Platform<'_> {
    /// Returns the platform organization. `None` before the first sign-up.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unavailable`] if the database is not available.
    pub async fn org(self) -> Result<Option<Org>> {
        let Some(id) = self.service.inner.db.platform_org().await? else { return Ok(None) };
        Ok(self.service.inner.db.org(id).await?)
    }

    /// Returns whether the caller is an operator of the installation.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Unavailable`] if the database is not available.
    pub async fn is_operator(self, caller: &Caller) -> Result<bool> {
        let actor = &caller.actor;
        let may_be =
            matches!(actor.principal(), Principal::Person { .. }) && actor.role().is_some_and(is_operators_role);
        Ok(may_be && self.service.inner.db.platform_org().await? == Some(actor.org()))
    }

    /// Makes another organization, by id or slug, the platform organization. The log of the former one records it.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Refused`] before there is an organization. Also fails with it for an organization
    /// that does not exist, or already is the platform organization.
    pub async fn transfer_at_the_console(self, to: &str) -> Result<Org> {
        let db = &self.service.inner.db;
        let from = db.platform_org().await?.ok_or(NO_PLATFORM)?;
        let id = match to.parse::<OrgId>() {
            Ok(id) => Some(id),
            Err(_) => match to.parse() {
                Ok(slug) => db.org_of_slug(&slug).await?,
                Err(_) => None,
            },
        };
        let org = match id {
            Some(id) => db.org(id).await?.ok_or(NO_SUCH_ORG)?,
            None => return Err(NO_SUCH_ORG),
        };
        if org.id == from {
            return Err(ALREADY_PLATFORM);
        }
        let context = RequestContext { request_id: CONSOLE.to_owned(), ..RequestContext::default() };
        let permit = Actor::system(from, CONSOLE).permit(Action::TransferPlatform, &context)?;
        let mut tx = db.write(&permit).await?;
        tx.transfer_platform(org.id).await.map_err(|error| match error {
            StoreError::Missing => TRANSFERRED_MEANWHILE,
            error => error.into(),
        })?;
        let target = Target { kind: "platform", ..Target::from(&org) };
        self.service
            .commit(tx, self.service.event(target, &AuditDetail::PlatformTransferred { from, to: org.id }))
            .await?;
        Ok(org)
    }
}

fn is_operators_role(role: &MemberRole) -> bool {
    [Role::Owner, Role::Admin].iter().any(|operator| role == operator)
}

const NO_PLATFORM: ServiceError = ServiceError::Refused {
    code: ProblemCode::NoPlatform,
    detail: "There is no organization yet. The first one becomes the platform organization.",
};
const NO_SUCH_ORG: ServiceError =
    ServiceError::Refused { code: ProblemCode::NoSuchOrganization, detail: "No organization has this id or slug." };
const ALREADY_PLATFORM: ServiceError = ServiceError::Refused {
    code: ProblemCode::AlreadyPlatform,
    detail: "This organization is the platform organization already.",
};
const TRANSFERRED_MEANWHILE: ServiceError = ServiceError::Refused {
    code: ProblemCode::TransferredMeanwhile,
    detail: "The platform was transferred by someone else in the meantime. Look again, then repeat the command.",
};
