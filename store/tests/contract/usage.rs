//! Last use: recorded in batches that may come late, twice and out of order.

use crate::support::{Tenant, TestDb, at};
use domain::{
    Timestamp,
    credential::{Credential, Secret},
    ids::SecretId,
};
use std::net::IpAddr;
use store::UsageSeen;

on_both!(
    last_use_never_moves_back,
    first_use_is_set_once_and_only_an_earlier_one_moves_it,
    a_batch_is_recorded_whole_and_passes_over_what_is_gone,
    batches_of_several_nodes_do_not_wait_for_each_other,
);

const HOME: &str = "198.51.100.1";
const AWAY: &str = "2001:db8::9";

fn seen(tenant: &Tenant, secret: SecretId, at: Timestamp, ip: &str) -> UsageSeen {
    UsageSeen { org: tenant.org.id, secret, at, ip: Some(ip.parse().unwrap()) }
}

async fn secret_of(db: &TestDb, tenant: &Tenant, token: &Credential) -> Secret {
    let mut tx = db.store.read(&tenant.own()).await.unwrap();
    tx.credential(token.id).await.unwrap().secrets.remove(0)
}

fn last(secret: &Secret) -> (Option<Timestamp>, Option<IpAddr>) {
    (secret.last_used_at, secret.last_used_ip)
}

async fn last_use_never_moves_back(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let id = token.secrets[0].id;
    let used = |seconds, ip: &str| (Some(at(seconds)), Some(ip.parse().unwrap()));

    db.store.record_usage(&[seen(&acme, id, at(10), HOME)]).await.unwrap();
    assert_eq!(last(&secret_of(&db, &acme, &token).await), used(10, HOME));
    db.store.record_usage(&[seen(&acme, id, at(5), AWAY), seen(&acme, id, at(10), AWAY)]).await.unwrap();
    assert_eq!(last(&secret_of(&db, &acme, &token).await), used(10, HOME));
    db.store.record_usage(&[seen(&acme, id, at(12), AWAY), seen(&acme, id, at(11), HOME)]).await.unwrap();
    assert_eq!(last(&secret_of(&db, &acme, &token).await), used(12, AWAY));
}

async fn first_use_is_set_once_and_only_an_earlier_one_moves_it(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let id = token.secrets[0].id;
    // Each time what was seen, then the first and the last use and where that was.
    for (seconds, ip, first, latest, from) in
        [(10, HOME, 10, 10, HOME), (20, AWAY, 10, 20, AWAY), (7, HOME, 7, 20, AWAY), (7, AWAY, 7, 20, AWAY)]
    {
        db.store.record_usage(&[seen(&acme, id, at(seconds), ip)]).await.unwrap();
        let secret = secret_of(&db, &acme, &token).await;
        assert_eq!(secret.first_used_at, Some(at(first)), "seen at {seconds}");
        assert_eq!(last(&secret), (Some(at(latest)), Some(from.parse().unwrap())), "seen at {seconds}");
    }
}

async fn a_batch_is_recorded_whole_and_passes_over_what_is_gone(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let (first, second) = (db.issued(&acme, "one").await, db.issued(&other, "two").await);
    let gone = acme.token("gone").secrets[0].id;
    let batch = [
        seen(&acme, first.secrets[0].id, at(1), HOME),
        seen(&acme, gone, at(2), HOME),
        seen(&other, second.secrets[0].id, at(3), AWAY),
    ];
    db.store.record_usage(&batch).await.unwrap();
    db.store.record_usage(&[]).await.unwrap();
    assert_eq!(secret_of(&db, &acme, &first).await.last_used_at, Some(at(1)));
    assert_eq!(secret_of(&db, &other, &second).await.last_used_at, Some(at(3)));
}

async fn batches_of_several_nodes_do_not_wait_for_each_other(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut secrets = Vec::new();
    for _ in 0..6 {
        secrets.push(db.issued(&acme, "CI").await.secrets[0].id);
    }
    let mut nodes = Vec::new();
    for node in 0..6 {
        secrets.rotate_left(1);
        let batch: Vec<_> = secrets.iter().map(|secret| seen(&acme, *secret, at(node), HOME)).collect();
        let store = db.store.clone();
        nodes.push(tokio::spawn(async move { store.record_usage(&batch).await }));
    }
    for node in nodes {
        node.await.unwrap().unwrap();
    }
}
