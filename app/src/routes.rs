//! Every page and its path. All are rendered whole before the first byte is sent, so they need no script to be complete.

use crate::pages::{
    Home, NewOrgPage, NewTokenPage, NotFound, RevokeTokenPage, SessionsPage, SignInPage, SignUpPage, TokenPage,
    TokensPage,
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens") view=TokensPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/new") view=NewTokenPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/:id") view=TokenPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/:id/revoke") view=RevokeTokenPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/sessions") view=SessionsPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/orgs/new") view=NewOrgPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
    .into_any()
}
