//! Fills an organization with API keys, to measure verification with very many. `members.rs` adds members.
//!
//! The keys are like any other, with random secrets, verifiers and events, though most secrets are never revealed. One
//! transaction adds a batch (`batch.rs`) while the next one is generated. Some secrets are returned (`sample.rs`).

mod batch;
mod members;
mod sample;

use self::{batch::Plan, sample::Sampler};
use crate::{Password, Result, Service, ServiceError, authn::SignUp};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    Slug,
    access::{Action, Actor, Permit, RequestContext},
    account::Org,
    audit::{
        AuditDetail, AuditEvent, Target,
        detail::{LimitsLoad, Load},
    },
    credential::{CredentialKind, Issue, LifetimeDraft, Owner, check_issue, issue},
    error::FieldErrors,
    ids::{ApiId, CredentialId, OrgId},
    limits::Limit,
    operation::{ApiDraft, ApiScopeDraft, check_api},
    secret::RevealedSecret,
};
use std::sync::Arc;
use zeroize::Zeroizing;

const JOB: &str = "load";
const KIND: CredentialKind = CredentialKind::ApiKey;
const SCOPE: &str = "contacts:read";
const AUDIENCE: &str = "urn:mintmark:load";

/// A request to load keys or members.
pub struct LoadRequest {
    /// The slug of the organization.
    pub org: String,
    /// The number of keys to add.
    pub count: u64,
    /// The maximum number of secrets to reveal.
    pub sample: u64,
    /// The number of members to add.
    pub members: u64,
}

/// The result of a load.
pub struct Loaded {
    pub org: Org,
    /// A random sample of the secrets.
    pub sample: Vec<RevealedSecret>,
}

/// The actor and the request context of a load into this organization.
fn org_job(org: OrgId) -> (Actor, RequestContext) {
    (Actor::system(org, JOB), RequestContext { request_id: JOB.to_owned(), ..RequestContext::default() })
}

impl Service {
    /// Adds API keys with the scope `contacts:read` and without expiry to an organization. If the organization does not
    /// exist, creates it with an owner that has an unknown password. If no API defines the scope, creates one. Passes
    /// the number of stored keys to `progress`.
    ///
    /// # Errors
    /// * [`ServiceError::Invalid`] if the slug is not valid.
    /// * [`ServiceError::Unavailable`]. The keys reported to `progress` stay.
    pub async fn load_keys(&self, request: &LoadRequest, progress: impl Fn(u64)) -> Result<Loaded> {
        let org = self.org_to_load(&request.org).await?;
        let (actor, origin) = org_job(org.id);
        let permit = actor.permit(Action::LoadCredentials, &origin)?;
        self.ensure_scope(&permit).await?;
        self.lift_limits(&permit, &org).await?;
        let plan = Arc::new(self.plan(&permit, request.count).await?);

        let mut sampler = Sampler::new(request.sample, request.count);
        let (mut done, mut drawing) = (0, self.draw_batch(&plan, 0));
        while done < request.count {
            let batch = drawing.await.map_err(ServiceError::internal)??;
            let next = done + batch.keys.len() as u64;
            drawing = self.draw_batch(&plan, next);
            let mut tx = self.inner.db.write(&permit).await?;
            tx.insert_alike(&plan.like, &batch.keys).await?;
            let names = [plan.name(done)?.to_string(), plan.name(next - 1)?.to_string()];
            let load = Load::Credentials { kind: KIND, count: next - done, names, scopes: vec![SCOPE.to_owned()] };
            tx.commit(self.load_event(&org, load)).await?;
            sampler.offer(batch.secrets, &self.inner.sources);
            done = next;
            progress(done);
        }
        Ok(Loaded { org, sample: sampler.into_sample() })
    }

    async fn org_to_load(&self, slug: &str) -> Result<Org> {
        let slug = Slug::parse(slug).map_err(|flaw| FieldErrors::one(flaw.at("/org")))?;
        if let Some(id) = self.inner.db.org_of_slug(&slug).await? {
            return self.inner.db.org(id).await?.ok_or(ServiceError::Missing);
        }
        let mut password = Zeroizing::new([0; 32]);
        self.inner.sources.fill(&mut *password);
        let request = SignUp {
            name: "Load".to_owned(),
            email: format!("owner@{slug}.invalid"),
            password: Password::new(STANDARD.encode(*password)),
            organization: slug.to_string(),
            slug: Some(slug),
        };
        let context = RequestContext { request_id: JOB.to_owned(), ..RequestContext::default() };
        Ok(self.accounts().sign_up_at_the_console(request, &context).await?.org)
    }

    /// A scope that no API defines grants nothing.
    async fn ensure_scope(&self, permit: &Permit) -> Result<()> {
        if self.apis().grant_catalog(permit).await?.has_scope(SCOPE) {
            return Ok(());
        }
        let scope =
            ApiScopeDraft { name: SCOPE.to_owned(), title: "Read contacts".to_owned(), ..ApiScopeDraft::default() };
        let draft = ApiDraft {
            name: "Contacts".to_owned(),
            audience: format!("{AUDIENCE}:{}", permit.org()),
            scopes: vec![scope],
            ..ApiDraft::default()
        };
        let now = self.now();
        let api = check_api(&draft, ApiId::new(now, self.inner.sources.entropy()), Some(permit.org()), now)?;
        self.signing_keys().ensure(api.signing_alg).await?;
        let mut tx = self.inner.db.write(permit).await?;
        tx.insert_api(&api).await?;
        let (audience, scopes) = (api.audience.clone(), api.scopes.len());
        tx.commit(self.event(&api, &AuditDetail::ApiCreated { audience, scopes, operations: 0 })).await?;
        Ok(())
    }

    /// An organization for measurements has no limits.
    async fn lift_limits(&self, permit: &Permit, org: &Org) -> Result<()> {
        let mut tx = self.inner.db.write(permit).await?;
        for limit in Limit::ALL {
            self.limits().set(&mut tx, limit, None).await?;
        }
        tx.commit(self.load_event(org, Load::Limits { limits: LimitsLoad::Lifted })).await?;
        Ok(())
    }

    /// Checks one key like a new credential. The others differ only in name and secret.
    async fn plan(&self, permit: &Permit, count: u64) -> Result<Plan> {
        let org = permit.org();
        let there = self.inner.db.read(permit).await?.count_credentials(KIND).await?;
        let lifetime = LifetimeDraft { never_expires: true, acknowledge_no_expiry: true, ..LifetimeDraft::default() };
        let draft = Issue { name: JOB.to_owned(), scopes: Some(vec![SCOPE.to_owned()]), lifetime, ..Issue::default() };
        let grant = check_issue(&draft, KIND, &self.apis().grant_catalog(permit).await?, self.now(), None)?;
        let (now, created_by) = (self.now(), permit.actor().as_creator());
        let id = CredentialId::new(KIND, now, self.inner.sources.entropy());
        let like = issue(id, org, Owner::Organization, created_by, grant, None, now);
        Ok(Plan { like, first_number: there + 1, count })
    }

    fn load_event(&self, org: &Org, load: Load) -> AuditEvent {
        let target = Target { kind: "credentials", ..Target::from(org) };
        self.event(target, &AuditDetail::CredentialsLoaded(load))
    }
}
