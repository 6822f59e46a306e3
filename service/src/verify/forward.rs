//! Answering a proxy: may this request pass?

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

/// What a proxy asks about the credential in a request that it holds.
#[derive(Clone, Debug, Default)]
pub struct ForwardRequest<'a> {
    /// The credential.
    pub token: &'a str,
    /// Scopes that are all needed.
    pub scopes: Vec<Scope>,
    /// The id of the operation that is to be performed.
    pub operation: Option<&'a str>,
    /// The resource that it is about.
    pub resource: Option<Resource>,
    /// Whom it is to represent.
    pub require: Option<Require>,
    /// The API that its organisation must see, by its id or audience.
    pub api: Option<&'a str>,
    /// The organization, by id or slug, that it must belong to, or be authorized for. None, and no API: the platform
    /// organization.
    pub org: Option<&'a str>,
    /// The environment it is to be made for.
    pub env: Option<Environment>,
    /// From where the request came.
    pub ip: Option<IpAddr>,
}

impl Verifying<'_> {
    /// Answers a proxy, which shows nothing of its own: the answer tells nothing but about the credential itself.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`].
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
        // An API alone tells which organizations may pass: its owner's, or all of them for an API of the platform.
        let may_pass = |org: OrgId, slug: &Slug| match (request.org, request.api) {
            (Some(wanted), _) => wanted == slug.as_str() || wanted == org.to_string(),
            (None, Some(_)) => true,
            (None, None) => state.is_platform(org),
        };
        if !may_pass(known.org(), known.terms.org.slug()) {
            // An access token is for the organisation that it names.
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
                match org.catalogue.apis().iter().find(is_it) {
                    Some(api) => Some(api),
                    None => return Ok(Verified::unknown(Verdict::NotFound)),
                }
            }
        };
        let operations = match api {
            Some(api) => request.operation.and_then(|id| org.catalogue.operation_of(api.id, id)),
            None => request.operation.and_then(|id| org.catalogue.operation(id)).map(|(_, operation)| operation),
        };
        if request.operation.is_some() && operations.is_none() {
            // The proxy asks for what nobody can be allowed.
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
