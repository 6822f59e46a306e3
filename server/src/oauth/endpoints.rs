//! `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke`.

use super::{
    client::{Shown, find},
    error::{OAuthProblem, no_store},
    form,
};
use crate::AppState;
use axum::{
    Json,
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, HeaderValue, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    access::Origin,
    oauth::{Parameters, Refusal, RefusalCode},
    secret::PlainSecret,
};
use serde::Serialize;
use serde_json::json;
use service::{
    Challenge, Service, ServiceError,
    oauth::{Asked, AuthenticatedClient, ExchangeRequest, Introspection, Introspector, OAuthError, SUBJECT_TOKEN_TYPE},
};

const CLIENT_CREDENTIALS: &str = "client_credentials";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const RETIRES_AT: HeaderName = HeaderName::from_static("x-credential-retires-at");

/// Any other method.
pub(crate) async fn only_post() -> OAuthProblem {
    OAuthProblem::not_post()
}

/// A request to one of the endpoints, read whole.
pub(crate) struct Call {
    service: Service,
    endpoint: String,
    origin: Origin,
    headers: HeaderMap,
    form: Parameters,
}

impl FromRequest<AppState> for Call {
    type Rejection = OAuthProblem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, OAuthProblem> {
        let (parts, body) = request.into_parts();
        let origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        Self::read(state, origin, parts, body).await
    }
}

/// `POST /oauth/token` of whoever comes from `origin`, past the router.
pub(crate) async fn answer_token(state: &AppState, origin: Origin, parts: Parts, body: Body) -> Response {
    let answered = async { token(Call::read(state, origin, parts, body).await?).await };
    answered.await.into_response()
}

/// `POST /oauth/introspect` in the same way.
pub(crate) async fn answer_introspect(state: &AppState, origin: Origin, parts: Parts, body: Body) -> Response {
    let answered = async { introspect(Call::read(state, origin, parts, body).await?).await };
    answered.await.into_response()
}

impl Call {
    async fn read(state: &AppState, origin: Origin, parts: Parts, body: Body) -> Result<Self, OAuthProblem> {
        let endpoint = format!("{}{}", state.public_url.origin(), parts.uri.path());
        let form = form::read(&parts, body).await?;
        Ok(Self { service: state.service.clone(), endpoint, origin, headers: parts.headers, form })
    }

    /// The client that the request proves to come from.
    async fn client(&self) -> Result<AuthenticatedClient, OAuthProblem> {
        match find(&self.headers, &self.form, &self.endpoint) {
            Ok(Shown::Client(proof, by_basic)) => {
                let found = self.service.authenticate_client(proof, self.origin.clone()).await;
                found.map_err(|error| if by_basic { OAuthProblem::by_basic(error) } else { error.into() })
            }
            Ok(Shown::Bearer(_)) => {
                let detail =
                    "A bearer token is no client authentication. Use Basic, client_secret or client_assertion.";
                Err(OAuthProblem::by_basic(Refusal::client(detail).into()))
            }
            Err((refusal, true)) => Err(OAuthProblem::by_basic(refusal.into())),
            Err((refusal, false)) => Err(refusal.into()),
        }
    }

    /// The token that the request is about.
    fn token(&self) -> Result<PlainSecret, Refusal> {
        Ok(PlainSecret::presented(self.form.required("token")?.to_owned()))
    }
}

