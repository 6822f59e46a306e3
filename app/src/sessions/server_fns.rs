//! The server functions of sessions, for plain forms that work without script.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use crate::error::AppError;
use leptos::prelude::*;

/// Ends one of the caller's sessions, then shows the list.
#[server(name = EndSession, prefix = "/_fn", endpoint = "end-session")]
pub async fn end_session(id: String) -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    server::service()?.sessions().end(&caller, server::session_id(&id)?).await.map_err(server::refused)?;
    server::redirect_with_notice("/settings/sessions?ended=1");
    Ok(())
}

/// Ends all of the caller's sessions except the current one, then shows the list.
#[server(name = EndOtherSessions, prefix = "/_fn", endpoint = "end-other-sessions")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::server_side as server;
    let caller = server::caller().await?;
    let ended = server::service()?.sessions().end_others(&caller).await.map_err(server::refused)?;
    server::redirect_with_notice(&format!("/settings/sessions?ended={ended}"));
    Ok(())
}
