//! What the memory of the verification path is filled with: everything, once, and whole.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{secret, verifier_of},
};
use domain::{
    access::Role,
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner, Secret},
};
use store::{OrgContext, Resident};
use tokio::sync::mpsc;

on_both!(
    every_credential_comes_once_with_each_of_its_secrets_the_newest_first,
    the_secrets_of_a_credential_come_in_one_chunk_and_its_organisation_in_one_piece,
    as_many_rows_are_announced_as_come,
    an_empty_database_has_none,
    sending_ends_when_nobody_takes_them_any_more,
    a_credential_comes_as_it_was_issued,
    a_credential_that_has_ended_still_comes_and_says_so,
    one_credential_reads_as_it_does_among_all,
    a_credential_is_in_its_own_organisation_alone,
    an_organisations_context_has_its_own_people_accounts_and_apis_and_no_others,
    a_member_who_left_is_in_the_context_no_more,
    revoked_access_tokens_are_listed_until_they_end,
);

/// Credentials of two organisations: with one secret, with three, and with none.
async fn issued_by_two(db: &TestDb) -> Vec<Credential> {
    let mut all = Vec::new();
    for tenant in [db.signed_up("acme").await, db.signed_up("other").await] {
        for (name, rolls) in [("CI", &[][..]), ("nightly", &[60, -60]), ("CI", &[]), ("deploy", &[0, 0])] {
            let mut token = db.issued(&tenant, name).await;
            for seconds in rolls {
                token = db.rolled(&tenant, &token, secret(at(*seconds))).await;
            }
            all.push(token);
        }
        for credential in [tenant.keyed_client("sync"), tenant.key("Zapier"), tenant.keyed_client("sync")] {
            db.keep(&tenant, &credential).await;
            all.push(credential);
        }
    }
    all
}

/// All chunks of about so many rows.
async fn chunks(db: &TestDb, rows: usize) -> Vec<Vec<Resident>> {
    let (to, mut inbox) = mpsc::channel(1);
    let sending = tokio::spawn(db.store.clone().send_residents(rows, to));
    let mut chunks = Vec::new();
    while let Some(chunk) = inbox.recv().await {
        chunks.push(chunk);
    }
    sending.await.unwrap().unwrap();
    chunks
}

async fn all_residents(db: &TestDb) -> Vec<Resident> {
    chunks(db, 1_000).await.concat()
}

async fn resident(db: &TestDb, credential: &Credential) -> Vec<Resident> {
    db.store.resident(credential.org, credential.id).await.unwrap()
}

/// What recognises each secret of a credential, in the order of its rows; nothing for a row without one.
fn verifiers(rows: &[Resident]) -> Vec<Option<Vec<u8>>> {
    rows.iter().map(|row| row.verifier.clone()).collect()
}

fn verifiers_of(credential: &Credential) -> Vec<Option<Vec<u8>>> {
    if credential.secrets.is_empty() {
        return vec![None];
    }
    credential.secrets.iter().map(|secret| Some(verifier_of(secret).as_bytes().to_vec())).collect()
}

async fn every_credential_comes_once_with_each_of_its_secrets_the_newest_first(db: TestDb) {
    let issued = issued_by_two(&db).await;
    for size in [1, 2, 3, 5, 1_000] {
        let rows = chunks(&db, size).await.concat();
        let of_each: Vec<_> = rows.chunk_by(|one, next| one.id == next.id).collect();
        assert_eq!(of_each.len(), issued.len(), "chunks of {size}");
        for credential in &issued {
            let id = credential.id.to_string();
            let own: Vec<_> = of_each.iter().filter(|rows| rows[0].id == id).collect();
            let [own] = own[..] else { panic!("{id} comes {} times in chunks of {size}", own.len()) };
            assert_eq!(verifiers(own), verifiers_of(credential), "chunks of {size}");
            let numbers: Vec<_> = own.iter().map(|row| row.number).collect();
            let newest = credential.secrets.len() as i64;
            let expected: Vec<_> = if newest == 0 { vec![None] } else { (1..=newest).rev().map(Some).collect() };
            assert_eq!(numbers, expected, "chunks of {size}");
        }
    }
}

