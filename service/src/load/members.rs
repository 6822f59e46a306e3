//! Filling an organisation with members, to measure how the screens do with very many.
//!
//! Owns: that they are people like any other, though nobody knows their password. Each joins by a transaction and an event of
//! their own, as people do.

use super::{LoadRequest, org_job};
use crate::{Password, Result, Service, ServiceError};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    EmailAddress, Name,
    access::{Action, Role},
    account::User,
    audit::{AuditAction, AuditEvent, Target},
    ids::{EventId, UserId},
};
use serde_json::json;
use zeroize::Zeroizing;

impl Service {
    /// Adds the members that are asked for, as ordinary members. Those of an earlier load stay, and numbers go on.
    ///
    /// # Errors
    /// As [`Service::load_keys`]; those that were added before stay.
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
            let event = AuditEvent {
                id: EventId::new(at, self.inner.sources.entropy()),
                at,
                action: AuditAction::MemberJoined,
                target: Target::from(&user),
                detail: json!({ "role": Role::Member }),
            };
            tx.commit(event).await?;
        }
        Ok(())
    }
}
