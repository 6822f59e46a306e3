//! Creates a credential of any kind. The secret leaves the service once, in the return value.

use super::{CredentialTarget, Issued, may_decide};
use crate::{
    Caller, Result, ServiceError,
    authority::{Asked, refuse_access_token},
    idempotency::Idempotency,
    use_cases::Credentials,
};
use domain::{
    Timestamp,
    access::{Bounds, Door, Permit},
    audit::AuditDetail,
    code::{FlawCode, ProblemCode},
    credential::{AuthMethod, CredentialKind, Grant, Issue, Owner, check_issue, issue},
    error::{FieldErrors, Flaw},
    ids::CredentialId,
    secret::RevealedSecret,
};
use store::{Claim, WriteTx};

/// A request for a new credential.
#[derive(Default)]
pub struct IssueRequest {
    /// The organization's id or slug. `None` for the caller's organization.
    pub org: Option<String>,
    /// Name, scopes, lifetime and other settings.
    pub issue: Issue,
    /// The reason for the request, shown to approvers and auditors.
    pub justification: Option<String>,
    /// Makes a retry of this request safe.
    pub idempotency: Option<Idempotency>,
}

/// The maximum number of characters in a justification.
const MAX_JUSTIFICATION: usize = 2000;

const NOT_A_CREATOR: ServiceError = ServiceError::Forbidden {
    code: ProblemCode::PolicyCreatorNotAllowed,
    detail: "The organization's policy does not let your role issue these. Ask an admin to issue it, or to change the policy.",
};

