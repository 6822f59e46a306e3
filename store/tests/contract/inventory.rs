//! The inventory: every kind and owner in one list, with filters that agree with `domain`.

use crate::support::{Tenant, TestDb, at, event, world::stored_secret};
use domain::{
    Timestamp,
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner, Secret, Status},
    ids::CredentialId,
    policy::{Policy, Rules},
    secret::Environment,
};
use store::{InventoryFilter, Page, PageRequest, StoreError};

on_both!(
    every_kind_and_owner_is_listed_newest_first_in_pages,
    filters_let_through_what_they_say,
    a_status_filter_agrees_with_the_domain_at_every_edge,
    idle_days_count_from_the_last_use_of_any_secret,
    a_search_finds_text_anywhere_in_any_case_and_takes_nothing_as_a_wildcard,
    a_scope_is_found_by_its_whole_name_alone,
    text_that_no_row_can_have_finds_nothing,
    a_cursor_of_another_filter_is_refused,
    whoever_reaches_only_their_own_finds_nothing_else,
    owners_are_named_once_each_and_only_those_who_are_reached,
);

const DAY: i64 = 86_400;

fn none() -> InventoryFilter {
    InventoryFilter::default()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

async fn find(db: &TestDb, tenant: &Tenant, filter: &InventoryFilter, now: Timestamp) -> Vec<CredentialId> {
    let mut tx = db.store.read(&tenant.everyone()).await.unwrap();
    let page = tx.inventory(filter, now, &PageRequest::new(PageRequest::MAX_LIMIT, None)).await.unwrap();
    assert_eq!(page.next_cursor, None);
    page.items.iter().map(|credential| credential.id).collect()
}

/// Returns the ids in reverse order.
fn newest_first<'a>(credentials: impl IntoIterator<Item = &'a Credential>) -> Vec<CredentialId> {
    let mut ids: Vec<_> = credentials.into_iter().map(|credential| credential.id).collect();
    ids.reverse();
    ids
}

/// Creates one credential of each kind and of each owner, one second apart.
async fn one_of_each(db: &TestDb, tenant: &Tenant) -> Vec<Credential> {
    let account = db.account(tenant, "deployer").await;
    let colleague = db.joined(tenant, "Grace").await;
    let (pat, key, client) = (CredentialKind::PersonalAccessToken, CredentialKind::ApiKey, CredentialKind::Client);
    let mut all = vec![
        tenant.credential(key, Owner::Organization, "Zapier"),
        tenant.credential(client, Owner::Organization, "billing"),
        tenant.credential(pat, Owner::User(tenant.user.id), "CI"),
        tenant.credential(pat, Owner::User(colleague.user.id), "laptop"),
        tenant.credential(pat, Owner::ServiceAccount(account.id), "nightly"),
    ];
    for (seconds, credential) in (0..).zip(&mut all) {
        credential.created_at = at(seconds);
        db.keep(tenant, credential).await;
    }
    all
}

async fn page(
    db: &TestDb,
    tenant: &Tenant,
    filter: &InventoryFilter,
    page: &PageRequest,
) -> store::Result<Page<Credential>> {
    db.store.read(&tenant.everyone()).await?.inventory(filter, at(0), page).await
}

async fn every_kind_and_owner_is_listed_newest_first_in_pages(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut all = one_of_each(&db, &acme).await;
    // Two credentials created at one time are ordered by their ids.
    let twin = Credential { created_at: at(4), ..acme.key("twin") };
    db.keep(&acme, &twin).await;
    all.push(twin);
    all.sort_by_key(|credential| (credential.created_at, credential.id.to_string()));
    all.reverse();
    for limit in [1, 2, 4, 5, 6, 7] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let next = page(&db, &acme, &none(), &PageRequest::new(limit, cursor)).await.unwrap();
            assert!(next.items.len() <= limit as usize);
            seen.extend(next.items);
            cursor = next.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all, "limit {limit}");
    }
}

