//! Every route on one page, each with its gate.
//!
//! Owns: the list, and the order of the layers around it. A route cannot be added without saying who may come in;
//! `every_route_is_guarded` walks this list.

use crate::{
    AppState,
    api::{problem::Problem, v1},
    background::session_table,
    gate, health, site,
};
use app::{App, shell};
use axum::{
    Router,
    handler::Handler,
    http::{Method, StatusCode},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, any, get, on},
};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::{SessionManagerLayer, cookie::SameSite};

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Everybody.
    Public,
    /// Whoever presents a valid credential; never a cookie.
    Credential,
}

/// A route of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The only method this entry answers.
    pub method: Method,
    /// The path, with `{id}` for its parameters.
    pub path: &'static str,
    /// Who may come in.
    pub gate: Gate,
}

type Entry = (Route, MethodRouter<AppState>);

fn entry<H: Handler<T, AppState>, T: 'static>(method: Method, path: &'static str, gate: Gate, handler: H) -> Entry {
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    (Route { method, path, gate }, on(filter, handler))
}

fn entries() -> Vec<Entry> {
    use Gate::{Credential, Public};
    use v1::{me, tokens};
    vec![
        entry(Method::GET, "/health/live", Public, health::live),
        entry(Method::GET, "/health/ready", Public, health::ready),
        entry(Method::GET, "/v1/me", Credential, me::show),
        entry(Method::GET, "/v1/me/tokens", Credential, tokens::list),
        entry(Method::POST, "/v1/me/tokens", Credential, tokens::issue),
        entry(Method::GET, "/v1/me/tokens/{id}", Credential, tokens::show),
        entry(Method::PATCH, "/v1/me/tokens/{id}", Credential, tokens::edit),
        entry(Method::DELETE, "/v1/me/tokens/{id}", Credential, tokens::delete),
        entry(Method::POST, "/v1/me/tokens/{id}/revoke", Credential, tokens::revoke),
    ]
}

/// The routes of the API, for tests that walk them all.
pub fn table() -> Vec<Route> {
    entries().into_iter().map(|(route, _)| route).collect()
}

/// The paths of all server functions, for tests that walk them all.
pub fn server_function_paths() -> Vec<(String, Method)> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, method)| (path.to_owned(), method)).collect()
}

/// Below these an unknown path is answered with problem details instead of a page.
const FOR_PROGRAMS: [&str; 4] = ["/v1", "/oauth", "/health", "/.well-known"];

/// The whole application, for `main` and for tests.
pub fn build_app(state: AppState) -> Router {
    let mut api = Router::new();
    for (route, mut handler) in entries() {
        if route.gate == Gate::Credential {
            handler = handler.route_layer(from_fn_with_state(state.clone(), gate::bearer::require));
        }
        api = api.route(route.path, handler);
    }
    for prefix in FOR_PROGRAMS {
        api = api.route(&format!("{prefix}/{{*rest}}"), any(async || Problem::not_found()));
    }
    Router::new()
        .merge(api)
        .route("/pkg/{version}/{file}", get(site::package))
        .route("/favicon.ico", get(site::icon))
        .route("/favicon.svg", get(site::icon))
        .route("/robots.txt", get(site::icon))
        .merge(screens(&state))
        .layer(from_fn(gate::body_limit::limit))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(state.clone(), gate::security_headers::add))
        .layer(from_fn_with_state(state.clone(), gate::facts::note))
        .with_state(state)
}

/// Pages and server functions: callers are people with a session, and every change comes from a page of ours.
fn screens(state: &AppState) -> Router<AppState> {
    let service = state.service.clone();
    let context = move || provide_context(service.clone());
    let options = state.leptos.clone();
    let page = move || shell(&options);
    let cookie = if state.public_url.has_host_cookie() { "__Host-sid" } else { "sid" };
    let sessions = SessionManagerLayer::new(session_table(&state.service))
        .with_name(cookie)
        .with_secure(state.public_url.has_host_cookie())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/");
    let not_found = render_app_async_with_context(context.clone(), page.clone());
    Router::new()
        .leptos_routes_with_context(state, generate_route_list(App), context, page)
        .fallback(not_found)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED.into_response() as Response)
        .layer(sessions)
        .layer(from_fn_with_state(state.clone(), gate::same_origin::require))
}
