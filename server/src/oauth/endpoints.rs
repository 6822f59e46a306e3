//! `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke`.

use super::{
    client::{Shown, find},
    error::{OAuthProblem, no_store},
    form::Form,
};
use crate::AppState;
use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use domain::{
    access::Origin,
    oauth::{Parameters, Refusal, RefusalCode},
    secret::PlainSecret,
};
use serde_json::{Value, json};
use service::{
    Challenge, Service, ServiceError,
    oauth::{
        AccessToken, Asked, AuthenticatedClient, ExchangeRequest, Introspection, Introspector, OAuthError,
        SUBJECT_TOKEN_TYPE,
    },
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
        let endpoint = format!("{}{}", state.public_url.origin(), request.uri().path());
        let origin = request.extensions().get::<Origin>().cloned().unwrap_or_default();
        let headers = request.headers().clone();
        let Form(form) = Form::from_request(request, state).await?;
        Ok(Self { service: state.service.clone(), endpoint, origin, headers, form })
    }
}

impl Call {
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
    let mut headers = no_store();
    if let Some(at) = client.authenticated().retires_at
        && let Ok(value) = HeaderValue::from_str(&at.to_string())
    {
        headers.insert(RETIRES_AT, value);
    }
    Ok((headers, Json(token_reply(&issued, issued_type))).into_response())
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

fn token_reply(issued: &AccessToken, issued_type: Option<&str>) -> Value {
    let mut reply = json!({ "access_token": issued.token, "token_type": "Bearer", "expires_in": issued.expires_in,
        "scope": issued.scope });
    if let Some(issued_type) = issued_type {
        reply["issued_token_type"] = json!(issued_type);
    }
    if let Some(user) = &issued.user {
        reply["identity_id"] = json!(user.identity_id);
        reply["user_name"] = json!(user.user_name);
        reply["org"] = json!(user.org);
        reply["tenant_id"] = json!(user.tenant_id);
    }
    reply
}

/// `POST /oauth/introspect` (RFC 7662)
pub(crate) async fn introspect(call: Call) -> Result<Response, OAuthProblem> {
    let service = &call.service;
    let found = match find(&call.headers, &call.form, &call.endpoint) {
        Ok(Shown::Bearer(bearer)) => {
            let caller = service.authenticate(&bearer, call.origin.clone()).await.map_err(OAuthProblem::by_bearer)?;
            let asked = service.introspect(&Introspector::Bearer(&caller.caller), &call.token()?, &call.origin).await;
            asked.map_err(|error| match error {
                OAuthError::Service(error) => OAuthProblem::by_bearer(error),
                error => error.into(),
            })?
        }
        _ => {
            let client = call.client().await?;
            service.introspect(&Introspector::Client(&client), &call.token()?, &call.origin).await?
        }
    };
    let reply = found.map_or_else(|| json!({ "active": false }), |found| introspection_reply(&found));
    Ok((no_store(), Json(reply)).into_response())
}

fn introspection_reply(found: &Introspection) -> Value {
    let mut reply = json!({
        "active": true,
        "scope": found.scope,
        "client_id": found.client_id,
        "sub": found.sub,
        "token_type": "Bearer",
        "iat": found.iat,
        "nbf": found.iat,
        "iss": found.iss,
        "aud": found.aud,
        "jti": found.jti,
        "org_id": found.org_id,
        "sub_type": found.sub_type,
        "credential_id": found.credential_id,
    });
    if let Some(exp) = found.exp {
        reply["exp"] = json!(exp);
    }
    if let Some(username) = &found.username {
        reply["username"] = json!(username);
    }
    reply
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
