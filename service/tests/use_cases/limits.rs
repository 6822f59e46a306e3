//! The limits of organizations and people: each can be reached through a door, which returns an error with its name.

use crate::{
    members::{invited, stranger},
    support::{KEYS, World, request},
};
use domain::{
    access::Role,
    limits::{Limit, UNLIMITED},
    operation::{ApiDraft, ApiScopeDraft, OperationDraft, ScopeRule, UserContext},
    scope::ScopeSet,
};
use serde_json::json;
use service::{Caller, Result, Service, ServiceError};

on_both!(
    every_limit_is_reached_by_its_door_and_raised_at_the_console,
    an_import_and_a_new_api_keep_within_the_limit_of_operations,
    too_many_changes_within_a_minute_wait_for_the_next,
    jobs_have_no_limits_and_other_organizations_keep_theirs,
);

fn api(audience: &str) -> ApiDraft {
    ApiDraft { name: "API".into(), audience: audience.into(), ..ApiDraft::default() }
}

/// The callers and objects that the doors need.
struct Guests {
    caller: Caller,
    invitation: (String, String),
    api: String,
}

/// Uses one more item under a limit.
async fn use_one(node: &Service, owner: &Caller, limit: Limit, guests: &Guests) -> Result<()> {
    match limit {
        Limit::Credentials => node.credentials().issue(owner, KEYS, &request(&[])).await.map(drop),
        Limit::ServiceAccounts => node.service_accounts().create(owner, "ci", "", "member").await.map(drop),
        Limit::Apis => node.apis().create(owner, &api("urn:acme:two")).await.map(drop),
        Limit::Scopes => {
            let draft = ApiScopeDraft { name: "contacts:read".into(), ..ApiScopeDraft::default() };
            node.apis().add_scope(owner, &guests.api, &draft).await.map(drop)
        }
        Limit::Operations => {
            let draft = OperationDraft {
                id: "contacts.list".into(),
                method: "GET".into(),
                path: "/contacts".into(),
                scopes: ScopeRule::Any(ScopeSet::default()),
                user_context: UserContext::Optional,
                resource_type: None,
            };
            node.apis().add_operation(owner, &guests.api, &draft).await.map(drop)
        }
        Limit::Members => {
            let (id, key) = &guests.invitation;
            node.members().accept_invitation(&guests.caller, id, key).await.map(drop)
        }
        Limit::InvitationsADay => node.members().invite(owner, "another@x.test", "member").await.map(drop),
        Limit::OrganizationsPerPerson => node.orgs().create(owner, "Another").await.map(drop),
        Limit::ChangesAMinute => Ok(()),
    }
}

async fn every_limit_is_reached_by_its_door_and_raised_at_the_console(world: World) {
    let node = world.node();
    let guests = Guests {
        caller: stranger(&world, "grace").await,
        invitation: invited(&world, "grace", Role::Member).await,
        api: node.apis().create(&world.owner, &api("urn:acme:one")).await.unwrap().id.to_string(),
    };
    for limit in Limit::ALL.into_iter().filter(|limit| *limit != Limit::ChangesAMinute) {
        let used = node.limits().list(&world.owner).await.unwrap().into_iter().find(|one| one.limit == limit).unwrap();
        assert_eq!(used.most, Some(limit.default_value()));
        let now = used.used.unwrap_or(1);
        node.limits().set_at_the_console("acme", limit, Some(now)).await.unwrap();
        let refused = use_one(node, &world.owner, limit, &guests).await;
        let Err(ServiceError::Invalid(errors)) = refused else { panic!("{limit}: {refused:?}") };
        assert_eq!(errors.0[0].code.as_str(), "limit_reached");
        assert!(errors.0[0].detail.contains(limit.as_str()), "{}", errors.0[0].detail);
        node.limits().set_at_the_console("acme", limit, Some(now + 1)).await.unwrap();
        let used_up = use_one(node, &world.owner, limit, &guests).await;
        assert!(used_up.is_ok(), "{limit}: {used_up:?}");
    }
    let missing = node.limits().set_at_the_console("nowhere", Limit::Apis, None).await;
    assert!(matches!(missing, Err(ServiceError::Missing)));
}

