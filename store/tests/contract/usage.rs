//! Usage: batches from several nodes, which may arrive late, twice and out of order.

use crate::support::{
    Tenant, TestDb, at, unique,
    world::{refused, secret, used},
};
use domain::{
    Timestamp,
    credential::{Credential, CredentialKind, Owner, Secret},
};
use std::net::IpAddr;
use store::{InventoryFilter, PageRequest, StoreError, Usage, UsageHour};

on_both!(
    last_use_never_moves_back,
    first_use_is_set_once_and_only_an_earlier_one_moves_it,
    each_secret_has_its_own_use,
    a_client_with_keys_of_its_own_is_used_itself,
    idle_days_of_a_client_with_keys_count_from_its_last_use,
    calls_that_are_no_use_are_counted_and_leave_the_last_use,
    calls_are_counted_by_hour_and_outcome,
    a_report_has_the_hours_that_were_asked_for,
    counts_of_several_nodes_at_once_add_up,
    a_first_use_that_starts_an_overlap_is_in_the_feed,
    an_earlier_first_use_moves_the_overlap_and_is_in_the_feed,
    no_other_use_is_in_the_feed,
    a_batch_is_recorded_whole_and_passes_over_what_is_gone,
    batches_of_several_nodes_do_not_wait_for_each_other,
    a_batch_goes_to_its_rows_and_not_through_the_tables,
    refused_calls_are_listed_the_newest_first,
    refused_calls_are_forgotten_by_age,
    only_whoever_reaches_a_credential_reads_its_usage,
);

const HOME: &str = "198.51.100.1";
const AWAY: &str = "2001:db8::9";
const HOUR: i64 = 3_600;

/// One use from this address, of the only secret of a token.
fn from(token: &Credential, at: Timestamp, ip: &str) -> Usage {
    Usage { ip: Some(ip.parse().unwrap()), ..used(token, Some(1), at) }
}

