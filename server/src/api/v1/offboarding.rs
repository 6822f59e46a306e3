//! `/v1/orgs/{org}/offboarding` and `/settings`: what is left behind, and for how long it goes on.

use super::types::{FormerMemberObject, GraceBody, List, OffboardingObject, SettingsBody, SettingsObject};
use crate::api::{
    extract::{Credentialed, Json, PathParams},
    problem::Problem,
};
use axum::extract::State;
use service::Service;

/// `GET …/offboarding`: whoever has left and still has tokens that nobody revoked or transferred.
pub(crate) async fn list(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Result<axum::Json<List<FormerMemberObject>>, Problem> {
    let (left, now) = (service.members().offboarding(&caller.caller).await?, service.now());
    Ok(axum::Json(List::whole(left.iter().map(|person| FormerMemberObject::new(person, now)).collect())))
}

/// `PATCH …/offboarding/{id}`
pub(crate) async fn change(
    State(service): State<Service>,
    caller: Credentialed,
    path: PathParams,
    Json(body): Json<GraceBody>,
) -> Result<axum::Json<OffboardingObject>, Problem> {
    let offboarding = service.members().change_grace(&caller.caller, path.id(), body.grace()?).await?;
    Ok(axum::Json(OffboardingObject::from(&offboarding)))
}

/// `GET …/settings`
pub(crate) async fn settings(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
) -> Result<axum::Json<SettingsObject>, Problem> {
    Ok(axum::Json(SettingsObject::from(service.orgs().settings(&caller.caller).await?)))
}

/// `PATCH …/settings`
pub(crate) async fn change_settings(
    State(service): State<Service>,
    caller: Credentialed,
    _: PathParams,
    Json(body): Json<SettingsBody>,
) -> Result<axum::Json<SettingsObject>, Problem> {
    let changed = service.orgs().change_settings(&caller.caller, body.grace_period_days).await?;
    Ok(axum::Json(SettingsObject::from(changed)))
}
