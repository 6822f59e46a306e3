//! The data of the verifier's snapshot: complete, without duplicates, and unchanged.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{secret, verifier_of},
};
use domain::{
    access::Role,
    audit::AuditAction,
    credential::{Credential, CredentialKind, Owner, Secret},
};
use store::{CredentialFields, CredentialRow, OrgContext, PackedCredentials, SharedFields};
use tokio::sync::mpsc;

on_both!(
    every_credential_comes_once_with_each_of_its_secrets_the_newest_first,
    a_page_has_whole_credentials_of_one_organization_and_no_more_than_asked_for,
    what_cannot_be_read_is_told_with_its_id_and_keeps_nobody_else_from_being_read,
    as_many_rows_are_announced_as_come,
    an_empty_database_has_none,
    sending_ends_when_nobody_takes_them_any_more,
    a_credential_comes_as_it_was_issued,
    a_credential_that_has_ended_still_comes_and_says_so,
    one_credential_reads_as_it_does_among_all,
    a_credential_is_in_its_own_organization_alone,
    an_organizations_context_has_its_own_people_accounts_and_apis_and_no_others,
    a_member_who_left_is_in_the_context_no_more,
    revoked_access_tokens_are_listed_until_they_end,
);

/// Credentials of two organizations: with one secret, with three, and with none.
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

/// Returns all pages, of about this number of credentials each.
async fn pages(db: &TestDb, credentials: u32) -> Vec<PackedCredentials> {
    let (to, mut inbox) = mpsc::channel(1);
    let sending = tokio::spawn(db.store.clone().send_credentials(credentials, to));
    let mut pages = Vec::new();
    while let Some(page) = inbox.recv().await {
        pages.push(page);
    }
    sending.await.unwrap().unwrap();
    pages
}

fn rows(pages: &[PackedCredentials]) -> Vec<CredentialRow<'_>> {
    pages.iter().flat_map(|page| page.rows().unwrap()).collect()
}

async fn packed(db: &TestDb, credential: &Credential) -> PackedCredentials {
    db.store.packed_credential(credential.org, credential.id).await.unwrap()
}

fn facts<'a>(row: &CredentialRow<'a>) -> CredentialFields<'a> {
    row.facts.unwrap_or_else(|| panic!("{} can be read", row.id))
}

fn number(row: &CredentialRow<'_>) -> Option<u32> {
    facts(row).secret.map(|secret| secret.number)
}

/// Returns the verifier of each secret in row order; `None` for a row without a secret.
fn verifiers(rows: &[CredentialRow<'_>]) -> Vec<Option<Vec<u8>>> {
    rows.iter().map(|row| facts(row).secret.map(|secret| secret.verifier.to_vec())).collect()
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
        let pages = pages(&db, size).await;
        let rows = rows(&pages);
        let of_each: Vec<_> = rows.chunk_by(|one, next| one.id == next.id).collect();
        assert_eq!(of_each.len(), issued.len(), "pages of {size}");
        for credential in &issued {
            let id = credential.id.to_string();
            let own: Vec<_> = of_each.iter().filter(|rows| rows[0].id == id).collect();
            let [own] = own[..] else { panic!("{id} comes {} times in pages of {size}", own.len()) };
            assert_eq!(verifiers(own), verifiers_of(credential), "pages of {size}");
            let numbers: Vec<_> = own.iter().map(number).collect();
            let newest = credential.secrets.len() as u32;
            let expected: Vec<_> = if newest == 0 { vec![None] } else { (1..=newest).rev().map(Some).collect() };
            assert_eq!(numbers, expected, "pages of {size}");
        }
    }
}

