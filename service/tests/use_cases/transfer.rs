//! Transfers of tokens to a service account, by a signed-in person.

use crate::support::{KEYS, PATS, World};
use domain::{
    access::Role,
    account::ServiceAccount,
    credential::{Credential, Owner},
    secret::RevealedSecret,
};
use service::{
    Caller, Result, ServiceError,
    credentials::{BulkItem, BulkTarget, Confirmation, CredentialTarget, InventoryFilter, TransferRequest},
};

on_both!(
    the_same_secret_then_represents_the_service_account_within_its_role,
    a_dry_run_says_the_same_and_does_nothing,
    what_cannot_be_handed_over_says_why_and_touches_nothing_else,
    all_that_a_filter_lets_through_is_handed_over,
    nobody_hands_over_with_a_credential_or_without_the_right_to,
    only_a_service_account_of_the_organization_takes_over,
    a_version_seen_before_is_refused_afterwards,
);

async fn account(world: &World, role: &str) -> ServiceAccount {
    world.node().service_accounts().create(&world.owner, "deployer", "", role).await.unwrap()
}

async fn token(world: &World, scopes: &[&str]) -> (Credential, RevealedSecret) {
    world.issued(CredentialTarget::Mine, scopes).await
}

fn request(to: &ServiceAccount, ids: &[&str]) -> TransferRequest {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    TransferRequest { to: to.id.to_string(), target: BulkTarget::Ids(ids), dry_run: false }
}

async fn transfer(world: &World, caller: &Caller, request: &TransferRequest) -> Result<Vec<BulkItem>> {
    world.node().credentials().transfer(caller, request).await
}

/// Returns the outcome of each item: changed, unchanged, or the error code.
fn outcomes(items: &[BulkItem]) -> Vec<&'static str> {
    let outcome = |item: &BulkItem| match (&item.result, item.changed) {
        (Ok(_), true) => "changed",
        (Ok(_), false) => "unchanged",
        (Err(ServiceError::Refused { code, .. }), false) => code.as_str(),
        (Err(ServiceError::Missing), false) => "missing",
        other => panic!("{other:?}"),
    };
    items.iter().map(outcome).collect()
}

async fn the_same_secret_then_represents_the_service_account_within_its_role(world: World) {
    let viewer = account(&world, "viewer").await;
    let (token, secret) = token(&world, &["audit:read", "credentials:read"]).await;
    let items = transfer(&world, &world.owner, &request(&viewer, &[&token.id.to_string()])).await.unwrap();
    assert_eq!(outcomes(&items), ["changed"]);
    let after = items[0].result.as_ref().unwrap();
    assert_eq!(after.owner, Owner::ServiceAccount(viewer.id));
    assert_eq!(
        (&after.grant.scopes, &after.secrets, after.grant.expires_at),
        (&token.grant.scopes, &token.secrets, token.grant.expires_at)
    );

    let actor = world.calls(&secret).await.unwrap().actor;
    assert_eq!((actor.owner(), actor.role()), (Owner::ServiceAccount(viewer.id), Some(&Role::Viewer.into())));
    assert_eq!(actor.holds().to_string(), "credentials:read", "its scopes, as far as the role has them");

    let event = world.done_to(&token).await.pop().unwrap();
    assert_eq!((event.action.as_str(), event.actor_type.as_str()), ("credential.transferred", "person"));
    assert_eq!(event.detail["from"]["id"], world.owner.actor.user().unwrap().to_string());
    assert_eq!(event.detail["to"]["id"], viewer.id.to_string());
    assert!(
        world.node().credentials().show(&world.owner, CredentialTarget::Mine, &token.id.to_string()).await.is_err()
    );
    let theirs = CredentialTarget::ServiceAccount(viewer.id);
    assert!(world.node().credentials().show(&world.owner, theirs, &token.id.to_string()).await.is_ok());
}

async fn a_dry_run_says_the_same_and_does_nothing(world: World) {
    let deployer = account(&world, "member").await;
    let (first, secret) = token(&world, &[]).await;
    let (key, _) = world.issued(KEYS, &[]).await;
    let real = request(&deployer, &[&first.id.to_string(), &key.id.to_string(), "pat_nothing"]);
    let dry = TransferRequest { dry_run: true, ..real.clone() };
    let said = transfer(&world, &world.owner, &dry).await.unwrap();
    assert_eq!(world.calls(&secret).await.unwrap().actor.owner(), first.owner);
    assert_eq!(world.done_to(&first).await.len(), 1);
    let done = transfer(&world, &world.owner, &real).await.unwrap();
    assert_eq!(outcomes(&said), outcomes(&done));
    assert_eq!(said[0].result.as_ref().unwrap().owner, done[0].result.as_ref().unwrap().owner);
    assert_eq!(world.done_to(&first).await.len(), 2);
}

