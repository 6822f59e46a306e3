//! The answer to a request that came whole, straight from its bytes.
//!
//! Owns: reading and writing it past hyper. What is answered, and refused, is that of [`super::endpoints`]. Only a body in the
//! usual form is read here; others are hyper's.

use super::{
    endpoints::{Call, Endpoint},
    form,
};
use crate::{
    AppState, front,
    gate::{
        facts::{self, X_REQUEST_ID},
        request_line::RequestLine,
    },
    listen::{Reply, Whole},
};
use axum::{http::StatusCode, response::IntoResponse};
use std::{net::IpAddr, time::Instant};

/// Writes the answer, with these `lines` in its head, or says that it did not.
pub(crate) async fn answer_directly(
    state: &AppState,
    endpoint: Endpoint,
    peer: IpAddr,
    request: &Whole<'_, '_>,
    lines: &str,
    reply: &mut Reply,
) -> bool {
    let Some(form) = form::of_whole(request) else { return false };
    let started = Instant::now();
    let request_id = facts::new_request_id(state);
    let origin = facts::origin_of_whole(state, request_id.clone(), peer, request);
    let mut named = None;
    let answering = async {
        let call = Call::of(state, request.target, origin.clone(), request.lines("authorization"), form?);
        named = call.named();
        endpoint.answer(call).await
    };
    let answered = answering.await;
    let (service, route) = (&state.service, endpoint.path());
    let line = RequestLine { service, method: request.method, route, origin: &origin, started };
    match answered {
        Ok(answer) => {
            answer.write(lines, (&X_REQUEST_ID, &request_id), state.service.now(), reply);
            if matches!(endpoint, Endpoint::Token) {
                line.write(StatusCode::OK, answer.called_by());
            }
        }
        Err(problem) => {
            let response = front::finish(problem.into_response(), state, &request_id);
            line.write_if_refused(response.status(), named);
            front::write(response, state, reply).await;
        }
    }
    true
}