impl Credentials<'_> {
    /// Creates a credential. It cannot have more rights, more reach or a later end than the caller. Without an IP
    /// allowlist, rate limit or quota in the request, it gets those of the caller.
    ///
    /// # Errors
    /// Fails with [`ServiceError::Invalid`], which lists every flaw, or with the errors of
    /// [`domain::access::may_obtain`] and [`Idempotency`].
    pub async fn issue(self, caller: &Caller, target: CredentialTarget, request: &IssueRequest) -> Result<Issued> {
        let permit = self.service.permit(caller, target.issue()).await?;
        refuse_access_token(permit.actor())?;
        let work = |claim| self.issue_once(caller, &permit, target, request, claim);
        self.service.once(&permit, request.idempotency.as_ref(), work).await
    }

    async fn issue_once(
        self,
        caller: &Caller,
        permit: &Permit,
        target: CredentialTarget,
        request: &IssueRequest,
        claim: Option<Claim>,
    ) -> Result<Issued> {
        let (kind, now, actor) = (target.kind(), self.service.now(), permit.actor());
        self.check_org(caller, request.org.as_deref()).await?;
        let owner = self.owner_of_new(permit, target).await?;
        let catalog = self.service.apis().grant_catalog(permit).await?;
        let mut grant = check_issue(&request.issue, kind, &catalog, now, actor.ends_at())?;
        if let Some(own) = actor.bounds() {
            own.fill(&mut grant, request.issue.env);
        }

        let mut tx = self.service.write(permit).await?;
        let asked = Asked { owner, scopes: grant.scopes.clone(), bounds: Bounds::from(&grant), existing: None };
        self.service.check_obtain(&mut tx, Door::Create, asked).await?;
        self.service.limits().check(&mut tx, domain::limits::Limit::Credentials, 1).await?;
        let needs_approval = self.apply_policy(caller, &mut tx, request, (kind, now), &mut grant).await?;
        let id = CredentialId::new(kind, now, self.service.inner.sources.entropy());
        let drawn = if has_secret(&grant) { Some(self.draw_secret(kind, grant.env)?) } else { None };
        let (plain, stored) = drawn.unzip();
        let first = stored.as_ref().map(|stored| stored.secret.clone());
        let mut credential = issue(id, permit.org(), owner, actor.as_creator(), grant, first, now);
        credential.pending_since = needs_approval.then_some(now);
        tx.insert_credential(&credential, stored.as_ref()).await?;
        if needs_approval {
            let justification = request.justification.as_deref().unwrap_or_default();
            tx.insert_token_request(id, &credential.created_by, justification, now).await?;
            self.service.mail().request(&mut tx, id).await?;
        }
        if let Some(claim) = &claim {
            let sealed = self.service.seal(request.idempotency.as_ref(), permit, plain.as_ref());
            tx.complete_claim(claim, &id.to_string(), sealed.as_deref()).await?;
        }
        let detail = AuditDetail::CredentialIssued {
            kind,
            redacted: credential.redacted().to_owned(),
            scopes: credential.grant.scopes.clone(),
            resources: credential.grant.resources.clone(),
            expires_at: credential.grant.expires_at,
            justification: request.justification.clone(),
            needs_approval,
        };
        self.service.commit(tx, self.service.event(&credential, &detail)).await?;
        Ok(Issued { credential, secret: plain.map(RevealedSecret::new), replayed: false })
    }

    /// Applies the organization's policy to the grant. Returns whether the credential needs approval.
    async fn apply_policy(
        self,
        caller: &Caller,
        tx: &mut WriteTx,
        request: &IssueRequest,
        (kind, now): (CredentialKind, Timestamp),
        grant: &mut Grant,
    ) -> Result<bool> {
        let policies = tx.policies().await?;
        let policy = policies.of(kind);
        if !policy.lets_issue(caller.actor.role(), now) {
            return Err(NOT_A_CREATOR);
        }
        let lifetime = &request.issue.lifetime;
        if !lifetime.is_given() {
            policy.fit_end(grant, now);
        }
        policy.check_new(grant, now)?;
        let justification = request.justification.as_deref().unwrap_or_default();
        if justification.chars().count() > MAX_JUSTIFICATION || justification.contains('\0') {
            let flaw = Flaw::new(FlawCode::TooLong, "Say in at most 2000 characters why it is needed.");
            return Err(FieldErrors::one(flaw.at("/justification")).into());
        }
        let needs_approval = policy.needs_approval(now) && !may_decide(caller);
        if needs_approval && justification.trim().is_empty() {
            let detail = "Your organization approves these before they work. Say what it is needed for.";
            return Err(
                FieldErrors::one(Flaw::new(FlawCode::JustificationRequired, detail).at("/justification")).into()
            );
        }
        Ok(needs_approval)
    }

    /// Personal access tokens belong to their creator or to a service account. Others belong to the organization.
    async fn owner_of_new(self, permit: &Permit, target: CredentialTarget) -> Result<Owner> {
        match target {
            CredentialTarget::Mine => Ok(permit.actor().owner()),
            CredentialTarget::ServiceAccount(account) => {
                let account = self.service.inner.db.read(permit).await?.service_account(account).await?;
                Ok(Owner::ServiceAccount(account.id))
            }
            CredentialTarget::Of(kind) if kind.rules().has_user => Err(ServiceError::Missing),
            CredentialTarget::Of(_) => Ok(Owner::Organization),
        }
    }

    /// Accepts only the organization in which the caller acts. Any other organization, even one of the caller's, is
    /// reported as unknown.
    async fn check_org(self, caller: &Caller, wanted: Option<&str>) -> Result<()> {
        let Some(wanted) = wanted else { return Ok(()) };
        let org = self.service.inner.db.org(caller.actor.org()).await?;
        if org.is_some_and(|org| org.slug.as_str() == wanted || org.id.to_string() == wanted) {
            return Ok(());
        }
        let detail = "Name the organization in which you act, by its id or slug, or leave this out.";
        Err(FieldErrors::one(Flaw::new(FlawCode::UnknownOrganization, detail).at("/org")).into())
    }
}

fn has_secret(grant: &Grant) -> bool {
    grant.client.as_ref().is_none_or(|client| client.auth_method == AuthMethod::ClientSecret)
}
