//! Offboarding: how long the tokens of a former member work on every node, and that they never gain rights.

use crate::{
    members::{id_of, in_acme, invited, joined},
    support::{PATS, World, request},
};
use domain::{
    Timestamp,
    access::{Actor, RequestContext, Role},
    code::ProblemCode,
    credential::{Credential, DAY_SECONDS, Owner},
    scope::ScopeSet,
    secret::RevealedSecret,
    verify::Verdict,
};
use service::{
    Caller, Service, ServiceError,
    credentials::{BulkTarget, Confirmation, CredentialTarget, InventoryFilter, TransferRequest},
    members::Grace,
};

on_both!(
    tokens_go_on_for_the_days_that_the_organization_gives_and_no_longer,
    the_end_of_a_grace_needs_no_change_to_be_heard,
    within_the_grace_a_token_is_worth_what_its_owner_was_and_outlives_nothing,
    what_was_handed_over_or_revoked_is_no_longer_a_matter_of_grace,
    a_grace_is_extended_given_again_and_ended_within_thirty_days_of_leaving,
    whoever_joins_again_has_not_left,
    a_departed_owner_rules_nobody_and_only_owners_lengthen_what_was_theirs,
);

const DAY: i64 = DAY_SECONDS * 1000;

/// A former member with a token, in an organization with a grace period.
struct Left {
    caller: Caller,
    token: Credential,
    secret: RevealedSecret,
}

async fn left(world: &World, name: &str, role: Role, scopes: &[&str], days: i64) -> Left {
    let node = world.node();
    node.orgs().change_settings(&world.owner, Some(days)).await.unwrap();
    let caller = joined(world, name, role).await;
    let issued = node.credentials().issue(&caller, CredentialTarget::Mine, &request(scopes)).await.unwrap();
    let (token, secret) = (issued.credential, issued.secret.unwrap());
    node.members().remove(&world.owner, &id_of(&caller)).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
    Left { caller, token, secret }
}

/// Returns a former member as a caller in the organization that they still have.
pub(crate) async fn at_home(world: &World, caller: &Caller) -> Caller {
    let (user, name) = (caller.actor.user().unwrap(), caller.actor.name().clone());
    let own = world.node().db().memberships_of(user).await.unwrap().remove(0).org.id;
    let actor = Actor::person(user, name, own, Role::Owner, &ScopeSet::default(), caller.actor.session());
    Caller { actor, context: RequestContext::default() }
}

async fn verdicts(world: &World, secret: &RevealedSecret) -> [Verdict; 2] {
    let [one, other] = &world.nodes;
    let of = async |node: &Service| world.verdict(node, secret.expose()).await.unwrap();
    [of(one).await, of(other).await]
}

fn ahead(world: &World, milliseconds: i64) {
    for node in 0..2 {
        world.set_ahead(node, milliseconds);
    }
}

async fn tokens_go_on_for_the_days_that_the_organization_gives_and_no_longer(world: World) {
    let (now, gone) = (world.node().now(), left(&world, "joan", Role::Member, &[], 0).await);
    assert_eq!(verdicts(&world, &gone.secret).await, [Verdict::OwnerInactive; 2], "no days are none");
    let grace = left(&world, "grace", Role::Member, &[], 7).await;
    for (milliseconds, expected) in
        [(0, Verdict::Valid), (7 * DAY - 60_000, Verdict::Valid), (7 * DAY, Verdict::OwnerInactive)]
    {
        ahead(&world, milliseconds);
        assert_eq!(verdicts(&world, &grace.secret).await, [expected; 2], "{milliseconds}");
        assert_eq!(world.calls(&grace.secret).await.is_ok(), expected == Verdict::Valid);
    }
    let people = world.node().members().offboarding(&world.owner).await.unwrap();
    let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["grace", "joan"]);
    let offboarding = people[0].offboarding.clone().unwrap();
    assert!(offboarding.left_at >= now && offboarding.grace_ends_at.millis() - offboarding.left_at.millis() == 7 * DAY);
    assert_eq!((offboarding.role, people[0].tokens[0].0.id), (Role::Member.into(), grace.token.id));
    // A node that starts later also applies the grace period.
    ahead(&world, 0);
    world.nodes[1].node().load_snapshot().await.unwrap();
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2]);
}

