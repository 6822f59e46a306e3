//! Issuing a personal access token: the secret leaves once, in the value returned here.

use crate::{Caller, Result, Service, ServiceError};
use domain::{
    access::Action,
    audit::AuditAction,
    credential::{CreatedBy, Credential, CredentialKind, Issue, Owner, check_issue, first_secret, issue},
    error::{FieldErrors, Flaw},
    ids::{CredentialId, SecretId},
    secret::{Environment, PlainSecret, RevealedSecret},
};
use serde_json::json;
use store::StoredSecret;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct TokenDraft {
    /// The organisation's id or slug; none: the caller's.
    pub org: Option<String>,
    /// Name, scopes, lifetime and the rest.
    pub issue: Issue,
    /// Why it is needed, for whoever approves or audits it.
    pub justification: Option<String>,
}

impl Service {
    /// Issues a personal access token for the caller. It cannot be wider or longer-lived than the caller itself.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every flaw; [`ServiceError::MissingScope`] for scopes that the caller does not hold.
    pub async fn issue_token(&self, caller: &Caller, draft: &TokenDraft) -> Result<(Credential, RevealedSecret)> {
        let permit = caller.permit(Action::IssueOwnToken)?;
        let actor = permit.actor();
        let kind = CredentialKind::PersonalAccessToken;
        let sources = &self.inner.sources;
        let now = sources.now();
        self.check_org(caller, draft.org.as_deref()).await?;
        let grant = check_issue(&draft.issue, kind.rules(), now, actor.ends_at())?;
        actor.may_grant(&grant.scopes)?;

        let secret =
            PlainSecret::generate(&self.inner.brand, kind.rules().secret, Environment::Live, |b| sources.fill(b));
        let row = first_secret(SecretId::new(now, sources.entropy()), &secret, now);
        let credential = issue(
            CredentialId::new(kind, now, sources.entropy()),
            permit.org(),
            Owner::User(actor.user()),
            CreatedBy { id: actor.user(), name: actor.name().clone() },
            grant,
            row.clone(),
            now,
        );
        let Some(pepper) = self.inner.peppers.first() else {
            return Err(ServiceError::internal("the keyring is empty"));
        };
        let stored = StoredSecret { secret: row, verifier: pepper.verifier(&secret), pepper_version: pepper.version() };
        let mut tx = self.inner.db.write(&permit).await?;
        tx.insert_credential(&credential, &stored).await?;
        let detail = json!({
            "kind": kind,
            "redacted": credential.redacted(),
            "scopes": credential.scopes,
            "expires_at": credential.expires_at,
            "justification": draft.justification,
        });
        tx.commit(self.credential_event(AuditAction::CredentialIssued, &credential, detail)).await?;
        Ok((credential, RevealedSecret::new(secret)))
    }

    /// A token belongs to the organisation in which its issuer acts. Another one, the caller's own or not, is answered
    /// as if it did not exist.
    async fn check_org(&self, caller: &Caller, wanted: Option<&str>) -> Result<()> {
        let Some(wanted) = wanted else { return Ok(()) };
        let unknown = || {
            let detail = "Name the organisation in which you act, by its id or slug, or leave this out.";
            FieldErrors::one(Flaw::new("unknown_organisation", detail).at("/org"))
        };
        match self.my_org(caller, wanted).await {
            Ok(org) if org.id == caller.actor.org() => Ok(()),
            Ok(_) | Err(ServiceError::Missing) => Err(unknown().into()),
            Err(error) => Err(error),
        }
    }
}
