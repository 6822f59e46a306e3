//! `ANY /v1/forward-auth`: what proxies ask before they let a request through.
//!
//! Owns: the dialects of nginx, Caddy, Traefik and Envoy: the original request's headers, whatever its method and path, an
//! empty body, and an answer in headers. 200 lets through; everything else does not. What the proxy wants to know stands in
//! the query of the address that it was configured with, so it is the operator's and not the caller's. A proxy that appends the
//! request's own path and query names the organization in the path before it.

use super::answer::authorize_at;
use crate::{
    AppState,
    api::{code::Code, problem::Problem},
    gate::{
        bearer,
        presented::{self, NotPresented, X_API_KEY},
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    access::RequestContext,
    code::ProblemCode,
    resource::Resource,
    scope::Scope,
    secret::{Environment, PlainSecret},
    verify::{Require, Verdict},
};
use service::verify::{ForwardRequest, Verified};
use std::collections::HashSet;

const SUBJECT: HeaderName = HeaderName::from_static("x-auth-subject");
const SUBJECT_TYPE: HeaderName = HeaderName::from_static("x-auth-subject-type");
const ORG: HeaderName = HeaderName::from_static("x-auth-org");
const SCOPES: HeaderName = HeaderName::from_static("x-auth-scopes");
const CREDENTIAL_ID: HeaderName = HeaderName::from_static("x-auth-credential-id");
const USER_NAME: HeaderName = HeaderName::from_static("x-auth-user-name");
const RESOURCES: HeaderName = HeaderName::from_static("x-auth-resources");
const ENV: HeaderName = HeaderName::from_static("x-auth-env");
const ORG_EXTERNAL_ID: HeaderName = HeaderName::from_static("x-auth-org-external-id");

/// The address that a proxy is configured with; everything below it ends with the path of the request that it holds.
const ADDRESS: &str = "/v1/forward-auth";
/// Before the organization, where the proxy appends a path.
const OF_ORG: &str = "/v1/forward-auth/orgs/";

/// What the proxy was configured to ask.
#[derive(Default)]
struct Query {
    scopes: Vec<Scope>,
    operation: Option<String>,
    resource: Option<Resource>,
    require: Option<Require>,
    api: Option<String>,
    org: Option<String>,
    env: Option<Environment>,
    by_basic: bool,
    raw: bool,
}

impl Query {
    /// `is_callers`: the proxy has appended the address of the request that it holds, so that the query is the caller's. Each
    /// parameter that we know can only ask for more. The others are theirs, and so are those that say whose credentials pass.
    fn read(text: &str, is_callers: bool) -> Result<Self, Problem> {
        let (mut query, mut seen) = (Self::default(), HashSet::new());
        let bad = |name: &str| {
            Problem::with_status(
                StatusCode::FORBIDDEN,
                Code::Problem(ProblemCode::InvalidRequest),
                &format!("The proxy asks with a parameter that cannot be read: {name}."),
            )
        };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if is_callers && matches!(&*name, "api" | "org" | "env") {
                continue;
            }
            if name != "scope" && !is_callers && !seen.insert(name.clone()) {
                return Err(bad(&name));
            }
            match &*name {
                "scope" if value.trim().is_empty() && !is_callers => return Err(bad("scope")),
                "scope" => {
                    for scope in value.split(' ').filter(|scope| !scope.is_empty()) {
                        query.scopes.push(Scope::parse(scope).map_err(|_| bad("scope"))?);
                    }
                }
                "operation" => query.operation = Some(value.into_owned()),
                "resource" => query.resource = Some(Resource::parse(&value).map_err(|_| bad("resource"))?),
                "require" => {
                    query.require = Some(match &*value {
                        "user" => Require::User,
                        "application" => Require::Application,
                        _ => return Err(bad("require")),
                    });
                }
                "api" => query.api = Some(value.into_owned()),
                "org" => query.org = Some(value.into_owned()),
                "env" => {
                    query.env = Some(match &*value {
                        "live" => Environment::Live,
                        "test" => Environment::Test,
                        _ => return Err(bad("env")),
                    });
                }
                "challenge" => {
                    query.by_basic = match &*value {
                        "basic" => true,
                        "bearer" => false,
                        _ => return Err(bad("challenge")),
                    };
                }
                "raw" => query.raw = value == "1",
                _ if is_callers => {}
                // A typing error must not open anything.
                other => return Err(bad(other)),
            }
        }
        Ok(query)
    }
}

