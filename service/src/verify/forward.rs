//! Forward authentication: tells a proxy whether a request may pass.

use super::{present::Presentation, traces::CallTold, verified::Verified, verifier::Verifying};
use crate::Result;
use domain::{
    Slug,
    credential::CredentialKind,
    ids::OrgId,
    operation::Api,
    resource::Resource,
    scope::Scope,
    secret::Environment,
    verify::{Needs, Require, Verdict},
};
use std::net::IpAddr;

/// A proxy's question about the credential of a request.
#[derive(Clone, Debug, Default)]
pub struct ForwardRequest<'a> {
    pub token: &'a str,
    /// All of these scopes are required.
    pub scopes: Vec<Scope>,
    /// Id of the operation that the request performs.
    pub operation: Option<&'a str>,
    /// The resource that the request is about.
    pub resource: Option<Resource>,
    /// The kind of subject that the credential must represent.
    pub require: Option<Require>,
    /// The API that the credential's organization must see, by id or audience.
    pub api: Option<&'a str>,
    /// The organization, by id or slug, that the credential must belong to or be authorized for. If neither this nor
    /// `api` is set, it is the platform organization.
    pub org: Option<&'a str>,
    /// The environment that the credential must be for.
    pub env: Option<Environment>,
    /// Address from which the request came.
    pub ip: Option<IpAddr>,
}

impl Verifying<'_> {
    /// Answers a proxy. The proxy presents no credential of its own, so the answer covers only the credential of the
    /// request.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] if there is no snapshot.
    pub fn forward(&self, request: &ForwardRequest<'_>) -> Result<Verified<'_>> {
        let verified = self.judged_for_proxy(request)?;
        self.trace(&verified, CallTold { ip: request.ip, asked_by: None, operation: request.operation });
        Ok(verified)
    }

    fn judged_for_proxy(&self, request: &ForwardRequest<'_>) -> Result<Verified<'_>> {
        let state = self.state()?;
        let is_access_token = request.token.starts_with("ey") && request.token.contains('.');
        let signed = is_access_token.then(|| self.service.signed(request.token)).flatten();
        let known = match &signed {
            Some(signed) => state.by_id(signed.claims.credential_id),
            None if is_access_token => return Ok(Verified::unknown(Verdict::NotFound)),
            None => match state.find(&self.service.reader(), request.token) {
                None => return Ok(self.unknown(Verdict::Malformed)),
                Some((_, known)) => known,
            },
        };
        let Some(mut known) = known else { return Ok(self.unknown(Verdict::NotFound)) };
        // Without an organization, the API decides: its owner may pass, or everyone if the platform owns it.
        let may_pass = |org: OrgId, slug: &Slug| match (request.org, request.api) {
            (Some(wanted), _) => wanted == slug.as_str() || wanted == org.to_string(),
            (None, Some(_)) => true,
            (None, None) => state.is_platform(org),
        };
        if !may_pass(known.org(), known.terms.org.slug()) {
            // An access token is valid only in the organization that it names.
            if signed.is_some() {
                return Ok(Verified::unknown(Verdict::NotFound));
            }
            known = match state.elsewhere(known, |belongs| may_pass(belongs.org, &belongs.slug)) {
                Ok(known) => known,
                Err(nothing) => return Ok(self.nothing(nothing)),
            };
        }
        let org = known.terms.org.clone();
        let api = match request.api {
            None => None,
            Some(wanted) => {
                let is_it = |api: &&Api| api.id.to_string() == wanted || (api.owns_audience && api.audience == wanted);
                match org.catalog.apis().iter().find(is_it) {
                    Some(api) => Some(api),
                    None => return Ok(Verified::unknown(Verdict::NotFound)),
                }
            }
        };
        let operations = match api {
            Some(api) => request.operation.and_then(|id| org.catalog.operation_of(api.id, id)),
            None => request.operation.and_then(|id| org.catalog.operation(id)).map(|(_, operation)| operation),
        };
        if request.operation.is_some() && operations.is_none() {
            // No credential can be allowed an unknown operation.
            let presentation = Presentation { known: Some(known), ..Presentation::unknown(Verdict::InsufficientScope) };
            return Ok(Verified::of(presentation, &Needs::default()));
        }
        let needs = Needs {
            operation: operations,
            scopes: &request.scopes,
            resource: request.resource.as_ref(),
            require: request.require,
            env: request.env,
            audience: api.map(|api| api.audience.as_str()),
        };
        let call = (request.ip, 1, self.now);
        if let Some(signed) = signed {
            return Ok(self.judge_access_token(state, signed, &needs, call));
        }
        if known.terms.stored.kind == CredentialKind::Client {
            let presentation = Presentation { known: Some(known), ..Presentation::unknown(Verdict::WrongAudience) };
            return Ok(Verified::of(presentation, &needs));
        }
        Ok(Verified::of(state.judge(known, &needs, call), &needs))
    }
}
