//! Makes a retry of a request safe if the created object has no secret.
//!
//! Carries the claim on an idempotency key from the request to the commit of the change, so that no use case handles
//! it. For a retry, reads the created object again. Credentials, whose secrets are sealed, are in
//! [`crate::idempotency`].

use crate::{
    Caller, Result, Service, ServiceError,
    idempotency::{Idempotency, Turn},
    members::Invited,
};
use domain::{
    Timestamp,
    access::{Action, CustomRole},
    account::ServiceAccount,
    credential::{Credential, DAY_SECONDS},
    operation::Api,
    policy::Exception,
};
use std::{cell::RefCell, future::Future};
use store::{Claim, ReadTx, WriteTx};

tokio::task_local! {
    /// The claim that the next commit for this action completes.
    static HELD: RefCell<Option<(Action, Claim)>>;
}

/// An object that a retry reads again, with a permit like that of the first request.
pub trait Repeatable: Sized {
    /// Reads the object by the id of the target in its audit event.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`] if the object no longer exists.
    fn read(tx: &mut ReadTx, id: &str, now: Timestamp) -> impl Future<Output = Result<Self>> + Send;

    /// Checks whether the caller may still have the object, as for a new one.
    ///
    /// # Errors
    /// Fails like the use case that creates the object.
    fn check_again(&self, _: &Service, _: &mut ReadTx) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// Reads an object with the store's method for its id.
macro_rules! repeatable {
    ($($object:ty => $read:ident),+ $(,)?) => {$(
        impl Repeatable for $object {
            async fn read(tx: &mut ReadTx, id: &str, _: Timestamp) -> Result<Self> {
                Ok(tx.$read(id.parse().map_err(|_| ServiceError::Missing)?).await?)
            }
        }
    )+};
}

repeatable! {
    Api => api,
    Credential => credential,
    CustomRole => custom_role,
    ServiceAccount => service_account,
}

impl Repeatable for Invited {
    async fn read(tx: &mut ReadTx, id: &str, now: Timestamp) -> Result<Self> {
        let invitation = tx.invitation(id.parse().map_err(|_| ServiceError::Missing)?).await?;
        // A claim is at most a day old.
        let mails = tx.mail_of_invitations(now.plus_seconds(-2 * DAY_SECONDS)).await?;
        Ok(Self { is_mailed: mails.iter().any(|(mailed, _)| *mailed == invitation.id), invitation })
    }

    async fn check_again(&self, service: &Service, tx: &mut ReadTx) -> Result<()> {
        service.members().check_may_invite(tx, &self.invitation.role).await
    }
}

impl Repeatable for Exception {
    async fn read(tx: &mut ReadTx, id: &str, now: Timestamp) -> Result<Self> {
        let open = tx.exceptions(now).await?;
        open.into_iter().find(|exception| exception.credential.to_string() == id).ok_or(ServiceError::Missing)
    }
}

impl Service {
    /// Does the work once. A retry with an equal key and body gets the object that the first request created. `action`
    /// is the action for which the work requests a permit.
    ///
    /// # Errors
    /// * The errors of the permit.
    /// * [`ServiceError::Refused`] with `idempotency_in_flight`.
    /// * [`ServiceError::Invalid`] with `idempotency_key_reused`.
    /// * The errors of the work. The key is free again afterwards.
    pub async fn repeatable<T: Repeatable>(
        &self,
        caller: &Caller,
        action: Action,
        idempotency: Option<&Idempotency>,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let Some(idempotency) = idempotency else { return work.await };
        let permit = self.permit(caller, action).await?;
        match self.claim(&permit, idempotency).await? {
            Turn::First(claim) => {
                let work = async { (work.await, held_for(action).is_none()) };
                let (result, is_completed) = HELD.scope(RefCell::new(Some((action, claim.clone()))), work).await;
                if result.is_err() || !is_completed {
                    self.inner.db.release(&claim).await?;
                }
                result
            }
            Turn::Again { target, .. } => {
                let mut tx = self.inner.db.read(&permit).await?;
                let object = T::read(&mut tx, &target, self.now()).await?;
                object.check_again(self, &mut tx).await?;
                Ok(object)
            }
        }
    }
}

fn held_for(action: Action) -> Option<Claim> {
    let take = |held: &RefCell<Option<(Action, Claim)>>| held.borrow_mut().take_if(|(of, _)| *of == action);
    HELD.try_with(take).ok().flatten().map(|(_, claim)| claim)
}

/// Completes the claim that the task holds for this change, if there is one, in the transaction of the change.
pub(crate) async fn complete_held(tx: &mut WriteTx, target: &str) -> Result<()> {
    match held_for(tx.permit().action()) {
        Some(claim) => Ok(tx.complete_claim(&claim, target, None).await?),
        None => Ok(()),
    }
}