async fn the_end_of_a_grace_needs_no_change_to_be_heard(world: World) {
    let grace = left(&world, "grace", Role::Member, &[], 1).await;
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2]);
    // Only the clock moves between these steps. Nothing is written or read.
    world.set_ahead(1, DAY);
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid, Verdict::OwnerInactive]);
    world.set_ahead(0, DAY);
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::OwnerInactive; 2]);
}

async fn within_the_grace_a_token_is_worth_what_its_owner_was_and_outlives_nothing(world: World) {
    let grace = left(&world, "grace", Role::Admin, &["all"], 7).await;
    let caller = world.calls(&grace.secret).await.unwrap();
    assert_eq!(caller.actor.role(), Some(&Role::Admin.into()));
    let ends_at =
        world.node().members().offboarding(&world.owner).await.unwrap()[0].offboarding.clone().unwrap().grace_ends_at;
    assert_eq!(caller.actor.ends_at(), Some(ends_at), "what it issues ends with the grace");
    let endless = world.node().credentials().issue(&caller, crate::support::KEYS, &request(&[])).await;
    assert!(matches!(endless, Err(ServiceError::Invalid(_))), "{:?}", endless.err());
    // A session ends at once, because it reads the membership.
    assert!(
        world.node().members().list(&grace.caller, None, &Default::default()).await.is_ok(),
        "an actor made by hand"
    );
    let membership = world.node().db().membership(grace.caller.actor.user().unwrap(), world.owner.actor.org()).await;
    assert!(membership.unwrap().is_none());
}

async fn what_was_handed_over_or_revoked_is_no_longer_a_matter_of_grace(world: World) {
    let node = world.node();
    let account = node.service_accounts().create(&world.owner, "deployer", "", "member").await.unwrap();
    let (grace, joan) =
        (left(&world, "grace", Role::Member, &[], 7).await, left(&world, "joan", Role::Member, &[], 7).await);
    let ids = vec![grace.token.id.to_string()];
    let request = TransferRequest { to: account.id.to_string(), target: BulkTarget::Ids(ids), dry_run: false };
    assert!(node.credentials().transfer(&world.owner, &request).await.unwrap()[0].changed);
    node.credentials().revoke(&world.owner, PATS, &joan.token.id.to_string(), Confirmation::NotAsked).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
    for milliseconds in [0, 8 * DAY] {
        ahead(&world, milliseconds);
        assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2]);
        assert_eq!(verdicts(&world, &joan.secret).await, [Verdict::Revoked; 2]);
    }
    assert_eq!(world.calls(&grace.secret).await.unwrap().actor.owner(), Owner::ServiceAccount(account.id));
    assert!(node.members().offboarding(&world.owner).await.unwrap().is_empty(), "nothing is left to decide");
}