/// Calls that were counted at this time.
fn counted(token: &Credential, at: Timestamp, outcomes: &[(&'static str, u32)]) -> Usage {
    Usage { used_at: None, outcomes: outcomes.to_vec(), ..used(token, Some(1), at) }
}

async fn record(db: &TestDb, usage: &[Usage]) -> Option<i64> {
    db.store.record_usage(usage).await.unwrap()
}

/// Returns the reported usage of a credential in these hours, counted from the start of the story.
async fn report(db: &TestDb, tenant: &Tenant, token: &Credential, from: i64, to: i64) -> Vec<(i64, String, u64)> {
    let mut tx = db.store.read(&tenant.own()).await.unwrap();
    let hours = tx.usage(token.id, at(from * HOUR), at(to * HOUR)).await.unwrap();
    let told = |hour: UsageHour| (hour.at.seconds_since(at(0)) / HOUR, hour.outcome, hour.count);
    hours.into_iter().map(told).collect()
}

fn last(secret: &Secret) -> (Option<Timestamp>, Option<IpAddr>) {
    (secret.last_used_at, secret.last_used_ip)
}

async fn last_use_never_moves_back(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    for (batch, latest, ip) in [
        (vec![from(&token, at(10), HOME)], 10, HOME),
        (vec![from(&token, at(5), AWAY), from(&token, at(10), AWAY)], 10, HOME),
        (vec![from(&token, at(12), AWAY), from(&token, at(11), HOME)], 12, AWAY),
    ] {
        record(&db, &batch).await;
        let secret = &db.read(&acme, &token).await.secrets[0];
        assert_eq!(last(secret), (Some(at(latest)), Some(ip.parse().unwrap())));
    }
}

async fn first_use_is_set_once_and_only_an_earlier_one_moves_it(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    // Each row is a use, then the expected first use, last use and address of the last use.
    for (seconds, ip, first, latest, where_last) in
        [(10, HOME, 10, 10, HOME), (20, AWAY, 10, 20, AWAY), (7, HOME, 7, 20, AWAY), (7, AWAY, 7, 20, AWAY)]
    {
        record(&db, &[from(&token, at(seconds), ip)]).await;
        let secret = &db.read(&acme, &token).await.secrets[0];
        assert_eq!(secret.first_used_at, Some(at(first)), "seen at {seconds}");
        assert_eq!(last(secret), (Some(at(latest)), Some(where_last.parse().unwrap())), "seen at {seconds}");
    }
}

async fn each_secret_has_its_own_use(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (token, other) = (db.issued(&acme, "CI").await, db.issued(&acme, "other").await);
    let token = db.rolled(&acme, &token, secret(at(1))).await;
    record(&db, &[used(&token, Some(2), at(9)), used(&token, Some(1), at(8)), used(&token, Some(3), at(7))]).await;
    let uses: Vec<_> = db.read(&acme, &token).await.secrets.iter().map(|secret| secret.last_used_at).collect();
    assert_eq!(uses, [Some(at(9)), Some(at(8))]);
    assert_eq!(db.read(&acme, &other).await, other);
}

async fn a_client_with_keys_of_its_own_is_used_itself(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let client = acme.keyed_client("sync");
    db.keep(&acme, &client).await;
    let stored = format!("SELECT last_used_at || ' ' || last_used_ip FROM credentials WHERE id = '{}'", client.id);
    for (seconds, ip, latest, where_last) in [(10, HOME, 10, HOME), (5, AWAY, 10, HOME), (12, AWAY, 12, AWAY)] {
        let usage = Usage { number: None, ..from(&client, at(seconds), ip) };
        assert_eq!(record(&db, &[usage]).await, None, "seen at {seconds}");
        assert_eq!(db.texts(&stored).await, [format!("{} {where_last}", at(latest).millis())], "seen at {seconds}");
    }
    assert_eq!(db.read(&acme, &client).await, Credential { used_by_key_at: Some(at(12)), ..client });
}

async fn idle_days_of_a_client_with_keys_count_from_its_last_use(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (idle, busy) = (acme.keyed_client("idle"), acme.keyed_client("busy"));
    for (client, hours) in [(&idle, 1), (&busy, 30)] {
        db.keep(&acme, client).await;
        record(&db, &[used(client, None, at(hours * HOUR))]).await;
    }
    let filter = InventoryFilter { idle_days_gte: Some(1), ..InventoryFilter::default() };
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let found = tx.inventory(&filter, at(26 * HOUR), &PageRequest::default()).await.unwrap().items;
    assert_eq!(found.iter().map(|client| client.id).collect::<Vec<_>>(), [idle.id]);
}

async fn calls_that_are_no_use_are_counted_and_leave_the_last_use(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    assert_eq!(record(&db, &[counted(&token, at(5), &[("ip_not_allowed", 3)])]).await, None);
    assert_eq!(db.read(&acme, &token).await, token);
    assert_eq!(report(&db, &acme, &token, 0, 1).await, [(0, "ip_not_allowed".to_owned(), 3)]);
}

async fn calls_are_counted_by_hour_and_outcome(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (token, other) = (db.issued(&acme, "CI").await, db.issued(&acme, "other").await);
    let token = db.rolled(&acme, &token, secret(at(1))).await;
    for _ in 0..2 {
        let of_new = Usage { number: Some(2), ..counted(&token, at(1), &[("valid", 10)]) };
        let batch = [
            counted(&token, at(0), &[("valid", 2), ("expired", 1)]),
            counted(&token, at(HOUR - 1), &[("valid", 3)]),
            counted(&token, at(HOUR), &[("valid", 5), ("valid", 1)]),
            counted(&token, at(-1), &[("revoked", 1)]),
            counted(&other, at(0), &[("valid", 100)]),
            of_new,
        ];
        record(&db, &batch).await;
    }
    let hour = |at, outcome: &str, count| (at, outcome.to_owned(), count);
    let of_token = [hour(-1, "revoked", 2), hour(0, "expired", 2), hour(0, "valid", 30), hour(1, "valid", 12)];
    assert_eq!(report(&db, &acme, &token, -24, 24).await, of_token);
    assert_eq!(report(&db, &acme, &other, -24, 24).await, [hour(0, "valid", 200)]);
}

async fn a_report_has_the_hours_that_were_asked_for(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    for hour in 0..4 {
        record(&db, &[counted(&token, at(hour * HOUR), &[("valid", 1)])]).await;
    }
    let hours =
        async |from, to| report(&db, &acme, &token, from, to).await.iter().map(|hour| hour.0).collect::<Vec<_>>();
    assert_eq!(hours(1, 3).await, [1, 2]);
    assert_eq!(hours(0, 99).await, [0, 1, 2, 3]);
    assert!(hours(4, 99).await.is_empty() && hours(2, 2).await.is_empty());
}

async fn counts_of_several_nodes_at_once_add_up(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut nodes = Vec::new();
    for _ in 0..2 {
        let node = store::Db::connect(&db.url).await.unwrap();
        let batch = [counted(&token, at(0), &[("valid", 2), ("expired", 1)])];
        nodes.push(tokio::spawn(async move {
            for _ in 0..10 {
                node.record_usage(&batch).await.unwrap();
            }
            node.close().await;
        }));
    }
    for node in nodes {
        node.await.unwrap();
    }
    assert_eq!(report(&db, &acme, &token, 0, 1).await, [(0, "expired".to_owned(), 20), (0, "valid".to_owned(), 40)]);
}

/// Creates a token that was rolled with this overlap.
async fn pending(db: &TestDb, overlap_seconds: Option<i64>) -> Credential {
    let acme = db.signed_up(&format!("acme-{}", unique())).await;
    let token = db.issued(&acme, "CI").await;
    db.rolled(&acme, &token, Secret { overlap_seconds, ..secret(at(1)) }).await
}

async fn a_first_use_that_starts_an_overlap_is_in_the_feed(db: TestDb) {
    let token = pending(&db, Some(60)).await;
    let head = db.store.feed_head().await.unwrap();
    assert_eq!(record(&db, &[used(&token, Some(2), at(10))]).await, Some(head + 1));
    let changes = db.store.changes_after(head, 10).await.unwrap();
    let [change] = &changes[..] else { panic!("one change: {changes:?}") };
    let told = (change.org, &*change.target_type, &change.target_id);
    assert_eq!(told, (token.org, "credential", &token.id.to_string()));

    let several = [pending(&db, Some(60)).await, pending(&db, Some(1)).await];
    let head = db.store.feed_head().await.unwrap();
    let batch = several.each_ref().map(|token| used(token, Some(2), at(10)));
    assert_eq!(record(&db, &batch).await, Some(head + 2), "the last of them");
}

async fn an_earlier_first_use_moves_the_overlap_and_is_in_the_feed(db: TestDb) {
    let token = pending(&db, Some(60)).await;
    let head = record(&db, &[used(&token, Some(2), at(10))]).await.unwrap();
    assert_eq!(record(&db, &[used(&token, Some(2), at(7))]).await, Some(head + 1));
    let found = db.store.packed_credential(token.org, token.id).await.unwrap();
    let newest = found.rows().unwrap()[0].facts.unwrap().secret.unwrap();
    assert_eq!(newest.first_used_at, Some(at(7).millis()));
}

async fn no_other_use_is_in_the_feed(db: TestDb) {
    let token = pending(&db, Some(60)).await;
    record(&db, &[used(&token, Some(2), at(10))]).await.unwrap();
    for (token, number) in [
        (&token, 2),
        (&token, 1),
        (&token, 3),
        (&pending(&db, Some(0)).await, 2),
        (&pending(&db, None).await, 2),
        (&pending(&db, Some(60)).await, 1),
    ] {
        let head = db.store.feed_head().await.unwrap();
        let unused = Usage { number: Some(2), ..counted(token, at(10), &[("expired", 1)]) };
        assert_eq!(record(&db, &[used(token, Some(number), at(10)), unused]).await, None, "secret {number}");
        assert_eq!(db.store.feed_head().await.unwrap(), head);
    }
}

async fn a_batch_is_recorded_whole_and_passes_over_what_is_gone(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let (first, second) = (db.issued(&acme, "one").await, db.issued(&other, "two").await);
    let (gone, gone_client) = (acme.token("gone"), acme.keyed_client("gone"));
    let batch = [
        used(&first, Some(1), at(1)),
        used(&gone, Some(1), at(2)),
        used(&gone_client, None, at(2)),
        used(&second, Some(1), at(3)),
    ];
    assert_eq!((record(&db, &batch).await, record(&db, &[]).await), (None, None));
    db.store.record_refused(&[refused(&first, at(1)), refused(&gone, at(2))]).await.unwrap();
    assert_eq!(db.read(&acme, &first).await.secrets[0].last_used_at, Some(at(1)));
    assert_eq!(db.read(&other, &second).await.secrets[0].last_used_at, Some(at(3)));
    let ids = [gone.id.to_string(), gone_client.id.to_string()];
    assert!(db.rows_about(&ids).await.is_empty());
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(tx.refused_calls(first.id, 10).await.unwrap().len(), 1);
}

async fn batches_of_several_nodes_do_not_wait_for_each_other(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut tokens = Vec::new();
    for _ in 0..6 {
        let token = db.issued(&acme, "CI").await;
        tokens.push(db.rolled(&acme, &token, secret(at(1))).await);
    }
    let mut outcomes = [("valid", 1), ("expired", 1), ("revoked", 1), ("disabled", 1)];
    let mut nodes = Vec::new();
    for node in 0..6 {
        tokens.rotate_left(1);
        let mut batch = Vec::new();
        for token in &tokens {
            for number in [1, 2] {
                outcomes.rotate_left(1);
                let usage = Usage { outcomes: outcomes[..2].to_vec(), ..used(token, Some(number), at(node)) };
                batch.push(usage);
            }
        }
        outcomes.rotate_left(1);
        let store = db.store.clone();
        nodes.push(tokio::spawn(async move {
            for _ in 0..5 {
                store.record_usage(&batch).await.unwrap();
            }
        }));
    }
    for node in nodes {
        node.await.unwrap();
    }
}

async fn a_batch_goes_to_its_rows_and_not_through_the_tables(db: TestDb) {
    for name in ["COUNT_USES", "USE_SECRETS"] {
        let (_, sql) = store::all_statements().find(|(known, _)| *known == name).unwrap();
        let plan = db.plan(&sql.replace("$1", "'org_1'").replace("$2", "'[]'")).await;
        // An empty PostgreSQL database may scan the smaller table, but the plan of SQLite does not depend on the data.
        let goes_through = |step: &String| ["SCAN c", "SCAN s"].iter().any(|scan| step.starts_with(scan));
        assert!(!db.is_sqlite() || !plan.iter().any(goes_through), "{name}: {plan:#?}");
    }
}

async fn refused_calls_are_listed_the_newest_first(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (token, other) = (db.issued(&acme, "CI").await, db.issued(&acme, "other").await);
    let calls: Vec<_> = (1..=4).map(|seconds| refused(&token, at(seconds))).collect();
    db.store.record_refused(&[calls[2].clone(), calls[0].clone(), refused(&other, at(9))]).await.unwrap();
    db.store.record_refused(&[calls[3].clone(), calls[1].clone()]).await.unwrap();
    let newest: Vec<_> = calls.into_iter().rev().map(|(_, call)| call).collect();
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    assert_eq!(tx.refused_calls(token.id, 10).await.unwrap(), newest);
    assert_eq!(tx.refused_calls(token.id, 2).await.unwrap(), newest[..2]);
}

async fn refused_calls_are_forgotten_by_age(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    for seconds in [1, 2, 3] {
        db.store.record_refused(&[refused(&token, at(seconds))]).await.unwrap();
    }
    db.store.sweep_refused(at(2)).await.unwrap();
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    let kept: Vec<_> = tx.refused_calls(token.id, 10).await.unwrap().iter().map(|call| call.at).collect();
    assert_eq!(kept, [at(3), at(2)]);
}

async fn only_whoever_reaches_a_credential_reads_its_usage(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let bob = db.joined(&acme, "Bob").await;
    let account = db.account(&acme, "deployer").await;
    let (token, owner) = (db.issued(&acme, "CI").await, Owner::ServiceAccount(account.id));
    let nightly = acme.credential(CredentialKind::PersonalAccessToken, owner, "nightly");
    db.keep(&acme, &nightly).await;
    for permit in [other.everyone(), other.own(), bob.own(), acme.own_of(&account)] {
        let mut tx = db.store.read(&permit).await.unwrap();
        assert!(matches!(tx.usage(token.id, at(0), at(HOUR)).await, Err(StoreError::Missing)));
        assert!(matches!(tx.refused_calls(token.id, 10).await, Err(StoreError::Missing)));
    }
    for (permit, credential) in [(acme.own(), &token), (acme.everyone(), &token), (acme.own_of(&account), &nightly)] {
        let mut tx = db.store.read(&permit).await.unwrap();
        assert!(tx.usage(credential.id, at(0), at(HOUR)).await.unwrap().is_empty());
        assert!(tx.refused_calls(credential.id, 10).await.unwrap().is_empty());
    }
}
