//! The whole application as one router.
//!
//! This module owns the order of the layers around the routes. The routes of the API are rows of [`table`] and
//! [`organization`]. The routes of the screens are in [`app::App`].

mod endpoint;
mod organization;
mod table;

pub use self::endpoint::{Gate, Route};
pub(crate) use self::{endpoint::Endpoint, table::endpoints};
use crate::{
    AppState,
    api::{openapi, problem::Problem},
    downloads, gate, oauth, site, verify,
};
use app::{ApiDocument, App, HostCookies, shell};
use axum::{
    Router,
    http::{Method, StatusCode},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::{SessionManagerLayer, cookie::SameSite};

/// All routes of the API, for tests.
pub fn table() -> Vec<Route> {
    endpoints().into_iter().map(|endpoint| endpoint.route).collect()
}

/// The paths of all server functions, for tests.
pub fn server_function_paths() -> Vec<(String, Method)> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, method)| (path.to_owned(), method)).collect()
}

/// Unknown paths below these prefixes get problem details instead of a page.
const FOR_PROGRAMS: [&str; 4] = ["/v1", "/oauth", "/health", "/.well-known"];

/// Builds the whole application, for `main` and for tests.
pub fn build_app(state: AppState) -> Router {
    let mut api = Router::new();
    for Endpoint { route, action, mut handler, .. } in endpoints() {
        match route.gate {
            Gate::Credential => {
                let permission = from_fn_with_state((state.clone(), action), gate::permission::require);
                handler = handler.route_layer(permission);
                handler = handler.route_layer(from_fn_with_state(state.clone(), gate::bearer::require));
            }
            Gate::Client => handler = handler.fallback(oauth::only_post),
            // A proxy asks with the method of the request it forwards.
            Gate::Presented => handler = any(verify::forward_auth),
            Gate::Public | Gate::Verifier => {}
        }
        if route.gate == Gate::Presented && !route.path.ends_with('}') {
            api = api.route(&format!("{}/", route.path), handler.clone());
        }
        api = api.route(&route.path, handler);
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
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(state.clone(), gate::every_request::surround))
                .layer(CatchPanicLayer::new()),
        )
        .with_state(state)
}

/// Pages, server functions and downloads. Callers are people with a session, and every change comes from a page of
/// ours.
fn screens(state: &AppState) -> Router<AppState> {
    let service = state.service.clone();
    let host_cookies = HostCookies(state.public_url.has_host_cookie());
    let context = move || {
        provide_context(service.clone());
        provide_context(host_cookies);
        provide_context(ApiDocument(openapi::text()));
    };
    let options = state.leptos.clone();
    let page = move || shell(&options);
    let cookie = if state.public_url.has_host_cookie() { "__Host-sid" } else { "sid" };
    let sessions = SessionManagerLayer::new(state.service.sessions().table())
        .with_name(cookie)
        .with_secure(state.public_url.has_host_cookie())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/");
    let not_found = render_app_async_with_context(context.clone(), page.clone());
    Router::new()
        .route("/orgs/{slug}/audit/export", get(downloads::audit_log))
        .leptos_routes_with_context(state, generate_route_list(App), context, page)
        .fallback(not_found)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED.into_response() as Response)
        .layer(from_fn_with_state(state.clone(), gate::form_token::require))
        .layer(sessions)
        .layer(from_fn_with_state(state.clone(), gate::same_origin::require))
}
