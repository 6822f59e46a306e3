//! A scope that is removed from its API grants nothing, even if credentials still contain its text. Only questions
//! about operations read operations.

use crate::support::{KEYS, World, request};
use domain::{
    credential::Edit,
    operation::{ApiDraft, ApiScopeDraft, OperationDraft, ScopeRule},
};
use service::{
    ServiceError,
    apis::Api,
    credentials::{BulkTarget, CredentialTarget, TransferRequest},
    roles::RoleDraft,
};

on_both!(
    a_removed_scope_stays_as_text_and_grants_nothing,
    a_scope_goes_only_after_the_operations_that_name_it,
    a_change_of_a_credential_reads_no_operations,
    what_changes_without_the_apis_shares_what_is_known_of_them,
);

const SCOPE: &str = "rmq.read:*/*";

async fn api(world: &World) -> Api {
    let scope = ApiScopeDraft { name: SCOPE.to_owned(), ..ApiScopeDraft::default() };
    let operation = OperationDraft {
        id: "queues/list".to_owned(),
        method: "GET".to_owned(),
        path: "/queues".to_owned(),
        scopes: ScopeRule::Any(SCOPE.parse().unwrap()),
        user_context: domain::operation::UserContext::Optional,
        resource_type: None,
    };
    let draft = ApiDraft {
        name: "Queues".to_owned(),
        audience: "https://queues.acme.test".to_owned(),
        scopes: vec![scope],
        operations: vec![operation],
        ..ApiDraft::default()
    };
    world.node().apis().create(&world.owner, &draft).await.unwrap()
}

async fn a_removed_scope_stays_as_text_and_grants_nothing(mut world: World) {
    let api = api(&world).await;
    let (org, owner) = (world.owner.actor.org(), world.owner.actor.clone());
    let held = domain::scope::ScopeSet::from_iter([domain::scope::Scope::parse(SCOPE).unwrap()]);
    let (user, name) = (owner.user().unwrap(), owner.name().clone());
    world.owner.actor = domain::access::Actor::person(user, name, org, domain::access::Role::Owner, &held, None);
    let (key, key_secret) = world.issued(KEYS, &[SCOPE, "api_keys:write"]).await;
    let (token, token_secret) = world.issued(CredentialTarget::Mine, &[SCOPE]).await;
    let (all, all_secret) = world.issued(CredentialTarget::Mine, &["all"]).await;
    let secrets = [&key_secret, &token_secret, &all_secret];
    for secret in secrets {
        assert!(world.calls(secret).await.unwrap().actor.holds().contains(SCOPE));
    }
    let node = world.node();
    let id = api.id.to_string();
    node.apis().remove_operation(&world.owner, &id, "queues/list").await.unwrap();
    node.apis().remove_scope(&world.owner, &id, SCOPE).await.unwrap();
    for secret in secrets {
        assert!(!world.calls(secret).await.unwrap().actor.holds().contains(SCOPE));
    }
    for credential in [&key, &token, &all] {
        let (shown, preview) = node.credentials().effective(&world.owner, &credential.id.to_string()).await.unwrap();
        assert_eq!(shown.grant.scopes, credential.grant.scopes);
        assert!(!preview.effective_scopes.contains(SCOPE));
    }
    let caller = world.calls(&key_secret).await.unwrap();
    let refused = node.credentials().issue(&caller, KEYS, &request(&[SCOPE])).await;
    assert!(matches!(refused, Err(ServiceError::Invalid(_))), "nobody is given it any more");
}

async fn a_scope_goes_only_after_the_operations_that_name_it(world: World) {
    let api = api(&world).await;
    let (node, id) = (world.node(), api.id.to_string());
    match node.apis().remove_scope(&world.owner, &id, SCOPE).await {
        Err(ServiceError::ScopeInUse { operation }) => assert_eq!(operation, "queues/list"),
        other => panic!("{other:?}"),
    }
    node.apis().remove_operation(&world.owner, &id, "queues/list").await.unwrap();
    let left = node.apis().remove_scope(&world.owner, &id, SCOPE).await.unwrap();
    assert!(left.scopes.is_empty() && left.operations.is_empty());
    assert_eq!(node.apis().show(&world.owner, &id).await.unwrap(), left);
    for gone in [
        node.apis().remove_operation(&world.owner, &id, "queues/list").await,
        node.apis().remove_scope(&world.owner, &id, SCOPE).await,
    ] {
        assert!(matches!(gone, Err(ServiceError::Missing)));
    }
}

/// Makes every later read of operations fail.
async fn spoil_operations(world: &World) {
    world.tamper("UPDATE operations SET scopes = 'cannot be read'").await;
    assert!(world.node().apis().show_catalog(&world.owner).await.is_err());
}

async fn a_change_of_a_credential_reads_no_operations(world: World) {
    let (node, owner) = (world.node(), &world.owner);
    let api = api(&world).await;
    node.node().load_snapshot().await.unwrap();
    let (key, _) = world.issued(KEYS, &["audit:read"]).await;
    let (token, _) = world.issued(CredentialTarget::Mine, &["audit:read"]).await;
    let account = node.service_accounts().create(owner, "deployer", "", "viewer").await.unwrap();
    spoil_operations(&world).await;

    let id = key.id.to_string();
    let edit = Edit {
        scopes: Some(vec!["audit:read".to_owned(), "credentials:read".to_owned()]),
        resources: Some(vec![format!("api:{}", api.id)]),
        ..Edit::default()
    };
    let edited = node.credentials().edit(owner, KEYS, &id, &edit, None).await.unwrap();
    assert_eq!(edited.grant.scopes.to_string(), "audit:read credentials:read");
    let unknown = Edit { scopes: Some(vec!["nope:read".to_owned()]), ..Edit::default() };
    assert!(matches!(node.credentials().edit(owner, KEYS, &id, &unknown, None).await, Err(ServiceError::Invalid(_))));
    world.issued(KEYS, &["credentials:read"]).await;
    world.issued(CredentialTarget::Mine, &["all"]).await;
    let target = BulkTarget::Ids(vec![token.id.to_string()]);
    let transfer = TransferRequest { to: account.id.to_string(), target, dry_run: false };
    let items = node.credentials().transfer(owner, &transfer).await.unwrap();
    assert!(items.iter().all(|item| item.result.is_ok() && item.changed));
    let role = RoleDraft {
        name: "Auditors".to_owned(),
        scopes: vec!["audit:read".to_owned()],
        reach: "own".to_owned(),
        ..RoleDraft::default()
    };
    node.roles().create(owner, &role).await.unwrap();
    node.roles().all(owner).await.unwrap();
}

async fn what_changes_without_the_apis_shares_what_is_known_of_them(world: World) {
    let (node, owner) = (world.node(), &world.owner);
    let api = api(&world).await;
    let (_, secret) = world.issued(CredentialTarget::Mine, &["all"]).await;
    node.node().load_snapshot().await.unwrap();
    let scope = ApiScopeDraft { name: "late:read".to_owned(), ..ApiScopeDraft::default() };
    node.apis().add_scope(owner, &api.id.to_string(), &scope).await.unwrap();
    assert!(world.calls(&secret).await.unwrap().actor.holds().contains("late:read"), "a changed API is read again");
    spoil_operations(&world).await;
    node.service_accounts().create(owner, "deployer", "", "member").await.unwrap();
    assert!(world.calls(&secret).await.unwrap().actor.holds().contains("late:read"));
}
