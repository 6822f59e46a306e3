//! Revokes very many credentials while both nodes verify each one as fast as they can.
//!
//! No node accepts a credential after its revocation was answered. The other node has until its confirmation, or until
//! the lease ends.

use crate::support::{KEYS, World, follow};
use domain::{
    secret::{PlainSecret, RevealedSecret},
    verify::Verdict,
};
use service::{
    RequestContext, ServiceError,
    credentials::Confirmation,
    load::LoadRequest,
    verify::{LEASE, Propagation},
};
use std::{
    sync::{Arc, Mutex, OnceLock},
    time::{Duration, Instant},
};
use tokio::{
    sync::Barrier,
    task::{JoinHandle, JoinSet, yield_now},
    time::interval,
};

on_both!(after_a_revocation_was_answered_nobody_is_let_in);

/// The number of credentials. `MINTMARK_RACES` overrides it, as in `make soak`.
const RACES: u64 = 1_000;
const AT_ONCE: usize = 8;
/// Time beyond the lease, for a machine that does other work too.
const SLACK: Duration = Duration::from_millis(500);

async fn after_a_revocation_was_answered_nobody_is_let_in(world: World) {
    let count = std::env::var("MINTMARK_RACES").map_or(RACES, |text| text.parse().unwrap());
    let followers = world.nodes.each_ref().map(follow);
    let request = LoadRequest { org: "acme".to_owned(), count, sample: count, members: 0 };
    let secrets = world.node().load_keys(&request, |_| ()).await.unwrap().sample;
    assert_eq!(secrets.len() as u64, count);
    for node in &world.nodes {
        node.node().catch_up().await.unwrap();
    }
    let (secrets, mut workers) = (Arc::new(Mutex::new(secrets)), JoinSet::new());
    for _ in 0..AT_ONCE {
        let (world, secrets) = (world.clone(), secrets.clone());
        workers.spawn(async move {
            let mut elsewhere = JoinSet::new();
            let next = || secrets.lock().unwrap().pop();
            while let Some(secret) = next() {
                elsewhere.spawn(race(&world, secret).await);
            }
            elsewhere.join_all().await;
        });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    followers.iter().for_each(JoinHandle::abort);
}

/// Revokes a credential that is in use on both nodes. The returned future ends when the other node rejects it too.
async fn race(world: &World, secret: RevealedSecret) -> impl Future<Output = ()> + Send + 'static {
    let presented = PlainSecret::presented(secret.expose().to_owned());
    let caller = world.node().authenticate(&presented, RequestContext::default()).await.unwrap().caller;
    let id = caller.actor.credential().unwrap().to_string();
    let (secret, started, answered) = (Arc::new(secret), Arc::new(Barrier::new(3)), Arc::new(OnceLock::new()));
    let [here, elsewhere] = [0, 1]
        .map(|node| tokio::spawn(present(world.clone(), node, secret.clone(), started.clone(), answered.clone())));
    started.wait().await;
    let revoked = world.node().credentials().revoke(&world.owner, KEYS, &id, Confirmation::NotAsked).await.unwrap();
    answered.set((Instant::now(), revoked.propagation)).unwrap();
    here.await.unwrap();
    async move { elsewhere.await.unwrap() }
}

/// Presents a secret until it is rejected, without a pause until its revocation was answered.
async fn present(
    world: World,
    node: usize,
    secret: Arc<RevealedSecret>,
    started: Arc<Barrier>,
    answered: Arc<OnceLock<(Instant, Propagation)>>,
) {
    let (mut first, mut tick) = (true, interval(Duration::from_millis(5)));
    loop {
        let (asked, known) = (Instant::now(), answered.get());
        match world.verdict(&world.nodes[node], secret.expose()).await {
            Ok(Verdict::Revoked) => return,
            Ok(Verdict::Valid) => {
                let Some((at, told)) = known else {
                    if std::mem::take(&mut first) {
                        started.wait().await;
                    }
                    yield_now().await;
                    continue;
                };
                let is_told = node == 0 || told.confirmed == 2;
                assert!(!is_told, "node {node} said yes after it was told");
                assert!(asked <= *at + LEASE + SLACK, "node {node} said yes {:?} after the answer", asked - *at);
            }
            // A node that cannot keep up does not answer.
            Err(ServiceError::Unavailable(_)) => {}
            other => panic!("{other:?}"),
        }
        tick.tick().await;
    }
}
