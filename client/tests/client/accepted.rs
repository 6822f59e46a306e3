//! Tokens that must be accepted.

use crate::{
    peer::Peer,
    signing::{AUDIENCE, Signer, claims, now, with},
};
use mintmark_client::{InvalidToken, SubjectType};
use serde_json::json;

#[tokio::test]
async fn a_token_of_each_algorithm_is_accepted_and_names_its_caller() {
    let signers = [Signer::es256("es"), Signer::rs256("rs"), Signer::eddsa("ed")];
    let peer = Peer::start(&signers.each_ref()).await;
    let verifier = peer.verifier();
    for signer in &signers {
        let caller = verifier.verify(&signer.good(&claims(&peer.url))).await.unwrap();
        assert_eq!((caller.subject.as_str(), caller.subject_type), ("cli_01", SubjectType::Client));
        assert_eq!((caller.client_id.as_deref(), caller.org_id.as_str()), (Some("cli_01"), "org_01"));
        assert_eq!(
            (caller.jti.as_deref(), caller.credential_id.as_deref(), caller.user_name.as_deref()),
            (Some("tok_01"), None, None)
        );
        assert!(
            caller.has_scope("contacts:read") && caller.has_scope("contacts:write") && !caller.has_scope("contacts")
        );
        assert!(caller.expires_at.unwrap() > now());
    }
    assert_eq!(peer.key_calls(), 1, "the keys were fetched once for all of them");
}

#[tokio::test]
async fn what_the_standards_leave_open_is_accepted() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let (verifier, header, claims) = (peer.verifier(), signer.header(), claims(&peer.url));
    let jwk = Signer::es256("theirs").jwk();
    for (what, token) in [
        ("the long media type", signer.token(&with(&header, "typ", "application/at+jwt"), &claims)),
        ("upper case in the media type", signer.token(&with(&header, "typ", "AT+JWT"), &claims)),
        ("several audiences", signer.good(&with(&claims, "aud", json!(["https://other.test", AUDIENCE])))),
        ("fractions of a second", signer.good(&with(&claims, "exp", now() as f64 + 60.5))),
        ("exp within the leeway", signer.good(&with(&claims, "exp", now() - 10))),
        ("nbf within the leeway", signer.good(&with(&claims, "nbf", now() + 10))),
        ("no scope", signer.good(&with(&claims, "scope", ""))),
        ("claims of others", signer.good(&with(&claims, "https://acme.test/x", json!({"a": [1]})))),
        ("a key in the header, which is ignored", signer.token(&with(&header, "jwk", jwk), &claims)),
    ] {
        assert!(verifier.verify(&token).await.is_ok(), "{what}: {:?}", verifier.verify(&token).await);
    }
}

#[tokio::test]
async fn a_token_ends_with_its_exp_and_the_leeway() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let (verifier, token) = (peer.verifier(), signer.good(&claims(&peer.url)));
    peer.clock.advance(std::time::Duration::from_secs(325));
    assert!(verifier.verify(&token).await.is_ok());
    peer.clock.advance(std::time::Duration::from_secs(10));
    assert!(verifier.verify(&token).await.is_err());
}

#[tokio::test]
async fn whose_tokens_are_accepted_is_said_by_name_or_out_loud() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let other = signer.good(&with(&claims(&peer.url), "org_id", "org_02"));
    let own = signer.good(&claims(&peer.url));
    assert_eq!(peer.verifier().verify(&other).await, Err(InvalidToken::Organization.into()));
    for (what, builder) in
        [("both by name", peer.builder().organization("org_02")), ("anybody's", peer.builder().any_organization())]
    {
        let verifier = builder.build().unwrap();
        for token in [&own, &other] {
            assert!(verifier.verify(token).await.is_ok(), "{what}");
        }
    }
}

#[tokio::test]
async fn limits_and_environment_of_the_credential_come_with_the_token() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let limited = with(&claims(&peer.url), "resources", json!(["project:a"]));
    let test = signer.good(&with(&limited, "env", "test"));
    assert_eq!(peer.verifier().verify(&test).await, Err(InvalidToken::TestCredential.into()));
    let caller = peer.builder().accept_test_credentials().build().unwrap().verify(&test).await.unwrap();
    assert!(caller.is_test && caller.reaches("project:a") && caller.reaches("project:a/file:1"));
    assert!(!caller.reaches("project:ab") && !caller.reaches("project:b"));
    let caller = peer.verifier().verify(&signer.good(&claims(&peer.url))).await.unwrap();
    assert!(!caller.is_test && caller.resources.is_empty() && caller.reaches("project:b"));
}
