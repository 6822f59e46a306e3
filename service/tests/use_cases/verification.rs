//! Verification on two nodes: each learns the changes of the other in time, and does not answer if it cannot.

use crate::support::{KEYS, World, follow, request};
use domain::{
    credential::{Edit, Quota, QuotaPeriod},
    secret::{Brand, Environment, PlainSecret, RevealedSecret, SecretKind},
    verify::Verdict,
};
use service::{
    ServiceError,
    credentials::{Confirmation, CredentialTarget},
    oauth::Introspector,
    verify::{LEASE, NotReady, UsageRequest},
};
use std::{
    collections::HashMap,
    future::poll_fn,
    task::Poll,
    time::{Duration, Instant},
};
use tokio::{task::JoinHandle, time::interval};

on_both!(
    what_one_node_revokes_it_refuses_at_once_and_the_other_within_the_lease,
    two_nodes_say_what_a_simple_model_says,
    a_node_that_cannot_hear_the_feed_stops_answering,
    a_node_that_has_missed_what_the_feed_forgot_reads_everything_again,
    calls_on_two_nodes_add_up,
    whoever_asks_about_a_token_that_nobody_knows_has_asked_once,
    what_was_counted_is_written_even_where_nobody_waits_for_that,
    a_revocation_is_confirmed_by_the_nodes_that_follow,
    what_a_node_revokes_before_it_has_read_anything_is_waited_for_too,
    a_quota_is_one_for_all_nodes_and_outlives_them,
    a_node_whose_clock_is_off_the_databases_by_more_than_thirty_seconds_is_not_ready,
    a_node_with_another_clock_is_waited_for_like_any_other,
    where_the_nodes_cannot_be_counted_nothing_counts_as_confirmed,
    a_node_that_could_not_be_seen_is_not_taken_for_gone,
);

/// Checks a condition every two milliseconds, for at most twenty seconds.
macro_rules! until {
    ($is_so:expr) => {{
        let (started, mut tick) = (Instant::now(), interval(Duration::from_millis(2)));
        while !$is_so {
            assert!(started.elapsed() < Duration::from_secs(20), "it never came about");
            tick.tick().await;
        }
    }};
}

async fn what_one_node_revokes_it_refuses_at_once_and_the_other_within_the_lease(world: World) {
    let [one, other] = world.nodes.clone();
    let follower = follow(&other);
    for _ in 0..12 {
        let (credential, secret) = world.issued(KEYS, &[]).await;
        let token = secret.expose();
        until!(matches!(world.verdict(&other, token).await, Ok(Verdict::Valid)));
        one.credentials().revoke(&world.owner, KEYS, &credential.id.to_string(), Confirmation::NotAsked).await.unwrap();
        let revoked = Instant::now();
        assert_eq!(world.verdict(&one, token).await.unwrap(), Verdict::Revoked);
        until!(!matches!(world.verdict(&other, token).await, Ok(Verdict::Valid)));
        assert!(revoked.elapsed() <= LEASE, "{:?}", revoked.elapsed());
    }
    follower.abort();
}

/// The state of a credential in a simple model.
#[derive(Clone, Copy, Default)]
struct Fate {
    is_disabled: bool,
    is_revoked: bool,
}

async fn two_nodes_say_what_a_simple_model_says(world: World) {
    let mut secrets: Vec<(CredentialTarget, String, RevealedSecret)> = Vec::new();
    let mut fates: HashMap<String, Fate> = HashMap::new();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    for step in 0..160 {
        let node = world.nodes[random(2)].clone();
        let chosen = (!secrets.is_empty()).then(|| random(secrets.len()));
        let (target, id) = match chosen {
            Some(place) if random(4) > 0 => (secrets[place].0, secrets[place].1.clone()),
            _ => {
                let target = [KEYS, PATS_OF_OWNER][random(2)];
                let issued = node.credentials().issue(&world.owner, target, &request(&[])).await.unwrap();
                let id = issued.credential.id.to_string();
                fates.insert(id.clone(), Fate::default());
                secrets.push((target, id, issued.secret.unwrap()));
                continue;
            }
        };
        let fate = fates.get_mut(&id).unwrap();
        let owner = &world.owner;
        match random(5) {
            0 => {
                node.credentials().revoke(owner, target, &id, Confirmation::NotAsked).await.unwrap();
                fate.is_revoked = true;
            }
            1 => {
                let done = node.credentials().disable(owner, target, &id).await;
                assert_eq!(done.is_ok(), !fate.is_revoked, "{done:?}");
                fate.is_disabled |= done.is_ok();
            }
            2 => {
                let done = node.credentials().enable(owner, target, &id).await;
                fate.is_disabled &= done.is_err();
            }
            3 => {
                let edit = Edit { name: Some(format!("name {step}")), ..Edit::default() };
                assert_eq!(node.credentials().edit(owner, target, &id, &edit, None).await.is_ok(), !fate.is_revoked);
            }
            // Without an overlap, the older secrets end at once.
            _ => {
                let rolled = node.credentials().roll(owner, target, &id, Some(0), None).await;
                assert_eq!(rolled.is_ok(), !fate.is_revoked && !fate.is_disabled);
                if let Ok(rolled) = rolled {
                    secrets.retain(|(_, known, _)| *known != id);
                    secrets.push((target, id, rolled.secret.unwrap()));
                }
            }
        }
        for node in &world.nodes {
            node.node().catch_up().await.unwrap();
            for (_, id, secret) in &secrets {
                let expected = match fates[id] {
                    Fate { is_revoked: true, .. } => Verdict::Revoked,
                    Fate { is_disabled: true, .. } => Verdict::Disabled,
                    Fate { .. } => Verdict::Valid,
                };
                assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), expected, "{id} at step {step}");
            }
        }
    }
}

