//! Client authentication.

use super::{Client, OAuth, issue_client};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The key pair of a client that signs its own assertions.
struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]), "kid": "of-mine" })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", text(header), text(claims));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[expect(clippy::disallowed_methods, reason = "a client reads its own clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn claims(client: &str, oauth: &OAuth, jti: &str) -> Value {
    json!({ "iss": client, "sub": client, "aud": oauth.server.base, "exp": now() + 60, "iat": now(), "jti": jti })
}

fn form(assertion: &str) -> [(&str, &str); 3] {
    [("grant_type", "client_credentials"), ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]
}

#[tokio::test]
async fn rfc_6749_2_3_1_a_wrong_or_missing_proof_is_invalid_client_with_the_right_challenge() {
    let oauth = OAuth::start().await;
    let other = oauth.issue_client(&json!({})).await;
    let wrong = |id: &str, secret: &str| Client { id: id.to_owned(), secret: secret.to_owned() };
    for client in [
        wrong(&oauth.client.id, &other.secret),
        wrong(&oauth.client.id, "mint_cs_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2k39xi"),
        wrong(&oauth.client.id, "secret"),
        wrong("cli_unknown", &oauth.client.secret),
        wrong("", &oauth.client.secret),
        wrong(&oauth.client.id, &oauth.owner),
    ] {
        let reply = oauth.ask(&client, &[]).await;
        reply.assert_oauth_error(401, "invalid_client");
        assert!(reply.header("www-authenticate").starts_with("Basic realm="), "{:?}", reply.headers);
        let body = [("grant_type", "client_credentials"), ("client_id", &client.id), ("client_secret", &client.secret)];
        if !client.id.is_empty() {
            let reply = oauth.post("/oauth/token", None, &body).await;
            reply.assert_oauth_error(401, "invalid_client");
            assert!(reply.header("www-authenticate").starts_with("Basic realm="), "{:?}", reply.headers);
        }
    }
    let nothing = oauth.post("/oauth/token", None, &[("grant_type", "client_credentials")]).await;
    nothing.assert_oauth_error(401, "invalid_client");
    assert!(nothing.header("www-authenticate").starts_with("Basic realm="));
}

#[tokio::test]
async fn rfc_6749_2_3_two_methods_at_once_are_refused() {
    let oauth = OAuth::start().await;
    let both = [("client_id", oauth.client.id.as_str()), ("client_secret", oauth.client.secret.as_str())];
    oauth.ask(&oauth.client, &both).await.assert_oauth_error(400, "invalid_request");
    assert_eq!(oauth.ask(&oauth.client, &both[..1]).await.status, 200, "its own client_id is no second method");
}