pub(crate) async fn forward_auth(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match answer(&state, &parts).await {
        Ok(response) => response,
        Err((problem, by_basic)) => {
            let problem = problem.name_metadata(state.public_url.origin()).asking_for_basic(by_basic);
            let mut response = problem.into_response();
            if let Ok(presented) = presented::find_in_headers(&parts.headers) {
                response.extensions_mut().extend(bearer::called_by(&state, presented.secret.expose()).await);
            }
            response
        }
    }
}

async fn answer(state: &AppState, request: &Parts) -> Result<Response, (Problem, bool)> {
    let path = request.uri.path();
    let query = Query::read(request.uri.query().unwrap_or_default(), path != ADDRESS);
    let query = query.map_err(|problem| (problem, false))?;
    let org_in_path = path.strip_prefix(OF_ORG).map(|rest| rest.split_once('/').map_or(rest, |(org, _)| org));
    let by_basic = query.by_basic;
    let refused = |problem: Problem| (problem, by_basic);
    // A caller who writes an organization into the path of their request would choose whose credentials pass.
    if path.trim_end_matches('/') != ADDRESS && org_in_path.is_none() {
        let detail =
            "The proxy appends the path of the request, so it has to ask at /v1/forward-auth/orgs/{organization}.";
        return Err(refused(Problem::new(ProblemCode::OrganizationRequired, detail)));
    }
    let secret = find(&request.headers, query.raw).map_err(refused)?;
    let mut verifying = state.service.verifying().await.map_err(|error| refused(error.into()))?;
    if verifying.is_unknown(secret.expose()) && state.service.node().look_again().await {
        verifying = state.service.verifying().await.map_err(|error| refused(error.into()))?;
    }
    let asked = ForwardRequest {
        token: secret.expose(),
        scopes: query.scopes,
        operation: query.operation.as_deref(),
        resource: query.resource,
        require: query.require,
        api: query.api.as_deref(),
        org: org_in_path.or(query.org.as_deref()),
        env: query.env,
        ip: request.extensions.get::<RequestContext>().and_then(|context| context.ip),
    };
    let verified = verifying.forward(&asked).map_err(|error| refused(error.into()))?;
    match verified.verdict {
        Verdict::Valid => Ok(allowed(&verified)),
        verdict => Err(refused(refusal(verdict, &verified, state.public_url.origin()))),
    }
}

/// The credential in the original request, in any form; with `raw` also without a scheme.
fn find(headers: &HeaderMap, raw: bool) -> Result<PlainSecret, Problem> {
    let sent = |name| headers.get_all(name).iter().filter(|value| presented::is_sent(&value.as_bytes()));
    let mut values = sent(header::AUTHORIZATION).chain(sent(X_API_KEY));
    let only = values.next().filter(|_| values.next().is_none() && sent(X_API_KEY).next().is_none());
    let bare = only.and_then(|value| value.to_str().ok()).map(str::trim).filter(|value| !value.contains(' '));
    if let Some(value) = bare.filter(|_| raw) {
        return Ok(PlainSecret::presented(value.to_owned()));
    }
    match presented::find_in_headers(headers) {
        Ok(presented) => Ok(presented.secret),
        Err(NotPresented::Nothing) => Err(service::ServiceError::Unauthenticated(service::Challenge::Missing).into()),
        Err(_) => Err(unauthenticated("Present one credential, in one header, in a form that can be read.")),
    }
}

fn unauthenticated(why: &'static str) -> Problem {
    service::ServiceError::Unauthenticated(service::Challenge::Invalid(why)).into()
}

