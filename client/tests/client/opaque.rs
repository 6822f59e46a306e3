//! Personal access tokens and API keys, verified by introspection.

use crate::{
    peer::{OWN, Peer},
    signing::{AUDIENCE, now, opaque, with, without},
};
use mintmark_client::{AuthError, IntrospectionCredential, InvalidToken, SubjectType, Verifier};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

const INACTIVE: AuthError = AuthError::InvalidToken(InvalidToken::Inactive);

fn pat(number: usize) -> String {
    opaque("mint_pat", number)
}

#[tokio::test]
async fn an_active_credential_names_its_caller() {
    let peer = Peer::start(&[]).await;
    let token = pat(1);
    peer.say(&token, with(&peer.active(), "exp", now() + 60));
    let caller = peer.verifier().verify(&token).await.unwrap();
    assert_eq!((caller.subject.as_str(), caller.subject_type), ("usr_01", SubjectType::User));
    assert_eq!((caller.user_name.as_deref(), caller.credential_id.as_deref()), (Some("ada"), Some("pat_01")));
    assert_eq!((caller.org_id.as_str(), caller.scopes), ("org_01", BTreeSet::from(["contacts:read".to_owned()])));
    assert_eq!(caller.expires_at.map(|at| at / 100), Some((now() + 60) / 100));
    assert_eq!(peer.last_authorization(), format!("Bearer {OWN}"));
    assert_eq!(peer.key_calls(), 0);
}

#[tokio::test]
async fn the_api_can_ask_as_an_oauth_client_too() {
    let peer = Peer::start(&[]).await;
    let token = pat(1);
    peer.say(&token, peer.active());
    let asks_as = IntrospectionCredential::client("cli_01", "a b:c");
    assert!(peer.builder().introspect_with(asks_as).build().unwrap().verify(&token).await.is_ok());
    assert_eq!(peer.last_authorization(), "Basic Y2xpXzAxOmErYiUzQWM=", "both halves are form-encoded: cli_01:a+b%3Ac");
}

#[tokio::test]
async fn a_credential_of_the_wrong_shape_costs_no_call() {
    let peer = Peer::start(&[]).await;
    let verifier = peer.verifier();
    let good = pat(1);
    for (token, reason) in [
        (good.replace("0001", "0002"), InvalidToken::Malformed),
        (opaque("acme_pat", 1), InvalidToken::Malformed),
        (opaque("mint_whsec", 1), InvalidToken::Malformed),
        (format!("{good} "), InvalidToken::Malformed),
        ("x".repeat(9000), InvalidToken::TooLong),
        (opaque("mint_cs", 1), InvalidToken::ClientSecret),
        (opaque("mint_key_test", 1), InvalidToken::TestCredential),
    ] {
        assert_eq!(verifier.verify(&token).await, Err(reason.into()), "{token:.30}");
    }
    let without_introspection = Verifier::builder(&peer.url, AUDIENCE).any_organization().build().unwrap();
    assert_eq!(without_introspection.verify(&good).await, Err(InvalidToken::OpaqueNotAccepted.into()));
    assert_eq!(peer.introspections(), 0);
}

#[tokio::test]
async fn test_credentials_and_other_brands_are_accepted_where_that_is_said() {
    let peer = Peer::start(&[]).await;
    let token = opaque("acme_key_test", 1);
    peer.say(&token, with(&with(&peer.active(), "sub_type", "application"), "sub", "key_01"));
    let verifier = peer.builder().token_brand("acme").accept_test_credentials().build().unwrap();
    assert_eq!(verifier.verify(&token).await.unwrap().subject_type, SubjectType::Application);
}

#[tokio::test]
async fn only_a_whole_yes_is_a_yes() {
    let peer = Peer::start(&[]).await;
    let verifier = peer.verifier();
    let yes = peer.active();
    let answers: Vec<(Value, InvalidToken)> = vec![
        (json!({"active": false}), InvalidToken::Inactive),
        (json!({}), InvalidToken::Inactive),
        (with(&yes, "active", "true"), InvalidToken::Inactive),
        (with(&yes, "active", 1), InvalidToken::Inactive),
        (with(&yes, "iss", "https://mint.evil.test"), InvalidToken::Issuer),
        (with(&yes, "aud", "https://other.test"), InvalidToken::Audience),
        (with(&yes, "aud", json!([])), InvalidToken::Audience),
        (with(&yes, "exp", now() - 60), InvalidToken::Expired),
        (with(&yes, "exp", (now() + 60).to_string()), InvalidToken::MalformedClaim("exp")),
        (with(&yes, "nbf", now() + 90), InvalidToken::NotYetValid),
        (with(&yes, "cnf", json!({"x5t#S256": "x"})), InvalidToken::SenderConstrained),
        (with(&yes, "sub_type", "root"), InvalidToken::MalformedClaim("sub_type")),
        (without(&yes, "sub"), InvalidToken::MissingClaim("sub")),
        (without(&yes, "org_id"), InvalidToken::MissingClaim("org_id")),
        (with(&yes, "org_id", "org_02"), InvalidToken::Organization),
        (with(&yes, "env", "test"), InvalidToken::TestCredential),
        (with(&yes, "env", "staging"), InvalidToken::MalformedClaim("env")),
        (with(&yes, "resources", "project:a"), InvalidToken::MalformedClaim("resources")),
    ];
    for (number, (answer, reason)) in answers.into_iter().enumerate() {
        let token = pat(number);
        peer.say(&token, answer.clone());
        assert_eq!(verifier.verify(&token).await, Err(reason.into()), "{answer}");
    }
    for (number, raw) in ["", "yes", "[]", "{\"active\":false,\"active\":true}", "<html>"].into_iter().enumerate() {
        let token = pat(100 + number);
        peer.say(&token, Value::String(raw.to_owned()));
        let refused = verifier.verify(&token).await;
        assert!(matches!(refused, Err(AuthError::IssuerUnavailable { .. })), "{raw}: {refused:?}");
    }
    let token = pat(200);
    peer.say(&token, Value::String(yes.to_string().replacen('{', &format!("{{{}", " ".repeat(70_000)), 1)));
    assert!(matches!(verifier.verify(&token).await, Err(AuthError::IssuerUnavailable { .. })), "over 64 KB");
}