const PATS_OF_OWNER: CredentialTarget = CredentialTarget::Mine;

async fn a_node_that_cannot_hear_the_feed_stops_answering(world: World) {
    let other = &world.nodes[1];
    let (_, secret) = world.issued(KEYS, &[]).await;
    other.node().catch_up().await.unwrap();
    let heard = Instant::now();
    assert_eq!(world.verdict(other, secret.expose()).await.unwrap(), Verdict::Valid);
    other.db().close().await;
    until!(match world.verdict(other, secret.expose()).await {
        Ok(verdict) => {
            assert!(verdict == Verdict::Valid && heard.elapsed() < LEASE + Duration::from_millis(100));
            false
        }
        Err(error) => matches!(error, ServiceError::Unavailable(_)),
    });
    assert!(other.node().ready().await.is_err());
}

async fn a_node_that_has_missed_what_the_feed_forgot_reads_everything_again(world: World) {
    let [one, other] = &world.nodes;
    let (_, before) = world.issued(KEYS, &[]).await;
    other.node().catch_up().await.unwrap();
    let (gone, missed) = world.issued(KEYS, &[]).await;
    one.credentials().revoke(&world.owner, KEYS, &gone.id.to_string(), Confirmation::NotAsked).await.unwrap();
    one.db().sweep_feed(one.now().plus_seconds(60)).await.unwrap();
    let (_, after) = world.issued(KEYS, &[]).await;
    other.node().catch_up().await.unwrap();
    for (secret, verdict) in [(&before, Verdict::Valid), (&missed, Verdict::Revoked), (&after, Verdict::Valid)] {
        assert_eq!(world.verdict(other, secret.expose()).await.unwrap(), verdict);
    }
}

async fn calls_on_two_nodes_add_up(world: World) {
    let (credential, secret) = world.issued(KEYS, &[]).await;
    world.nodes[1].node().catch_up().await.unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for node in &world.nodes {
        for _ in 0..4 {
            let (world, node, token) = (world.clone(), node.clone(), secret.expose().to_owned());
            calls.spawn(async move {
                for call in 0..500 {
                    assert_eq!(world.verdict(&node, &token).await.unwrap(), Verdict::Valid);
                    if call % 100 == 0 {
                        node.node().flush_usage().await.unwrap();
                    }
                }
            });
        }
    }
    while let Some(done) = calls.join_next().await {
        done.unwrap();
    }
    world.nodes[1].node().flush_usage().await.unwrap();
    let id = credential.id.to_string();
    let report = world.node().usage().report(&world.owner, &id, UsageRequest::default()).await.unwrap();
    assert_eq!(report.hours.iter().map(|hour| hour.count).sum::<u64>(), 4_000);
    assert!(report.hours.iter().all(|hour| hour.outcome == "valid"));
}

