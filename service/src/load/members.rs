//! Fills an organization with members, to measure the screens with very many.
//!
//! The members are like any other, with passwords that are not known. Each joins in its own transaction, with an event.

use super::{LoadRequest, org_job};
use crate::{Password, Result, Service, ServiceError};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    EmailAddress, Name,
    access::{Action, Role},
    account::User,
    audit::AuditDetail,
    ids::UserId,
};
use zeroize::Zeroizing;

impl Service {
    /// Adds the requested number of members with the role of a member. Members of an earlier load stay.
    ///
    /// # Errors
    /// Fails like [`Service::load_keys`]. Members that were already added stay.
    pub async fn load_members(&self, request: &LoadRequest) -> Result<()> {
        let org = self.org_to_load(&request.org).await?;
        let (actor, origin) = org_job(org.id);
        let permit = actor.permit(Action::LoadCredentials, &origin)?;
        let mut password = Zeroizing::new([0; 32]);
        self.inner.sources.fill(&mut *password);
        let hash = self.inner.hasher.hash(Password::new(STANDARD.encode(*password))).await?;
        for number in 1..=request.members {
            let at = self.now();
            let id = UserId::new(at, self.inner.sources.entropy());
            let user = User {
                id,
                name: Name::parse(&format!("Load member {number:05}"))
                    .map_err(|flaw| ServiceError::internal(flaw.detail))?,
                email: EmailAddress::parse(&format!("{id}@{}.invalid", org.slug))
                    .map_err(|flaw| ServiceError::internal(flaw.detail))?,
                created_at: at,
            };
            let mut tx = self.inner.db.write(&permit).await?;
            tx.insert_user(&user, &hash).await?;
            tx.insert_membership(user.id, Role::Member).await?;
            let detail = AuditDetail::MemberJoined {
                role: Role::Member.to_string(),
                role_name: None,
                invited_by: None,
                proved_address: None,
            };
            tx.commit(self.event_at(at, &user, &detail)).await?;
        }
        Ok(())
    }
}