/// `POST /oauth/token` (RFC 6749 section 3.2, RFC 8693)
pub(crate) async fn token(call: Call) -> Result<Response, OAuthProblem> {
    let client = call.client().await?;
    let (service, form) = (&call.service, &call.form);
    let asked = asked(form);
    let (issued, issued_type) = match form.required("grant_type")? {
        CLIENT_CREDENTIALS => (service.client_credentials(&client, &asked).await?, None),
        TOKEN_EXCHANGE => {
            let request = exchange_request(form, asked)?;
            (service.exchange_token(&client, &request, call.origin.clone()).await?, Some(ACCESS_TOKEN_TYPE))
        }
        other => {
            let detail = format!("There is no grant type {other} here. Use client_credentials.");
            return Err(Refusal::new(RefusalCode::UnsupportedGrantType, detail).into());
        }
    };
    let user = issued.user.as_ref();
    let reply = TokenReply {
        access_token: &issued.token,
        token_type: "Bearer",
        expires_in: issued.expires_in,
        scope: &issued.scope,
        issued_token_type: issued_type,
        identity_id: user.map(|user| user.identity_id.as_str()),
        user_name: user.map(|user| user.user_name.as_str()),
        org: user.map(|user| user.org.as_str()),
        tenant_id: user.map(|user| user.tenant_id.as_str()),
    };
    let mut response = (no_store(), Json(reply)).into_response();
    if let Some(at) = client.authenticated().retires_at
        && let Ok(value) = HeaderValue::from_str(&at.to_string())
    {
        response.headers_mut().insert(RETIRES_AT, value);
    }
    Ok(response)
}

#[derive(Serialize)]
struct TokenReply<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<&'a str>,
}

fn asked(form: &Parameters) -> Asked {
    let resources = form.all("resource").chain(form.all("audience")).map(str::to_owned);
    Asked { scope: form.one("scope").map(str::to_owned), resources: resources.collect() }
}

fn exchange_request(form: &Parameters, asked: Asked) -> Result<ExchangeRequest, Refusal> {
    if form.required("subject_token_type")? != SUBJECT_TOKEN_TYPE {
        return Err(Refusal::request(format!("subject_token_type must be {SUBJECT_TOKEN_TYPE}.")));
    }
    if form.one("requested_token_type").is_some_and(|wanted| wanted != ACCESS_TOKEN_TYPE) {
        return Err(Refusal::request(format!("requested_token_type can only be {ACCESS_TOKEN_TYPE}.")));
    }
    if form.one("actor_token").is_some() {
        return Err(Refusal::request("The actor is the client itself; leave actor_token out."));
    }
    let subject = PlainSecret::presented(form.required("subject_token")?.to_owned());
    Ok(ExchangeRequest { subject, asked })
}

/// `POST /oauth/introspect` (RFC 7662)
pub(crate) async fn introspect(call: Call) -> Result<Response, OAuthProblem> {
    let (service, token) = (&call.service, call.token());
    let found = match find(&call.headers, &call.form, &call.endpoint) {
        Ok(Shown::Bearer(own)) => {
            let asked = service.introspect(&Introspector::Bearer(&own, call.origin.ip), &token?).await;
            asked.map_err(of_bearer)?
        }
        _ => {
            let client = call.client().await?;
            service.introspect(&Introspector::Client(&client), &token?).await?
        }
    };
    Ok((no_store(), Json(IntrospectionReply::of(found.as_ref()))).into_response())
}

/// Why whoever asks by a bearer token of their own gets no answer.
pub(super) fn of_bearer(error: OAuthError) -> OAuthProblem {
    match error {
        OAuthError::Service(error) => OAuthProblem::by_bearer(error),
        error => error.into(),
    }
}

#[derive(Serialize)]
pub(super) struct IntrospectionReply<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(flatten)]
    found: Option<&'a Introspection>,
}

impl<'a> IntrospectionReply<'a> {
    pub(super) fn of(found: Option<&'a Introspection>) -> Self {
        let (token_type, nbf) = (found.map(|_| "Bearer"), found.map(|found| found.iat));
        Self { active: found.is_some(), token_type, nbf, found }
    }
}

/// `POST /oauth/revoke` (RFC 7009). The answer to whatever token is an empty object: some libraries insist on JSON.
pub(crate) async fn revoke(call: Call) -> Result<Response, OAuthProblem> {
    let client = call.client().await?;
    match call.service.revoke_token(&client, &call.token()?).await {
        // What calls was revoked between being recognised and this: there is nothing left to revoke with.
        Err(OAuthError::Service(ServiceError::Unauthenticated(Challenge::Invalid(why)))) => {
            Err(Refusal::client(why).into())
        }
        Err(error) => Err(error.into()),
        Ok(()) => Ok((no_store(), Json(json!({}))).into_response()),
    }
}
