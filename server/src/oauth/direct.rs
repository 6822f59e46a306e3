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
    gate::facts::{self, X_REQUEST_ID},
    listen::{Reply, Whole},
};
use axum::response::IntoResponse;
use std::net::IpAddr;

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
    let request_id = facts::new_request_id(state);
    let answering = async {
        let origin = facts::origin_of_whole(state, request_id.clone(), peer, request);
        let call = Call::of(state, request.target, origin, request.lines("authorization"), form?);
        endpoint.answer(call).await
    };
    match answering.await {
        Ok(answer) => {
            answer.write(lines, (&X_REQUEST_ID, &request_id), state.service.now(), reply);
            tracing::debug!(request_id, "answered past the router");
        }
        Err(problem) => front::write(front::finish(problem.into_response(), state, &request_id), state, reply).await,
    }
    true
}
