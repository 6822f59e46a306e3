//! The server functions of credentials: caller, parse, call, map. What is allowed is decided in `service`.
//!
//! `at` is the address under which a credential's pages are, such as `/settings/tokens`: it says whose credentials are
//! meant and of which kind, and the organisation in it must be the one in which the caller acts.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use super::OperationOffer;
use crate::error::AppError;
use domain::{
    credential::{AuthMethod, LifetimeDraft},
    secret::Environment,
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// A credential as the form describes it. Lists are as they were typed, one a line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct IssueDraft {
    /// What to call it.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Why it is needed, where somebody has to approve it.
    #[serde(default)]
    pub justification: String,
    /// The names of its scopes.
    pub scopes: Vec<String>,
    /// How long it lives.
    pub lifetime: LifetimeDraft,
    /// For real data or for trying things.
    pub env: Environment,
    /// What bounds it beyond scopes and time.
    pub limits: LimitsDraft,
    /// What only a client has.
    pub client: ClientForm,
}

/// What bounds a credential beyond scopes and time, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LimitsDraft {
    /// `type:id`, one a line.
    #[serde(default)]
    pub resources: String,
    /// Addresses and networks, one a line.
    #[serde(default)]
    pub ip_allowlist: String,
    /// Calls in each window; empty: no limit.
    #[serde(default)]
    pub rate: String,
    /// Seconds of a window.
    #[serde(default)]
    pub rate_window: String,
    /// Calls in each period; empty: no quota.
    #[serde(default)]
    pub quota: String,
    /// `day` or `month`.
    #[serde(default)]
    pub quota_period: String,
    /// `name: value`, one a line, for a new credential.
    #[serde(default)]
    pub metadata: String,
    /// The rows of notes of one that is changed.
    #[serde(default)]
    pub notes: Vec<NoteDraft>,
}

/// A row of notes, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NoteDraft {
    /// What the note is called.
    #[serde(default)]
    pub name: String,
    /// What it says.
    #[serde(default)]
    pub value: String,
}

/// What only a client has, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClientForm {
    /// The audiences that were ticked.
    pub audiences: Vec<String>,
    /// How it proves who it is.
    pub auth_method: AuthMethod,
    /// A JWK or a JWK set, as JSON.
    pub jwks: String,
    /// How long its access tokens live.
    pub access_token_seconds: u32,
}

/// The answer to issuing and rolling. No `Debug`, so that it cannot be logged.
#[derive(Clone, Serialize, Deserialize)]
pub struct Revealed {
    /// The dialog with the secret, as HTML; empty for a client with its own keys.
    pub dialog: String,
    /// Where to go on.
    pub next: String,
}

/// The operations that a credential of this place could be for.
#[server(name = OfferedOperations, prefix = "/_fn", endpoint = "offered-operations", input = Json, client = crate::forms::ScriptClient)]
pub async fn offered_operations(at: String) -> Result<Vec<OperationOffer>, AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::offered_operations(&caller, &place).await
}

/// Issues a credential and reveals its secret, once.
///
/// # Errors
/// Refuses a native form post before anything is written: nobody would see the secret.
#[server(name = IssueCredential, prefix = "/_fn", endpoint = "issue-credential", input = Json, client = crate::forms::ScriptClient)]
pub async fn issue_credential(at: String, draft: IssueDraft) -> Result<Revealed, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let (caller, place) = server::caller_at(&at).await?;
    let request = server::issue_request(draft, place.kind())?;
    let issued = server::service()?.issue(&caller, place.which, &request).await.map_err(server::refused)?;
    let next = place.after_issue(issued.credential.id);
    server::reveal(issued, next)
}

/// Gives a credential a new secret and reveals it, once.
///
/// # Errors
/// Refuses a native form post before anything is written: nobody would see the secret.
#[server(name = RollCredential, prefix = "/_fn", endpoint = "roll-credential", input = Json, client = crate::forms::ScriptClient)]
pub async fn roll_credential(at: String, id: String, overlap_seconds: i64) -> Result<Revealed, AppError> {
    use crate::server_side as server;
    server::require_hydrated()?;
    let (caller, place) = server::caller_at(&at).await?;
    let rolled = server::service()?.roll(&caller, place.which, &id, Some(overlap_seconds), None).await;
    let rolled = rolled.map_err(server::refused)?;
    server::reveal(rolled, place.after(&id, "rolled"))
}

/// Changes a credential's name and description, then shows it again.
#[server(name = EditCredential, prefix = "/_fn", endpoint = "edit-credential")]
pub async fn edit_credential(at: String, id: String, name: String, description: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    let edit = server::name_edit(name, description);
    server::service()?.edit(&caller, place.which, &id, &edit, None).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "saved"));
    Ok(())
}

/// Changes what a credential may do and from where, then shows it again. The next call counts.
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
    server::service()?.edit(&caller, place.which, &id, &edit, None).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "saved"));
    Ok(())
}

/// Revokes a credential for good, then shows the list. `confirm` is its name, needed when it is in use.
#[server(name = RevokeCredential, prefix = "/_fn", endpoint = "revoke-credential")]
pub async fn revoke_credential(at: String, id: String, confirm: Option<String>) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    let typed = server::Confirmation::Typed(confirm.as_deref().unwrap_or_default());
    let revoked =
        server::service()?.revoke(&caller, place.which, &id, typed).await.map_err(server::refused)?.credential;
    server::redirect_with_notice(&place.after_revoke(revoked.id));
    Ok(())
}

/// Switches a credential off, then shows it again.
#[server(name = DisableCredential, prefix = "/_fn", endpoint = "disable-credential")]
pub async fn disable_credential(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.disable(&caller, place.which, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "disabled"));
    Ok(())
}

/// Switches a credential on again, then shows it.
#[server(name = EnableCredential, prefix = "/_fn", endpoint = "enable-credential")]
pub async fn enable_credential(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.enable(&caller, place.which, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "enabled"));
    Ok(())
}

/// Takes back a roll whose secret was never used, then shows the credential again.
#[server(name = CancelRoll, prefix = "/_fn", endpoint = "cancel-roll")]
pub async fn cancel_roll(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.cancel_roll(&caller, place.which, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "cancelled"));
    Ok(())
}

/// Ends the overlap now, then shows the credential again.
#[server(name = FinishRoll, prefix = "/_fn", endpoint = "finish-roll")]
pub async fn finish_roll(at: String, id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.finish_roll(&caller, place.which, &id).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "finished"));
    Ok(())
}

/// Adds the public keys of a pasted JWK or JWK set to a client, then shows it again.
#[server(name = AddClientKeys, prefix = "/_fn", endpoint = "add-client-keys")]
pub async fn add_client_keys(at: String, id: String, jwks: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    let keys = server::pasted_keys(&jwks)?;
    server::service()?.add_client_keys(&caller, &id, &keys).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "key-added"));
    Ok(())
}

/// Removes a public key from a client, then shows it again.
#[server(name = RemoveClientKey, prefix = "/_fn", endpoint = "remove-client-key")]
pub async fn remove_client_key(at: String, id: String, kid: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let (caller, place) = server::caller_at(&at).await?;
    server::service()?.remove_client_key(&caller, &id, &kid).await.map_err(server::refused)?;
    server::redirect_with_notice(&place.after(&id, "key-removed"));
    Ok(())
}
