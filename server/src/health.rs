//! Health checks for orchestrators and load balancers.

use crate::api::problem::Problem;
use axum::{Json, extract::State};
use domain::code::ProblemCode;
use serde_json::{Value, json};
use service::{Service, ServiceError, verify::NotReady};

/// `GET /health/live`: the process responds. Ignores the state of the database.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// `GET /health/ready`: the process can serve requests; otherwise 503.
pub(crate) async fn ready(State(service): State<Service>) -> Result<Json<Value>, Problem> {
    service.node().ready().await?;
    Ok(Json(json!({ "status": "ready" })))
}

impl From<NotReady> for Problem {
    fn from(reason: NotReady) -> Self {
        match reason {
            NotReady::Unavailable(error) => ServiceError::from(error).into(),
            NotReady::ClockOff { seconds } => {
                let side = if seconds < 0 { "behind" } else { "ahead of" };
                let off = seconds.unsigned_abs();
                let detail = format!(
                    "This node's clock is {off} s {side} the database's, and 30 s is the most. Set the clock right; no restart is needed."
                );
                Self::unavailable(ProblemCode::ClockOff, &detail)
            }
        }
    }
}
