//! The overview: each number is the length of the list that it leads to.

use crate::support::{Tenant, TestDb, at, event, world::stored_secret};
use domain::{
    Timestamp,
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner, Secret, Status},
};
use store::{CredentialCount, InventoryFilter, PageRequest, Usage};

on_both!(
    every_number_is_the_length_of_its_list,
    what_is_being_rolled_agrees_with_the_domain_at_every_moment,
    calls_of_an_organisation_are_those_of_its_credentials,
    numbers_are_of_what_is_reached,
    no_more_are_counted_than_is_asked_for_and_the_newest_first,
);

const DAY: i64 = 86_400;

async fn found(db: &TestDb, tenant: &Tenant, filter: &InventoryFilter, now: Timestamp) -> Vec<Credential> {
    let mut tx = db.store.read(&tenant.everyone()).await.unwrap();
    tx.inventory(filter, now, &PageRequest::new(PageRequest::MAX_LIMIT, None)).await.unwrap().items
}

async fn counts(db: &TestDb, tenant: &Tenant, now: Timestamp) -> Vec<CredentialCount> {
    let idle_since = now.plus_seconds(-90 * DAY);
    db.store.read(&tenant.everyone()).await.unwrap().count_by_state(now, idle_since, 1000).await.unwrap()
}

async fn every_number_is_the_length_of_its_list(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for (place, end) in [None, Some(10), Some(100 * DAY), Some(400 * DAY), None].into_iter().enumerate() {
        for kind in CredentialKind::ALL {
            let owner = if kind.rules().has_user { Owner::User(acme.user.id) } else { Owner::Organization };
            let mut credential = acme.credential(kind, owner, "one of many");
            credential.expires_at = end.map(at);
            credential.disabled_at = (place == 3).then(|| at(1));
            credential.revoked_at = (place == 4).then(|| at(1));
            if credential.revoked_at.is_some() {
                // Whoever is revoked is given no secret any more.
                credential.secrets.clear();
            }
            for secret in &mut credential.secrets {
                secret.last_used_at = (place == 2).then(|| at(40 * DAY));
            }
            db.keep(&acme, &credential).await;
        }
    }
    let of = |kind, status| InventoryFilter { kind: Some(kind), status: Some(status), ..InventoryFilter::default() };
    for now in [at(0), at(95 * DAY), at(99 * DAY), at(200 * DAY)] {
        let counts = counts(&db, &acme, now).await;
        for kind in CredentialKind::ALL {
            for status in Status::ALL {
                let count = counts.iter().find(|count| (count.kind, count.status) == (kind, status));
                let numbers = count.map_or([0; 5], |c| [c.number, c.never_ending, c.idle, c.rolling, c.abandoned]);
                let plain = of(kind, status);
                for (number, filter) in numbers.into_iter().zip([
                    plain.clone(),
                    InventoryFilter { never_ends: true, ..plain.clone() },
                    InventoryFilter { idle_days_gte: Some(90), ..plain.clone() },
                    InventoryFilter { is_rolling: true, ..plain.clone() },
                    InventoryFilter { without_owner: true, ..plain },
                ]) {
                    assert_eq!(found(&db, &acme, &filter, now).await.len() as u64, number, "{filter:?} at {now}");
                }
            }
        }
        let live = counts.iter().filter(|count| count.status.is_live()).map(|count| count.number).sum::<u64>();
        let filter = InventoryFilter { is_live: true, ..InventoryFilter::default() };
        assert_eq!(found(&db, &acme, &filter, now).await.len() as u64, live);
    }
}

