//! The server functions of credentials. They find the caller, parse the form, call `service` and map the result.
//! `service` decides what is allowed.
//!
//! `at` is the base URL of a credential's pages, such as `/settings/tokens`. It determines the kind and the owner. An
//! organization in it must be the one in which the caller acts.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use super::{OperationOffer, labels::LabelsDraft};
use crate::error::AppError;
use domain::{
    credential::{AuthMethod, LifetimeDraft},
    secret::Environment,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// A new credential as entered in the form. Lists have one entry per line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct IssueDraft {
    #[serde(flatten)]
    pub labels: LabelsDraft,
    /// Reason for the request, where the credential needs approval.
    #[serde(default)]
    pub justification: String,
    pub scopes: Vec<String>,
    pub lifetime: LifetimeDraft,
    /// Live or test.
    pub env: Environment,
    pub limits: LimitsDraft,
    pub client: ClientForm,
}

/// Limits beyond scopes and lifetime, as entered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LimitsDraft {
    /// `type:id`, one per line.
    #[serde(default)]
    pub resources: String,
    /// Addresses and networks, one per line.
    #[serde(default)]
    pub ip_allowlist: String,
    /// Calls per window. Empty: no limit.
    #[serde(default)]
    pub rate: String,
    /// Length of a window in seconds.
    #[serde(default)]
    pub rate_window: String,
    /// Calls per period. Empty: no quota.
    #[serde(default)]
    pub quota: String,
    /// `day` or `month`.
    #[serde(default)]
    pub quota_period: String,
    /// Metadata of a new credential: `name: value`, one per line.
    #[serde(default)]
    pub metadata: String,
    /// Metadata rows of an existing credential.
    #[serde(default)]
    pub notes: Vec<NoteDraft>,
}

/// One row of metadata, as entered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NoteDraft {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub value: String,
}

/// Fields that only a client has, as entered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClientForm {
    /// Audiences that are checked.
    pub audiences: Vec<String>,
    /// How the client authenticates.
    pub auth_method: AuthMethod,
    /// A JWK or JWK set, as JSON.
    pub jwks: String,
    /// Lifetime of its access tokens, in seconds.
    pub access_token_seconds: u32,
}

/// Reply to creating and rolling. Has no `Debug`, so that it cannot be logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct Revealed {
    /// The dialog with the secret, as HTML. Empty for a client that authenticates with its own keys.
    pub dialog: String,
    /// URL of the page that follows.
    pub next: String,
}

/// Operations that a credential at this URL could be for.
#[server(name = OfferedOperations, prefix = "/_fn", endpoint = "offered-operations", input = Json, client = crate::forms::ScriptClient)]
pub async fn offered_operations(at: String) -> Result<Vec<OperationOffer>, AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::offered_operations(&caller, &place).await
}

/// Creates a credential and returns its secret, once.
///
/// # Errors
/// Rejects a native form post before anything is written, because its reply could not show the secret.
#[server(name = IssueCredential, prefix = "/_fn", endpoint = "issue-credential", input = Json, client = crate::forms::ScriptClient)]
pub async fn issue_credential(at: String, draft: IssueDraft) -> Result<Revealed, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let (caller, place) = server::caller_at(&at).await?;
    let request = server::issue_request(draft, place.kind())?;
    let issued =
        server::service()?.credentials().issue(&caller, place.target, &request).await.map_err(server::refused)?;
    let next = place.after_issue(issued.credential.id);
    server::reveal(issued, next)
}

/// Gives a credential a new secret and returns it, once.
///
/// # Errors
/// Rejects a native form post before anything is written, because its reply could not show the secret.
#[server(name = RollCredential, prefix = "/_fn", endpoint = "roll-credential", input = Json, client = crate::forms::ScriptClient)]
pub async fn roll_credential(at: String, id: String, overlap_seconds: i64) -> Result<Revealed, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let (caller, place) = server::caller_at(&at).await?;
    let rolled = server::service()?.credentials().roll(&caller, place.target, &id, Some(overlap_seconds), None).await;
    let rolled = rolled.map_err(server::refused)?;
    server::reveal(rolled, place.after(&id, "rolled"))
}

/// Changes the name, description and team of a credential, then shows it again.
#[server(name = EditCredential, prefix = "/_fn", endpoint = "edit-credential")]
pub async fn edit_credential(at: String, id: String, labels: LabelsDraft) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?
        .credentials()
        .edit(&caller, place.target, &id, &labels.edit(), None)
        .await
        .map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "saved"));
    Ok(())
}

/// Changes the scopes and limits of a credential, then shows it again. Takes effect with the next call.
#[server(name = EditRights, prefix = "/_fn", endpoint = "edit-rights")]
pub async fn edit_rights(
    at: String,
    id: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] limits: LimitsDraft,
) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    let edit = server::rights_edit(scopes, limits)?;
    server::service()?.credentials().edit(&caller, place.target, &id, &edit, None).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "saved"));
    Ok(())
}

/// Revokes a credential permanently, then shows the list. `confirm` is its name, required if it is in use.
#[server(name = RevokeCredential, prefix = "/_fn", endpoint = "revoke-credential")]
pub async fn revoke_credential(at: String, id: String, confirm: Option<String>) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    let typed = server::Confirmation::Typed(confirm.as_deref().unwrap_or_default());
    let revoked = server::service()?
        .credentials()
        .revoke(&caller, place.target, &id, typed)
        .await
        .map_err(server::refused)?
        .credential;
    server::redirect_with_notice(&place.after_revoke(revoked.id));
    Ok(())
}

/// Disables a credential, then shows it again.
#[server(name = DisableCredential, prefix = "/_fn", endpoint = "disable-credential")]
pub async fn disable_credential(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.credentials().disable(&caller, place.target, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "disabled"));
    Ok(())
}

/// Enables a credential, then shows it again.
#[server(name = EnableCredential, prefix = "/_fn", endpoint = "enable-credential")]
pub async fn enable_credential(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.credentials().enable(&caller, place.target, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "enabled"));
    Ok(())
}

/// Cancels a roll whose new secret was never used, then shows the credential again.
#[server(name = CancelRoll, prefix = "/_fn", endpoint = "cancel-roll")]
pub async fn cancel_roll(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.credentials().cancel_roll(&caller, place.target, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "cancelled"));
    Ok(())
}

/// Ends the overlap now, then shows the credential again.
#[server(name = FinishRoll, prefix = "/_fn", endpoint = "finish-roll")]
pub async fn finish_roll(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.credentials().finish_roll(&caller, place.target, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "finished"));
    Ok(())
}

/// Adds public keys to a client from a pasted JWK or JWK set, then shows the client again.
#[server(name = AddClientKeys, prefix = "/_fn", endpoint = "add-client-keys")]
pub async fn add_client_keys(at: String, id: String, jwks: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    let keys = server::pasted_keys(&jwks)?;
    server::service()?.credentials().add_client_keys(&caller, &id, &keys).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "key-added"));
    Ok(())
}

/// Removes a public key from a client, then shows the client again.
#[server(name = RemoveClientKey, prefix = "/_fn", endpoint = "remove-client-key")]
pub async fn remove_client_key(at: String, id: String, kid: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.credentials().remove_client_key(&caller, &id, &kid).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "key-removed"));
    Ok(())
}
