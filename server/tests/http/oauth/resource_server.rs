//! Another API that uses `mintmark-client`, with this server as its issuer.

use super::{CONTACTS, OAuth, define_api, issue_client, part};
use axum::{Router, body::Body, http::Request, routing::get};
use http_body_util::BodyExt;
use mintmark_client::{
    AuthError, Clock, IntrospectionCredential, InvalidToken, RequireApplication, RequireUser, SubjectType, Verifier,
    VerifierBuilder, VerifyLayer,
};
use serde_json::{Value, json};
use service::signing_keys::Rotation;
use std::{collections::BTreeSet, time::Duration};
use tower::ServiceExt;

/// The maximum age of a cached introspection response, unless an API asks for another one.
const REMEMBERED_SECONDS: u32 = 5;

/// A verifier of the contacts API that accepts only JWTs.
fn offline(oauth: &OAuth, clock: &Clock) -> VerifierBuilder {
    Verifier::builder(&oauth.server.base, CONTACTS).organization(&oauth.org).clock(clock.clone())
}

/// A verifier of the contacts API that also accepts opaque credentials.
async fn asking(oauth: &OAuth, clock: &Clock) -> Verifier {
    let (key, _) = oauth.server.api_key(&oauth.owner, "acme", &["keys:verify"]).await;
    offline(oauth, clock).introspect_with(IntrospectionCredential::bearer(key)).build().unwrap()
}

/// Moves the clocks of the issuer and of the API.
pub(super) fn pass(oauth: &OAuth, clock: &Clock, seconds: u32) {
    oauth.server.move_clock(seconds.into());
    clock.advance(Duration::from_secs(seconds.into()));
}

fn scopes(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn an_access_token_of_a_client_names_its_client_tenant_and_scopes() {
    let oauth = OAuth::start().await;
    let verifier = offline(&oauth, &Clock::default()).build().unwrap();
    let token = oauth.token(&oauth.client, &[("scope", "contacts:read")]).await;
    let (caller, claims) = (verifier.verify(&token).await.unwrap(), part(&token, 1));
    assert_eq!((caller.subject.as_str(), caller.subject_type), (oauth.client.id.as_str(), SubjectType::Client));
    assert_eq!(caller.client_id.as_ref(), Some(&oauth.client.id));
    assert_eq!((json!(caller.org_id), json!(caller.jti)), (claims["org_id"].clone(), claims["jti"].clone()));
    assert_eq!((caller.scopes, json!(caller.expires_at)), (scopes(&["contacts:read"]), claims["exp"].clone()));
}

#[tokio::test]
async fn an_access_token_for_another_api_and_one_that_has_ended_are_refused() {
    let oauth = OAuth::start().await;
    let clock = Clock::default();
    let verifier = offline(&oauth, &clock).build().unwrap();
    define_api(&oauth.server, &oauth.owner, "acme", "urn:acme:mail", "ES256", "mail").await;
    let mail = oauth.issue_client(&json!({ "scopes": ["mail:read"] })).await;
    let elsewhere = oauth.token(&mail, &[]).await;
    assert_eq!(verifier.verify(&elsewhere).await, Err(InvalidToken::Audience.into()));
    let token = oauth.token(&oauth.client, &[]).await;
    assert!(verifier.verify(&token).await.is_ok());
    pass(&oauth, &clock, 631);
    assert_eq!(verifier.verify(&token).await, Err(InvalidToken::Expired.into()));
}

#[test]
fn with_the_keys_known_access_tokens_need_no_issuer_and_opaque_credentials_do() {
    let issuer = tokio::runtime::Runtime::new().unwrap();
    let (verifier, token, opaque) = issuer.block_on(async {
        let oauth = OAuth::start().await;
        let verifier = asking(&oauth, &Clock::default()).await;
        assert!(verifier.verify(&oauth.token(&oauth.client, &[]).await).await.is_ok());
        let (opaque, _) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
        (verifier, oauth.token(&oauth.client, &[]).await, opaque)
    });
    drop(issuer);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        assert_eq!(verifier.verify(&token).await.unwrap().subject_type, SubjectType::Client);
        let unknown = verifier.verify(&opaque).await;
        assert!(matches!(unknown, Err(AuthError::IssuerUnavailable { .. })), "{unknown:?}");
    });
}

