//! The overview: each number equals the length of the list behind it.

use crate::support::{Tenant, TestDb, at, event, world::stored_secret};
use domain::{
    Timestamp,
    access::Permit,
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner, Secret, Status},
    policy::{Policy, Rules},
};
use std::collections::BTreeSet;
use store::{Counts, InventoryFilter, PageRequest, Usage};

on_both!(
    every_number_is_the_length_of_its_list,
    a_whole_organization_is_counted_from_the_index,
    what_is_being_rolled_agrees_with_the_domain_at_every_moment,
    calls_of_an_organization_are_those_of_its_credentials,
    numbers_are_of_what_is_reached,
    no_more_are_counted_than_is_asked_for_and_the_newest_first,
);

const DAY: i64 = 86_400;

async fn found(db: &TestDb, permit: &Permit, filter: &InventoryFilter, now: Timestamp) -> Vec<Credential> {
    let mut tx = db.store.read(permit).await.unwrap();
    tx.inventory(filter, now, &PageRequest::new(PageRequest::MAX_LIMIT, None)).await.unwrap().items
}

async fn counts(db: &TestDb, permit: &Permit, now: Timestamp) -> Counts {
    let idle_since = now.plus_seconds(-90 * DAY);
    db.store.read(permit).await.unwrap().count_by_state(now, idle_since, 1000).await.unwrap()
}

/// Credentials of every kind and lifetime, half of them with the scope `all`. Some are used, rolled, disabled, pending
/// or revoked. Tokens belong to `acme` and to a former member.
async fn lives(db: &TestDb, acme: &Tenant) -> Vec<Credential> {
    let gone = db.joined(acme, "Grace").await;
    let mut all = Vec::new();
    for end in [None, Some(10), Some(100 * DAY), Some(400 * DAY)] {
        for place in 0..8 {
            for kind in CredentialKind::ALL {
                let owner = match (kind.rules().has_user, place % 4) {
                    (false, _) => Owner::Organization,
                    (true, 1) => Owner::User(gone.user.id),
                    (true, _) => Owner::User(acme.user.id),
                };
                let mut credential = acme.credential(kind, owner, "one of many");
                credential.grant.expires_at = end.map(at);
                if place >= 4 {
                    credential.grant.scopes = "all".parse().unwrap();
                }
                match place {
                    2 => credential.disabled_at = Some(at(1)),
                    3 => credential.pending_since = Some(at(0)),
                    // A revoked credential can't get a secret.
                    6 => (credential.revoked_at, credential.secrets) = (Some(at(1)), Vec::new()),
                    _ => {}
                }
                for secret in &mut credential.secrets {
                    secret.last_used_at = (place == 1 || place == 5).then(|| at(40 * DAY));
                }
                db.keep(acme, &credential).await;
                all.push(credential);
            }
        }
    }
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    for rolled in all.iter().filter(|one| one.secrets.len() == 1).step_by(5) {
        let new = Secret { overlap_seconds: Some(7 * DAY), ..crate::support::world::secret(at(5)) };
        tx.insert_secret(rolled.id, &stored_secret(&new)).await.unwrap();
    }
    tx.delete_membership(gone.user.id).await.unwrap();
    tx.commit(event(AuditAction::MemberRemoved, &gone.org)).await.unwrap();
    all
}