async fn a_grace_is_extended_given_again_and_ended_within_thirty_days_of_leaving(world: World) {
    let node = world.node();
    let grace = left(&world, "grace", Role::Member, &[], 0).await;
    let id = id_of(&grace.caller);
    let change = async |to: Grace| {
        let changed = node.members().change_grace(&world.owner, &id, to).await;
        world.nodes[1].node().catch_up().await.unwrap();
        changed
    };
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::OwnerInactive; 2]);
    let left_at = change(Grace::Days(3)).await.unwrap().left_at;
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2], "given again");
    let until = left_at.plus_seconds(30 * DAY_SECONDS);
    assert_eq!(change(Grace::Until(until)).await.unwrap().grace_ends_at, until);
    ahead(&world, 29 * DAY);
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2], "extended");
    for too_long in [Grace::Days(31), Grace::Days(i64::MAX), Grace::Until(until.plus_seconds(1))] {
        assert!(matches!(change(too_long).await, Err(ServiceError::Invalid(_))), "{too_long:?}");
    }
    for now in [Grace::Days(0), Grace::Days(-5), Grace::Until(Timestamp::EPOCH)] {
        let ended = change(now).await.unwrap().grace_ends_at;
        assert!(ended <= node.now() && ended > left_at.plus_seconds(28 * DAY_SECONDS), "{now:?}");
        assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::OwnerInactive; 2]);
    }
    let events = world.events(service::audit_log::AuditFilter::default()).await;
    let told: Vec<_> = events.iter().filter(|event| event.action == "member.grace_changed").collect();
    assert_eq!(told.len(), 3, "what changes nothing is no event");
    assert_eq!((told[0].target_id.clone(), told[0].target_name.as_deref()), (id, Some("grace")));
    assert!(matches!(
        node.members().change_grace(&world.owner, &id_of(&world.owner), Grace::Days(1)).await,
        Err(ServiceError::Missing)
    ));
    for days in [-1, 31] {
        assert!(matches!(node.orgs().change_settings(&world.owner, Some(days)).await, Err(ServiceError::Invalid(_))));
    }
}

async fn whoever_joins_again_has_not_left(world: World) {
    let (node, grace) = (world.node(), left(&world, "grace", Role::Member, &[], 1).await);
    ahead(&world, 2 * DAY);
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::OwnerInactive; 2]);
    let (id, key) = invited(&world, "grace", Role::Viewer).await;
    node.members().accept_invitation(&at_home(&world, &grace.caller).await, &id, &key).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Disabled; 2], "until they confirm it");
    node.members().confirm_held_tokens(&in_acme(&world, &grace.caller, Role::Viewer)).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2]);
    assert_eq!(
        world.calls(&grace.secret).await.unwrap().actor.role(),
        Some(&Role::Viewer.into()),
        "as what they are now"
    );
    assert!(node.members().offboarding(&world.owner).await.unwrap().is_empty());
    let again = node.members().change_grace(&world.owner, &id_of(&grace.caller), Grace::Days(1)).await;
    assert!(matches!(again, Err(ServiceError::Missing)));
    // The grace period begins anew when the person leaves again.
    node.members().remove(&world.owner, &id_of(&grace.caller)).await.unwrap();
    let filter = InventoryFilter { without_owner: true, ..InventoryFilter::default() };
    assert_eq!(node.credentials().inventory(&world.owner, &filter, &Default::default()).await.unwrap().items.len(), 1);
    ahead(&world, 3 * DAY - 60_000);
    world.nodes[1].node().catch_up().await.unwrap();
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::Valid; 2]);
}

async fn a_departed_owner_rules_nobody_and_only_owners_lengthen_what_was_theirs(world: World) {
    let node = world.node();
    let admin = joined(&world, "admin", Role::Admin).await;
    let grace = left(&world, "grace", Role::Owner, &["all"], 7).await;
    let caller = world.calls(&grace.secret).await.unwrap();
    for refused in [
        node.members().change_role(&caller, &id_of(&admin), "owner").await.map(|_| ()),
        node.members().remove(&caller, &id_of(&admin)).await.map(|_| ()),
        node.members().invite(&caller, "eve@x.test", "owner").await.map(|_| ()),
        node.members().change_grace(&caller, &id_of(&grace.caller), Grace::Days(30)).await.map(|_| ()),
        node.orgs().change_settings(&caller, Some(30)).await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(ServiceError::Missing)), "{refused:?}");
    }
    let id = id_of(&grace.caller);
    let longer = node.members().change_grace(&admin, &id, Grace::Days(30)).await;
    assert!(matches!(longer, Err(ServiceError::Forbidden { code: ProblemCode::OwnersOnly, .. })), "{longer:?}");
    node.members().change_grace(&admin, &id, Grace::Days(0)).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
    assert_eq!(verdicts(&world, &grace.secret).await, [Verdict::OwnerInactive; 2]);
}