async fn a_page_has_whole_credentials_of_one_organization_and_no_more_than_asked_for(db: TestDb) {
    let issued = issued_by_two(&db).await;
    for size in 1..=8 {
        let pages = pages(&db, size).await;
        assert_eq!(pages.len(), 2 * (issued.len() / 2).div_ceil(size as usize), "pages of {size}");
        for page in &pages {
            let rows = page.rows().unwrap();
            let credentials = rows.chunk_by(|one, next| one.id == next.id).count();
            assert!((1..=size as usize).contains(&credentials), "a page of {size} has {credentials}");
            let org = |row: &CredentialRow<'_>| SharedFields::read(facts(row).shared).unwrap().org_id.to_owned();
            assert!(rows.iter().all(|row| org(row) == org(&rows[0])), "a page of {size} is of two organizations");
        }
    }
}

async fn what_cannot_be_read_is_told_with_its_id_and_keeps_nobody_else_from_being_read(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (good, damaged) = (db.issued(&acme, "good").await, db.issued(&acme, "damaged").await);
    let change = async |what: &str| db.execute(&format!("UPDATE {what} = '{}'", damaged.id)).await;
    let read = async || {
        let pages = pages(&db, 1_000).await;
        let told = rows(&pages).into_iter().map(|row| {
            let shared = row.facts.map(|facts| SharedFields::read(facts.shared).is_some());
            (row.id.to_owned(), row.facts.is_some(), shared, verifiers(row.facts.is_some().then_some(row).as_slice()))
        });
        told.collect::<Vec<_>>()
    };
    let both = |is_told, shared, verifiers| {
        let whole = (good.id.to_string(), true, Some(true), verifiers_of(&good));
        let mut both = [whole, (damaged.id.to_string(), is_told, shared, verifiers)];
        both.sort();
        both
    };
    change("secrets SET number = 5000000000 WHERE credential_id").await;
    assert_eq!(read().await, both(false, None, vec![]));
    // No name can contain this character, so only a direct change of the database can store it.
    change("secrets SET number = 1 WHERE credential_id").await;
    change("credentials SET name = 'da\u{1f}maged' WHERE id").await;
    assert_eq!(read().await, both(true, Some(false), verifiers_of(&damaged)));
    change("credentials SET name = 'da\u{1e}maged' WHERE id").await;
    assert!(packed(&db, &damaged).await.rows().is_err(), "nobody can tell whose the verifier is");
    assert_eq!(packed(&db, &good).await.rows().unwrap().len(), 1);
}

async fn as_many_rows_are_announced_as_come(db: TestDb) {
    issued_by_two(&db).await;
    assert_eq!(db.store.count_secrets().await.unwrap(), rows(&pages(&db, 3).await).len() as u64);
}

async fn an_empty_database_has_none(db: TestDb) {
    db.signed_up("acme").await;
    assert_eq!((db.store.count_secrets().await.unwrap(), pages(&db, 3).await.len()), (0, 0));
}

async fn sending_ends_when_nobody_takes_them_any_more(db: TestDb) {
    issued_by_two(&db).await;
    let (to, mut inbox) = mpsc::channel(1);
    let sending = tokio::spawn(db.store.clone().send_credentials(1, to));
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
        let mut credential = credential;
        credential.grant.networks = "198.51.100.0/24".parse().unwrap();
        db.keep(&acme, &credential).await;
        let found = packed(&db, &credential).await;
        let rows = found.rows().unwrap();
        let [row] = &rows[..] else { panic!("one row: {rows:?}") };
        let (told, owner) = (facts(row), credential.owner);
        let shared = SharedFields::read(told.shared).unwrap();
        let words = [row.id, told.env, told.name, shared.org_id, shared.owner_type, shared.owner_id];
        let (id, org, name) =
            (credential.id.to_string(), credential.org.to_string(), credential.grant.name.to_string());
        assert_eq!(words, [&id, "live", &name, &org, owner.type_name(), &owner.id(credential.org)]);
        let sets = (shared.scopes, shared.resources, shared.networks);
        assert_eq!(sets, ("audit:read credentials:read", "", "198.51.100.0/24"));
        assert_eq!((shared.client.is_some(), shared.rate_limit), (credential.grant.client.is_some(), None));
        assert_eq!(told.expires_at, Some(at(90 * 86_400).millis()));
        assert_eq!((told.is_disabled, told.is_revoked), (false, false));
        let of_secret = told.secret.map(|secret| (secret.number, secret.created_at));
        assert_eq!(of_secret, (!credential.secrets.is_empty()).then_some((1, at(0).millis())));
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

    let found = packed(&db, &ended).await;
    let told = found.rows().unwrap();
    let secrets = told.iter().filter_map(|row| facts(row).secret);
    let ends: Vec<_> = secrets.map(|one| (one.overlap_seconds, one.cancelled_at, one.retired_at)).collect();
    assert_eq!(ends, [(Some(60), Some(at(2).millis()), None), (None, None, Some(at(3).millis()))]);
    assert!(told.iter().all(|row| facts(row).is_revoked && !facts(row).is_disabled));
    let found = packed(&db, &disabled).await;
    assert!(found.rows().unwrap().iter().all(|row| facts(row).is_disabled && !facts(row).is_revoked));
    assert_eq!(rows(&pages(&db, 1_000).await).len(), 3);
}

