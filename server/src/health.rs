//! Whether the process lives, and whether it can answer.

use crate::api::problem::Problem;
use axum::{Json, extract::State};
use serde_json::{Value, json};
use service::Service;

/// `GET /health/live`: the process answers, whatever its database does.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// `GET /health/ready`: requests can be served; otherwise 503.
pub(crate) async fn ready(State(service): State<Service>) -> Result<Json<Value>, Problem> {
    service.ready().await?;
    Ok(Json(json!({ "status": "ready" })))
}
