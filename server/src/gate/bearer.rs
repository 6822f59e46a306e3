//! The gate of the token API: no credential, no access.
//!
//! It authenticates the presented credential once, before the handler runs. It also writes the headers that describe
//! the credential in every response. `presented` finds the credential in the request.

use super::{
    presented::{NotPresented, find},
    request_line::{CalledBy, RecordsItself},
};
use crate::{
    AppState,
    api::{code::Code, problem::Problem},
};
use axum::{
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    Timestamp,
    access::RequestContext,
    code::ProblemCode,
    credential::{CredentialKind, Life},
    verify::{Allowance, QuotaLeft},
};
use service::{Caller, Challenge, ServiceError, authn::Authenticated};
use std::sync::Arc;

const EXPIRES_AT: HeaderName = HeaderName::from_static("x-token-expires-at");
const EXPIRES_IN_DAYS: HeaderName = HeaderName::from_static("x-token-expires-in-days");
const RETIRES_AT: HeaderName = HeaderName::from_static("x-credential-retires-at");
/// The time from which a policy of the organization will block the credential.
const BLOCKED_AT: HeaderName = HeaderName::from_static("x-credential-blocked-at");
const SCOPES: HeaderName = HeaderName::from_static("x-token-scopes");
/// Written as in the draft of the IETF httpapi working group.
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

pub(crate) async fn require(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let presented = match find(request.headers(), request.uri()) {
        Ok(presented) => presented,
        Err(why) => return refuse(&why).name_metadata(state.public_url.origin()).into_response(),
    };
    let context = request.extensions().get::<RequestContext>().cloned().unwrap_or_default();
    let authenticated = match state.service.authenticate(&presented.secret, context).await {
        Ok(authenticated) => Arc::new(authenticated),
        Err(error) => {
            let problem = Problem::from(error).offering_basic(presented.by_basic);
            let mut response = problem.name_metadata(state.public_url.origin()).into_response();
            response.extensions_mut().extend(called_by(&state, presented.secret.expose()).await);
            return response;
        }
    };
    request.extensions_mut().insert(authenticated.clone());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().get_mut::<Problem>() {
        if problem.status() == StatusCode::FORBIDDEN.as_u16() {
            record(&state, &authenticated.caller, problem).await;
        }
        problem.name_fix(&page_of(&authenticated, state.public_url.origin()));
    }
    let about = About {
        scope: authenticated.scopes.to_string(),
        expires_at: authenticated.expires_at,
        retires_at: authenticated.retires_at,
        blocked_at: authenticated.blocked_at,
        limits: CallLimits { allowance: authenticated.allowance, quota: authenticated.quota },
    };
    about.describe(state.service.now(), header_of(response.headers_mut()));
    response.extensions_mut().insert(CalledBy(authenticated.credential.id));
    response.extensions_mut().insert(RecordsItself);
    response
}

/// Returns the credential that a rejected secret belongs to, if there is one, as a response extension.
pub(crate) async fn called_by(state: &AppState, secret: &str) -> Extensions {
    let mut beside = Extensions::new();
    if let Ok(verifying) = state.service.verifying().await
        && let Some(id) = verifying.credential_of(secret)
    {
        beside.insert(CalledBy(id));
    }
    beside
}

/// Records a request that a rule rejected. `service` has already recorded missing scopes.
async fn record(state: &AppState, caller: &Caller, problem: &Problem) {
    let code = problem.code();
    if matches!(code, Code::Problem(ProblemCode::InsufficientScope | ProblemCode::UserContextRequired)) {
        return;
    }
    if let Err(error) = state.service.record_refusal(caller, code.as_str(), problem.detail()).await {
        tracing::warn!(%error, %code, "a refused request is not in the audit log");
    }
}

/// Returns a function that sets a header, and skips a value that is not valid in a header.
pub(crate) fn header_of(headers: &mut HeaderMap) -> impl FnMut(&HeaderName, &str) {
    |name, text| {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
}

pub(crate) fn refuse(why: &NotPresented) -> Problem {
    match why {
        NotPresented::Nothing => ServiceError::Unauthenticated(Challenge::Missing).into(),
        NotPresented::Unreadable => ServiceError::Unauthenticated(Challenge::Invalid(
            "The Authorization header cannot be read. Write it as: Authorization: Bearer <token>.",
        ))
        .into(),
        NotPresented::MoreThanOne => Problem::bad_request("Present one credential, in one header, once."),
        NotPresented::InQuery => {
            Problem::bad_request("Credentials are never accepted in the address. Use the Authorization header.")
        }
    }
}

/// The page where people see and edit the credential.
fn page_of(authenticated: &Authenticated, origin: &str) -> String {
    let (id, slug) = (authenticated.credential.id, &authenticated.org.slug);
    match authenticated.credential.kind() {
        CredentialKind::PersonalAccessToken => format!("{origin}/settings/tokens/{id}"),
        kind => format!("{origin}/orgs/{slug}/{}/{id}", kind.rules().path),
    }
}

/// The facts about a credential in every response to it.
pub(crate) struct About {
    pub(crate) scope: String,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) retires_at: Option<Timestamp>,
    pub(crate) blocked_at: Option<Timestamp>,
    pub(crate) limits: CallLimits,
}

/// The rate limit and quota of a credential, and how much of each is left.
#[derive(Clone, Debug)]
pub(crate) struct CallLimits {
    pub(crate) allowance: Option<Allowance>,
    pub(crate) quota: Option<QuotaLeft>,
}

/// The `RateLimit` value if a limit other than the credential's own is used up.
pub(crate) fn nothing_left(seconds: u32) -> String {
    format!("\"default\";r=0;t={seconds}")
}

impl CallLimits {
    pub(crate) fn describe(&self, mut put: impl FnMut(&HeaderName, &str)) {
        let (mut limits, mut policies) = (String::new(), String::new());
        if let Some(left) = self.allowance {
            limits =
                format!("\"default\";r={};t={}", left.remaining, left.reset_seconds.unwrap_or(left.window_seconds));
            policies = format!("\"default\";q={};w={}", left.limit, left.window_seconds);
        }
        if let Some(left) = self.quota {
            let comma = if limits.is_empty() { "" } else { ", " };
            limits += &format!("{comma}\"quota\";r={};t={}", left.remaining, left.reset_seconds);
            policies += &format!("{comma}\"quota\";q={}", left.limit);
        }
        if !limits.is_empty() {
            put(&RATE_LIMIT, &limits);
            put(&RATE_LIMIT_POLICY, &policies);
        }
    }
}

impl About {
    pub(crate) fn describe(&self, now: Timestamp, mut put: impl FnMut(&HeaderName, &str)) {
        put(&SCOPES, &self.scope);
        if let Some(at) = self.expires_at {
            put(&EXPIRES_AT, &at.to_string());
            let life = Life::until(now, Some(at));
            if let Some(days) = life.last_days(now) {
                put(&EXPIRES_IN_DAYS, &days.to_string());
            }
        }
        if let Some(at) = self.retires_at {
            put(&RETIRES_AT, &at.to_string());
        }
        if let Some(at) = self.blocked_at {
            put(&BLOCKED_AT, &at.to_string());
        }
        self.limits.describe(put);
    }
}
