//! `POST /oauth/token`, `/oauth/introspect` and `/oauth/revoke`.

use super::{
    answer::Answer,
    client::{Shown, find},
    error::OAuthProblem,
    form,
};
use crate::{AppState, gate::request_line::CalledBy};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::RequestContext,
    oauth::{Parameters, Refusal, RefusalCode},
    secret::PlainSecret,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use service::{
    Challenge, Service, ServiceError,
    oauth::{
        Asked, AuthenticatedClient, ClientProof, ExchangeRequest, Introspection, Introspector, OAuthError,
        SUBJECT_TOKEN_TYPE,
    },
};

const CLIENT_CREDENTIALS: &str = "client_credentials";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What the token endpoint reads.
const TOKEN_PARAMETERS: [&str; 13] = [
    "grant_type",
    "scope",
    "resource",
    "audience",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "subject_token",
    "subject_token_type",
    "requested_token_type",
    "actor_token",
    "actor_token_type",
];

/// Any other method.
pub(crate) async fn only_post() -> OAuthProblem {
    OAuthProblem::not_post()
}

/// A request to one of the endpoints, read whole.
pub(crate) struct Call {
    service: Service,
    context: RequestContext,
    shown: Result<Shown, Refusal>,
    form: Parameters,
}

impl FromRequest<AppState> for Call {
    type Rejection = OAuthProblem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, OAuthProblem> {
        let (parts, body) = request.into_parts();
        let form = form::read(&parts, body).await?;
        let authorizations = parts.headers.get_all(header::AUTHORIZATION).iter().map(HeaderValue::as_bytes);
        let shown = find(authorizations, &form, &format!("{}{}", state.public_url.origin(), parts.uri.path()));
        let context = parts.extensions.get::<RequestContext>().cloned().unwrap_or_default();
        Ok(Self { service: state.service.clone(), context, shown, form })
    }
}

impl Call {
    /// The client that the request says it comes from, proved or not.
    fn named(&self) -> Option<CalledBy> {
        let id = match &self.shown {
            Ok(Shown::Client(ClientProof::Secret { client_id, .. })) => client_id,
            Ok(Shown::Client(ClientProof::Assertion { client_id, .. })) => client_id.as_ref()?,
            Ok(Shown::Bearer(_)) | Err(_) => return None,
        };
        id.parse().ok().map(CalledBy)
    }

    /// The token that the request is about.
    fn token(&self) -> Result<PlainSecret, Refusal> {
        Ok(PlainSecret::presented(self.form.required("token")?.to_owned()))
    }
}

/// Names the client beside a refusal too, so that the log and the audit log can.
async fn naming(named: Option<CalledBy>, answering: impl Future<Output = Result<Answer, OAuthProblem>>) -> Response {
    let mut response = answering.await.into_response();
    if let (Some(named), None) = (named, response.extensions().get::<CalledBy>()) {
        response.extensions_mut().insert(named);
    }
    response
}

/// The client that a request proves to come from.
async fn client(
    service: &Service,
    context: &RequestContext,
    shown: Result<Shown, Refusal>,
) -> Result<AuthenticatedClient, OAuthProblem> {
    match shown {
        Ok(Shown::Client(proof)) => Ok(service.oauth().authenticate_client(proof, context.clone()).await?),
        Ok(Shown::Bearer(_)) => {
            let detail = "A bearer token is no client authentication. Use Basic, client_secret or client_assertion.";
            Err(Refusal::client(detail).into())
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// `POST /oauth/token` (RFC 6749 section 3.2, RFC 8693)
pub(crate) async fn token(call: Call) -> Response {
    naming(call.named(), issue_token(call)).await
}

async fn issue_token(Call { service, context, shown, form }: Call) -> Result<Answer, OAuthProblem> {
    form.refuse_misspelt(&TOKEN_PARAMETERS)?;
    let client = client(&service, &context, shown).await?;
    let asked = asked(&form);
    let (issued, issued_type) = match form.required("grant_type")? {
        CLIENT_CREDENTIALS => (service.oauth().client_credentials(&client, &asked).await?, None),
        TOKEN_EXCHANGE => {
            let request = exchange_request(&form, asked)?;
            (service.oauth().exchange_token(&client, &request, context).await?, Some(ACCESS_TOKEN_TYPE))
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
    Ok(Answer::of(&reply).retiring(client.authenticated().retires_at).to(client.authenticated().credential.id))
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct TokenReply<'a> {
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
pub(crate) async fn introspect(call: Call) -> Response {
    naming(call.named(), describe_token(call)).await
}

async fn describe_token(call: Call) -> Result<Answer, OAuthProblem> {
    let token = call.token();
    let Call { service, context, shown, .. } = call;
    let found = match (shown, token) {
        (Ok(Shown::Bearer(own)), token) => {
            let asked = service.oauth().introspect(&Introspector::Bearer(&own, context.ip), &token?).await;
            asked.map_err(of_bearer)?
        }
        (Ok(Shown::Client(ClientProof::Secret { client_id, secret })), Ok(token)) => {
            service.oauth().introspect(&Introspector::Secret(&client_id, &secret, context.ip), &token).await?
        }
        (shown, token) => {
            let client = client(&service, &context, shown).await?;
            service.oauth().introspect(&Introspector::Client(&client), &token?).await?
        }
    };
    Ok(Answer::of(&IntrospectionReply::of(found.as_ref())))
}

/// Why whoever asks by a bearer token of their own gets no answer.
fn of_bearer(error: OAuthError) -> OAuthProblem {
    match error {
        OAuthError::Service(error) => OAuthProblem::by_bearer(error),
        error => error.into(),
    }
}

#[derive(Serialize)]
struct IntrospectionReply<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(flatten)]
    found: Option<&'a Introspection>,
}

impl<'a> IntrospectionReply<'a> {
    fn of(found: Option<&'a Introspection>) -> Self {
        let (token_type, nbf) = (found.map(|_| "Bearer"), found.map(|found| found.iat));
        Self { active: found.is_some(), token_type, nbf, found }
    }
}

/// `POST /oauth/revoke` (RFC 7009). The answer to whatever token is an empty object: some libraries insist on JSON.
pub(crate) async fn revoke(call: Call) -> Response {
    naming(call.named(), revoke_token(call)).await
}

async fn revoke_token(call: Call) -> Result<Answer, OAuthProblem> {
    let token = call.token();
    let Call { service, context, shown, .. } = call;
    let client = client(&service, &context, shown).await?;
    match service.oauth().revoke_token(&client, &token?).await {
        // What calls was revoked between being recognized and this: there is nothing left to revoke with.
        Err(OAuthError::Service(ServiceError::Unauthenticated(Challenge::Invalid(why)))) => {
            Err(Refusal::client(why).into())
        }
        Err(error) => Err(error.into()),
        Ok(()) => Ok(Answer::of(&json!({})).to(client.authenticated().credential.id)),
    }
}
