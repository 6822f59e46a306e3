//! A page behind the sign-in: finds out who looks, sends strangers to sign in, and draws the frame around the content.

use super::{Absent, PageHead, Threshold, Trouble, rail::Rail};
use crate::{
    error::{AppError, ErrorKind},
    server_side::{Desk, desk, path, redirect},
};
use leptos::prelude::*;

/// Runs `content` for whoever is signed in and frames what it returns; a refusal becomes a page too.
pub(crate) fn desk_page<C, F>(content: C) -> impl IntoView
where
    C: FnOnce(Desk) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    Suspend::new(async move {
        match desk().await {
            Ok(desk) => {
                let content = match content(desk.clone()).await {
                    Ok(content) => content,
                    Err(error) if error.kind == ErrorKind::Missing => {
                        view! { <PageHead title="Not found"/><Absent/> }.into_any()
                    }
                    Err(error) => {
                        view! { <PageHead title="This page could not be shown"/><Trouble error=error/> }.into_any()
                    }
                };
                view! { <Frame desk=desk>{content}</Frame> }.into_any()
            }
            Err(error) if error.kind == ErrorKind::Unauthenticated => {
                redirect(&format!("/sign-in?next={}", path()));
                view! { <a class="link" href="/sign-in">"Sign in"</a> }.into_any()
            }
            Err(error) => {
                view! { <Threshold title="Mintmark cannot answer"><Trouble error=error/></Threshold> }.into_any()
            }
        }
    })
}

#[component]
fn Frame(desk: Desk, children: Children) -> impl IntoView {
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <Rail desk=desk/>
            <main class="page" id="content" tabindex="-1">{children()}</main>
        </div>
    }
    .into_any()
}