#[tokio::test]
async fn an_access_token_of_a_person_names_the_person() {
    let oauth = OAuth::start().await;
    let verifier = offline(&oauth, &Clock::default()).build().unwrap();
    let (secret, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let person = super::Client { id, secret };
    let caller = verifier.verify(&oauth.token(&person, &[]).await).await.unwrap();
    assert!(caller.subject.starts_with("usr_") && caller.subject_type == SubjectType::User);
    assert!(caller.require_user().is_ok() && caller.has_scope("contacts:read"));
}

#[tokio::test]
async fn opaque_credentials_are_accepted_by_introspection_with_a_key_or_as_a_client() {
    let oauth = OAuth::start().await;
    let (pat, pat_id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let (key, key_id) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read", "contacts:write"]).await;
    let clock = Clock::default();
    let as_client = IntrospectionCredential::client(&oauth.client.id, &oauth.client.secret);
    let as_client = offline(&oauth, &clock).introspect_with(as_client).build().unwrap();
    for verifier in [asking(&oauth, &clock).await, as_client] {
        let person = verifier.verify(&pat).await.unwrap();
        assert!(person.subject.starts_with("usr_") && person.subject_type == SubjectType::User);
        assert_eq!(person.user_name.as_deref(), Some("owner@acme.test"));
        assert_eq!((person.credential_id, person.scopes), (Some(pat_id.clone()), scopes(&["contacts:read"])));
        let application = verifier.verify(&key).await.unwrap();
        assert_eq!((application.subject.as_str(), application.subject_type), (&*key_id, SubjectType::Application));
        assert_eq!((application.user_name, &application.org_id), (None, &person.org_id));
        assert_eq!(application.scopes, scopes(&["contacts:read", "contacts:write"]));
    }
    assert_eq!(
        offline(&oauth, &clock).build().unwrap().verify(&pat).await,
        Err(InvalidToken::OpaqueNotAccepted.into())
    );
}

#[tokio::test]
async fn an_opaque_credential_of_another_organization_or_another_api_is_refused() {
    let oauth = OAuth::start().await;
    let verifier = asking(&oauth, &Clock::default()).await;
    let globex = oauth.server.org("globex").await;
    define_api(&oauth.server, &oauth.owner, "acme", "urn:acme:mail", "ES256", "mail").await;
    let (mail, _) = oauth.server.api_key(&oauth.owner, "acme", &["mail:read"]).await;
    assert_eq!(verifier.verify(&globex).await, Err(InvalidToken::Inactive.into()));
    assert_eq!(verifier.verify(&mail).await, Err(InvalidToken::Audience.into()));
    assert_eq!(verifier.verify(&oauth.client.secret).await, Err(InvalidToken::ClientSecret.into()));
}

#[tokio::test]
async fn an_api_that_may_not_ask_accepts_nobody() {
    let oauth = OAuth::start().await;
    let (pat, _) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let (powerless, _) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read"]).await;
    let asks_as = IntrospectionCredential::bearer(powerless);
    let verifier = offline(&oauth, &Clock::default()).introspect_with(asks_as).build().unwrap();
    let unknown = verifier.verify(&pat).await;
    assert!(matches!(unknown, Err(AuthError::IssuerUnavailable { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_revoked_credential_is_refused_once_the_remembered_answer_is_too_old() {
    let oauth = OAuth::start().await;
    let clock = Clock::default();
    let verifier = asking(&oauth, &clock).await;
    let (pat, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    assert!(verifier.verify(&pat).await.is_ok());
    let revoked = oauth.server.post(&format!("/v1/me/tokens/{id}/revoke"), &oauth.owner, &json!({})).await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    pass(&oauth, &clock, REMEMBERED_SECONDS);
    assert_eq!(verifier.verify(&pat).await, Err(InvalidToken::Inactive.into()));
}

/// Calls the API and returns its response. `/user` is for users, `/application` for applications.
async fn answer(verifier: &Verifier, path: &str, token: &str) -> (u16, Value) {
    let api: Router = Router::new()
        .route("/user", get(async |RequireUser(caller): RequireUser| axum::Json(json!({ "sub": caller.subject }))))
        .route(
            "/application",
            get(async |RequireApplication(caller): RequireApplication| axum::Json(json!({ "sub": caller.subject }))),
        )
        .layer(VerifyLayer::new(verifier.clone()));
    let request = Request::get(path).header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
    let (head, body) = api.oneshot(request).await.unwrap().into_parts();
    (head.status.as_u16(), serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap())
}

#[tokio::test]
async fn what_needs_a_user_refuses_an_application_and_the_other_way_round_and_both_say_what_to_use() {
    let oauth = OAuth::start().await;
    let verifier = asking(&oauth, &Clock::default()).await;
    let jwt = oauth.token(&oauth.client, &[]).await;
    let (key, _) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read"]).await;
    let (pat, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    let of_person = oauth.token(&super::Client { id, secret: pat.clone() }, &[]).await;
    let refused = async |path: &str, token: &str, code: &str, kinds: Value, instead: &str| {
        let (status, problem) = answer(&verifier, path, token).await;
        assert_eq!((status, &problem["code"], &problem["accepted_kinds"]), (403, &json!(code), &kinds), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(instead), "{problem}");
    };
    for application in [&jwt, &key] {
        assert_eq!(answer(&verifier, "/application", application).await.0, 200);
        refused("/user", application, "user_context_required", json!(["pat"]), "use a personal access token").await;
    }
    for user in [&pat, &of_person] {
        assert_eq!(answer(&verifier, "/user", user).await.0, 200);
        let kinds = json!(["api_key", "client"]);
        refused("/application", user, "application_context_required", kinds, "use an API key or an M2M client").await;
    }
}

#[tokio::test]
async fn tokens_of_every_algorithm_that_an_api_can_choose_are_verified() {
    let oauth = OAuth::start().await;
    for (alg, noun) in [("ES256", "ec"), ("RS256", "rsa"), ("EdDSA", "ed")] {
        let audience = format!("urn:acme:{noun}");
        define_api(&oauth.server, &oauth.owner, "acme", &audience, alg, noun).await;
        let client = oauth.issue_client(&json!({ "scopes": [format!("{noun}:read")] })).await;
        let token = oauth.token(&client, &[]).await;
        assert_eq!(part(&token, 0)["alg"], alg);
        let verifier = Verifier::builder(&oauth.server.base, audience).organization(&oauth.org).build().unwrap();
        assert_eq!(verifier.verify(&token).await.unwrap().subject, client.id, "{alg}");
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let other = if signature.starts_with('A') { "B" } else { "A" };
        let forged = format!("{signed}.{other}{}", &signature[1..]);
        assert_eq!(verifier.verify(&forged).await, Err(InvalidToken::Signature.into()), "{alg}");
    }
}

#[tokio::test]
async fn an_orderly_rotation_needs_no_restart_and_no_token_fails() {
    let oauth = OAuth::start().await;
    let clock = Clock::default();
    let verifier = offline(&oauth, &clock).build().unwrap();
    let kid = |token: &str| part(token, 0)["kid"].clone();
    let first = oauth.token(&oauth.client, &[]).await;
    assert!(verifier.verify(&first).await.is_ok());
    oauth.server.service.signing_keys().rotate_at_the_console(Rotation::Orderly).await.unwrap();
    pass(&oauth, &clock, 590);
    let late = oauth.token(&oauth.client, &[]).await;
    assert_eq!(kid(&late), kid(&first));
    assert!(verifier.verify(&late).await.is_ok());
    pass(&oauth, &clock, 11);
    let second = oauth.token(&oauth.client, &[]).await;
    assert_ne!(kid(&second), kid(&first));
    for token in [&second, &late] {
        assert!(verifier.verify(token).await.is_ok());
    }
}

#[tokio::test]
async fn after_an_emergency_rotation_the_new_key_is_found_at_once_and_the_old_one_is_refused_from_then_on() {
    let oauth = OAuth::start().await;
    let verifier = offline(&oauth, &Clock::default()).build().unwrap();
    let stolen = oauth.token(&oauth.client, &[]).await;
    assert!(verifier.verify(&stolen).await.is_ok());
    oauth.server.service.signing_keys().rotate_at_the_console(Rotation::Emergency).await.unwrap();
    let new = oauth.token(&oauth.client, &[]).await;
    assert_eq!(verifier.verify(&new).await.unwrap().subject, oauth.client.id);
    assert_eq!(verifier.verify(&stolen).await, Err(InvalidToken::UnknownKey.into()));
}

#[tokio::test]
async fn a_token_of_another_tenant_for_the_same_audience_is_refused_by_what_we_publish() {
    let oauth = OAuth::start().await;
    let globex = oauth.server.org("globex").await;
    // Every organization gets tokens for this audience, signed with equal keys.
    let audience = format!("{}/v1", oauth.server.base);
    let scopes = json!({ "scopes": ["credentials:read"] });
    let (ours, theirs) =
        (oauth.issue_client(&scopes).await, issue_client(&oauth.server, &globex, "globex", &scopes).await);
    let (ours, theirs) = (oauth.token(&ours, &[]).await, oauth.token(&theirs, &[]).await);
    assert_eq!((&part(&ours, 1)["aud"], &part(&theirs, 1)["aud"]), (&json!(audience), &json!(audience)));
    let builder = Verifier::builder(&oauth.server.base, &audience);
    let verifier = builder.clone().organization(&oauth.org).build().unwrap();
    assert!(verifier.verify(&ours).await.is_ok());
    assert_eq!(verifier.verify(&theirs).await, Err(InvalidToken::Organization.into()));
    let (verifying, _) = oauth.server.api_key(&globex, "globex", &["keys:verify"]).await;
    let (opaque, _) = oauth.server.api_key(&globex, "globex", &["credentials:read"]).await;
    let asking = builder.clone().organization(&oauth.org).introspect_with(IntrospectionCredential::bearer(verifying));
    assert_eq!(asking.build().unwrap().verify(&opaque).await, Err(InvalidToken::Organization.into()));
    assert!(builder.any_organization().build().unwrap().verify(&theirs).await.is_ok(), "said out loud");
}

#[tokio::test]
async fn limits_and_test_credentials_are_told_by_exchanged_tokens() {
    let oauth = OAuth::start().await;
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    let gateway = oauth.issue_client(&json!({ "grant_types": [exchange] })).await;
    let key = json!({ "name": "Try", "scopes": ["contacts:read"], "env": "test", "resources": ["project:a"] });
    let key = oauth.server.post("/v1/orgs/acme/api-keys", &oauth.owner, &key).await.text("/token");
    let form = [
        ("grant_type", exchange),
        ("subject_token", key.as_str()),
        ("subject_token_type", "urn:mintmark:token-type:credential"),
    ];
    let token = oauth.post("/oauth/token", Some(&gateway), &form).await.text("/access_token");
    let claims = part(&token, 1);
    assert_eq!((&claims["resources"], &claims["env"]), (&json!(["project:a"]), &json!("test")));
    for presented in [&key, &token] {
        let found = oauth.introspect(&oauth.client, presented).await;
        assert_eq!((&found["resources"], &found["env"]), (&json!(["project:a"]), &json!("test")));
    }
    let clock = Clock::default();
    let live = offline(&oauth, &clock).build().unwrap();
    assert_eq!(live.verify(&token).await, Err(InvalidToken::TestCredential.into()));
    let caller = offline(&oauth, &clock).accept_test_credentials().build().unwrap().verify(&token).await.unwrap();
    assert!(caller.is_test && caller.reaches("project:a") && !caller.reaches("project:b"));
    let plain = part(&oauth.token(&oauth.client, &[]).await, 1);
    assert_eq!((&plain["resources"], &plain["env"]), (&json!([]), &json!("live")));
}
