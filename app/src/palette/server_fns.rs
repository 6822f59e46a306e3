//! The server's part of the palette's search.
#![allow(missing_docs, reason = "the server macro makes a struct of each function's arguments")]

use super::Hit;
use crate::error::AppError;
use leptos::{prelude::*, server_fn::codec::Json};

/// Finds credentials within the caller's reach, and places in the documentation. A POST, so that the input does not
/// appear in a URL. Input that may be a secret finds nothing.
#[server(name = SearchDesk, prefix = "/_fn", endpoint = "search-desk", input = Json, client = crate::forms::ScriptClient)]
pub async fn search_desk(q: String) -> Result<Vec<Hit>, AppError> {
    use crate::server_side as server;
    let context = server::context().await?;
    server::search(&context, &q).await
}
