//! The snapshot of the verifier: it does not grow with changes, and a changed organization takes effect at once.

use crate::support::{KEYS, World, request};
use domain::{
    access::{Actor, Role},
    credential::Edit,
    operation::{ApiDraft, ApiScopeDraft},
    verify::Verdict,
};
use service::{Caller, RequestContext, credentials::Confirmation};

on_both!(
    edits_do_not_grow_what_is_kept_in_memory,
    what_nobody_names_any_more_is_freed_and_what_is_freed_is_used_again,
    a_changed_organization_counts_before_its_grants_are_renewed,
);

fn renamed(name: String, network: String) -> Edit {
    Edit { name: Some(name), ip_allowlist: Some(vec![network]), ..Edit::default() }
}

async fn edits_do_not_grow_what_is_kept_in_memory(world: World) {
    let node = world.node();
    node.node().load_snapshot().await.unwrap();
    let (first, secret) = world.issued(KEYS, &[]).await;
    let (second, _) = world.issued(KEYS, &[]).await;
    let edit = async |number: u32| {
        for credential in [&first, &second] {
            let network = format!("10.{}.{}.0/24", number / 200, number % 200);
            let wanted = renamed(format!("name {number}"), network);
            node.credentials().edit(&world.owner, KEYS, &credential.id.to_string(), &wanted, None).await.unwrap();
        }
    };
    edit(0).await;
    let before = node.node().shared_counts().await;
    for number in 1..150 {
        edit(number).await;
    }
    let after = node.node().shared_counts().await;
    assert_eq!((after.grants, after.names), (before.grants, before.names));
    assert!(after.slots <= before.slots + 1, "{before:?} {after:?}");
    assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), Verdict::IpNotAllowed);
    node.node().renew_grants().await;
    assert_eq!(node.node().shared_counts().await, after);
}

async fn what_nobody_names_any_more_is_freed_and_what_is_freed_is_used_again(world: World) {
    let node = world.node();
    node.node().load_snapshot().await.unwrap();
    let (kept, secret) = world.issued(KEYS, &[]).await;
    let mut others = Vec::new();
    for number in 0..20 {
        let (credential, _) = world.issued(KEYS, &[]).await;
        let id = credential.id.to_string();
        let own = renamed(format!("n{number}"), format!("10.0.{number}.0/24"));
        node.credentials().edit(&world.owner, KEYS, &id, &own, None).await.unwrap();
        others.push(id);
    }
    let many = node.node().shared_counts().await;
    for id in &others {
        let alike = Edit { ip_allowlist: Some(Vec::new()), ..Edit::default() };
        node.credentials().edit(&world.owner, KEYS, id, &alike, None).await.unwrap();
    }
    let few = node.node().shared_counts().await;
    assert_eq!(many.grants - few.grants, 20, "{many:?} {few:?}");
    for id in &others {
        let own = renamed("again".into(), format!("10.9.{}.0/24", id.len()));
        node.credentials().edit(&world.owner, KEYS, id, &own, None).await.unwrap();
    }
    assert_eq!(node.node().shared_counts().await.slots, many.slots);
    assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), Verdict::Valid);
    node.credentials().revoke(&world.owner, KEYS, &kept.id.to_string(), Confirmation::NotAsked).await.unwrap();
    assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), Verdict::Revoked);
}

async fn a_changed_organization_counts_before_its_grants_are_renewed(world: World) {
    let [one, other] = world.nodes.clone();
    one.node().load_snapshot().await.unwrap();
    let scope = |name: &str| ApiScopeDraft { name: name.into(), ..ApiScopeDraft::default() };
    let draft = ApiDraft {
        name: "Contacts".into(),
        audience: "urn:acme:contacts".into(),
        scopes: vec![scope("contacts:read"), scope("contacts:write")],
        ..ApiDraft::default()
    };
    let api = one.apis().create(&world.owner, &draft).await.unwrap().id.to_string();
    let owner = &world.owner.actor;
    let held = "contacts:read contacts:write".parse().unwrap();
    let (user, name, org) = (owner.user().unwrap(), owner.name().clone(), owner.org());
    let actor = Actor::person(user, name, org, Role::Owner, &held, owner.session());
    let caller = Caller { actor, context: RequestContext::default() };
    let issued = one.credentials().issue(&caller, KEYS, &request(&["contacts:read", "contacts:write"])).await.unwrap();
    let secret = issued.secret.unwrap();
    let scopes = async |node: &service::Service| {
        node.node().catch_up().await.unwrap();
        let verifying = node.verifying().await.unwrap();
        let asked = service::verify::ForwardRequest { token: secret.expose(), ..Default::default() };
        verifying.forward(&asked).unwrap().scope()
    };
    assert_eq!(scopes(&one).await, "contacts:read contacts:write");
    one.apis().remove_scope(&world.owner, &api, "contacts:write").await.unwrap();
    assert_eq!((scopes(&one).await, scopes(&other).await), ("contacts:read".to_owned(), "contacts:read".to_owned()));
    one.apis().add_scope(&world.owner, &api, &scope("contacts:write")).await.unwrap();
    one.node().renew_grants().await;
    assert_eq!(scopes(&one).await, "contacts:read contacts:write");
}