async fn one_credential_reads_as_it_does_among_all(db: TestDb) {
    let issued = issued_by_two(&db).await;
    let pages = pages(&db, 1_000).await;
    let all = rows(&pages);
    for credential in &issued {
        let id = credential.id.to_string();
        let among_all: Vec<_> = all.iter().filter(|row| row.id == id).copied().collect();
        assert_eq!(packed(&db, credential).await.rows().unwrap(), among_all);
    }
}

async fn a_credential_is_in_its_own_organization_alone(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let token = db.issued(&acme, "CI").await;
    let foreign = Credential { org: other.org.id, ..token.clone() };
    assert_eq!(packed(&db, &token).await.rows().unwrap().len(), 1);
    assert!(packed(&db, &foreign).await.rows().unwrap().is_empty());
    assert!(packed(&db, &acme.token("never issued")).await.rows().unwrap().is_empty());
}

async fn context(db: &TestDb, tenant: &Tenant) -> OrgContext {
    db.store.org_context(tenant.org.id, at(0)).await.unwrap().unwrap()
}

async fn an_organizations_context_has_its_own_people_accounts_and_apis_and_no_others(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let bob = db.joined(&acme, "Bob").await;
    let platform = db.platform_api("https://platform.test", "rmq:read").await;
    let (mut accounts, mut apis) = (Vec::new(), Vec::new());
    for tenant in [&acme, &other] {
        accounts.push(db.account(tenant, "deployer").await);
        apis.push(db.api(tenant, &format!("https://api.{}.test", tenant.org.slug), "tickets:read").await);
    }
    let of_acme = vec![(acme.user.clone(), Role::Owner.into()), (bob.user, Role::Member.into())];
    let of_other = vec![(other.user.clone(), Role::Owner.into())];
    for ((tenant, members), (account, api)) in
        [(&acme, of_acme), (&other, of_other)].into_iter().zip(accounts.into_iter().zip(apis))
    {
        let mut found = context(&db, tenant).await;
        found.members.sort_by_key(|(user, _)| user.id);
        assert_eq!((found.org, found.members), (tenant.org.clone(), members));
        assert_eq!(found.service_accounts, [account]);
        assert_eq!(db.store.snapshot_apis(tenant.org.id).await.unwrap(), [platform.clone(), api]);
    }
    assert!(db.store.org_context(Tenant::new("nowhere").org.id, at(0)).await.unwrap().is_none());
}

async fn a_member_who_left_is_in_the_context_no_more(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let bob = db.joined(&acme, "Bob").await;
    db.execute(&format!("DELETE FROM memberships WHERE user_id = '{}'", bob.user.id)).await;
    assert_eq!(context(&db, &acme).await.members, [(acme.user, Role::Owner.into())]);
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
