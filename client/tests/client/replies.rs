//! Responses that a caller of a protected API sees.

use crate::{
    peer::Peer,
    signing::{Signer, claims, opaque, with},
};
use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
    routing::get,
};
use mintmark_client::{
    AuthError, Principal, RequireApplication, RequireScope, RequireUser, RequiredScopes, VerifyLayer,
};
use serde_json::Value;
use tower::ServiceExt;

struct Write;

impl RequiredScopes for Write {
    const NAMES: &'static [&'static str] = &["contacts:read", "contacts:write"];
}

struct Api {
    router: Router,
    peer: Peer,
    signer: Signer,
}

struct Reply {
    status: StatusCode,
    challenge: String,
    body: String,
}

impl Reply {
    fn problem(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Api {
    async fn start() -> Self {
        let signer = Signer::es256("es");
        let peer = Peer::start(&[&signer]).await;
        let verifier = peer.builder().realm("contacts").build().unwrap();
        let router = Router::new()
            .route("/anyone", get(|caller: Principal| async move { caller.subject }))
            .route("/write", get(|caller: RequireScope<Write>| async move { caller.into_principal().subject }))
            .route("/me", get(|RequireUser(caller): RequireUser| async move { caller.subject }))
            .route("/sync", get(|RequireApplication(caller): RequireApplication| async move { caller.subject }))
            .route("/inside", get(|caller: Principal| async move { caller.require_scopes(&["contacts:delete"]) }))
            .layer(VerifyLayer::new(verifier.clone()));
        let optional = Router::new()
            .route(
                "/maybe",
                get(|caller: Option<Principal>| async move { caller.map_or("nobody".into(), |c| c.subject) }),
            )
            .route("/certain", get(|caller: Principal| async move { caller.subject }))
            .layer(VerifyLayer::new(verifier).or_anonymous());
        let open = Router::new()
            .route("/open", get(|| async { "open" }))
            .route("/forgotten", get(|caller: Principal| async move { caller.subject }));
        Self { router: router.merge(optional).merge(open), peer, signer }
    }

    async fn get(&self, uri: &str, headers: &[(&str, &str)]) -> Reply {
        let request = headers.iter().fold(Request::get(uri), |request, (name, value)| request.header(*name, *value));
        let response: Response<Body> = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        let challenge = challenge.map_or(String::new(), |value| value.to_str().unwrap().to_owned());
        let status = response.status();
        if !status.is_success() {
            assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        }
        let body = axum::body::to_bytes(response.into_body(), 65536).await.unwrap();
        Reply { status, challenge, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get_with(&self, uri: &str, token: &str) -> Reply {
        self.get(uri, &[("authorization", &format!("Bearer {token}"))]).await
    }

    /// An access token of a client with these scopes.
    fn client(&self, scope: &str) -> String {
        self.signer.good(&with(&claims(&self.peer.url), "scope", scope))
    }

    /// A personal access token that can read contacts.
    fn pat(&self) -> String {
        let token = opaque("mint_pat", 1);
        self.peer.say(&token, self.peer.active());
        token
    }
}

#[tokio::test]
async fn a_valid_credential_gets_in_by_either_header() {
    let api = Api::start().await;
    for token in [api.client(""), api.pat()] {
        let by_bearer = api.get_with("/anyone", &token).await;
        let by_key = api.get("/anyone", &[("x-api-key", &token)]).await;
        assert_eq!((by_bearer.status, by_key.status), (StatusCode::OK, StatusCode::OK));
        assert_eq!(by_bearer.body, by_key.body);
    }
}

#[tokio::test]
async fn without_a_credential_the_challenge_has_no_error_code() {
    let api = Api::start().await;
    for headers in [&[][..], &[("authorization", "Basic YTpi")], &[("cookie", "token=x")]] {
        let reply = api.get("/anyone", headers).await;
        assert_eq!((reply.status, reply.challenge.as_str()), (StatusCode::UNAUTHORIZED, "Bearer realm=\"contacts\""));
        assert_eq!(reply.problem()["code"], "credential_required");
    }
}

#[tokio::test]
async fn a_bad_token_is_401_invalid_token() {
    let api = Api::start().await;
    for token in ["", "x", "a.b.c", &opaque("mint_pat", 9), &api.client("")[1..]] {
        let reply = api.get_with("/anyone", token).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{token}");
        assert!(
            reply.challenge.starts_with("Bearer realm=\"contacts\", error=\"invalid_token\", error_description=\"")
        );
        assert_eq!(reply.problem()["code"], "invalid_token");
    }
}

#[tokio::test]
async fn two_credentials_or_one_in_the_address_are_400() {
    let api = Api::start().await;
    let token = api.client("");
    let bearer = format!("Bearer {token}");
    let two = api.get("/anyone", &[("authorization", &bearer), ("x-api-key", &token)]).await;
    let queried = api.get(&format!("/anyone?access_token={token}"), &[]).await;
    let both = api.get(&format!("/anyone?key={}", opaque("mint_key", 1)), &[("authorization", &bearer)]).await;
    for reply in [two, queried, both] {
        assert_eq!((reply.status, &reply.problem()["code"]), (StatusCode::BAD_REQUEST, &"invalid_request".into()));
        assert!(reply.challenge.contains("error=\"invalid_request\""));
    }
}

#[tokio::test]
async fn a_missing_scope_is_403_and_named() {
    let api = Api::start().await;
    assert_eq!(api.get_with("/write", &api.client("contacts:write contacts:read")).await.body, "cli_01");
    for (uri, token, realm, scope) in [
        ("/write", api.client("contacts:read"), "contacts", "contacts:read contacts:write"),
        ("/write", api.client("all"), "contacts", "contacts:read contacts:write"),
        ("/inside", api.client("contacts:read"), "api", "contacts:delete"),
    ] {
        let reply = api.get_with(uri, &token).await;
        assert_eq!((reply.status, &reply.problem()["code"]), (StatusCode::FORBIDDEN, &"insufficient_scope".into()));
        assert!(reply.challenge.starts_with(&format!("Bearer realm=\"{realm}\", error=\"insufficient_scope\"")));
        assert!(reply.challenge.ends_with(&format!("scope=\"{scope}\"")), "{}", reply.challenge);
    }
}

#[tokio::test]
async fn the_wrong_kind_of_credential_is_403_and_says_what_to_use_instead() {
    let api = Api::start().await;
    let (client, pat) = (api.client("contacts:read"), api.pat());
    assert_eq!(api.get_with("/me", &pat).await.body, "usr_01");
    assert_eq!(api.get_with("/sync", &client).await.body, "cli_01");
    for (uri, token, code, instead) in [
        ("/me", &client, "user_context_required", "personal access token"),
        ("/sync", &pat, "application_context_required", "API key"),
    ] {
        let reply = api.get_with(uri, token).await;
        assert_eq!((reply.status, &reply.problem()["code"]), (StatusCode::FORBIDDEN, &code.into()));
        assert!(reply.problem()["detail"].as_str().unwrap().contains(instead));
    }
}

#[tokio::test]
async fn an_issuer_that_cannot_be_asked_is_503_and_never_a_yes() {
    let api = Api::start().await;
    api.peer.set_down(true);
    for token in [api.client("contacts:read"), api.pat()] {
        let reply = api.get_with("/anyone", &token).await;
        assert_eq!(
            (reply.status, &reply.problem()["code"]),
            (StatusCode::SERVICE_UNAVAILABLE, &"issuer_unavailable".into())
        );
    }
}

#[tokio::test]
async fn where_anonymous_callers_may_come_in_a_bad_credential_may_not() {
    let api = Api::start().await;
    assert_eq!(api.get("/maybe", &[]).await.body, "nobody");
    assert_eq!(api.get_with("/maybe", &api.client("")).await.body, "cli_01");
    assert_eq!(api.get_with("/maybe", "x").await.status, StatusCode::UNAUTHORIZED);
    let reply = api.get("/certain", &[]).await;
    assert_eq!((reply.status, reply.challenge.as_str()), (StatusCode::UNAUTHORIZED, "Bearer realm=\"contacts\""));
}

#[tokio::test]
async fn a_route_without_the_layer_is_open_or_broken_but_never_takes_a_missing_check_for_a_passed_one() {
    let api = Api::start().await;
    assert_eq!(api.get("/open", &[]).await.body, "open");
    assert_eq!(api.get_with("/forgotten", &api.client("")).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(AuthError::LayerMissing.status(), StatusCode::INTERNAL_SERVER_ERROR);
}