async fn filters_let_through_what_they_say(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut all = one_of_each(&db, &acme).await;
    let mut odd = acme.key("odd");
    (odd.grant.env, odd.created_at, odd.grant.expires_at) = (Environment::Test, at(5), Some(at(100)));
    odd.grant.scopes = "rmq.read:*/*".parse().unwrap();
    db.keep(&acme, &odd).await;
    let mut endless = acme.key("endless");
    (endless.created_at, endless.grant.expires_at) = (at(6), None);
    endless.grant.team = Some("Data".parse().unwrap());
    db.keep(&acme, &endless).await;
    all.extend([odd, endless]);
    let [key, client, mine, hers, nightly, odd, endless] = &all[..] else { panic!("seven") };

    let owner = |credential: &Credential| Some(credential.owner.id(acme.org.id));
    for (filter, expected) in [
        (none(), vec![key, client, mine, hers, nightly, odd, endless]),
        (InventoryFilter { kind: Some(CredentialKind::ApiKey), ..none() }, vec![key, odd, endless]),
        (InventoryFilter { kind: Some(CredentialKind::Client), ..none() }, vec![client]),
        (InventoryFilter { owner: owner(key), ..none() }, vec![key, client, odd, endless]),
        (InventoryFilter { owner: owner(hers), ..none() }, vec![hers]),
        (InventoryFilter { owner: owner(nightly), ..none() }, vec![nightly]),
        (InventoryFilter { env: Some(Environment::Test), ..none() }, vec![odd]),
        (InventoryFilter { env: Some(Environment::Live), q: text("zap"), ..none() }, vec![key]),
        (InventoryFilter { team: text("Data"), ..none() }, vec![endless]),
        (InventoryFilter { team: text("data"), ..none() }, vec![]),
        (InventoryFilter { scope: text("rmq.read:*/*"), ..none() }, vec![odd]),
        (InventoryFilter { expires_before: Some(at(100)), ..none() }, vec![]),
        (InventoryFilter { expires_before: Some(at(101)), ..none() }, vec![odd]),
        (InventoryFilter { status: Some(Status::Expired), ..none() }, vec![odd]),
        (
            InventoryFilter { status: Some(Status::Active), kind: Some(CredentialKind::ApiKey), ..none() },
            vec![key, endless],
        ),
        (InventoryFilter { kind: Some(CredentialKind::Client), owner: owner(hers), ..none() }, vec![]),
    ] {
        assert_eq!(find(&db, &acme, &filter, at(200)).await, newest_first(expected), "{filter:?}");
    }
}

/// Lifetimes of every shape: short and long, expiring or not, disabled, revoked.
fn lives(acme: &Tenant) -> Vec<Credential> {
    let mut all = Vec::new();
    let ends = [0, 1, 3, 4, 7, 100, DAY, 27 * DAY, 28 * DAY, 29 * DAY, 90 * DAY].map(Some);
    for end in ends.into_iter().chain([None]) {
        for (disabled_at, revoked_at, pending_since) in [
            (None, None, None),
            (None, None, Some(at(0))),
            (Some(at(1)), None, Some(at(0))),
            (Some(at(1)), None, None),
            (None, Some(at(1)), None),
            (Some(at(1)), Some(at(2)), Some(at(0))),
        ] {
            let mut credential = acme.key("some life");
            // Not a whole second, so that rounding errors show.
            credential.grant.expires_at =
                end.map(|end| Timestamp::from_millis(at(end).millis() + 999 * i64::from(end > 0)));
            (credential.disabled_at, credential.revoked_at) = (disabled_at, revoked_at);
            credential.pending_since = pending_since;
            all.push(credential);
        }
    }
    all
}

