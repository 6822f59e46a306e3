//! Every route on one page, each with its gate.
//!
//! Owns: the list, and the order of the layers around it. A route cannot be added without saying who may come in;
//! `every_route_is_guarded` walks this list.

use self::Gate::{Client, Credential, Presented, Public, Verifier};
use crate::{
    AppState, Front,
    api::{
        extract::{Credentialed, Json, Once, Params, Place},
        openapi,
        problem::Problem,
        v1::{
            apis, audit_events, authorized_tokens, clients, credentials,
            lifecycle::{self, Verb},
            me, members, policies, roles, service_accounts, succession, token_requests,
            types::{EditCredential, IssueApiKey, IssueClient, IssueCredential, IssueToken, ListParams, Roll},
        },
    },
    background::session_table,
    downloads, gate, health, oauth, site, verify,
};
use app::{ApiDocument, App, HostCookies, shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    handler::Handler,
    http::{HeaderMap, Method, StatusCode},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, any, get, on},
};
use domain::credential::CredentialKind;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use serde::de::DeserializeOwned;
use service::{Service, credentials::Which};
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::{SessionManagerLayer, cookie::SameSite};

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Everybody.
    Public,
    /// Whoever proves to be an OAuth client (RFC 6749 section 2.3), which the form tells and the handler sees to.
    Client,
    /// Whoever presents a valid credential; never a cookie.
    Credential,
    /// Whoever presents a valid credential that may verify others, which is looked up in memory alone.
    Verifier,
    /// Whoever presents a credential: whether it is valid for what is asked is the question that is answered.
    Presented,
}

/// A route of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The only method this entry answers.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Who may come in.
    pub gate: Gate,
    /// Whether it creates something, so that an `Idempotency-Key` makes its repetition harmless.
    pub is_repeatable: bool,
}

type Entry = (Route, MethodRouter<AppState>);

fn entry<H: Handler<T, AppState>, T: 'static>(method: Method, path: &str, gate: Gate, handler: H) -> Entry {
    let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
    (Route { method, path: path.to_owned(), gate, is_repeatable: false }, on(filter, handler))
}

/// A route that creates something: its handler takes [`Once`].
fn creates<H: Handler<T, AppState>, T: 'static>(path: &str, handler: H) -> Entry {
    let (route, handler) = entry(Method::POST, path, Credential, handler);
    (Route { is_repeatable: true, ..route }, handler)
}

fn entries() -> Vec<Entry> {
    let mut entries = vec![
        entry(Method::GET, "/health/live", Public, health::live),
        entry(Method::GET, "/health/ready", Public, health::ready),
        entry(Method::GET, "/v1/openapi.json", Public, openapi::document),
        entry(Method::POST, "/oauth/token", Client, oauth::token),
        entry(Method::POST, "/oauth/introspect", Client, oauth::introspect),
        entry(Method::POST, "/oauth/revoke", Client, oauth::revoke),
        entry(Method::GET, "/.well-known/jwks.json", Public, oauth::metadata::jwks),
        entry(Method::GET, "/.well-known/oauth-authorization-server", Public, oauth::metadata::authorization_server),
        entry(Method::GET, "/.well-known/openid-configuration", Public, oauth::metadata::authorization_server),
        entry(Method::GET, "/.well-known/oauth-protected-resource", Public, oauth::metadata::protected_origin),
        entry(Method::GET, "/.well-known/oauth-protected-resource/v1", Public, oauth::metadata::protected_api),
        entry(Method::POST, "/v1/verify", Verifier, verify::verify),
        entry(Method::POST, "/v1/verify/batch", Verifier, verify::verify_batch),
        entry(Method::GET, "/v1/forward-auth", Presented, verify::forward_auth),
        entry(Method::GET, "/v1/forward-auth/{*path}", Presented, verify::forward_auth),
        entry(Method::GET, "/v1/me", Credential, me::show),
        creates("/v1/me/credential/roll", lifecycle::roll_self),
        entry(Method::POST, "/v1/me/credential/revoke", Credential, lifecycle::revoke_self),
        entry(Method::GET, "/v1/operations", Credential, apis::operations),
        entry(Method::POST, "/v1/advise", Credential, apis::advise),
    ];
    entries.extend(of_kind::<IssueToken>("/v1/me/tokens", Which::Mine));
    entries.extend(of_kind::<IssueApiKey>("/v1/orgs/{org}/api-keys", Which::Of(CredentialKind::ApiKey)));
    entries.extend(of_kind::<IssueClient>("/v1/orgs/{org}/clients", Which::Of(CredentialKind::Client)));
    entries.extend(of_organisation());
    entries
}

