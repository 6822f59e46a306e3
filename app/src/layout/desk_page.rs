//! Renders a page in its frame. Redirects people who are not signed in to the sign-in page.

use super::{
    Absent, PageHead, Threshold, Trouble, beginnings::beginnings, brand::Brand, rail::Rail, theme_switch::ThemeSwitch,
    too_late::TooLate,
};
use crate::{
    error::{AppError, ErrorKind},
    palette::Palette,
    server_side::{Desk, desk, redirect, sign_in_first},
};
use leptos::prelude::*;

/// Renders `content` in the frame for a signed-in person. An error becomes a page too.
pub(crate) fn desk_page<C, F>(content: C) -> impl IntoView
where
    C: FnOnce(Desk) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    Suspend::new(async move {
        match desk().await {
            Ok(desk) => {
                let content = shown(content(desk.clone()).await);
                view! { <Frame desk=desk>{content}</Frame> }.into_any()
            }
            Err(error) if error.kind == ErrorKind::Unauthenticated => {
                redirect(&sign_in_first());
                view! { <a class="link" href="/sign-in">"Sign in"</a> }.into_any()
            }
            Err(error) => out_of_order(error),
        }
    })
}

/// Renders `content` for everyone: in the frame for a signed-in person, under a plain header for others.
pub(crate) fn open_page<C, F>(content: C) -> impl IntoView
where
    C: FnOnce(Option<Desk>) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    Suspend::new(async move {
        match desk().await {
            Ok(desk) => {
                let content = shown(content(Some(desk.clone())).await);
                view! { <Frame desk=desk>{content}</Frame> }.into_any()
            }
            Err(error) if error.kind == ErrorKind::Unauthenticated => {
                let content = shown(content(None).await);
                view! { <Open>{content}</Open> }.into_any()
            }
            Err(error) => out_of_order(error),
        }
    })
}

fn shown(content: Result<AnyView, AppError>) -> AnyView {
    match content {
        Ok(content) => content,
        Err(error) if error.kind == ErrorKind::Missing => view! { <PageHead title="Not found"/><Absent/> }.into_any(),
        Err(error) => view! { <PageHead title="This page could not be shown"/><Trouble error=error/> }.into_any(),
    }
}

fn out_of_order(error: AppError) -> AnyView {
    view! { <Threshold title="Mintmark cannot answer"><Trouble error=error/></Threshold> }.into_any()
}

#[component]
fn Open(children: Children) -> impl IntoView {
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="open">
            <header class="open-head">
                <Brand/>
                <a class="link" href=sign_in_first()>"Sign in"</a>
            </header>
            <main class="page" id="content" tabindex="-1"><TooLate/>{children()}</main>
            <footer class="open-foot"><ThemeSwitch/></footer>
        </div>
    }
    .into_any()
}

#[component]
fn Frame(desk: Desk, children: Children) -> impl IntoView {
    let (actions, find) = (beginnings(&desk), format!("/orgs/{}/credentials/find", desk.slug()));
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <Rail desk=desk/>
            <main class="page" id="content" tabindex="-1"><TooLate/>{children()}</main>
        </div>
        <Palette actions=actions find=find/>
    }
    .into_any()
}