async fn what_cannot_be_handed_over_says_why_and_touches_nothing_else(world: World) {
    let deployer = account(&world, "member").await;
    let (good, _) = token(&world, &[]).await;
    let (revoked, _) = token(&world, &[]).await;
    let (key, _) = world.issued(KEYS, &[]).await;
    world
        .node()
        .credentials()
        .revoke(&world.owner, PATS, &revoked.id.to_string(), Confirmation::NotAsked)
        .await
        .unwrap();
    let ids = [revoked.id.to_string(), key.id.to_string(), "nonsense".to_owned(), good.id.to_string()];
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let items = transfer(&world, &world.owner, &request(&deployer, &ids)).await.unwrap();
    assert_eq!(outcomes(&items), ["credential_ended", "kind_not_transferable", "missing", "changed"]);
    let again = transfer(&world, &world.owner, &request(&deployer, &ids)).await.unwrap();
    assert_eq!(outcomes(&again), ["credential_ended", "kind_not_transferable", "missing", "unchanged"]);
    assert_eq!(world.done_to(&good).await.len(), 2, "issued, and transferred once");
    assert_eq!(world.done_to(&key).await.len(), 1);
}

async fn all_that_a_filter_lets_through_is_handed_over(world: World) {
    let deployer = account(&world, "member").await;
    for _ in 0..3 {
        token(&world, &["members:read"]).await;
    }
    token(&world, &[]).await;
    let filter = InventoryFilter { scope: Some("members:read".to_owned()), ..InventoryFilter::default() };
    let request = TransferRequest { target: BulkTarget::Filter(filter), ..request(&deployer, &[]) };
    let items = transfer(&world, &world.owner, &request).await.unwrap();
    assert_eq!(outcomes(&items), ["changed"; 3]);
}

async fn nobody_hands_over_with_a_credential_or_without_the_right_to(world: World) {
    let deployer = account(&world, "member").await;
    let (token, secret) = token(&world, &["all"]).await;
    let (_, key) = world.issued(KEYS, &["service_accounts:write", "pats:write", "credentials:read"]).await;
    for dry_run in [true, false] {
        let request = TransferRequest { dry_run, ..request(&deployer, &[&token.id.to_string()]) };
        for secret in [&secret, &key] {
            let caller = world.calls(secret).await.unwrap();
            let refused = transfer(&world, &caller, &request).await;
            assert!(matches!(refused, Err(ServiceError::PersonRequired)), "{refused:?}");
        }
        for role in [Role::Member, Role::Viewer] {
            let refused = transfer(&world, &world.colleague(role).await, &request).await;
            assert!(matches!(refused, Err(ServiceError::MissingScope { .. })), "{refused:?}");
        }
    }
    assert_eq!(world.done_to(&token).await.iter().filter(|event| event.action == "credential.transferred").count(), 0);
    let request = request(&deployer, &[&token.id.to_string()]);
    assert_eq!(outcomes(&transfer(&world, &world.colleague(Role::Admin).await, &request).await.unwrap()), ["changed"]);
}

async fn only_a_service_account_of_the_organization_takes_over(world: World) {
    let (token, secret) = token(&world, &[]).await;
    let mut elsewhere = world.clone();
    let node = world.node();
    let password = service::Password::new("correct horse battery".into());
    let globex = node.bootstrap("globex", "owner@globex.test", password).await.unwrap();
    elsewhere.owner = world.calls(&globex.token).await.unwrap();
    let foreign = account(&elsewhere, "member").await;
    let absent =
        ServiceAccount { id: domain::ids::ServiceAccountId::new(node.now(), node.entropy()), ..foreign.clone() };
    let ids = [&*token.id.to_string()];
    let nonsense = TransferRequest { to: "deployer".to_owned(), ..request(&absent, &ids) };
    for request in [request(&foreign, &ids), request(&absent, &ids), nonsense] {
        let refused = transfer(&world, &world.owner, &request).await;
        let Err(ServiceError::Invalid(errors)) = refused else { panic!("{refused:?}") };
        let told: Vec<_> = errors.0.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
        assert_eq!(told, [("/to", "unknown_service_account")]);
    }
    assert_eq!(world.calls(&secret).await.unwrap().actor.owner(), token.owner);
}

async fn a_version_seen_before_is_refused_afterwards(world: World) {
    let deployer = account(&world, "member").await;
    let (token, _) = token(&world, &[]).await;
    let id = token.id.to_string();
    transfer(&world, &world.owner, &request(&deployer, &[&id])).await.unwrap();
    let edit = service::credentials::Edit { name: Some("x".to_owned()), ..Default::default() };
    let refused = world.node().credentials().edit(&world.owner, PATS, &id, &edit, Some(&token.version())).await;
    assert!(matches!(refused, Err(ServiceError::Changed)), "{refused:?}");
}