async fn the_secrets_of_a_credential_come_in_one_chunk_and_its_organisation_in_one_piece(db: TestDb) {
    issued_by_two(&db).await;
    for size in 1..=8 {
        let chunks = chunks(&db, size).await;
        for pair in chunks.windows(2) {
            let (last, first) = (pair[0].last().unwrap(), pair[1].first().unwrap());
            assert_ne!(last.id, first.id, "chunks of {size}");
            assert!((size..size + 3).contains(&pair[0].len()), "chunks of {size} have {}", pair[0].len());
        }
        let rows = chunks.concat();
        assert_eq!(rows.chunk_by(|one, next| one.org_id == next.org_id).count(), 2, "chunks of {size}");
    }
}

async fn as_many_rows_are_announced_as_come(db: TestDb) {
    issued_by_two(&db).await;
    assert_eq!(db.store.count_residents().await.unwrap(), all_residents(&db).await.len() as u64);
}

async fn an_empty_database_has_none(db: TestDb) {
    db.signed_up("acme").await;
    assert_eq!((db.store.count_residents().await.unwrap(), all_residents(&db).await.len()), (0, 0));
}

async fn sending_ends_when_nobody_takes_them_any_more(db: TestDb) {
    issued_by_two(&db).await;
    let (to, mut inbox) = mpsc::channel(1);
    let sending = tokio::spawn(db.store.clone().send_residents(1, to));
    inbox.recv().await.unwrap();
    drop(inbox);
    sending.await.unwrap().unwrap();
}

async fn a_credential_comes_as_it_was_issued(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let account = db.account(&acme, "deployer").await;
    let pats = CredentialKind::PersonalAccessToken;
    for credential in [
        acme.token("CI"),
        acme.key("Zapier"),
        acme.keyed_client("sync"),
        acme.credential(pats, Owner::ServiceAccount(account.id), "nightly"),
    ] {
        let credential = Credential { networks: "198.51.100.0/24".parse().unwrap(), ..credential };
        db.keep(&acme, &credential).await;
        let rows = resident(&db, &credential).await;
        let [row] = &rows[..] else { panic!("one row: {rows:?}") };
        let owner = credential.owner;
        let words = [&row.id, &row.org_id, &row.env, &row.owner_type, &row.owner_id, &row.name];
        let org = credential.org.to_string();
        let expected = [&credential.id.to_string(), &org, "live", owner.type_name(), &owner.id(credential.org)];
        assert_eq!(words[..5], expected);
        assert_eq!(*row.name, credential.name.to_string());
        let sets = (&*row.scopes, &*row.resources, &*row.networks);
        assert_eq!(sets, ("audit:read credentials:read", "", "198.51.100.0/24"));
        assert_eq!((row.client.is_some(), row.rate_limit.is_some()), (credential.client.is_some(), false));
        assert_eq!((row.created_at, row.expires_at), (at(0).millis(), Some(at(90 * 86_400).millis())));
        assert_eq!((row.disabled_at, row.revoked_at), (None, None));
        let of_secret = (row.number, row.secret_created_at);
        let made = (Some(1), Some(at(0).millis()));
        assert_eq!(of_secret, if credential.secrets.is_empty() { (None, None) } else { made });
        assert_eq!(verifiers(&rows), verifiers_of(&credential));
    }
}

async fn a_credential_that_has_ended_still_comes_and_says_so(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (ended, disabled) = (db.issued(&acme, "ended").await, db.issued(&acme, "disabled").await);
    let ended = db.rolled(&acme, &ended, Secret { overlap_seconds: Some(60), ..secret(at(1)) }).await;
    let [new, old] = &ended.secrets[..] else { panic!("two secrets") };
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.update_secret(ended.id, &Secret { cancelled_at: Some(at(2)), ..new.clone() }).await.unwrap();
    tx.update_secret(ended.id, &Secret { retired_at: Some(at(3)), ..old.clone() }).await.unwrap();
    tx.update_credential(&Credential { disabled_at: Some(at(4)), ..disabled.clone() }).await.unwrap();
    tx.commit(event(AuditAction::CredentialUpdated, &ended)).await.unwrap();
    db.revoked(&acme, &ended, at(5)).await;

    let rows = resident(&db, &ended).await;
    let ends: Vec<_> = rows.iter().map(|row| (row.overlap_seconds, row.cancelled_at, row.retired_at)).collect();
    assert_eq!(ends, [(Some(60), Some(at(2).millis()), None), (None, None, Some(at(3).millis()))]);
    assert!(rows.iter().all(|row| row.revoked_at == Some(at(5).millis())));
    assert_eq!(resident(&db, &disabled).await[0].disabled_at, Some(at(4).millis()));
    assert_eq!(all_residents(&db).await.len(), 3);
}

