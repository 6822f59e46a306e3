//! `POST /v1/verify` and `POST /v1/verify/batch`.

use super::{
    answer::{self, USUAL},
    body::{BatchBody, MAX_BATCH, VerifyBody, refuse, unknown_operation},
};
use crate::{
    AppState,
    api::{extract, problem::Problem},
    gate::{bearer, presented},
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::Origin,
    error::{FieldErrors, Flaw},
};
use service::verify::{VerifyCall, Verifying};

/// One token.
pub(crate) async fn verify(state: State<AppState>, request: Request) -> Response {
    asked(state, request, |verifying, caller, bytes, origin| {
        let body: VerifyBody<'_> = extract::parse(bytes)?;
        let mut json = String::with_capacity(USUAL);
        one(verifying, caller, &body, None, &mut json, origin)?;
        Ok(json)
    })
    .await
}

/// Up to a hundred tokens; answers in the order of the questions.
pub(crate) async fn verify_batch(state: State<AppState>, request: Request) -> Response {
    asked(state, request, |verifying, caller, bytes, origin| {
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
        Ok(json)
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

fn one(
    verifying: &Verifying<'_>,
    caller: &VerifyCall<'_>,
    body: &VerifyBody<'_>,
    place: Option<usize>,
    json: &mut String,
    origin: &str,
) -> Result<(), Problem> {
    let request = body.request().map_err(|errors| refuse(errors, place))?;
    if request.operation.is_some_and(|id| verifying.operation(caller, id).is_none()) {
        return Err(refuse(FieldErrors::one(unknown_operation()), place));
    }
    answer::write(json, &verifying.verify(caller, &request)?, origin);
    Ok(())
}

/// Recognises whoever asks, reads the body and answers.
async fn asked(
    State(state): State<AppState>,
    request: Request,
    answer: impl FnOnce(&Verifying<'_>, &VerifyCall<'_>, &[u8], &str) -> Result<String, Problem>,
) -> Response {
    let presented = match presented::find(request.headers(), request.uri()) {
        Ok(presented) => presented,
        Err(why) => return bearer::refuse(&why).name_metadata(state.public_url.origin()).into_response(),
    };
    let ip = request.extensions().get::<Origin>().and_then(|origin| origin.ip);
    let (parts, body) = request.into_parts();
    let bytes = match extract::check_content_type(&parts.headers) {
        Ok(()) => extract::read_body(body).await,
        Err(problem) => Err(problem),
    };
    let refused = |problem: Problem| {
        problem.offering_basic(presented.by_basic).name_metadata(state.public_url.origin()).into_response()
    };
    let verifying = match state.service.verifying().await {
        Ok(verifying) => verifying,
        Err(error) => return refused(error.into()),
    };
    let caller = match verifying.caller(presented.secret.expose(), ip) {
        Ok(caller) => caller,
        Err(error) => return refused(error.into()),
    };
    let answered = bytes.and_then(|bytes: Bytes| answer(&verifying, &caller, &bytes, state.public_url.origin()));
    let mut response = match answered {
        Ok(json) => {
            let mut response = Response::new(Body::from(json));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(problem) => problem.into_response(),
    };
    let about = bearer::About {
        scope: caller.scope(),
        expires_at: caller.expires_at(),
        retires_at: caller.retires_at(),
        allowance: caller.allowance,
    };
    about.describe(response.headers_mut(), state.service.now());
    response
}
