//! `POST /v1/verify` and `POST /v1/verify/batch`.

use super::{
    answer::{self, USUAL},
    body::{BatchBody, MAX_BATCH, VerifyBody, refuse, unknown_operation},
};
use crate::{
    AppState,
    api::{extract, problem::Problem},
    gate::{bearer, body_limit, presented},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    Timestamp,
    access::Origin,
    error::{FieldErrors, Flaw},
    verify::Verdict,
};
use service::verify::{VerifyCall, Verifying};
use std::net::IpAddr;

/// One token.
pub(crate) async fn verify(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    answer_one(&state, ip_of(&parts), &parts, body).await
}

/// The same for whoever comes from `ip`.
pub(crate) async fn answer_one(state: &AppState, ip: Option<IpAddr>, parts: &Parts, body: Body) -> Response {
    asked(state, ip, parts, body, |verifying, caller, bytes, origin| {
        let body: VerifyBody<'_> = extract::parse(bytes)?;
        let mut json = String::with_capacity(USUAL);
        let is_unknown = one(verifying, caller, &body, None, &mut json, origin)?;
        Ok((json, is_unknown))
    })
    .await
}

/// Up to a hundred tokens; answers in the order of the questions.
pub(crate) async fn verify_batch(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    asked(&state, ip_of(&parts), &parts, body, |verifying, caller, bytes, origin| {
        let BatchBody { requests } = extract::parse(bytes)?;
        if requests.is_empty() || requests.len() > MAX_BATCH {
            let detail = format!("Ask about 1 to {MAX_BATCH} tokens at once.");
            return Err(Problem::invalid(vec![Flaw::new("out_of_range", detail).at("/requests")]));
        }
        check_all(verifying, caller, &requests)?;
        let mut json = String::with_capacity(USUAL * requests.len());
        json.push_str("{\"results\":[");
        for (place, body) in requests.iter().enumerate() {
            if place > 0 {
                json.push(',');
            }
            one(verifying, caller, body, Some(place), &mut json, origin)?;
        }
        json.push_str("]}");
        Ok((json, false))
    })
    .await
}

/// A batch with a bad question counts as no call of anybody's.
fn check_all(verifying: &Verifying<'_>, caller: &VerifyCall<'_>, bodies: &[VerifyBody<'_>]) -> Result<(), Problem> {
    for (place, body) in bodies.iter().enumerate() {
        let request = body.request().map_err(|errors| refuse(errors, Some(place)))?;
        if request.operation.is_some_and(|id| verifying.operation(caller, id).is_none()) {
            return Err(refuse(FieldErrors::one(unknown_operation()), Some(place)));
        }
    }
    Ok(())
}

/// Appends the answer about one token; says whether nobody knows it.
fn one(
    verifying: &Verifying<'_>,
    caller: &VerifyCall<'_>,
    body: &VerifyBody<'_>,
    place: Option<usize>,
    json: &mut String,
    origin: &str,
) -> Result<bool, Problem> {
    let request = body.request().map_err(|errors| refuse(errors, place))?;
    if request.operation.is_some_and(|id| verifying.operation(caller, id).is_none()) {
        return Err(refuse(FieldErrors::one(unknown_operation()), place));
    }
    let verified = verifying.verify(caller, &request)?;
    answer::write(json, &verified, origin, verifying.now());
    Ok(verified.verdict == Verdict::NotFound)
}

fn ip_of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<Origin>().and_then(|origin| origin.ip)
}

/// The answer, and whether it is that nobody knows the token.
type Answered = Result<(String, bool), Problem>;

/// Recognises whoever asks, reads the body and answers.
async fn asked(
    state: &AppState,
    ip: Option<IpAddr>,
    parts: &Parts,
    body: Body,
    answer: impl Fn(&Verifying<'_>, &VerifyCall<'_>, &[u8], &str) -> Answered,
) -> Response {
    let presented = match presented::find(&parts.headers, &parts.uri) {
        Ok(presented) => presented,
        Err(why) => return bearer::refuse(&why).name_metadata(state.public_url.origin()).into_response(),
    };
    let bytes = match extract::check_content_type(&parts.headers) {
        Ok(()) => extract::read_body(body_limit::usual(body)).await,
        Err(problem) => Err(problem),
    };
    let refused = |problem: Problem| {
        problem.offering_basic(presented.by_basic).name_metadata(state.public_url.origin()).into_response()
    };
    let mut is_second = false;
    loop {
        let verifying = match state.service.verifying().await {
            Ok(verifying) => verifying,
            Err(error) => return refused(error.into()),
        };
        let secret = presented.secret.expose();
        let (response, is_unknown) = match verifying.caller(secret, ip) {
            Err(error) => (refused(error.into()), verifying.is_unknown(secret)),
            Ok(caller) => {
                let origin = state.public_url.origin();
                let answered = bytes.as_ref().map_err(Clone::clone);
                let (mut response, is_unknown) =
                    match answered.and_then(|bytes| answer(&verifying, &caller, bytes, origin)) {
                        Ok((json, is_unknown)) => (json_response(json), is_unknown),
                        Err(problem) => (problem.into_response(), false),
                    };
                describe(&caller, response.headers_mut(), state.service.now());
                (response, is_unknown)
            }
        };
        // Another process may have issued it a moment ago.
        if is_second || !is_unknown || !state.service.look_again().await {
            return response;
        }
        is_second = true;
    }
}

fn json_response(json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn describe(caller: &VerifyCall<'_>, headers: &mut HeaderMap, now: Timestamp) {
    let about = bearer::About {
        scope: caller.scope(),
        expires_at: caller.expires_at(),
        retires_at: caller.retires_at(),
        blocked_at: caller.blocked_at(now),
        allowance: caller.allowance,
        quota: caller.quota,
    };
    about.describe(headers, now);
}
