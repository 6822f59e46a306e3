//! Issuing a credential of any kind: the secret leaves once, in the value returned here.

use super::{Issued, Which};
use crate::{Caller, Result, Service, ServiceError, idempotency::Idempotency};
use domain::{
    access::Permit,
    audit::AuditAction,
    credential::{AuthMethod, Grant, Issue, Owner, check_issue, issue},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
    secret::RevealedSecret,
};
use serde_json::json;
use store::Claim;

/// What is asked for.
#[derive(Default)]
pub struct IssueRequest {
    /// The organisation's id or slug; none: the caller's.
    pub org: Option<String>,
    /// Name, scopes, lifetime and the rest.
    pub issue: Issue,
    /// Why it is needed, for whoever approves or audits it.
    pub justification: Option<String>,
    /// Makes a repetition of this request harmless.
    pub idempotency: Option<Idempotency>,
}

impl Service {
    /// Issues a credential. It cannot be wider, reach further or live longer than the caller.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with every flaw; [`ServiceError::MissingScope`] for scopes that the caller does not hold;
    /// what [`Idempotency`] refuses.
    pub async fn issue(&self, caller: &Caller, which: Which, request: &IssueRequest) -> Result<Issued> {
        let permit = self.permit(caller, which.issue()).await?;
        let work = |claim| self.issue_once(caller, &permit, which, request, claim);
        self.once(&permit, request.idempotency.as_ref(), work).await
    }

    async fn issue_once(
        &self,
        caller: &Caller,
        permit: &Permit,
        which: Which,
        request: &IssueRequest,
        claim: Option<Claim>,
    ) -> Result<Issued> {
        let (kind, now, actor) = (which.kind(), self.now(), permit.actor());
        self.check_org(caller, request.org.as_deref()).await?;
        let owner = self.owner_of_new(permit, which).await?;
        let catalogue = self.catalogue(permit.org()).await?;
        let grant = check_issue(&request.issue, kind, &catalogue, now, actor.ends_at())?;
        actor.may_grant(&grant.scopes)?;
        actor.may_reach(&grant.resources)?;

        let id = CredentialId::new(kind, now, self.inner.sources.entropy());
        let drawn = if has_secret(&grant) { Some(self.draw_secret(kind, grant.env)?) } else { None };
        let (plain, stored) = drawn.unzip();
        let first = stored.as_ref().map(|stored| stored.secret.clone());
        let credential = issue(id, permit.org(), owner, actor.as_creator(), grant, first, now);
        let mut tx = self.write(permit).await?;
        tx.insert_credential(&credential, stored.as_ref()).await?;
        if let Some(claim) = &claim {
            let sealed = self.seal(request.idempotency.as_ref(), permit, plain.as_ref());
            tx.complete_claim(claim, &id.to_string(), sealed.as_deref()).await?;
        }
        let detail = json!({
            "kind": kind,
            "redacted": credential.redacted(),
            "scopes": credential.scopes,
            "resources": credential.resources,
            "expires_at": credential.expires_at,
            "justification": request.justification,
        });
        self.commit(tx, self.credential_event(AuditAction::CredentialIssued, &credential, detail)).await?;
        Ok(Issued { credential, secret: plain.map(RevealedSecret::new), replayed: false })
    }

    /// Personal access tokens belong to whoever issues them or to a service account, everything else to the organisation.
    async fn owner_of_new(&self, permit: &Permit, which: Which) -> Result<Owner> {
        match which {
            Which::Mine => Ok(permit.actor().owner()),
            Which::ServiceAccount(account) => {
                let account = self.inner.db.read(permit).await?.service_account(account).await?;
                Ok(Owner::ServiceAccount(account.id))
            }
            Which::Of(kind) if kind.rules().has_user => Err(ServiceError::Missing),
            Which::Of(_) => Ok(Owner::Organization),
        }
    }

    /// A credential belongs to the organisation in which its issuer acts. Another one, the caller's own or not, is
    /// answered as if it did not exist.
    async fn check_org(&self, caller: &Caller, wanted: Option<&str>) -> Result<()> {
        let Some(wanted) = wanted else { return Ok(()) };
        let org = self.inner.db.org(caller.actor.org()).await?;
        if org.is_some_and(|org| org.slug.as_str() == wanted || org.id.to_string() == wanted) {
            return Ok(());
        }
        let detail = "Name the organisation in which you act, by its id or slug, or leave this out.";
        Err(FieldErrors::one(Flaw::new("unknown_organisation", detail).at("/org")).into())
    }
}

fn has_secret(grant: &Grant) -> bool {
    grant.client.as_ref().is_none_or(|client| client.auth_method == AuthMethod::ClientSecret)
}
