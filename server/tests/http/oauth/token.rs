//! `POST /oauth/token` with the grant type client_credentials.

use super::{CONTACTS, OAuth, define_api, part};
use crate::support::Reply;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn rfc_6749_4_4_3_a_client_is_given_an_access_token_and_no_refresh_token() {
    let oauth = OAuth::start().await;
    let reply = oauth.ask(&oauth.client, &[("scope", "contacts:read")]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let json = reply.json();
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!((&json["scope"], &json["expires_in"]), (&json!("contacts:read"), &json!(600)));
    for absent in ["refresh_token", "identity_id", "user_name", "id_token"] {
        assert!(json.get(absent).is_none(), "{absent}");
    }
    assert_eq!((reply.header("cache-control"), reply.header("pragma")), ("no-store", "no-cache"));
    assert_eq!(reply.header("content-type"), "application/json");
}

#[tokio::test]
async fn rfc_9068_2_the_token_has_its_type_and_every_required_claim() {
    let oauth = OAuth::start().await;
    let token = oauth.token(&oauth.client, &[("scope", "contacts:read"), ("resource", CONTACTS)]).await;
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
    assert_eq!(claims["iss"], oauth.server.base);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(oauth.client.id), &json!(oauth.client.id)));
    assert_eq!((&claims["aud"], &claims["scope"]), (&json!(CONTACTS), &json!("contacts:read")));
    assert_eq!(claims["sub_type"], "client");
    assert!(claims["org_id"].as_str().unwrap().starts_with("org_"));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    let other = part(&oauth.token(&oauth.client, &[]).await, 1);
    assert_ne!(claims["jti"], other["jti"]);
}

#[tokio::test]
async fn rfc_6749_3_3_a_scope_is_given_exactly_as_asked_or_refused_never_narrowed() {
    let oauth = OAuth::start().await;
    for scope in ["contacts:read", "contacts:write", "contacts:write contacts:read"] {
        assert_eq!(oauth.ask(&oauth.client, &[("scope", scope)]).await.text("/scope"), scope);
    }
    assert_eq!(oauth.ask(&oauth.client, &[]).await.text("/scope"), "contacts:read contacts:write");
    assert_eq!(oauth.ask(&oauth.client, &[("scope", "")]).await.text("/scope"), "contacts:read contacts:write");
    for scope in
        ["contacts:read contacts:delete", "all", "credentials:read", "contacts:\"read", "a  b", " contacts:read"]
    {
        oauth.ask(&oauth.client, &[("scope", scope)]).await.assert_oauth_error(400, "invalid_scope");
    }
}

#[tokio::test]
async fn rfc_8707_2_resources_become_the_audience_and_unknown_ones_are_refused() {
    let oauth = OAuth::start().await;
    define_api(&oauth.server, &oauth.owner, "acme", "urn:acme:mail", "ES256", "mail").await;
    let scopes = json!({ "scopes": ["contacts:read", "mail:read"] });
    let client = oauth.issue_client(&scopes).await;
    let claims = part(&oauth.token(&client, &[("resource", "urn:acme:mail")]).await, 1);
    assert_eq!((&claims["aud"], &claims["scope"]), (&json!("urn:acme:mail"), &json!("mail:read")));
    let claims = part(&oauth.token(&client, &[("resource", "urn:acme:mail"), ("resource", CONTACTS)]).await, 1);
    assert_eq!(claims["aud"], json!(["urn:acme:mail", CONTACTS]));
    let claims = part(&oauth.token(&client, &[("scope", "contacts:read")]).await, 1);
    assert_eq!(claims["aud"], CONTACTS);
    for resource in ["https://evil.example", "urn:acme:mail#x", "mail", "urn:acme:mail/"] {
        oauth.ask(&client, &[("resource", resource)]).await.assert_oauth_error(400, "invalid_target");
    }
    let beside = [("resource", "urn:acme:mail"), ("scope", "contacts:read")];
    oauth.ask(&client, &beside).await.assert_oauth_error(400, "invalid_scope");
    let bound = json!({ "scopes": ["contacts:read", "mail:read"], "audiences": [CONTACTS] });
    let bound = oauth.issue_client(&bound).await;
    oauth.ask(&bound, &[("resource", "urn:acme:mail")]).await.assert_oauth_error(400, "invalid_target");
    oauth.ask(&bound, &[("scope", "mail:read")]).await.assert_oauth_error(400, "invalid_scope");
}

#[tokio::test]
async fn every_algorithm_that_an_api_can_choose_signs_tokens_for_it() {
    let oauth = OAuth::start().await;
    for (alg, noun) in [("RS256", "rsa"), ("EdDSA", "ed")] {
        let audience = format!("urn:acme:{noun}");
        define_api(&oauth.server, &oauth.owner, "acme", &audience, alg, noun).await;
        let client = oauth.issue_client(&json!({ "scopes": [format!("{noun}:read"), "contacts:read"] })).await;
        let token = oauth.token(&client, &[("resource", &audience)]).await;
        assert_eq!(part(&token, 0)["alg"], alg);
        assert_eq!(oauth.introspect(&client, &token).await["active"], true, "{alg}");
        // A token has one signature, and these two APIs require different ones.
        oauth.ask(&client, &[]).await.assert_oauth_error(400, "invalid_target");
    }
}

