//! The gate between recognizing a caller and reading what they sent: a call without the permission does no work.
//!
//! Owns: asking for the permission of a route before its handler, and so before any extractor, runs. The action is the
//! one of the operation catalog. Never: the decision; the service makes it, and asks again in the use case.

use crate::{AppState, api::problem::Problem};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::access::Action;
use service::authn::Authenticated;
use std::sync::Arc;

/// A route without an action lets nobody through.
pub(crate) async fn require(
    State((state, action)): State<(AppState, Option<Action>)>,
    request: Request,
    next: Next,
) -> Response {
    let caller = request.extensions().get::<Arc<Authenticated>>().cloned();
    let (Some(caller), Some(action)) = (caller, action) else { return Problem::not_found().into_response() };
    match state.service.check_permission(&caller.caller, action).await {
        Ok(()) => next.run(request).await,
        Err(denied) => Problem::from(denied).into_response(),
    }
}