/// The verbs of one kind of credential.
fn of_kind<B: Into<IssueCredential> + DeserializeOwned + Send + 'static>(base: &str, which: Which) -> Vec<Entry> {
    let one = format!("{base}/{{id}}");
    let list = async move |State(service): State<Service>,
                           caller: Credentialed,
                           _: Place,
                           Params(params): Params<ListParams>| {
        lifecycle::list(which, service, caller, params).await
    };
    let issue = async move |State(service): State<Service>, caller: Credentialed, _: Place, once: Once<B>| {
        lifecycle::issue(which, service, caller, once).await
    };
    let show = async move |State(service): State<Service>, caller: Credentialed, place: Place| {
        lifecycle::show(which, service, caller, place).await
    };
    let edit = async move |State(service): State<Service>,
                           caller: Credentialed,
                           place: Place,
                           headers: HeaderMap,
                           Json(body): Json<EditCredential>| {
        lifecycle::edit(which, service, caller, place, headers, body).await
    };
    let delete = async move |State(service): State<Service>, caller: Credentialed, place: Place| {
        lifecycle::delete(which, service, caller, place).await
    };
    let roll = async move |State(service): State<Service>, caller: Credentialed, place: Place, once: Once<Roll>| {
        lifecycle::roll(which, service, caller, place, once).await
    };
    let verb = |(verb, suffix): (Verb, &str)| {
        let act = async move |State(service): State<Service>, caller: Credentialed, place: Place| {
            lifecycle::act(verb, which, service, caller, place).await
        };
        entry(Method::POST, &format!("{one}/{suffix}"), Credential, act)
    };
    let revoke = async move |State(service): State<Service>, caller: Credentialed, place: Place| {
        lifecycle::revoke(which, service, caller, place).await
    };
    let mut entries = vec![
        entry(Method::GET, base, Credential, list),
        creates(base, issue),
        entry(Method::GET, &one, Credential, show),
        entry(Method::PATCH, &one, Credential, edit),
        entry(Method::DELETE, &one, Credential, delete),
        creates(&format!("{one}/roll"), roll),
        entry(Method::POST, &format!("{one}/revoke"), Credential, revoke),
    ];
    entries.extend(Verb::ALL.map(verb));
    entries
}