async fn a_status_filter_agrees_with_the_domain_at_every_edge(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut all = lives(&acme);
    all.extend(lives(&acme).into_iter().map(|mut one| {
        one.grant.scopes = "all".parse().unwrap();
        one
    }));
    let excepted = all.last().unwrap().clone();
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    for credential in &all {
        tx.insert_credential(credential, None).await.unwrap();
    }
    // An unlikely policy for API keys, but the table can hold it.
    let stages = [
        (Rules { must_expire: true, ..Rules::default() }, at(10)),
        (Rules { max_lifetime_seconds: Some(27 * DAY), ..Rules::default() }, at(20 * DAY)),
        (Rules { allows_all: false, ..Rules::default() }, at(40 * DAY)),
    ];
    let policy = Policy::new(stages.map(|(rules, from)| acme.version(rules, from)).into());
    tx.replace_policy(CredentialKind::ApiKey, &policy).await.unwrap();
    tx.replace_exception(&acme.exception(&excepted, at(50 * DAY))).await.unwrap();
    tx.commit(event(AuditAction::CredentialIssued, &all[0])).await.unwrap();
    let policies = db.store.read(&acme.everyone()).await.unwrap().policies().await.unwrap();
    assert_eq!(policies.of(CredentialKind::ApiKey), &policy);
    for one in &mut all {
        one.blocks = policies.blocks(one.id, &one.existing());
    }

    // The times at which a status begins or ends, and a millisecond to either side.
    let mut instants: Vec<_> = [at(10), at(20 * DAY), at(40 * DAY), at(50 * DAY)]
        .iter()
        .flat_map(|edge| [edge.millis() - 1, edge.millis()])
        .collect();
    instants.extend([at(-1).millis(), at(3650 * DAY).millis(), Timestamp::from_millis(i64::MAX).millis()]);
    for end in all.iter().filter_map(|credential| credential.grant.expires_at) {
        let life = end.seconds_since(at(0));
        let edges = [end.millis(), end.plus_seconds(-7 * DAY).millis(), end.plus_seconds(-(life / 4)).millis()];
        instants.extend(edges.into_iter().flat_map(|edge| [edge - 1, edge, edge + 1]));
    }
    instants.sort_unstable();
    instants.dedup();
    let mut met = std::collections::BTreeSet::new();
    for now in instants.into_iter().map(Timestamp::from_millis) {
        for status in Status::ALL {
            let mut expected: Vec<_> = all.iter().filter(|one| one.status(now) == status).map(|one| one.id).collect();
            expected.sort_by_key(ToString::to_string);
            expected.reverse();
            if !expected.is_empty() {
                met.insert(status);
            }
            let filter = InventoryFilter { status: Some(status), ..none() };
            assert_eq!(find(&db, &acme, &filter, now).await, expected, "{status:?} at {now}");
        }
    }
    assert_eq!(met.len(), Status::ALL.len(), "every status occurs");
}

async fn idle_days_count_from_the_last_use_of_any_secret(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut used = acme.key("used");
    used.secrets[0].last_used_at = Some(at(5 * DAY));
    let (never, mut rolled) = (acme.key("never"), acme.key("rolled"));
    rolled.secrets[0].last_used_at = Some(at(9 * DAY));
    let mut without_secrets = acme.credential(CredentialKind::Client, Owner::Organization, "own keys");
    without_secrets.secrets.clear();
    for credential in [&used, &never, &rolled, &without_secrets] {
        db.keep(&acme, credential).await;
    }
    let new = Secret { last_used_at: Some(at(2 * DAY)), ..crate::support::world::secret(at(0)) };
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.insert_secret(rolled.id, &stored_secret(&new)).await.unwrap();
    tx.commit(event(AuditAction::CredentialRolled, &rolled)).await.unwrap();

    for (days, expected) in [
        (0, vec![&used, &never, &rolled, &without_secrets]),
        (1, vec![&used, &never, &rolled, &without_secrets]),
        (2, vec![&used, &never, &without_secrets]),
        (5, vec![&used, &never, &without_secrets]),
        (6, vec![&never, &without_secrets]),
        (10, vec![&never, &without_secrets]),
        (11, vec![]),
        (u32::MAX, vec![]),
    ] {
        let filter = InventoryFilter { idle_days_gte: Some(days), ..none() };
        let mut found = find(&db, &acme, &filter, at(10 * DAY)).await;
        let mut expected = newest_first(expected);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{days} days");
    }
}

async fn a_search_finds_text_anywhere_in_any_case_and_takes_nothing_as_a_wildcard(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut names = Vec::new();
    for name in ["Überwachung CI", "100% sure_thing!", "100 sure things", "back\\slash 'quoted'", "東京"] {
        let mut credential = acme.key(name);
        credential.secrets[0].redacted = format!("mint_key_…{}Xy", names.len());
        db.keep(&acme, &credential).await;
        names.push(credential);
    }
    let [umlaut, percent, plain, slash, tokyo] = &names[..] else { panic!("five") };
    let id = umlaut.id.to_string();
    for (q, expected) in [
        ("überWACHUNG", vec![umlaut]),
        ("ÜBER", vec![umlaut]),
        ("ci", vec![umlaut]),
        ("100%", vec![percent]),
        ("_thing", vec![percent]),
        ("!", vec![percent]),
        ("100", vec![percent, plain]),
        ("\\", vec![slash]),
        ("'QUOTED'", vec![slash]),
        ("東", vec![tokyo]),
        ("u\u{308}berwachung", vec![umlaut]),
        (&id, vec![umlaut]),
        (&id.to_uppercase(), vec![umlaut]),
        ("…2XY", vec![plain]),
        ("MINT_KEY_", vec![umlaut, percent, plain, slash, tokyo]),
        ("", vec![umlaut, percent, plain, slash, tokyo]),
        ("nowhere", vec![]),
        ("for the nightly build", vec![]),
    ] {
        let filter = InventoryFilter { q: text(q), ..none() };
        let mut expected = newest_first(expected);
        expected.sort();
        let mut found = find(&db, &acme, &filter, at(0)).await;
        found.sort();
        assert_eq!(found, expected, "{q}");
    }

    let mut renamed = umlaut.clone();
    renamed.grant.name = "Ändern".parse().unwrap();
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.update_credential(&renamed).await.unwrap();
    tx.commit(event(AuditAction::CredentialUpdated, &renamed)).await.unwrap();
    for (q, expected) in [("ändern", vec![umlaut.id]), ("über", vec![])] {
        assert_eq!(find(&db, &acme, &InventoryFilter { q: text(q), ..none() }, at(0)).await, expected, "{q}");
    }
}

