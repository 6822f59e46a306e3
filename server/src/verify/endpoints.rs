//! `POST /v1/verify` and `POST /v1/verify/batch`.

use super::{
    answer::{self, USUAL},
    body::{BatchBody, MAX_BATCH, VerifyBody, refuse},
};
use crate::{
    AppState,
    api::{extract, json, problem::Problem},
    gate::{
        bearer::{self, About, CallLimits},
        presented::{self, Presented},
        request_line::CalledBy,
    },
};
use axum::{
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{Timestamp, access::RequestContext, code::FlawCode, error::Flaw, verify::Verdict};
use service::{
    ServiceError,
    verify::{VerifyCall, Verifying},
};
use std::net::IpAddr;

const JSON: &str = "application/json";

/// Answers about one token.
pub(crate) async fn verify(State(state): State<AppState>, request: Request) -> Response {
    asked(&state, request, |verifying, caller, bytes, origin| only(verifying, caller, &json::parse(bytes)?, origin))
        .await
}

fn only(verifying: &Verifying<'_>, caller: &VerifyCall<'_>, body: &VerifyBody<'_>, origin: &str) -> Answered {
    let mut json = String::with_capacity(USUAL);
    let is_unknown = one(verifying, caller, body, None, &mut json, origin)?;
    Ok((json, is_unknown))
}

/// Up to a hundred tokens; answers in the order of the questions.
pub(crate) async fn verify_batch(State(state): State<AppState>, request: Request) -> Response {
    asked(&state, request, |verifying, caller, bytes, origin| {
        let BatchBody { requests } = json::parse(bytes)?;
        if requests.is_empty() || requests.len() > MAX_BATCH {
            let detail = format!("Ask about 1 to {MAX_BATCH} tokens at once.");
            return Err(Problem::invalid(vec![Flaw::new(FlawCode::OutOfRange, detail).at("/requests")]));
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
        if let Some(id) = request.operation {
            verifying.operation(caller, id).map_err(|error| refused(error, Some(place)))?;
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
    let verified = verifying.verify(caller, &request).map_err(|error| refused(error, place))?;
    answer::write(json, &verified, origin, verifying.now());
    Ok(verified.verdict == Verdict::NotFound)
}

/// The error of the question at `place` of a batch, or of the only one.
fn refused(error: ServiceError, place: Option<usize>) -> Problem {
    match error {
        ServiceError::Invalid(errors) => refuse(errors, place),
        error => error.into(),
    }
}

/// The answer, and whether it is that nobody knows the token.
type Answered = Result<(String, bool), Problem>;

/// What came of a question.
struct Settled {
    answer: Result<String, Problem>,
    /// Of whoever asked, if that is known.
    about: Option<About>,
    /// Whoever asked and was refused, if that is known.
    refused: Option<CalledBy>,
    now: Timestamp,
}

impl Settled {
    fn into_response(self) -> Response {
        let mut response = match self.answer {
            Ok(json) => ([(header::CONTENT_TYPE, JSON)], json).into_response(),
            Err(problem) => problem.into_response(),
        };
        if let Some(about) = self.about {
            about.describe(self.now, bearer::header_of(response.headers_mut()));
        }
        if let Some(refused) = self.refused {
            response.extensions_mut().insert(refused);
        }
        response
    }
}

/// Recognizes the caller, reads the body and answers.
async fn asked(
    state: &AppState,
    request: Request,
    answer: impl Fn(&Verifying<'_>, &VerifyCall<'_>, &[u8], &str) -> Answered,
) -> Response {
    let presented = match presented::find(request.headers(), request.uri()) {
        Ok(presented) => presented,
        Err(why) => return bearer::refuse(&why).name_metadata(state.public_url.origin()).into_response(),
    };
    let ip = request.extensions().get::<RequestContext>().and_then(|context| context.ip);
    let bytes = match extract::check_content_type(request.headers()) {
        Ok(()) => extract::read_body(request.into_body()).await,
        Err(problem) => Err(problem),
    };
    let answer = |verifying: &Verifying<'_>, caller: &VerifyCall<'_>, context: &str| match &bytes {
        Ok(bytes) => answer(verifying, caller, bytes, context),
        Err(problem) => Err(problem.clone()),
    };
    settle(state, ip, &presented, answer).await.into_response()
}

/// Recognizes whoever asks and answers.
async fn settle(
    state: &AppState,
    ip: Option<IpAddr>,
    presented: &Presented,
    answer: impl Fn(&Verifying<'_>, &VerifyCall<'_>, &str) -> Answered,
) -> Settled {
    let (origin, secret) = (state.public_url.origin(), presented.secret.expose());
    let mut is_second = false;
    loop {
        let refused = |error: ServiceError, now| {
            let problem = Problem::from(error).offering_basic(presented.by_basic).name_metadata(origin);
            Settled { answer: Err(problem), about: None, refused: None, now }
        };
        let verifying = match state.service.verifying().await {
            Ok(verifying) => verifying,
            Err(error) => return refused(error, state.service.now()),
        };
        let now = verifying.now();
        let (settled, is_unknown) = match verifying.caller(secret, ip) {
            Err(error) => {
                let refused = Settled { refused: verifying.credential_of(secret).map(CalledBy), ..refused(error, now) };
                (refused, verifying.is_unknown(secret))
            }
            Ok(caller) => {
                let about = Some(about(&caller, now));
                match answer(&verifying, &caller, origin) {
                    Ok((json, is_unknown)) => (Settled { answer: Ok(json), about, refused: None, now }, is_unknown),
                    Err(problem) => (Settled { answer: Err(problem), about, refused: None, now }, false),
                }
            }
        };
        // Another process may have issued it a moment ago.
        if is_second || !is_unknown || !state.service.node().look_again().await {
            return settled;
        }
        is_second = true;
    }
}

fn about(caller: &VerifyCall<'_>, now: Timestamp) -> About {
    About {
        scope: caller.scope().to_owned(),
        expires_at: caller.expires_at(),
        retires_at: caller.retires_at(),
        blocked_at: caller.blocked_at(now),
        limits: CallLimits { allowance: caller.allowance, quota: caller.quota },
    }
}