#[tokio::test]
async fn every_live_secret_works_and_a_revoked_disabled_or_foreign_client_does_not() {
    let oauth = OAuth::start().await;
    let one = format!("/v1/orgs/acme/clients/{}", oauth.client.id);
    let rolled = oauth.server.post(&format!("{one}/roll"), &oauth.owner, &json!({})).await;
    let second = Client { secret: rolled.text("/client_secret"), ..oauth.client.clone() };
    oauth.token(&oauth.client, &[]).await;
    oauth.token(&second, &[]).await;
    oauth.server.service.node().flush_usage().await.unwrap();
    let retiring = oauth.ask(&oauth.client, &[]).await;
    assert!(!retiring.header("x-credential-retires-at").is_empty(), "{:?}", retiring.headers);
    oauth.server.move_clock(86_401);
    oauth.ask(&oauth.client, &[]).await.assert_oauth_error(401, "invalid_client");
    oauth.token(&second, &[]).await;
    oauth.server.post(&format!("{one}/disable"), &oauth.owner, &json!({})).await;
    oauth.ask(&second, &[]).await.assert_oauth_error(401, "invalid_client");
    oauth.server.post(&format!("{one}/enable"), &oauth.owner, &json!({})).await;
    oauth.token(&second, &[]).await;
    oauth.server.post(&format!("{one}/revoke"), &oauth.owner, &json!({})).await;
    oauth.ask(&second, &[]).await.assert_oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn an_api_key_is_no_client_and_a_client_from_elsewhere_is_refused() {
    let oauth = OAuth::start().await;
    let (secret, id) = oauth.server.api_key(&oauth.owner, "acme", &["contacts:read"]).await;
    oauth.ask(&Client { id, secret }, &[]).await.assert_oauth_error(401, "invalid_client");
    let elsewhere = oauth.issue_client(&json!({ "ip_allowlist": ["192.0.2.0/24"] })).await;
    oauth.ask(&elsewhere, &[]).await.assert_oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn rfc_7523_2_2_a_client_proves_by_its_own_key_who_it_is_once_with_each_assertion() {
    let oauth = OAuth::start().await;
    let (signer, stranger) = (Signer::new(), Signer::new());
    let settings = json!({ "auth_method": "private_key_jwt", "jwks": { "keys": [signer.jwk()] } });
    let client = oauth.issue_client(&settings).await;
    assert_eq!(client.secret, "", "a client with its own keys has no secret");
    let header = json!({ "alg": "ES256", "kid": "of-mine" });
    let ask = async |assertion: String| oauth.post("/oauth/token", None, &form(&assertion)).await;
    let good = signer.sign(&header, &claims(&client.id, &oauth, "1"));
    let reply = ask(good.clone()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    ask(good).await.assert_oauth_error(401, "invalid_client");
    let mut to_endpoint = claims(&client.id, &oauth, "2");
    to_endpoint["aud"] = json!(format!("{}/oauth/token", oauth.server.base));
    to_endpoint["exp"] = json!(now() + 3600);
    assert_eq!(ask(signer.sign(&json!({ "alg": "ES256" }), &to_endpoint)).await.status, 200);

    let change = |name: &str, value: Value| {
        let mut claims = claims(&client.id, &oauth, "3");
        claims[name] = value;
        signer.sign(&header, &claims)
    };
    for assertion in [
        stranger.sign(&header, &claims(&client.id, &oauth, "3")),
        signer.sign(&json!({ "alg": "none" }), &claims(&client.id, &oauth, "3")),
        signer.sign(&json!({ "alg": "HS256" }), &claims(&client.id, &oauth, "3")),
        signer.sign(&json!({ "alg": "RS256" }), &claims(&client.id, &oauth, "3")),
        signer.sign(&header, &claims(&oauth.client.id, &oauth, "3")),
        signer.sign(&header, &claims("cli_01h455vb4pex5vsknk084sn02q", &oauth, "3")),
        change("aud", json!("https://evil.example")),
        change("aud", json!([oauth.server.base, "https://evil.example"])),
        change("exp", json!(now() - 3600)),
        change("exp", json!((now() + 60).to_string())),
        change("jti", Value::Null),
        "x.y.z".to_owned(),
        "x".repeat(10_000),
    ] {
        ask(assertion).await.assert_oauth_error(401, "invalid_client");
    }
    let by_secret = Client { id: client.id.clone(), secret: oauth.client.secret.clone() };
    oauth.ask(&by_secret, &[]).await.assert_oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn of_fifty_uses_of_one_assertion_at_once_one_succeeds() {
    let oauth = OAuth::start().await;
    let signer = Signer::new();
    let settings = json!({ "auth_method": "private_key_jwt", "jwks": { "keys": [signer.jwk()] } });
    let client = oauth.issue_client(&settings).await;
    let assertion = signer.sign(&json!({ "alg": "ES256" }), &claims(&client.id, &oauth, "once"));
    let form = form(&assertion);
    let uses = (0..50).map(|_| oauth.post("/oauth/token", None, &form));
    let replies = futures_util::future::join_all(uses).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 401).count(), 49);
}

#[tokio::test]
async fn a_client_of_one_organization_learns_nothing_of_another() {
    let oauth = OAuth::start().await;
    let globex = oauth.server.org("globex").await;
    super::define_api(&oauth.server, &globex, "globex", "urn:globex", "ES256", "contacts").await;
    let foreign = issue_client(&oauth.server, &globex, "globex", &json!({})).await;
    let token = oauth.token(&oauth.client, &[]).await;
    oauth.assert_inactive(&foreign, &token).await;
    oauth.ask(&foreign, &[("resource", super::CONTACTS)]).await.assert_oauth_error(400, "invalid_target");
}
