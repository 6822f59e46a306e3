//! Rotation of keys, and how often the client asks the issuer for them. The tests move the clock and never wait.

use crate::{
    peer::Peer,
    signing::{Signer, claims, with},
};
use mintmark_client::{AuthError, InvalidToken, Principal, Verifier};
use serde_json::json;
use std::time::Duration;

const UNKNOWN: AuthError = AuthError::InvalidToken(InvalidToken::UnknownKey);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A token that is still valid after these tests have moved the clock.
fn lasting(signer: &Signer, peer: &Peer) -> String {
    signer.good(&with(&claims(&peer.url), "exp", 9_999_999_999_u64))
}

async fn verify(verifier: &Verifier, signer: &Signer, peer: &Peer) -> Result<Principal, AuthError> {
    verifier.verify(&lasting(signer, peer)).await
}

#[tokio::test]
async fn a_rotation_needs_no_restart_and_a_withdrawn_key_is_refused_from_the_next_refresh() {
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let peer = Peer::start(&[&old]).await;
    let verifier = peer.verifier();
    assert!(verify(&verifier, &old, &peer).await.is_ok());
    peer.publish(&[&old, &new]);
    assert!(verify(&verifier, &new, &peer).await.is_ok(), "an unknown name fetches the keys at once");
    assert!(verify(&verifier, &old, &peer).await.is_ok());
    peer.publish(&[&new]);
    assert!(verify(&verifier, &old, &peer).await.is_ok(), "still fresh");
    peer.clock.advance(seconds(301));
    assert_eq!(verify(&verifier, &old, &peer).await, Err(UNKNOWN));
    assert!(verify(&verifier, &new, &peer).await.is_ok());
    assert_eq!(peer.key_calls(), 3);
}

#[tokio::test]
async fn a_flood_of_unknown_names_makes_one_call_in_thirty_seconds() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let verifier = peer.verifier();
    assert!(verify(&verifier, &signer, &peer).await.is_ok());
    let token = |number: usize| signer.token(&with(&signer.header(), "kid", format!("k{number}")), &claims(&peer.url));
    for round in 1..=3 {
        let flood: Vec<_> = (0..200)
            .map(|number| {
                let (verifier, token) = (verifier.clone(), token(number));
                tokio::spawn(async move { verifier.verify(&token).await })
            })
            .collect();
        for attempt in flood {
            assert_eq!(attempt.await.unwrap(), Err(UNKNOWN));
        }
        peer.clock.advance(seconds(29));
        assert_eq!(verifier.verify(&token(0)).await, Err(UNKNOWN));
        assert_eq!(peer.key_calls(), 1 + round, "round {round}");
        peer.clock.advance(seconds(1));
    }
}

#[tokio::test]
async fn many_first_tokens_at_once_make_one_call() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let (verifier, token) = (peer.verifier(), lasting(&signer, &peer));
    let many: Vec<_> = (0..100)
        .map(|_| {
            let (verifier, token) = (verifier.clone(), token.clone());
            tokio::spawn(async move { verifier.verify(&token).await.is_ok() })
        })
        .collect();
    for one in many {
        assert!(one.await.unwrap());
    }
    assert_eq!(peer.key_calls(), 1);
}

#[tokio::test]
async fn keys_that_did_not_change_are_confirmed_without_being_sent_again() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let verifier = peer.verifier();
    for round in 0..3 {
        assert!(verify(&verifier, &signer, &peer).await.is_ok());
        assert_eq!((peer.key_calls(), peer.not_modified()), (round + 1, round));
        peer.clock.advance(seconds(299));
        assert!(verify(&verifier, &signer, &peer).await.is_ok());
        assert_eq!(peer.key_calls(), round + 1, "fresh for as long as max-age says");
        peer.clock.advance(seconds(2));
    }
}

#[tokio::test]
async fn the_time_keys_are_kept_stays_within_a_minute_and_an_hour() {
    let signer = Signer::es256("es");
    for (said, kept) in [(Some("max-age=0"), 60), (Some("no-store"), 60), (Some("max-age=31536000"), 3600), (None, 300)]
    {
        let peer = Peer::start(&[&signer]).await;
        peer.keep_keys_for(said);
        let verifier = peer.verifier();
        assert!(verify(&verifier, &signer, &peer).await.is_ok());
        peer.clock.advance(seconds(kept - 1));
        assert!(verify(&verifier, &signer, &peer).await.is_ok());
        assert_eq!(peer.key_calls(), 1, "{said:?}");
        peer.clock.advance(seconds(2));
        assert!(verify(&verifier, &signer, &peer).await.is_ok());
        assert_eq!(peer.key_calls(), 2, "{said:?}");
    }
}