/// Returns a document with this number of operations. Each one needs one of three scopes.
fn document(operations: usize) -> Vec<u8> {
    let path = |number: usize| {
        let get = json!({ "operationId": format!("op.{number}"), "security": [{ "o": [format!("s{}", number % 3)] }] });
        (format!("/p{number}"), json!({ "get": get }))
    };
    let paths: serde_json::Map<_, _> = (0..operations).map(path).collect();
    json!({ "openapi": "3.1.0", "paths": paths }).to_string().into_bytes()
}

async fn an_import_and_a_new_api_keep_within_the_limit_of_operations(world: World) {
    let (node, owner) = (world.node(), &world.owner);
    let one = node.apis().create(owner, &api("urn:acme:one")).await.unwrap().id.to_string();
    node.limits().set_at_the_console("acme", Limit::Operations, Some(5)).await.unwrap();
    let is_refused = |refused: Result<service::apis::Api>| match refused {
        Err(ServiceError::Invalid(errors)) => {
            errors.0[0].detail.contains("operations") && errors.0[0].code.as_str() == "limit_reached"
        }
        other => panic!("{other:?}"),
    };
    let import = async |operations| {
        let turn = node.apis().import_turn(owner).await?;
        node.apis().import(owner, &one, document(operations), turn).await
    };
    assert!(is_refused(import(6).await));
    import(5).await.unwrap();
    import(5).await.unwrap();
    assert!(is_refused(import(6).await));
    let operation = OperationDraft {
        id: "another".into(),
        method: "GET".into(),
        path: "/".into(),
        scopes: ScopeRule::Any(ScopeSet::default()),
        user_context: UserContext::Optional,
        resource_type: None,
    };
    let another = ApiDraft { operations: vec![operation], ..api("urn:acme:two") };
    assert!(is_refused(node.apis().create(owner, &another).await));
    node.apis().remove_operation(owner, &one, "op.0").await.unwrap();
    node.apis().create(owner, &another).await.unwrap();
    let used =
        node.limits().list(owner).await.unwrap().into_iter().find(|used| used.limit == Limit::Operations).unwrap();
    assert_eq!((used.most, used.used), (Some(5), Some(5)));
}

async fn too_many_changes_within_a_minute_wait_for_the_next(world: World) {
    let node = world.node();
    let change = async || node.credentials().issue(&world.owner, KEYS, &request(&[])).await.map(drop);
    let most = 5;
    node.limits().set_at_the_console("acme", Limit::ChangesAMinute, Some(most)).await.unwrap();
    // A new limit applies from the next minute.
    world.set_ahead(0, 61_000);
    for _ in 0..most {
        change().await.unwrap();
    }
    let Err(ServiceError::Busy { retry_after_seconds, .. }) = change().await else { panic!("not limited") };
    assert!((1..=60).contains(&retry_after_seconds));
    world.set_ahead(0, 122_000);
    change().await.unwrap();
}

async fn jobs_have_no_limits_and_other_organizations_keep_theirs(world: World) {
    let node = world.node();
    node.bootstrap("globex", "owner@globex.test", service::Password::new("correct horse battery".into()))
        .await
        .unwrap();
    for limit in Limit::ALL {
        node.limits().set_at_the_console("globex", limit, Some(0)).await.unwrap();
    }
    node.credentials().issue(&world.owner, KEYS, &request(&[])).await.unwrap();
    let of_globex = node.limits().list_at_the_console("globex").await.unwrap();
    assert!(of_globex.iter().all(|one| one.most == Some(0)));
    let request = service::load::LoadRequest { org: "globex".into(), count: 10, sample: 0, members: 2 };
    node.load_keys(&request, |_| {}).await.unwrap();
    node.load_members(&request).await.unwrap();
    assert!(node.limits().list_at_the_console("globex").await.unwrap().iter().all(|one| one.most.is_none()));
    assert!(UNLIMITED > Limit::Credentials.default_value());
}
