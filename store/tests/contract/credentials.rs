//! Credentials: they read back as they were stored, revoking is permanent, and owners don't reach each other's tokens.

use crate::support::{
    Tenant, TestDb, at, event,
    world::{secret, stored, stored_secret, verifier},
};
use domain::{
    Description,
    audit::AuditAction,
    credential::{
        AuthMethod, ClientSettings, Credential, CredentialKind, GrantType, Owner, PublicJwk, Quota, QuotaPeriod,
        RateLimit, Secret,
    },
    ids::CredentialId,
    secret::Environment,
};
use serde_json::json;
use store::{InventoryFilter, PageRequest, StoreError};

on_both!(
    a_credential_of_any_kind_reads_back_as_it_was_written,
    a_client_with_its_own_keys_has_no_secret,
    a_token_of_a_service_account_that_is_not_there_is_refused,
    an_edit_changes_what_can_change_alone,
    revoking_is_for_good_and_keeps_its_first_instant,
    a_colleagues_token_is_missing_to_a_permit_for_ones_own,
    a_permit_for_everyone_reaches_every_owner,
    an_owner_is_told_by_type_and_id,
    hostile_text_is_stored_as_text,
);

async fn read(db: &TestDb, tenant: &Tenant, id: CredentialId) -> store::Result<Credential> {
    db.store.read(&tenant.everyone()).await.unwrap().credential(id).await
}

/// Fills every column.
fn full(mut credential: Credential) -> Credential {
    credential.grant.env = Environment::Test;
    credential.grant.resources = "workspace:w1/project:p2 project:a".parse().unwrap();
    credential.grant.networks = "203.0.113.7/32 10.0.0.0/8 2001:db8::/32".parse().unwrap();
    credential.grant.rate_limit = Some(RateLimit { limit: 100, window_seconds: 60 });
    credential.grant.quota = Some(Quota { limit: 100_000, period: QuotaPeriod::Month });
    credential.grant.metadata = [("team".to_owned(), "Zürich \"A\" \\".to_owned())].into();
    credential.grant.expires_at = None;
    credential.disabled_at = Some(at(3));
    credential
}

fn full_secret() -> Secret {
    Secret {
        last_used_at: Some(at(5)),
        last_used_ip: Some("2001:db8::1".parse().unwrap()),
        first_used_at: Some(at(4)),
        overlap_seconds: Some(604_800),
        cancelled_at: Some(at(6)),
        retired_at: Some(at(7)),
        ..secret(at(0))
    }
}

fn with_own_keys() -> ClientSettings {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let jwk = PublicJwk::parse(&json!({ "kty": "OKP", "crv": "Ed25519", "x": x })).unwrap();
    ClientSettings {
        audiences: vec!["https://api.acme.test".to_owned()],
        grant_types: vec![GrantType::ClientCredentials, GrantType::TokenExchange],
        auth_method: AuthMethod::PrivateKeyJwt,
        keys: vec![jwk],
        access_token_seconds: 900,
    }
}

async fn a_credential_of_any_kind_reads_back_as_it_was_written(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let account = db.account(&acme, "deployer").await;
    let owners = [Owner::ServiceAccount(account.id), Owner::Organization, Owner::Organization];
    for (kind, owner) in CredentialKind::ALL.into_iter().zip(owners) {
        let mut credential = full(acme.credential(kind, owner, "CI"));
        credential.secrets = vec![full_secret()];
        db.keep(&acme, &credential).await;

        assert_eq!(read(&db, &acme, credential.id).await.unwrap(), credential);
        let mut tx = db.store.read(&acme.everyone()).await.unwrap();
        let page = tx.list_credentials(kind, None, &PageRequest::default()).await.unwrap();
        assert_eq!((page.items, page.next_cursor), (vec![credential], None));
    }
}

