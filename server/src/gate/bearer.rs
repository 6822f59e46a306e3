//! The gate of the token API: no credential, no entry.
//!
//! Owns: turning a presented credential into a caller, once, before the handler runs; and the headers that every
//! answer to it carries.

use super::presented::{NotPresented, find};
use crate::{AppState, api::problem::Problem};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Timestamp, access::Origin, credential::CredentialKind};
use service::{Challenge, ServiceError, authn::Authenticated};
use std::sync::Arc;

const EXPIRES_AT: HeaderName = HeaderName::from_static("x-token-expires-at");
const EXPIRES_IN_DAYS: HeaderName = HeaderName::from_static("x-token-expires-in-days");
const RETIRES_AT: HeaderName = HeaderName::from_static("x-credential-retires-at");
const SCOPES: HeaderName = HeaderName::from_static("x-token-scopes");

pub(crate) async fn require(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let presented = match find(request.headers(), request.uri()) {
        Ok(presented) => presented,
        Err(why) => return refuse(&why).name_metadata(state.public_url.origin()).into_response(),
    };
    let origin = request.extensions().get::<Origin>().cloned().unwrap_or_default();
    let authenticated = match state.service.authenticate(&presented.secret, origin).await {
        Ok(authenticated) => Arc::new(authenticated),
        Err(error) => {
            let problem = Problem::from(error).offering_basic(presented.by_basic);
            return problem.name_metadata(state.public_url.origin()).into_response();
        }
    };
    request.extensions_mut().insert(authenticated.clone());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().get_mut::<Problem>() {
        problem.name_fix(&page_of(&authenticated, state.public_url.origin()));
    }
    describe(response.headers_mut(), &authenticated, state.service.now());
    response
}

fn refuse(why: &NotPresented) -> Problem {
    match why {
        NotPresented::Nothing => ServiceError::Unauthenticated(Challenge::Missing).into(),
        NotPresented::Unreadable => {
            ServiceError::Unauthenticated(Challenge::Invalid("The Authorization header cannot be read.")).into()
        }
        NotPresented::MoreThanOne => Problem::bad_request("Present one credential, in one header, once."),
        NotPresented::InQuery => {
            Problem::bad_request("Credentials are never accepted in the address. Use the Authorization header.")
        }
    }
}

/// Where people see and edit the credential.
fn page_of(authenticated: &Authenticated, origin: &str) -> String {
    let (id, slug) = (authenticated.credential.id, &authenticated.org.slug);
    match authenticated.credential.kind() {
        CredentialKind::PersonalAccessToken => format!("{origin}/settings/tokens/{id}"),
        kind => format!("{origin}/orgs/{slug}/{}/{id}", kind.rules().path),
    }
}

fn describe(headers: &mut HeaderMap, authenticated: &Authenticated, now: Timestamp) {
    let credential = &authenticated.credential;
    let mut put = |name, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    };
    put(SCOPES, authenticated.scopes.to_string());
    if let Some(at) = authenticated.expires_at {
        put(EXPIRES_AT, at.to_string());
    }
    if let Some(days) = credential.last_days(now) {
        put(EXPIRES_IN_DAYS, days.to_string());
    }
    if let Some(at) = authenticated.retires_at {
        put(RETIRES_AT, at.to_string());
    }
}
