//! `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke`.

use super::{
    client::{Shown, find},
    error::{OAuthProblem, no_store},
    form::Form,
};
use crate::PublicUrl;
use axum::{
    Extension, Json,
    extract::{OriginalUri, State},
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
        AccessToken, Asked, AuthenticatedClient, ExchangeRequest, Introspection, Introspector, SUBJECT_TOKEN_TYPE,
    },
};
use std::sync::Arc;

const CLIENT_CREDENTIALS: &str = "client_credentials";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const RETIRES_AT: HeaderName = HeaderName::from_static("x-credential-retires-at");

/// Any other method.
pub(crate) async fn only_post() -> OAuthProblem {
    OAuthProblem::not_post()
}

/// `POST /oauth/token` (RFC 6749 section 3.2, RFC 8693)
pub(crate) async fn token(
    State(service): State<Service>,
    State(public_url): State<Arc<PublicUrl>>,
    Extension(origin): Extension<Origin>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, OAuthProblem> {
    let endpoint = format!("{}{}", public_url.origin(), uri.path());
    let client = authenticate(&service, &headers, &form, &endpoint, &origin).await?;
    let asked = asked(&form);
    let (issued, issued_type) = match form.required("grant_type")? {
        CLIENT_CREDENTIALS => (service.client_credentials(&client, &asked).await?, None),
        TOKEN_EXCHANGE => {
            let request = exchange_request(&form, asked)?;
            (service.exchange_token(&client, &request, origin).await?, Some(ACCESS_TOKEN_TYPE))
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

async fn authenticate(
    service: &Service,
    headers: &HeaderMap,
    form: &Parameters,
    endpoint: &str,
    origin: &Origin,
) -> Result<AuthenticatedClient, OAuthProblem> {
    match find(headers, form, endpoint) {
        Ok(Shown::Client(proof, by_basic)) => {
            let found = service.authenticate_client(proof, origin.clone()).await;
            found.map_err(|error| if by_basic { OAuthProblem::by_basic(error) } else { error.into() })
        }
        Ok(Shown::Bearer(_)) => {
            let detail = "A bearer token is no client authentication. Use Basic, client_secret or client_assertion.";
            Err(OAuthProblem::by_basic(Refusal::client(detail).into()))
        }
        Err((refusal, true)) => Err(OAuthProblem::by_basic(refusal.into())),
        Err((refusal, false)) => Err(refusal.into()),
    }
}

/// `POST /oauth/introspect` (RFC 7662)
pub(crate) async fn introspect(
    State(service): State<Service>,
    State(public_url): State<Arc<PublicUrl>>,
    Extension(origin): Extension<Origin>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, OAuthProblem> {
    let endpoint = format!("{}{}", public_url.origin(), uri.path());
    let found = match find(&headers, &form, &endpoint) {
        Ok(Shown::Bearer(token)) => {
            let caller = service.authenticate(&token, origin.clone()).await.map_err(OAuthProblem::by_bearer)?;
            let token = presented(&form)?;
            let asked = service.introspect(&Introspector::Bearer(&caller.caller), &token, &origin).await;
            asked.map_err(|error| match error {
                service::oauth::OAuthError::Service(error) => OAuthProblem::by_bearer(error),
                error => error.into(),
            })?
        }
        _ => {
            let client = authenticate(&service, &headers, &form, &endpoint, &origin).await?;
            service.introspect(&Introspector::Client(&client), &presented(&form)?, &origin).await?
        }
    };
    let reply = found.map_or_else(|| json!({ "active": false }), |found| introspection_reply(&found));
    Ok((no_store(), Json(reply)).into_response())
}

fn presented(form: &Parameters) -> Result<PlainSecret, Refusal> {
    Ok(PlainSecret::presented(form.required("token")?.to_owned()))
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
pub(crate) async fn revoke(
    State(service): State<Service>,
    State(public_url): State<Arc<PublicUrl>>,
    Extension(origin): Extension<Origin>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, OAuthProblem> {
    let endpoint = format!("{}{}", public_url.origin(), uri.path());
    let client = authenticate(&service, &headers, &form, &endpoint, &origin).await?;
    match service.revoke_token(&client, &presented(&form)?).await {
        // What calls was revoked between being recognised and this: there is nothing left to revoke with.
        Err(service::oauth::OAuthError::Service(ServiceError::Unauthenticated(Challenge::Invalid(why)))) => {
            Err(Refusal::client(why).into())
        }
        Err(error) => Err(error.into()),
        Ok(()) => Ok((no_store(), Json(json!({}))).into_response()),
    }
}