async fn whoever_asks_about_a_token_that_nobody_knows_has_asked_once(world: World) {
    let other = &world.nodes[1];
    let (credential, own) = world.issued(KEYS, &["keys:verify"]).await;
    other.node().catch_up().await.unwrap();
    // Creates a change that the other node has not read. It finds this change when it looks for the unknown token.
    world.issued(KEYS, &[]).await;
    let brand = Brand::parse("mint").unwrap();
    let unknown = PlainSecret::generate(&brand, SecretKind::ApiKey, Environment::Live, |bytes| bytes.fill(7));
    let own = PlainSecret::presented(own.expose().to_owned());
    let found = other.oauth().introspect(&Introspector::Bearer(&own, None), &unknown).await.ok().unwrap();
    assert_eq!(found, None);
    other.node().flush_usage().await.unwrap();
    let report = other.usage().report(&world.owner, &credential.id.to_string(), UsageRequest::default()).await.unwrap();
    assert_eq!(report.hours.iter().map(|hour| hour.count).sum::<u64>(), 1);
}

async fn what_was_counted_is_written_even_where_nobody_waits_for_that(world: World) {
    let (credential, secret) = world.issued(KEYS, &[]).await;
    for gently in [false, true] {
        world.verdict(world.node(), secret.expose()).await.unwrap();
        let (flushing, flushing_gently) = (world.node().node().flush_usage(), world.node().node().flush_usage_gently());
        let (mut flushing, mut flushing_gently) = (Box::pin(flushing), Box::pin(flushing_gently));
        // Drops the flush halfway, as when a request is canceled or the process stops.
        poll_fn(|cx| {
            let _ = if gently { flushing_gently.as_mut().poll(cx) } else { flushing.as_mut().poll(cx) };
            Poll::Ready(())
        })
        .await;
    }
    let id = credential.id.to_string();
    let counted = async || {
        let report = world.node().usage().report(&world.owner, &id, UsageRequest::default()).await.unwrap();
        report.hours.iter().map(|hour| hour.count).sum::<u64>()
    };
    until!(counted().await == 2);
}

async fn a_revocation_is_confirmed_by_the_nodes_that_follow(world: World) {
    let [one, other] = world.nodes.clone();
    let followers = [follow(&one), follow(&other)];
    let nodes = if one.db().is_shared() { 2 } else { 1 };
    until!({
        let (credential, _) = world.issued(KEYS, &[]).await;
        let revoked = one
            .credentials()
            .revoke(&world.owner, KEYS, &credential.id.to_string(), Confirmation::NotAsked)
            .await
            .unwrap();
        assert_eq!(revoked.propagation.confirmed, revoked.propagation.nodes);
        revoked.propagation.nodes == nodes
    });
    followers.iter().for_each(JoinHandle::abort);
}

async fn a_quota_is_one_for_all_nodes_and_outlives_them(world: World) {
    let [one, other] = &world.nodes;
    let quota = Some(Quota { limit: 6, period: QuotaPeriod::Month });
    let (credential, secret) = world.issued(KEYS, &[]).await;
    let id = credential.id.to_string();
    let edit = Edit { quota: Some(quota), ..Edit::default() };
    one.credentials().edit(&world.owner, KEYS, &id, &edit, None).await.unwrap();
    other.node().catch_up().await.unwrap();
    for node in [one, other, one] {
        assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), Verdict::Valid);
    }
    // The first node writes twice, because its first write came before that of the second.
    for node in [one, other, one] {
        node.node().flush_usage().await.unwrap();
    }
    // A node that loads the snapshot again continues from the stored count.
    other.node().load_snapshot().await.unwrap();
    for _ in 0..3 {
        assert_eq!(world.verdict(other, secret.expose()).await.unwrap(), Verdict::Valid);
    }
    assert_eq!(world.verdict(other, secret.expose()).await.unwrap(), Verdict::QuotaExceeded);
    other.node().flush_usage().await.unwrap();
    assert_eq!(world.verdict(one, secret.expose()).await.unwrap(), Verdict::Valid, "within a second it is behind");
    one.node().flush_usage().await.unwrap();
    assert_eq!(world.verdict(one, secret.expose()).await.unwrap(), Verdict::QuotaExceeded);
    let edit = Edit { quota: Some(None), ..Edit::default() };
    one.credentials().edit(&world.owner, KEYS, &id, &edit, None).await.unwrap();
    assert_eq!(world.verdict(one, secret.expose()).await.unwrap(), Verdict::Valid);
}