async fn one_credential_reads_as_it_does_among_all(db: TestDb) {
    let issued = issued_by_two(&db).await;
    let all = all_residents(&db).await;
    for credential in &issued {
        let id = credential.id.to_string();
        let among_all: Vec<_> = all.iter().filter(|row| row.id == id).cloned().collect();
        assert_eq!(format!("{:?}", resident(&db, credential).await), format!("{among_all:?}"));
    }
}

async fn a_credential_is_in_its_own_organisation_alone(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let token = db.issued(&acme, "CI").await;
    let foreign = Credential { org: other.org.id, ..token.clone() };
    assert_eq!(resident(&db, &token).await.len(), 1);
    assert!(resident(&db, &foreign).await.is_empty());
    assert!(resident(&db, &acme.token("never issued")).await.is_empty());
}

async fn context(db: &TestDb, tenant: &Tenant) -> OrgContext {
    db.store.org_context(tenant.org.id).await.unwrap().unwrap()
}

async fn an_organisations_context_has_its_own_people_accounts_and_apis_and_no_others(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let bob = db.joined(&acme, "Bob").await;
    let platform = db.platform_api("https://platform.test", "rmq:read").await;
    let (mut accounts, mut apis) = (Vec::new(), Vec::new());
    for tenant in [&acme, &other] {
        accounts.push(db.account(tenant, "deployer").await);
        apis.push(db.api(tenant, "https://api.acme.test", "tickets:read").await);
    }
    let of_acme = vec![(acme.user.clone(), Role::Owner), (bob.user, Role::Member)];
    let of_other = vec![(other.user.clone(), Role::Owner)];
    for ((tenant, members), (account, api)) in
        [(&acme, of_acme), (&other, of_other)].into_iter().zip(accounts.into_iter().zip(apis))
    {
        let mut found = context(&db, tenant).await;
        found.members.sort_by_key(|(user, _)| user.id);
        assert_eq!((found.org, found.members), (tenant.org.clone(), members));
        assert_eq!((found.service_accounts, found.apis), (vec![account], vec![platform.clone(), api]));
    }
    assert!(db.store.org_context(Tenant::new("nowhere").org.id).await.unwrap().is_none());
}

async fn a_member_who_left_is_in_the_context_no_more(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let bob = db.joined(&acme, "Bob").await;
    db.execute(&format!("DELETE FROM memberships WHERE user_id = '{}'", bob.user.id)).await;
    assert_eq!(context(&db, &acme).await.members, [(acme.user, Role::Owner)]);
}

async fn revoked_access_tokens_are_listed_until_they_end(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    for (tenant, jti, end) in [(&acme, "at_1", 60), (&acme, "at_2", 120), (&other, "at_1", 120)] {
        let client = tenant.keyed_client("sync");
        let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
        tx.revoke_access_token(jti, client.id, at(end)).await.unwrap();
        tx.commit(event(AuditAction::AccessTokenRevoked, &client)).await.unwrap();
    }
    let revoked = |tenant: &Tenant, jti: &str| (tenant.org.id, jti.to_owned());
    let later = [revoked(&acme, "at_2"), revoked(&other, "at_1")];
    let all = [&[revoked(&acme, "at_1")], &later[..]].concat();
    for (now, expected) in [(59, &all[..]), (60, &later), (119, &later), (120, &[])] {
        let mut listed = db.store.revoked_access_tokens(at(now)).await.unwrap();
        listed.sort();
        assert_eq!(listed, expected, "at {now}");
        db.store.sweep_access_tokens(at(now)).await.unwrap();
    }
}
