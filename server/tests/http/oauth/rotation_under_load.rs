//! Rotates signing keys while clients request, introspect and verify tokens. No client sees an error.

use super::{OAuth, part, resource_server::pass};
use mintmark_client::{Clock, Verifier};
use service::signing_keys::Rotation;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

const WORKERS: usize = 4;
/// The number of requests of each kind, for all workers together.
const TURNS: u32 = 400;
/// The number of turns between two rotations. A turn takes ten seconds, and a new key signs after ten minutes.
const TURNS_A_ROTATION: u32 = 100;
const SECONDS_A_TURN: u32 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_keys_are_rotated_no_token_fails_to_be_issued_introspected_or_verified() {
    let (oauth, clock, turn) = (Arc::new(OAuth::start().await), Clock::default(), Arc::new(AtomicU32::new(0)));
    let verifier = Verifier::builder(&oauth.server.base, super::CONTACTS)
        .organization(&oauth.org)
        .clock(clock.clone())
        .build()
        .unwrap();
    let worker = || {
        let (oauth, clock, verifier, turn) = (oauth.clone(), clock.clone(), verifier.clone(), turn.clone());
        async move {
            let (mut kids, mut failures) = (BTreeSet::new(), Vec::new());
            loop {
                let turn = turn.fetch_add(1, Ordering::Relaxed);
                if turn >= TURNS {
                    return (kids, failures);
                }
                if turn % TURNS_A_ROTATION == TURNS_A_ROTATION / 5 {
                    oauth.server.service.signing_keys().rotate_at_the_console(Rotation::Orderly).await.unwrap();
                }
                pass(&oauth, &clock, SECONDS_A_TURN);
                let token = oauth.token(&oauth.client, &[]).await;
                kids.insert(part(&token, 0)["kid"].to_string());
                if let Err(error) = verifier.verify(&token).await {
                    failures.push(format!("turn {turn}: verified elsewhere: {error:?}"));
                }
                if oauth.introspect(&oauth.client, &token).await["active"] != true {
                    failures.push(format!("turn {turn}: introspected"));
                }
            }
        }
    };
    let workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(worker())).collect();
    let (mut kids, mut failures) = (BTreeSet::new(), Vec::new());
    for worker in workers {
        let (signed_with, failed) = worker.await.unwrap();
        kids.extend(signed_with);
        failures.extend(failed);
    }
    assert_eq!(failures, Vec::<String>::new());
    let rotations = (TURNS / TURNS_A_ROTATION) as usize;
    assert_eq!(kids.len(), rotations + 1, "every key had its time to sign: {kids:?}");
}