#[tokio::test]
async fn an_answer_is_remembered_for_five_seconds_and_no_longer() {
    let peer = Peer::start(&[]).await;
    let (verifier, token, unknown) = (peer.verifier(), pat(1), pat(2));
    peer.say(&token, peer.active());
    for _ in 0..20 {
        assert!(verifier.verify(&token).await.is_ok());
        assert_eq!(verifier.verify(&unknown).await, Err(INACTIVE));
    }
    assert_eq!(peer.introspections(), 2, "no is remembered as well as yes");
    peer.say(&token, json!({"active": false}));
    peer.say(&unknown, peer.active());
    peer.clock.advance(Duration::from_secs(5));
    assert_eq!(verifier.verify(&token).await, Err(INACTIVE), "revoked");
    assert!(verifier.verify(&unknown).await.is_ok());
    assert_eq!(peer.introspections(), 4);
}

#[tokio::test]
async fn with_no_time_to_live_every_use_asks() {
    let peer = Peer::start(&[]).await;
    let verifier = peer.builder().remember_answers_for(Duration::ZERO).build().unwrap();
    let token = pat(1);
    peer.say(&token, peer.active());
    for calls in 1..=3 {
        assert!(verifier.verify(&token).await.is_ok());
        assert_eq!(peer.introspections(), calls);
    }
}

#[tokio::test]
async fn a_remembered_credential_ends_when_it_ends() {
    let peer = Peer::start(&[]).await;
    let verifier = peer.builder().remember_answers_for(Duration::from_secs(60)).build().unwrap();
    let token = pat(1);
    peer.say(&token, with(&peer.active(), "exp", now() + 20));
    assert!(verifier.verify(&token).await.is_ok());
    peer.clock.advance(Duration::from_secs(21));
    assert_eq!(verifier.verify(&token).await, Err(InvalidToken::Expired.into()));
    assert_eq!(peer.introspections(), 1);
}

#[tokio::test]
async fn simultaneous_requests_with_one_credential_ask_once() {
    let peer = Peer::start(&[]).await;
    let (verifier, token) = (peer.verifier(), pat(1));
    peer.say(&token, peer.active());
    let many: Vec<_> = (0..100)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), token.clone());
            tokio::spawn(async move { verifier.verify(&token).await.is_ok() })
        })
        .collect();
    for one in many {
        assert!(one.await.unwrap());
    }
    assert_eq!(peer.introspections(), 1);
}

#[tokio::test]
async fn what_is_remembered_stays_bounded_under_a_flood_of_made_up_credentials() {
    let peer = Peer::start(&[]).await;
    let verifier = peer.builder().max_answers(50).build().unwrap();
    for number in 0..500 {
        assert_eq!(verifier.verify(&pat(number)).await, Err(INACTIVE));
        assert!(verifier.remembered_answers() <= 50);
    }
    assert!(verifier.remembered_answers() > 0);
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_503_with_its_own_retry_after_and_older_answers_do_not_count() {
    let peer = Peer::start(&[]).await;
    let (verifier, token) = (peer.verifier(), pat(1));
    peer.say(&token, peer.active());
    assert!(verifier.verify(&token).await.is_ok());
    peer.set_down(true);
    peer.clock.advance(Duration::from_secs(5));
    for _ in 0..10 {
        assert_eq!(verifier.verify(&token).await, Err(AuthError::IssuerUnavailable { retry_after_seconds: 9 }));
    }
    assert_eq!(peer.introspections(), 2, "who asks the same within a second shares the failure");
    peer.set_down(false);
    peer.clock.advance(Duration::from_secs(1));
    assert!(verifier.verify(&token).await.is_ok());
}