async fn what_is_being_rolled_agrees_with_the_domain_at_every_moment(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let rolled = |overlap: i64, used: Option<i64>, cancelled: Option<i64>, retired: Option<i64>| Secret {
        overlap_seconds: Some(overlap),
        first_used_at: used.map(at),
        last_used_at: used.map(at),
        cancelled_at: cancelled.map(at),
        retired_at: retired.map(at),
        ..crate::support::world::secret(at(5))
    };
    let mut made = 0;
    for overlap in [0, 100, 7 * DAY] {
        for used in [None, Some(20)] {
            for cancelled in [None, Some(8)] {
                for second in [None, Some(rolled(0, None, None, None)), Some(rolled(50, Some(60), None, None))] {
                    for retired in [None, Some(30)] {
                        let mut credential = acme.key("rolled");
                        credential.expires_at = None;
                        credential.secrets[0].retired_at = retired.map(at);
                        db.keep(&acme, &credential).await;
                        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
                        for secret in
                            [Some(rolled(overlap, used, cancelled.filter(|_| used.is_none()), None)), second.clone()]
                        {
                            let Some(secret) = secret else { continue };
                            let secret = Secret { id: crate::support::world::secret(at(5)).id, ..secret };
                            tx.insert_secret(credential.id, &stored_secret(&secret)).await.unwrap();
                        }
                        tx.commit(event(AuditAction::CredentialRolled, &credential)).await.unwrap();
                        made += 1;
                    }
                }
            }
        }
    }
    let mut met = 0;
    for now in [
        6,
        20,
        59,
        60,
        109,
        110,
        119,
        120,
        121,
        7 * DAY + 19,
        7 * DAY + 20,
        7 * DAY + 21,
        29 * DAY,
        30 * DAY + 4,
        30 * DAY + 5,
        30 * DAY + 6,
    ]
    .map(at)
    {
        let all = found(&db, &acme, &InventoryFilter::default(), now).await;
        assert_eq!(all.len(), made);
        let expected: Vec<_> = all.iter().filter(|one| one.live_secrets(now).count() > 1).map(|one| one.id).collect();
        let filter = InventoryFilter { is_rolling: true, ..InventoryFilter::default() };
        let rolling: Vec<_> = found(&db, &acme, &filter, now).await.iter().map(|one| one.id).collect();
        assert_eq!(rolling, expected, "at {now}");
        met += expected.len();
    }
    assert!(met > 0);
}

async fn calls_of_an_organisation_are_those_of_its_credentials(db: TestDb) {
    let (acme, globex) = (db.signed_up("acme").await, db.signed_up("globex").await);
    let (busy, quiet, foreign) = (acme.key("busy"), acme.key("quiet"), globex.key("foreign"));
    db.keep(&acme, &busy).await;
    db.keep(&acme, &quiet).await;
    db.keep(&globex, &foreign).await;
    let used = |tenant: &Tenant, credential: &Credential, seconds, outcome, count| Usage {
        org: tenant.org.id,
        credential: credential.id,
        number: Some(1),
        used_at: None,
        ip: None,
        counted_at: at(seconds),
        outcomes: vec![(outcome, count)],
    };
    let usage = [
        used(&acme, &busy, 0, "valid", 5),
        used(&acme, &busy, 10, "expired", 1),
        used(&acme, &quiet, 20, "valid", 2),
        used(&acme, &quiet, 7200, "valid", 1),
        used(&globex, &foreign, 0, "valid", 100),
    ];
    for _ in 0..2 {
        db.store.record_usage(&usage).await.unwrap();
    }
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let hour = |seconds: i64| Timestamp::from_millis(at(seconds).millis().div_euclid(3_600_000) * 3_600_000);
    let hours = tx.usage_of_org(hour(0), at(10_000)).await.unwrap();
    let numbers: Vec<_> = hours.iter().map(|hour| (hour.at, hour.outcome.as_str(), hour.count)).collect();
    assert_eq!(numbers, [(hour(0), "expired", 2), (hour(0), "valid", 14), (hour(7200), "valid", 2)]);
    let top = tx.top_callers(hour(0), 5).await.unwrap();
    let top: Vec<_> = top.iter().map(|caller| (caller.id, caller.calls)).collect();
    assert_eq!(top, [(busy.id, 12), (quiet.id, 6)]);
    assert_eq!(tx.top_callers(hour(0), 1).await.unwrap().len(), 1);
}

async fn numbers_are_of_what_is_reached(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mine = acme.credential(CredentialKind::PersonalAccessToken, Owner::User(acme.user.id), "mine");
    db.keep(&acme, &mine).await;
    db.keep(&acme, &acme.key("theirs")).await;
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    let counts = tx.count_by_state(at(0), at(0), 1000).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.number).sum::<u64>(), 1);
}

async fn no_more_are_counted_than_is_asked_for_and_the_newest_first(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for (place, name) in ["first", "second", "third"].into_iter().enumerate() {
        let mut key = acme.key(name);
        key.created_at = at(i64::try_from(place).unwrap());
        key.disabled_at = (place == 0).then_some(at(10));
        db.keep(&acme, &key).await;
    }
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let counts = tx.count_by_state(at(20), at(-100), 2).await.unwrap();
    let told: Vec<_> = counts.iter().map(|count| (count.status, count.number)).collect();
    assert_eq!(told, [(Status::Active, 2)]);
}
