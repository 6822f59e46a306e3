//! The gate between authentication and reading the body: a call without the permission does no work.
//!
//! It checks the action of the route, from the operation catalog, before the handler and its extractors run. The
//! service makes the decision, and checks again in the use case.

use crate::{AppState, api::problem::Problem};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::access::Action;
use service::authn::Authenticated;
use std::sync::Arc;

/// Rejects every caller if the route has no action.
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
