//! Exceptions, which exempt a credential from its policy for a while.

use crate::{Caller, Result, ServiceError, authority::refuse_limited, use_cases::OrgPolicies};
use domain::{
    Timestamp,
    access::Action,
    audit::AuditDetail,
    code::{FlawCode, ProblemCode},
    credential::DAY_SECONDS,
    error::{FieldErrors, Flaw},
    ids::CredentialId,
    policy::Exception,
};

/// A request for an exception.
#[derive(Clone, Debug)]
pub struct ExceptionRequest {
    /// The id of the credential.
    pub credential: String,
    /// The end, as an RFC 3339 time.
    pub ends_at: String,
    /// The reason, for readers of the audit log.
    pub note: String,
}

const MAX_DAYS: i64 = 365;
const MAX_NOTE: usize = 1000;

impl OrgPolicies<'_> {
    /// Returns the exceptions in effect, the first to end first.
    ///
    /// # Errors
    /// Fails with [`ServiceError::MissingScope`].
    pub async fn exceptions(self, caller: &Caller) -> Result<Vec<Exception>> {
        let permit = self.service.permit(caller, Action::ManagePolicies).await?;
        Ok(self.service.inner.db.read(&permit).await?.exceptions(self.service.now()).await?)
    }

    /// Grants an exception for a credential until the requested end.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`], which lists every flaw, also for an end that is not within a year. Fails
    /// with [`ServiceError::Refused`] with `credential_ended`.
    pub async fn grant_exception(self, caller: &Caller, request: &ExceptionRequest) -> Result<Exception> {
        let permit = self.service.permit(caller, Action::ManagePolicies).await?;
        let (mut errors, now) = (FieldErrors::default(), self.service.now());
        let ends_at = errors.check("/ends_at", check_end(&request.ends_at, now));
        let note = request.note.trim();
        if note.is_empty() || note.chars().count() > MAX_NOTE || note.contains('\0') {
            let detail = "Say why, in at most 1000 characters, for whoever reads the audit log.";
            errors.0.push(Flaw::new(FlawCode::Required, detail).at("/note"));
        }
        let unknown = || Flaw::new(FlawCode::UnknownCredential, "There is no credential of this id here.");
        let id = request.credential.parse::<CredentialId>().map_err(|_| unknown());
        let (Some(id), Some(ends_at), true) = (errors.check("/credential_id", id), ends_at, errors.is_empty()) else {
            return Err(errors.into());
        };
        let mut tx = self.service.write(&permit).await?;
        self.check_is_member(&mut tx, caller).await?;
        refuse_limited(&self.service.actor_now(&mut tx).await?)?;
        let credential = match tx.credential(id).await {
            Err(store::StoreError::Missing) => {
                return Err(FieldErrors::one(unknown().at("/credential_id")).into());
            }
            found => found?,
        };
        if credential.status(now).is_final() {
            return Err(ServiceError::Refused {
                code: ProblemCode::CredentialEnded,
                detail: "A revoked or expired credential works for nobody, with or without an exception.",
            });
        }
        let exception = Exception {
            credential: id,
            name: credential.grant.name,
            ends_at,
            note: note.to_owned(),
            granted_by: caller.actor.as_creator(),
            granted_at: now,
        };
        tx.replace_exception(&exception).await?;
        let (ends_at, note) = (Some(exception.ends_at), exception.note.clone());
        self.service
            .commit(tx, self.service.event(&exception, &AuditDetail::PolicyExceptionGranted { ends_at, note }))
            .await?;
        Ok(exception)
    }

    /// Ends an exception now.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Missing`], also for an exception that has ended.
    pub async fn end_exception(self, caller: &Caller, id: &str) -> Result<()> {
        let permit = self.service.permit(caller, Action::ManagePolicies).await?;
        let id: CredentialId = id.parse().map_err(|_| ServiceError::Missing)?;
        let mut tx = self.service.write(&permit).await?;
        self.check_is_member(&mut tx, caller).await?;
        let open = tx.exceptions(self.service.now()).await?;
        let exception = open.into_iter().find(|one| one.credential == id).ok_or(ServiceError::Missing)?;
        tx.delete_exception(id).await?;
        self.service.commit(tx, self.service.event(&exception, &AuditDetail::PolicyExceptionEnded {})).await?;
        Ok(())
    }
}

fn check_end(text: &str, now: Timestamp) -> std::result::Result<Timestamp, Flaw> {
    let end = Timestamp::parse_rfc3339(text)
        .map_err(|_| Flaw::new(FlawCode::InvalidTime, "Use an RFC 3339 time such as 2027-01-31T09:00:00Z."))?;
    if end <= now {
        return Err(Flaw::new(FlawCode::InPast, "The end must be in the future."));
    }
    if end > now.plus_seconds(MAX_DAYS * DAY_SECONDS) {
        return Err(Flaw::new(
            FlawCode::TooLate,
            "An exception lasts at most a year. Change the policy if it should last longer.",
        ));
    }
    Ok(end)
}
