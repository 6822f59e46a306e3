//! Revoking one token, on a page of its own so that it works from a link and without script.

use super::{id_in_path, refusal_of};
use crate::{
    credentials::{RevokePanel, RevokeToken},
    layout::{PageHead, desk_page},
    server_side::{refused, service},
};
use leptos::prelude::*;

/// What it does, who uses it, and the button.
#[component]
pub(crate) fn RevokeTokenPage() -> impl IntoView {
    let (id, refusal) = (id_in_path(), refusal_of::<RevokeToken>());
    desk_page(move |desk| async move {
        let token = service()?.show_token(&desk.caller, &id).await.map_err(refused)?;
        let crumbs = vec![
            ("/settings/tokens".to_owned(), "My tokens".to_owned()),
            (format!("/settings/tokens/{}", token.id), token.name.to_string()),
        ];
        Ok(view! {
            <PageHead title="Revoke token" crumbs=crumbs/>
            <RevokePanel token=token now=desk.now refusal=refusal/>
        }
        .into_any())
    })
}