fn allowed(verified: &Verified<'_>) -> Response {
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, text: &str| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    if let Some(subject) = verified.subject() {
        put(SUBJECT, &subject.id);
        put(SUBJECT_TYPE, subject.kind.as_str());
    }
    put(ORG, verified.org_slug().unwrap_or_default());
    put(SCOPES, &verified.scope());
    put(RESOURCES, &verified.resources());
    put(ENV, verified.env().map_or("", Environment::as_str));
    // No organization has one yet; an empty header overwrites what a caller may have sent.
    put(ORG_EXTERNAL_ID, "");
    put(CREDENTIAL_ID, &verified.credential_id().map(|id| id.to_string()).unwrap_or_default());
    // Names that no header can carry are left out; an empty one overwrites what a caller may have sent.
    put(USER_NAME, verified.user_name().filter(|name| name.is_ascii()).unwrap_or_default());
    response
}

/// How a verdict is answered.
enum Refusal {
    /// 401: no other request with this credential could pass.
    Unauthenticated(&'static str),
    /// 403 with the code of the verdict: the credential may not make this request.
    Forbidden(&'static str),
    /// 403, with the scopes that are missing.
    MissingScope,
}

fn refusal_of(verdict: Verdict) -> Refusal {
    use Refusal::{Forbidden, Unauthenticated};
    match verdict {
        Verdict::InsufficientScope => Refusal::MissingScope,
        Verdict::IpNotAllowed => Forbidden("The credential may not be used from this address."),
        Verdict::UserContextRequired => {
            Forbidden("This acts for a person, and the credential represents none. Use a personal access token.")
        }
        Verdict::ApplicationContextRequired => {
            Forbidden("This is for applications, and the credential represents a person. Use an API key.")
        }
        Verdict::ResourceNotInScope => Forbidden("The credential is limited to other resources."),
        Verdict::WrongAudience => Forbidden("The credential is for another API."),
        Verdict::EnvironmentMismatch => Forbidden("The credential is for the other environment."),
        Verdict::RateLimited => Forbidden("The credential was used too often. Wait, then try again."),
        Verdict::QuotaExceeded => Forbidden("The credential's quota is used up until its next day or month begins."),
        Verdict::Revoked => Unauthenticated("The token was revoked, or replaced by a newer one."),
        Verdict::Expired => Unauthenticated("The token has expired, or has retired."),
        Verdict::Disabled => Unauthenticated("The token is disabled."),
        Verdict::OwnerInactive => Unauthenticated("The token's owner is no longer a member of its organization."),
        Verdict::OrgAuthorizationRequired => {
            Forbidden("The token's owner has not authorized it for this organization.")
        }
        Verdict::PendingApproval | Verdict::BlockedByPolicy => {
            Forbidden("An administrator of the organization must allow this credential first.")
        }
        Verdict::Valid | Verdict::Malformed | Verdict::NotFound => {
            Unauthenticated("The token is malformed or unknown.")
        }
    }
}

/// The verdicts whose codes come with 403.
pub(super) fn forbidding_verdicts() -> impl Iterator<Item = Verdict> {
    Verdict::ALL.into_iter().filter(|verdict| matches!(refusal_of(*verdict), Refusal::Forbidden(_)))
}

fn refusal(verdict: Verdict, verified: &Verified<'_>, origin: &str) -> Problem {
    match refusal_of(verdict) {
        Refusal::Unauthenticated(why) => unauthenticated(why),
        Refusal::MissingScope if verified.missing.is_empty() => {
            let detail = "No API of the organization defines the operation that the proxy asks about.";
            Problem::with_status(StatusCode::FORBIDDEN, Code::Verdict(verdict), detail)
        }
        Refusal::MissingScope => {
            let granted = verified.scope().parse().unwrap_or_default();
            service::ServiceError::MissingScope { accepted: verified.missing.clone(), granted }.into()
        }
        Refusal::Forbidden(why) => {
            let problem = Problem::with_status(StatusCode::FORBIDDEN, Code::Verdict(verdict), why);
            match verified.to_be_authorized() {
                Some((id, slug)) if verdict == Verdict::OrgAuthorizationRequired => {
                    problem.fixed_at(authorize_at(origin, id, slug))
                }
                _ => problem,
            }
        }
    }
}