/// What belongs to an organisation besides its credentials of one kind.
fn of_organisation() -> Vec<Entry> {
    let at = |method, path: &str| (method, format!("/v1/orgs/{{org}}{path}"));
    macro_rules! credentialed {
        (CREATE $path:literal => $handler:path) => {
            creates(&at(Method::POST, $path).1, $handler)
        };
        ($method:ident $path:literal => $handler:path) => {{
            let (method, path) = at(Method::$method, $path);
            entry(method, &path, Credential, $handler)
        }};
    }
    vec![
        credentialed!(GET "/clients/{id}/keys" => clients::keys),
        credentialed!(CREATE "/clients/{id}/keys" => clients::add_key),
        credentialed!(DELETE "/clients/{id}/keys/{kid}" => clients::remove_key),
        credentialed!(GET "/service-accounts" => service_accounts::list),
        credentialed!(CREATE "/service-accounts" => service_accounts::create),
        credentialed!(GET "/service-accounts/{id}" => service_accounts::show),
        credentialed!(GET "/service-accounts/{id}/tokens" => service_accounts::tokens),
        credentialed!(CREATE "/service-accounts/{id}/tokens" => service_accounts::issue_token),
        credentialed!(GET "/members" => members::list),
        credentialed!(GET "/members/{id}" => members::show),
        credentialed!(PATCH "/members/{id}" => members::change_role),
        credentialed!(DELETE "/members/{id}" => members::remove),
        credentialed!(GET "/roles" => roles::list),
        credentialed!(CREATE "/roles" => roles::create),
        credentialed!(GET "/roles/{id}" => roles::show),
        credentialed!(PATCH "/roles/{id}" => roles::edit),
        credentialed!(DELETE "/roles/{id}" => roles::delete),
        credentialed!(GET "/succession" => succession::list),
        credentialed!(PATCH "/succession/{id}" => succession::change),
        credentialed!(GET "/settings" => succession::settings),
        credentialed!(PATCH "/settings" => succession::change_settings),
        credentialed!(GET "/invitations" => members::invitations),
        credentialed!(CREATE "/invitations" => members::invite),
        credentialed!(DELETE "/invitations/{id}" => members::withdraw),
        credentialed!(GET "/credentials" => credentials::list),
        credentialed!(POST "/credentials/find" => credentials::find),
        credentialed!(POST "/credentials/bulk" => credentials::bulk),
        credentialed!(GET "/credentials/{id}/effective" => credentials::effective),
        credentialed!(GET "/credentials/{id}/usage" => credentials::usage),
        credentialed!(GET "/credentials/{id}/blast-radius" => credentials::blast_radius),
        credentialed!(GET "/apis" => apis::list),
        credentialed!(CREATE "/apis" => apis::create),
        credentialed!(GET "/apis/{id}" => apis::show),
        credentialed!(PATCH "/apis/{id}" => apis::edit),
        credentialed!(CREATE "/apis/{id}/scopes" => apis::add_scope),
        credentialed!(DELETE "/apis/{id}/scopes/{name}" => apis::remove_scope),
        credentialed!(CREATE "/apis/{id}/operations" => apis::add_operation),
        credentialed!(DELETE "/apis/{id}/operations/{operation}" => apis::remove_operation),
        credentialed!(CREATE "/apis/{id}/import" => apis::import),
        credentialed!(POST "/permissions/preview" => apis::preview),
        credentialed!(GET "/policies" => policies::show),
        credentialed!(PUT "/policies" => policies::change),
        credentialed!(POST "/policies/dry-run" => policies::dry_run),
        credentialed!(GET "/policies/exceptions" => policies::exceptions),
        credentialed!(CREATE "/policies/exceptions" => policies::grant_exception),
        credentialed!(DELETE "/policies/exceptions/{id}" => policies::end_exception),
        credentialed!(GET "/token-requests" => token_requests::list),
        credentialed!(POST "/token-requests/{id}/approve" => token_requests::approve),
        credentialed!(POST "/token-requests/{id}/deny" => token_requests::deny),
        credentialed!(GET "/authorized-tokens" => authorized_tokens::list),
        credentialed!(POST "/authorized-tokens/{id}/approve" => authorized_tokens::approve),
        credentialed!(POST "/authorized-tokens/{id}/deny" => authorized_tokens::deny),
        credentialed!(DELETE "/authorized-tokens/{id}" => authorized_tokens::end),
        credentialed!(GET "/audit-events" => audit_events::list),
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
pub fn build_app(state: AppState) -> Front {
    let mut api = Router::new();
    for (route, mut handler) in entries() {
        match route.gate {
            Gate::Credential => {
                let action = gate::permission::action_of(route.method.as_str(), &route.path);
                let permission = from_fn_with_state((state.clone(), action), gate::permission::require);
                handler = handler.route_layer(permission);
                handler = handler.route_layer(from_fn_with_state(state.clone(), gate::bearer::require));
            }
            Gate::Client => handler = handler.fallback(oauth::only_post),
            // Proxies ask with the method of the request that they hold.
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
    let routes = Router::new()
        .merge(api)
        .route("/pkg/{version}/{file}", get(site::package))
        .route("/favicon.ico", get(site::icon))
        .route("/favicon.svg", get(site::icon))
        .route("/robots.txt", get(site::icon))
        .merge(screens(&state))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(gate::body_limit::limit))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(state.clone(), gate::security_headers::add))
        .layer(from_fn_with_state(state.clone(), gate::facts::note))
        .with_state(state.clone());
    Front::new(state, routes)
}

/// Pages, server functions and downloads: callers are people with a session, and every change comes from a page of ours.
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
    let sessions = SessionManagerLayer::new(session_table(&state.service))
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