async fn a_scope_is_found_by_its_whole_name_alone(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut key = acme.key("Zapier");
    key.grant.scopes = "contacts:read contacts:read.all Contacts:write %".parse().unwrap();
    db.keep(&acme, &key).await;
    for (scope, found) in [
        ("contacts:read", true),
        ("contacts:read.all", true),
        ("Contacts:write", true),
        ("%", true),
        ("contacts:write", false),
        ("contacts", false),
        ("ontacts:read", false),
        ("contacts:read contacts:read.all", false),
        ("", false),
        (" ", false),
        ("_", false),
    ] {
        let filter = InventoryFilter { scope: text(scope), ..none() };
        assert_eq!(!find(&db, &acme, &filter, at(0)).await.is_empty(), found, "{scope:?}");
    }
}

async fn text_that_no_row_can_have_finds_nothing(db: TestDb) {
    let acme = db.signed_up("acme").await;
    db.keep(&acme, &acme.key("Zapier")).await;
    let long = "a".repeat(100_000);
    for hostile in ["a\0b", "\0", "'; DROP TABLE credentials; --", "$1", &long] {
        for filter in [
            InventoryFilter { q: text(hostile), ..none() },
            InventoryFilter { owner: text(hostile), ..none() },
            InventoryFilter { scope: text(hostile), ..none() },
        ] {
            assert!(find(&db, &acme, &filter, at(0)).await.is_empty(), "{hostile:.40}");
        }
    }
}

async fn a_cursor_of_another_filter_is_refused(db: TestDb) {
    let acme = db.signed_up("acme").await;
    one_of_each(&db, &acme).await;
    let pats = InventoryFilter { kind: Some(CredentialKind::PersonalAccessToken), ..none() };
    let cursor = page(&db, &acme, &pats, &PageRequest::new(1, None)).await.unwrap().next_cursor;
    let next = PageRequest::new(1, cursor);
    assert_eq!(page(&db, &acme, &pats, &next).await.unwrap().items.len(), 1);
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    for refused in [page(&db, &acme, &none(), &next).await, tx.inventory(&pats, at(0), &next).await] {
        assert!(matches!(refused, Err(StoreError::BadCursor)), "{refused:?}");
    }
}

async fn whoever_reaches_only_their_own_finds_nothing_else(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let all = one_of_each(&db, &acme).await;
    let mut tx = db.store.read(&acme.own()).await.unwrap();
    let first = PageRequest::default();
    assert_eq!(tx.inventory(&none(), at(0), &first).await.unwrap().items, all[2..3]);
    let of_the_organization = InventoryFilter { owner: Some(acme.org.id.to_string()), ..none() };
    assert!(tx.inventory(&of_the_organization, at(0), &first).await.unwrap().items.is_empty());
}

async fn owners_are_named_once_each_and_only_those_who_are_reached(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let all = one_of_each(&db, &acme).await;
    db.issued(&acme, "a second one").await;
    let names = async |permit| {
        let mut tx = db.store.read(&permit).await.unwrap();
        let mut names: Vec<_> = tx.owner_names().await.unwrap().iter().map(|known| known.name.to_string()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(acme.everyone()).await, ["Ada", "Grace", "deployer"]);
    assert_eq!(names(acme.own()).await, ["Ada"]);
    let owners = db.store.read(&acme.everyone()).await.unwrap().owner_names().await.unwrap();
    assert!(owners.iter().all(|known| all.iter().any(|credential| credential.owner == known.owner)));
}
