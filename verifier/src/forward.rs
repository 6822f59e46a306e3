//! Forward authentication: tells a proxy whether a request may pass.

use crate::{
    Call, Lookup, Presentation, Result, UsageSource, Verified, View, verified::SignedToken, view::is_access_token,
};
use domain::{
    Slug, Timestamp,
    ids::OrgId,
    operation::Api,
    resource::Resource,
    scope::Scope,
    secret::Environment,
    verify::{AccessRequest, Require, Verdict},
};
use std::{net::IpAddr, sync::Arc};

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

impl View<'_> {
    /// Answers a proxy. The proxy presents no credential of its own, so the answer covers only the credential of the
    /// request. `signed` reads an access token whose signature is good.
    ///
    /// # Errors
    /// See [`View::find`].
    pub fn forward(
        &self,
        request: &ForwardRequest<'_>,
        now: Timestamp,
        signed: impl FnOnce(&str) -> Option<Arc<SignedToken>>,
    ) -> Result<Verified<'_>> {
        let verified = self.judge_for_proxy(request, now, signed)?;
        let source = UsageSource { ip: request.ip, asked_by: None, operation: request.operation };
        self.note_source_if_valid(&verified, source, now);
        Ok(verified)
    }

    fn judge_for_proxy(
        &self,
        request: &ForwardRequest<'_>,
        now: Timestamp,
        signed: impl FnOnce(&str) -> Option<Arc<SignedToken>>,
    ) -> Result<Verified<'_>> {
        let snapshot = self.snapshot()?;
        let is_access_token = is_access_token(request.token);
        let signed = if is_access_token { signed(request.token) } else { None };
        let known = match &signed {
            Some(signed) => snapshot.by_id(signed.claims.credential_id),
            None if is_access_token => return Ok(Verified::unknown(Verdict::NotFound)),
            None => match self.find(request.token)? {
                Lookup::Malformed => return Ok(self.unknown(Verdict::Malformed)),
                found => found.known(),
            },
        };
        let Some(mut known) = known else { return Ok(self.unknown(Verdict::NotFound)) };
        // Without an organization, the API decides: its owner may pass, or everyone if the platform owns it.
        let may_pass = |org: OrgId, slug: &Slug| match (request.org, request.api) {
            (Some(wanted), _) => wanted == slug.as_str() || wanted == org.to_string(),
            (None, Some(_)) => true,
            (None, None) => snapshot.is_platform(org),
        };
        if !may_pass(known.org(), known.grant.org.slug()) {
            // An access token is valid only in the organization that it names.
            if signed.is_some() {
                return Ok(Verified::unknown(Verdict::NotFound));
            }
            known = match snapshot.cross_org(known, |membership| may_pass(membership.org, &membership.slug)) {
                Ok(known) => known,
                Err(miss) => return Ok(self.missed(miss)),
            };
        }
        let org = known.grant.org.clone();
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
            return Ok(Verified::of(presentation, &AccessRequest::default()));
        }
        let needs = AccessRequest {
            operation: operations,
            scopes: &request.scopes,
            resource: request.resource.as_ref(),
            require: request.require,
            env: request.env,
            audience: api.map(|api| api.audience.as_str()),
        };
        let call = Call { ip: request.ip, cost: 1, now };
        match signed {
            Some(signed) => self.judge_access_token(signed, &needs, call),
            None => Ok(self.judge_secret(snapshot, known, &needs, call)),
        }
    }
}