async fn a_client_with_its_own_keys_has_no_secret(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut client = acme.credential(CredentialKind::Client, Owner::Organization, "billing");
    client.grant.client = Some(with_own_keys());
    client.secrets.clear();
    db.keep(&acme, &client).await;
    assert_eq!(read(&db, &acme, client.id).await.unwrap(), client);

    for (kind, settings) in [(CredentialKind::Client, None), (CredentialKind::ApiKey, Some(with_own_keys()))] {
        let mut neither = acme.credential(kind, Owner::Organization, "neither");
        neither.grant.client = settings;
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        let refused = tx.insert_credential(&neither, None).await;
        assert!(matches!(refused, Err(StoreError::Internal(_))), "{refused:?}");
    }
}

async fn a_token_of_a_service_account_that_is_not_there_is_refused(db: TestDb) {
    let (acme, other) = (db.signed_up("acme").await, db.signed_up("other").await);
    let theirs = db.account(&other, "deployer").await;
    for account in [theirs.id, acme.account("never created").id] {
        let owner = Owner::ServiceAccount(account);
        let token = acme.credential(CredentialKind::PersonalAccessToken, owner, "CI");
        let mut tx = db.store.write(&acme.everyone()).await.unwrap();
        let refused = tx.insert_credential(&token, Some(&stored(&token))).await;
        assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    }
}

async fn an_edit_changes_what_can_change_alone(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let mut before = acme.credential(CredentialKind::Client, Owner::Organization, "billing");
    before.grant.metadata = [("a".to_owned(), "b".to_owned())].into();
    db.keep(&acme, &before).await;

    let mut asked = full(before.clone());
    (asked.grant.env, asked.grant.expires_at) = (before.grant.env, before.grant.expires_at);
    asked.grant.name = "billing, narrowed".parse().unwrap();
    asked.grant.description = Description::default();
    asked.grant.scopes = "audit:read".parse().unwrap();
    asked.grant.client = Some(with_own_keys());
    let expected = asked.clone();
    (asked.grant.env, asked.grant.expires_at, asked.created_at) = (Environment::Test, None, at(77));
    (asked.owner, asked.created_by.id) = (Owner::User(acme.user.id), "usr_forged".to_owned());
    asked.secrets.clear();
    updated(&db, &acme, &asked).await;
    assert_eq!(read(&db, &acme, before.id).await.unwrap(), expected);

    updated(&db, &acme, &before).await;
    assert_eq!(read(&db, &acme, before.id).await.unwrap(), before, "limits can be taken away, and the switch put back");
}

async fn updated(db: &TestDb, tenant: &Tenant, credential: &Credential) {
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.update_credential(credential).await.unwrap();
    tx.commit(event(AuditAction::CredentialUpdated, credential)).await.unwrap();
}

async fn revoking_is_for_good_and_keeps_its_first_instant(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let mut tx = db.store.write(&acme.own()).await.unwrap();
    tx.revoke_credential(token.id, at(1)).await.unwrap();
    tx.commit(event(AuditAction::CredentialRevoked, &token)).await.unwrap();

    let mut tx = db.store.write(&acme.own()).await.unwrap();
    assert!(matches!(tx.revoke_credential(token.id, at(2)).await, Err(StoreError::Missing)));
    assert!(matches!(tx.update_credential(&token).await, Err(StoreError::Missing)));
    let rolled = tx.insert_secret(token.id, &stored_secret(&secret(at(2)))).await;
    assert!(matches!(rolled, Err(StoreError::Missing)));
    let ended = Secret { retired_at: Some(at(2)), ..token.secrets[0].clone() };
    assert!(matches!(tx.update_secret(token.id, &ended).await, Err(StoreError::Missing)));
    tx.commit(event(AuditAction::CredentialRevoked, &token)).await.unwrap();

    assert_eq!(read(&db, &acme, token.id).await.unwrap().revoked_at, Some(at(1)));
}