async fn a_node_whose_clock_is_off_the_databases_by_more_than_thirty_seconds_is_not_ready(world: World) {
    let (node, has_other_clock) = (world.node(), world.node().db().is_shared());
    let (_, secret) = world.issued(KEYS, &[]).await;
    for (milliseconds, told) in [(0, 0), (29_000, 0), (-29_000, 0), (32_000, 32), (-32_000, -32), (3_600_000, 3_600)] {
        world.set_ahead(0, milliseconds);
        match node.node().ready().await {
            Err(NotReady::ClockOff { seconds }) => {
                assert!(has_other_clock && told != 0 && (told - seconds).abs() <= 1, "{milliseconds}: {seconds}");
                // The process keeps running and reports how far its clock is off.
                assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), Verdict::Valid);
                assert!((node.node().health().clock_ahead_millis - milliseconds).abs() < 1_000);
            }
            ready => assert!(ready.is_ok() && (told == 0 || !has_other_clock), "{milliseconds}: {ready:?}"),
        }
    }
    world.set_ahead(0, 0);
    node.node().ready().await.unwrap();
}

async fn a_node_with_another_clock_is_waited_for_like_any_other(world: World) {
    let [one, other] = world.nodes.clone();
    let followers = [follow(&one), follow(&other)];
    let nodes = if one.db().is_shared() { 2 } else { 1 };
    for milliseconds in [0, -29_000, 29_000, -3_600_000] {
        world.set_ahead(1, milliseconds);
        other.node().report().await.unwrap();
        let (credential, secret) = world.issued(KEYS, &[]).await;
        let revoked = one
            .credentials()
            .revoke(&world.owner, KEYS, &credential.id.to_string(), Confirmation::NotAsked)
            .await
            .unwrap();
        assert_eq!((revoked.propagation.nodes, revoked.propagation.confirmed), (nodes, nodes), "{milliseconds}");
        if nodes == 2 {
            assert_eq!(world.verdict(&other, secret.expose()).await.unwrap(), Verdict::Revoked);
        }
    }
    followers.iter().for_each(JoinHandle::abort);
}

async fn where_the_nodes_cannot_be_counted_nothing_counts_as_confirmed(world: World) {
    let [one, other] = world.nodes.clone();
    let followers = [follow(&one), follow(&other)];
    let (credential, secret) = world.issued(KEYS, &[]).await;
    other.node().catch_up().await.unwrap();
    world.outside("ALTER TABLE nodes RENAME TO hidden").await;
    let began = Instant::now();
    let revoked =
        one.credentials().revoke(&world.owner, KEYS, &credential.id.to_string(), Confirmation::NotAsked).await.unwrap();
    let told = revoked.propagation;
    if one.db().is_shared() {
        assert_eq!((told.nodes, told.confirmed), (1, 0));
        assert!(began.elapsed() >= LEASE, "only the lease is certain");
    } else {
        assert_eq!((told.nodes, told.confirmed), (1, 1), "a file has one node");
    }
    assert_eq!(world.verdict(&one, secret.expose()).await.unwrap(), Verdict::Revoked);
    followers.iter().for_each(JoinHandle::abort);
}

/// For a while, no node can write, so no node can report that it is running.
async fn a_node_that_could_not_be_seen_is_not_taken_for_gone(world: World) {
    let [one, other] = world.nodes.clone();
    if !one.db().is_shared() {
        return;
    }
    let (credential, secret) = world.issued(KEYS, &[]).await;
    for node in [&one, &other] {
        node.node().catch_up().await.unwrap();
        node.node().report().await.unwrap();
    }
    world.outside("ALTER TABLE nodes RENAME TO hidden").await;
    for node in [&one, &other] {
        assert!(node.node().report().await.is_err());
    }
    world.outside("ALTER TABLE hidden RENAME TO nodes; UPDATE nodes SET seen_at = seen_at - 6000").await;
    one.node().report().await.unwrap();
    let began = Instant::now();
    one.credentials().revoke(&world.owner, KEYS, &credential.id.to_string(), Confirmation::NotAsked).await.unwrap();
    assert!(began.elapsed() >= LEASE, "until then the other may not have heard of it");
    assert!(world.verdict(&other, secret.expose()).await.unwrap() != Verdict::Valid);
}

async fn what_a_node_revokes_before_it_has_read_anything_is_waited_for_too(world: World) {
    let [one, other] = &world.nodes;
    let follower = follow(other);
    let (credential, secret) = world.issued(KEYS, &[]).await;
    until!(matches!(world.verdict(other, secret.expose()).await, Ok(Verdict::Valid)));
    let revoked =
        one.credentials().revoke(&world.owner, KEYS, &credential.id.to_string(), Confirmation::NotAsked).await.unwrap();
    assert_eq!(revoked.propagation.confirmed, revoked.propagation.nodes);
    if revoked.propagation.nodes == 2 {
        assert_eq!(world.verdict(other, secret.expose()).await.unwrap(), Verdict::Revoked);
    }
    follower.abort();
}