#[tokio::test]
async fn rfc_6749_3_2_only_post_of_a_form_is_read_and_no_parameter_twice() {
    let oauth = OAuth::start().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let reply = Reply::of(oauth.server.request(method, "/oauth/token").send().await.unwrap()).await;
        reply.assert_oauth_error(405, "invalid_request");
        assert_eq!(reply.header("allow"), "POST");
    }
    let json = oauth.server.request(Method::POST, "/oauth/token").json(&json!({ "grant_type": "client_credentials" }));
    Reply::of(json.send().await.unwrap()).await.assert_oauth_error(400, "invalid_request");
    let twice = [("scope", "contacts:read"), ("scope", "contacts:read")];
    oauth.ask(&oauth.client, &twice).await.assert_oauth_error(400, "invalid_request");
    oauth.post("/oauth/token", Some(&oauth.client), &[]).await.assert_oauth_error(400, "invalid_request");
    for grant in ["password", "authorization_code", "refresh_token", "CLIENT_CREDENTIALS"] {
        let reply = oauth.post("/oauth/token", Some(&oauth.client), &[("grant_type", grant)]).await;
        reply.assert_oauth_error(400, "unsupported_grant_type");
    }
    assert_eq!(oauth.ask(&oauth.client, &[("unknown", "ignored")]).await.status, 200);
    let in_address = oauth.server.request(Method::POST, "/oauth/token?client_secret=x").form(&[("a", "b")]);
    Reply::of(in_address.send().await.unwrap()).await.assert_oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn a_small_multipart_form_is_read_too_and_a_large_one_or_a_file_is_not() {
    let oauth = OAuth::start().await;
    let post = |fields: Vec<(String, String)>| {
        let boundary = "boundary";
        let part = |(name, value): &(String, String)| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}--{boundary}--\r\n", fields.iter().map(part).collect::<String>());
        let request = oauth.server.request(Method::POST, "/oauth/token").body(body);
        request.header("content-type", format!("multipart/form-data; boundary={boundary}"))
    };
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let good = vec![
        field("grant_type", "client_credentials"),
        field("client_id", &oauth.client.id),
        field("client_secret", &oauth.client.secret),
    ];
    let reply = Reply::of(post(good.clone()).send().await.unwrap()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let mut large = good.clone();
    large.push(field("padding", &"x".repeat(17 * 1024)));
    Reply::of(post(large).send().await.unwrap()).await.assert_oauth_error(400, "invalid_request");
    let many = good.into_iter().chain((0..8).map(|n| field(&format!("p{n}"), "x"))).collect();
    Reply::of(post(many).send().await.unwrap()).await.assert_oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_the_words_of_the_protocol() {
    let oauth = OAuth::start().await;
    let reply = oauth.ask(&oauth.client, &[("padding", &"x".repeat(70_000))]).await;
    reply.assert_oauth_error(413, "invalid_request");
    oauth.ask(&oauth.client, &[("scope", &"x".repeat(60_000))]).await.assert_oauth_error(400, "invalid_scope");
}

#[tokio::test]
async fn a_token_lives_as_long_as_client_api_and_credential_all_allow() {
    let oauth = OAuth::start().await;
    let brief = oauth.issue_client(&json!({ "access_token_seconds": 120 })).await;
    assert_eq!(oauth.ask(&brief, &[]).await.json()["expires_in"], 120);
    let body = json!({ "name": "ending", "scopes": ["contacts:read"], "expires_in": 3600 });
    let ending = oauth.server.post("/v1/me/tokens", &oauth.owner, &body).await;
    let ending = super::Client { id: ending.text("/id"), secret: ending.text("/token") };
    oauth.server.move_clock(3300);
    let left = oauth.ask(&ending, &[]).await.json()["expires_in"].as_i64().unwrap();
    assert!((290..=300).contains(&left), "{left}");
    oauth.server.move_clock(400);
    oauth.ask(&ending, &[]).await.assert_oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn a_personal_access_token_is_a_client_too_and_its_reply_names_the_person() {
    let oauth = OAuth::start().await;
    let (secret, id) = oauth.server.issue(&oauth.owner, &["all"]).await;
    let client = super::Client { id, secret };
    let reply = oauth.ask(&client, &[("scope", "contacts:read")]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.text("/identity_id").starts_with("usr_"));
    assert_eq!((reply.text("/user_name"), reply.text("/org")), ("owner@acme.test".into(), "acme".into()));
    let claims = part(&reply.text("/access_token"), 1);
    assert_eq!((&claims["sub"], &claims["sub_type"]), (&reply.json()["identity_id"], &json!("user")));
    assert_eq!((&claims["client_id"], &claims["org_id"]), (&json!(client.id), &reply.json()["tenant_id"]));
    assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 900);
    let (secret, id) = oauth.server.issue(&oauth.owner, &["contacts:read"]).await;
    oauth
        .ask(&super::Client { id, secret }, &[("scope", "contacts:write")])
        .await
        .assert_oauth_error(400, "invalid_scope");
}
