//! The operators of the installation, on two nodes.

use crate::{
    members::{in_acme, joined, stranger},
    support::{World, at_once, node_on},
};
use domain::{access::Role, code::ProblemCode};
use service::{Caller, ServiceError, audit_log::AuditFilter, signing_keys::Rotation};

on_both!(
    owners_and_admins_of_the_platform_are_the_operators_and_nobody_else,
    a_stranger_with_an_older_id_is_no_operator,
    a_transfer_moves_the_operators_at_once_on_every_node,
);

async fn operates(world: &World, caller: &Caller) -> [bool; 2] {
    let mut operates = [false; 2];
    for (node, is) in world.nodes.iter().zip(&mut operates) {
        *is = node.platform().is_operator(caller).await.unwrap();
        let rotated = node.signing_keys().list(caller).await;
        assert_eq!(rotated.is_ok(), *is, "{rotated:?}");
    }
    operates
}

async fn owners_and_admins_of_the_platform_are_the_operators_and_nobody_else(world: World) {
    assert_eq!(operates(&world, &world.owner).await, [true; 2]);
    for (name, role, expected) in [
        ("anna", Role::Owner, true),
        ("ben", Role::Admin, true),
        ("cleo", Role::Member, false),
        ("dan", Role::Viewer, false),
    ] {
        let colleague = joined(&world, name, role).await;
        assert_eq!(operates(&world, &colleague).await, [expected; 2], "{role:?}");
    }
    let eve = stranger(&world, "eve").await;
    assert_eq!(operates(&world, &eve).await, [false; 2]);
    let refused = world.node().signing_keys().rotate(&eve, Rotation::Emergency).await;
    assert!(matches!(refused, Err(ServiceError::Missing)), "{refused:?}");
}

async fn a_stranger_with_an_older_id_is_no_operator(world: World) {
    // Creates an organization as if acme had been created with a clock that was a day ahead.
    world.set_ahead(0, -86_400_000);
    let eve = stranger(&world, "eve").await;
    assert!(eve.actor.org() < world.owner.actor.org());
    world.set_ahead(0, 0);
    assert_eq!(operates(&world, &eve).await, [false; 2]);
    assert_eq!(operates(&world, &world.owner).await, [true; 2]);
    assert_eq!(node_on(&world).await.platform().org().await.unwrap().unwrap().id, world.owner.actor.org());
}

async fn a_transfer_moves_the_operators_at_once_on_every_node(world: World) {
    let eve = stranger(&world, "eve").await;
    let node = world.node();
    for nowhere in ["nowhere", "org_01h455vb4pex5vsknk084sn02q", "Not A Slug", ""] {
        let refused = node.platform().transfer_at_the_console(nowhere).await;
        assert!(
            matches!(refused, Err(ServiceError::Refused { code: ProblemCode::NoSuchOrganization, .. })),
            "{refused:?}"
        );
    }
    let again = node.platform().transfer_at_the_console("acme").await;
    assert!(matches!(again, Err(ServiceError::Refused { code: ProblemCode::AlreadyPlatform, .. })), "{again:?}");

    let to = eve.actor.org().to_string();
    let [one, other] = world.nodes.clone();
    let also = to.clone();
    let (first, second) = at_once(async move { one.platform().transfer_at_the_console(&to).await }, async move {
        other.platform().transfer_at_the_console(&also).await
    })
    .await;
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(operates(&world, &eve).await, [true; 2]);
    assert_eq!(operates(&world, &world.owner).await, [false; 2]);
    assert_eq!(operates(&world, &in_acme(&world, &eve, Role::Owner)).await, [false; 2], "in another organization");

    let events = world.events(AuditFilter::default()).await;
    let event = events.iter().find(|event| event.action == "platform.transferred").unwrap();
    assert_eq!((event.actor_type.as_str(), event.actor_name.as_str()), ("system", "console"));
    assert_eq!(event.target_id, eve.actor.org().to_string());
}