async fn a_colleagues_token_is_missing_to_a_permit_for_ones_own(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let colleague = db.joined(&acme, "Grace").await;
    let token = db.issued(&acme, "CI").await;
    let before = db.dump().await;

    let mut tx = db.store.write(&colleague.own()).await.unwrap();
    assert!(matches!(tx.credential(token.id).await, Err(StoreError::Missing)));
    assert!(matches!(tx.update_credential(&token).await, Err(StoreError::Missing)));
    assert!(matches!(tx.revoke_credential(token.id, at(1)).await, Err(StoreError::Missing)));
    assert!(matches!(tx.find_by_verifier(&verifier(&token)).await, Err(StoreError::Missing)));
    let rolled = tx.insert_secret(token.id, &stored_secret(&secret(at(2)))).await;
    assert!(matches!(rolled, Err(StoreError::Missing)));
    let ended = Secret { retired_at: Some(at(2)), ..token.secrets[0].clone() };
    assert!(matches!(tx.update_secret(token.id, &ended).await, Err(StoreError::Missing)));
    let for_another = acme.token("for Ada");
    assert!(matches!(tx.insert_credential(&for_another, Some(&stored(&for_another))).await, Err(StoreError::Missing)));
    let pats = CredentialKind::PersonalAccessToken;
    for owner in [None, Some(token.owner), Some(Owner::Organization)] {
        assert!(tx.list_credentials(pats, owner, &PageRequest::default()).await.unwrap().items.is_empty());
    }
    let all = InventoryFilter::default();
    assert!(tx.inventory(&all, at(1), &PageRequest::default()).await.unwrap().items.is_empty());
    drop(tx);

    assert_eq!(db.dump().await, before);
}

async fn a_permit_for_everyone_reaches_every_owner(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let colleague = db.joined(&acme, "Grace").await;
    let (hers, mine) = (db.issued(&colleague, "hers").await, db.issued(&acme, "mine").await);

    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    let page = tx.list_credentials(CredentialKind::PersonalAccessToken, None, &PageRequest::default()).await.unwrap();
    assert_eq!(page.items, [mine.clone(), hers.clone()]);
    assert_eq!(tx.credential(hers.id).await.unwrap(), hers);
    assert_eq!(tx.find_by_verifier(&verifier(&hers)).await.unwrap(), hers);
    let never_stored = verifier(&acme.token("never stored"));
    assert!(matches!(tx.find_by_verifier(&never_stored).await, Err(StoreError::Missing)));

    let pats = CredentialKind::PersonalAccessToken;
    for token in [hers, mine] {
        let page = tx.list_credentials(pats, Some(token.owner), &PageRequest::default()).await.unwrap();
        assert_eq!(page.items, [token]);
    }
}

async fn an_owner_is_told_by_type_and_id(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let account = db.account(&acme, "deployer").await;
    let owner = Owner::ServiceAccount(account.id);
    let token = acme.credential(CredentialKind::PersonalAccessToken, owner, "CI");
    db.keep(&acme, &token).await;
    // As if a user had the service account's id.
    db.execute("UPDATE credentials SET owner_type = 'user'").await;

    let mut tx = db.store.write(&acme.own_of(&account)).await.unwrap();
    assert!(matches!(tx.credential(token.id).await, Err(StoreError::Missing)));
    assert!(matches!(tx.update_credential(&token).await, Err(StoreError::Missing)));
    assert!(matches!(tx.revoke_credential(token.id, at(1)).await, Err(StoreError::Missing)));
    let pats = CredentialKind::PersonalAccessToken;
    assert!(tx.list_credentials(pats, None, &PageRequest::default()).await.unwrap().items.is_empty());
    drop(tx);

    db.execute("UPDATE credentials SET owner_type = 'service_account'").await;
    let mut tx = db.store.read(&acme.own_of(&account)).await.unwrap();
    assert_eq!(tx.credential(token.id).await.unwrap(), token);
    assert_eq!(tx.list_credentials(pats, None, &PageRequest::default()).await.unwrap().items, [token]);
}

async fn hostile_text_is_stored_as_text(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for name in ["'; DROP TABLE credentials; --", "$1", "<script>alert(1)</script>", "نسخة \\ \"احتياطية\"", "%_"]
    {
        let token = db.issued(&acme, name).await;
        assert_eq!(read(&db, &acme, token.id).await.unwrap().grant.name.as_str(), name);
    }
}