async fn every_number_is_the_length_of_its_list(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let all = lives(&db, &acme).await;
    // From day 98 on, every kind but one has a policy. From day 199 on, a second version replaces the first.
    let rules = Rules { allows_all: false, max_lifetime_seconds: Some(150 * DAY), ..Rules::default() };
    let last = Rules { must_expire: true, ..Rules::default() };
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    let policy = Policy::new(vec![acme.version(rules, at(98 * DAY)), acme.version(last, at(199 * DAY))]);
    tx.replace_policy(CredentialKind::ApiKey, &policy).await.unwrap();
    tx.replace_policy(CredentialKind::PersonalAccessToken, &policy).await.unwrap();
    for excepted in all.iter().step_by(7) {
        tx.replace_exception(&acme.exception(excepted, at(150 * DAY))).await.unwrap();
    }
    tx.commit(event(AuditAction::PolicyUpdated, &acme.org)).await.unwrap();
    let of = |kind, status| InventoryFilter { kind: Some(kind), status: Some(status), ..InventoryFilter::default() };
    let working = InventoryFilter { is_live: true, ..InventoryFilter::default() };
    let (mut met, mut sums) = (BTreeSet::new(), [0; 4]);
    // The first permit reaches everything, so index ranges are counted. The second reaches a part, so rows are counted.
    for permit in [acme.everyone(), acme.own()] {
        for now in [at(0), at(6), at(95 * DAY), at(99 * DAY), at(120 * DAY), at(200 * DAY), at(395 * DAY)] {
            let counts = counts(&db, &permit, now).await;
            for kind in CredentialKind::ALL {
                for status in Status::ALL {
                    let number = counts.by_state.iter().find(|count| (count.kind, count.status) == (kind, status));
                    let number = number.map_or(0, |count| count.number);
                    let filter = of(kind, status);
                    assert_eq!(found(&db, &permit, &filter, now).await.len() as u64, number, "{filter:?} at {now}");
                    if number > 0 {
                        met.insert((permit.owner().is_some(), status));
                    }
                }
            }
            let numbers = [counts.never_ending, counts.idle, counts.rolling, counts.abandoned];
            let filters = [
                InventoryFilter { never_ends: true, ..working.clone() },
                InventoryFilter { idle_days_gte: Some(90), ..working.clone() },
                InventoryFilter { is_rolling: true, ..working.clone() },
                InventoryFilter { without_owner: true, ..working.clone() },
            ];
            for ((number, filter), sum) in numbers.into_iter().zip(&filters).zip(&mut sums) {
                assert_eq!(found(&db, &permit, filter, now).await.len() as u64, number, "{filter:?} at {now}");
                *sum += number;
            }
            let live = counts.by_state.iter().filter(|count| count.status.is_live()).map(|count| count.number);
            assert_eq!(found(&db, &permit, &working, now).await.len() as u64, live.sum::<u64>());
        }
    }
    assert_eq!(met.len(), 2 * Status::ALL.len(), "every status occurs");
    assert!(sums.iter().all(|sum| *sum > 0), "{sums:?}");
}

async fn a_whole_organization_is_counted_from_the_index(db: TestDb) {
    let plan = async |name| {
        let (_, sql) = store::all_statements().find(|(known, _)| *known == name).unwrap();
        db.plan(&sql.replace("$1", "'org_1'").replace("$2", "1").replace("$3", "1")).await
    };
    // An empty PostgreSQL database may use any index, but the plan of SQLite does not depend on the data.
    if db.is_sqlite() {
        let counting = plan("COUNTS_OF_ORG").await;
        let reads_credentials = |step: &&String| step.contains(" f ") || step.contains(" c ");
        assert!(
            counting.iter().filter(reads_credentials).all(|step| step.contains("credentials_by_state")),
            "{counting:#?}"
        );
        let working = plan("WORKING_OF_ORG").await;
        assert!(working.iter().any(|step| step.contains("secrets_rolled")), "{working:#?}");
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
                        credential.grant.expires_at = None;
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
        let all = found(&db, &acme.everyone(), &InventoryFilter::default(), now).await;
        assert_eq!(all.len(), made);
        let expected: Vec<_> = all.iter().filter(|one| one.live_secrets(now).count() > 1).map(|one| one.id).collect();
        let filter = InventoryFilter { is_rolling: true, ..InventoryFilter::default() };
        let rolling: Vec<_> = found(&db, &acme.everyone(), &filter, now).await.iter().map(|one| one.id).collect();
        assert_eq!(rolling, expected, "at {now}");
        met += expected.len();
    }
    assert!(met > 0);
}

async fn calls_of_an_organization_are_those_of_its_credentials(db: TestDb) {
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
    assert_eq!(counts.by_state.iter().map(|count| count.number).sum::<u64>(), 1);
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
    let told: Vec<_> = counts.by_state.iter().map(|count| (count.status, count.number)).collect();
    assert_eq!(told, [(Status::Active, 2)]);
}