#[tokio::test]
async fn keys_go_on_counting_for_the_stated_bound_while_the_issuer_does_not_answer() {
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let peer = Peer::start(&[&old]).await;
    let verifier = peer.builder().use_stale_keys_for(seconds(600)).build().unwrap();
    assert!(verify(&verifier, &old, &peer).await.is_ok());
    peer.set_down(true);
    peer.clock.advance(seconds(301));
    for _ in 0..50 {
        assert!(verify(&verifier, &old, &peer).await.is_ok());
    }
    assert_eq!(peer.key_calls(), 2, "one attempt, and the next half a minute later");
    assert!(matches!(verify(&verifier, &new, &peer).await, Err(AuthError::IssuerUnavailable { .. })), "nobody knows");
    peer.clock.advance(seconds(600));
    assert!(matches!(verify(&verifier, &old, &peer).await, Err(AuthError::IssuerUnavailable { .. })), "the bound");
    peer.set_down(false);
    peer.clock.advance(seconds(1));
    assert!(verify(&verifier, &old, &peer).await.is_ok(), "and it recovers by itself");
}

#[tokio::test]
async fn without_any_keys_the_answer_is_503_and_never_yes() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    peer.set_down(true);
    let verifier = peer.verifier();
    for _ in 0..20 {
        assert!(matches!(verify(&verifier, &signer, &peer).await, Err(AuthError::IssuerUnavailable { .. })));
    }
    assert_eq!(peer.key_calls(), 1, "asked again after a second, not at every token");
    peer.set_down(false);
    peer.clock.advance(seconds(1));
    assert!(verify(&verifier, &signer, &peer).await.is_ok());
}

#[tokio::test]
async fn nobody_listening_is_503_too() {
    let signer = Signer::es256("es");
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let verifier = Verifier::builder(format!("http://{closed}"), "a").any_organization().build().unwrap();
    let refused = verifier.verify(&signer.good(&json!({}))).await;
    assert!(matches!(refused, Err(AuthError::IssuerUnavailable { .. })), "{refused:?}");
}

#[tokio::test]
async fn an_issuer_that_withdraws_all_keys_is_believed() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let verifier = peer.verifier();
    assert!(verify(&verifier, &signer, &peer).await.is_ok());
    peer.publish(&[]);
    peer.clock.advance(seconds(301));
    assert_eq!(verify(&verifier, &signer, &peer).await, Err(UNKNOWN));
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_call_for_keys_with_them() {
    let (old, new) = (Signer::es256("old"), Signer::es256("new"));
    let peer = Peer::start(&[&old]).await;
    let verifier = peer.verifier();
    assert!(verify(&verifier, &old, &peer).await.is_ok());
    peer.publish(&[&old, &new]);
    let token = lasting(&new, &peer);
    {
        // Polled once, so that the call has begun, and then dropped.
        let mut attempt = Box::pin(verifier.verify(&token));
        let waker = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(waker);
        assert!(attempt.as_mut().poll(&mut context).is_pending());
    }
    assert!(verifier.verify(&token).await.is_ok());
    assert_eq!(peer.key_calls(), 2);
}

#[tokio::test]
async fn a_refresh_that_takes_its_time_holds_up_nobody_who_has_a_key_that_counts() {
    let signer = Signer::es256("es");
    let peer = Peer::start(&[&signer]).await;
    let (verifier, token) = (peer.verifier(), lasting(&signer, &peer));
    assert!(verifier.verify(&token).await.is_ok());
    peer.clock.advance(seconds(301));
    let held_back = peer.hold_keys_back().await;
    let refreshing = tokio::spawn({
        let (verifier, token) = (verifier.clone(), token.clone());
        async move { verifier.verify(&token).await }
    });
    while peer.key_calls() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(verifier.verify(&token).await.is_ok());
    assert!(!refreshing.is_finished());
    drop(held_back);
    assert!(refreshing.await.unwrap().is_ok());
    assert_eq!(peer.key_calls(), 2);
}
