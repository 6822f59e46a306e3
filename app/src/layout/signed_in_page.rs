//! Renders a page in its frame. Redirects people who are not signed in to the sign-in page.

use super::{
    Absent, AuthLayout, PageError, PageHead, brand::Brand, quick_actions::quick_actions, rail::Rail,
    theme_switch::ThemeSwitch, too_late::TooLate,
};
use crate::{
    error::{AppError, ErrorKind},
    palette::Palette,
    server_side::{PageContext, context, redirect, sign_in_first},
};
use leptos::prelude::*;

/// Renders `content` in the frame for a signed-in person. An error becomes a page too.
pub(crate) fn signed_in_page<C, F>(content: C) -> impl IntoView
where
    C: FnOnce(PageContext) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    Suspend::new(async move {
        match context().await {
            Ok(context) => {
                let content = shown(content(context.clone()).await);
                view! { <Frame context=context>{content}</Frame> }.into_any()
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
    C: FnOnce(Option<PageContext>) -> F + Send + 'static,
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    Suspend::new(async move {
        match context().await {
            Ok(context) => {
                let content = shown(content(Some(context.clone())).await);
                view! { <Frame context=context>{content}</Frame> }.into_any()
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
        Err(error) => view! { <PageHead title="This page could not be shown"/><PageError error=error/> }.into_any(),
    }
}

fn out_of_order(error: AppError) -> AnyView {
    view! { <AuthLayout title="Mintmark cannot answer"><PageError error=error/></AuthLayout> }.into_any()
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
fn Frame(context: PageContext, children: Children) -> impl IntoView {
    let (actions, find) = (quick_actions(&context), format!("/orgs/{}/credentials/find", context.slug()));
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <Rail context=context/>
            <main class="page" id="content" tabindex="-1"><TooLate/>{children()}</main>
        </div>
        <Palette actions=actions find=find/>
    }
    .into_any()
}
