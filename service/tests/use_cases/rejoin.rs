//! Members who come back to an organization: no token from before works again by itself.

use crate::{
    members::{id_of, invited, joined},
    offboarding::at_home,
    support::{PATS, World, request},
};
use domain::{access::Role, code::ProblemCode, credential::Status, verify::Verdict};
use service::{
    Caller, ServiceError,
    credentials::{BulkAction, BulkRequest, BulkTarget, Confirmation, CredentialTarget, Issued, TransferRequest},
};

on_both!(
    tokens_stay_stopped_on_every_node_until_their_owner_confirms_each,
    all_are_confirmed_at_once_and_revoked_ones_stay_revoked,
    nobody_but_the_owner_in_a_session_lets_a_held_token_work,
    what_was_off_or_over_before_is_left_as_it_was,
    a_held_token_stays_off_whatever_becomes_of_its_owner,
    every_step_is_in_the_audit_log,
);

struct Back {
    /// The person, as a member again.
    caller: Caller,
    tokens: Vec<Issued>,
}

/// Returns a person who had this number of tokens, left with a grace period of seven days, and came back.
async fn back(world: &World, count: usize) -> Back {
    let node = world.node();
    node.orgs().change_settings(&world.owner, Some(7)).await.unwrap();
    let caller = joined(world, "grace", Role::Admin).await;
    let mut tokens = Vec::new();
    for _ in 0..count {
        tokens.push(node.credentials().issue(&caller, CredentialTarget::Mine, &request(&["all"])).await.unwrap());
    }
    node.members().remove(&world.owner, &id_of(&caller)).await.unwrap();
    rejoin(world, &caller).await;
    Back { caller, tokens }
}

async fn rejoin(world: &World, caller: &Caller) {
    let (id, key) = invited(world, "grace", Role::Admin).await;
    world.node().members().accept_invitation(&at_home(world, caller).await, &id, &key).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
}

async fn verdicts(world: &World, issued: &Issued) -> [Verdict; 2] {
    let secret = issued.secret.as_ref().unwrap().expose();
    world.nodes[1].node().catch_up().await.unwrap();
    let [one, other] = &world.nodes;
    [world.verdict(one, secret).await.unwrap(), world.verdict(other, secret).await.unwrap()]
}

fn id(issued: &Issued) -> String {
    issued.credential.id.to_string()
}

async fn tokens_stay_stopped_on_every_node_until_their_owner_confirms_each(world: World) {
    let Back { caller, tokens } = back(&world, 2).await;
    for token in &tokens {
        assert_eq!(verdicts(&world, token).await, [Verdict::Disabled; 2]);
        assert!(world.calls(token.secret.as_ref().unwrap()).await.is_err());
    }
    let held = world.node().members().held_tokens(&caller).await.unwrap();
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|token| token.status(world.node().now()) == Status::Disabled));
    world.node().credentials().enable(&caller, CredentialTarget::Mine, &id(&tokens[0])).await.unwrap();
    assert_eq!(verdicts(&world, &tokens[0]).await, [Verdict::Valid; 2]);
    assert_eq!(verdicts(&world, &tokens[1]).await, [Verdict::Disabled; 2]);
    assert_eq!(world.node().members().held_tokens(&caller).await.unwrap().len(), 1);
    // A new token is not held.
    let new = world.node().credentials().issue(&caller, CredentialTarget::Mine, &request(&[])).await.unwrap();
    assert_eq!(verdicts(&world, &new).await, [Verdict::Valid; 2]);
}

async fn all_are_confirmed_at_once_and_revoked_ones_stay_revoked(world: World) {
    let Back { caller, tokens } = back(&world, 3).await;
    let node = world.node();
    node.credentials().revoke(&caller, CredentialTarget::Mine, &id(&tokens[0]), Confirmation::NotAsked).await.unwrap();
    node.members().confirm_held_tokens(&caller).await.unwrap();
    assert_eq!(verdicts(&world, &tokens[0]).await, [Verdict::Revoked; 2]);
    for token in &tokens[1..] {
        assert_eq!(verdicts(&world, token).await, [Verdict::Valid; 2]);
    }
    assert!(node.members().held_tokens(&caller).await.unwrap().is_empty());
}

async fn nobody_but_the_owner_in_a_session_lets_a_held_token_work(world: World) {
    let Back { caller, tokens } = back(&world, 1).await;
    let (node, token) = (world.node(), &tokens[0]);
    let own = node.credentials().issue(&caller, CredentialTarget::Mine, &request(&["all"])).await.unwrap();
    let by_token = world.calls(own.secret.as_ref().unwrap()).await.unwrap();
    for (by, target) in [(&world.owner, PATS), (&by_token, CredentialTarget::Mine), (&by_token, PATS)] {
        let refused = node.credentials().enable(by, target, &id(token)).await;
        let is_refused =
            matches!(refused, Err(ServiceError::Forbidden { code: ProblemCode::OwnerConfirmationRequired, .. }));
        assert!(is_refused, "{refused:?}");
        let target = BulkTarget::Ids(vec![id(token)]);
        let bulk = BulkRequest { action: BulkAction::Enable, target, dry_run: false };
        assert!(node.credentials().bulk(by, &bulk).await.unwrap().iter().all(|item| item.result.is_err()));
    }
    assert!(matches!(node.members().confirm_held_tokens(&by_token).await, Err(ServiceError::Forbidden { .. })));
    // Disabling a disabled token does not change who may enable it.
    node.credentials().disable(&world.owner, PATS, &id(token)).await.unwrap();
    assert!(node.credentials().enable(&world.owner, PATS, &id(token)).await.is_err());
    assert_eq!(verdicts(&world, token).await, [Verdict::Disabled; 2]);
}

async fn what_was_off_or_over_before_is_left_as_it_was(world: World) {
    let node = world.node();
    let caller = joined(&world, "grace", Role::Member).await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(node.credentials().issue(&caller, CredentialTarget::Mine, &request(&[])).await.unwrap());
    }
    node.credentials().disable(&caller, CredentialTarget::Mine, &id(&tokens[0])).await.unwrap();
    node.credentials().revoke(&caller, CredentialTarget::Mine, &id(&tokens[1]), Confirmation::NotAsked).await.unwrap();
    node.members().remove(&world.owner, &id_of(&caller)).await.unwrap();
    rejoin(&world, &caller).await;
    let held: Vec<_> = node.members().held_tokens(&caller).await.unwrap().iter().map(|token| token.id).collect();
    assert_eq!(held, [tokens[2].credential.id]);
    node.members().confirm_held_tokens(&caller).await.unwrap();
    let expected = [Verdict::Disabled, Verdict::Revoked, Verdict::Valid];
    for (token, expected) in tokens.iter().zip(expected) {
        assert_eq!(verdicts(&world, token).await, [expected; 2]);
    }
}

async fn a_held_token_stays_off_whatever_becomes_of_its_owner(world: World) {
    let Back { caller, tokens } = back(&world, 2).await;
    let node = world.node();
    node.members().remove(&world.owner, &id_of(&caller)).await.unwrap();
    assert_eq!(verdicts(&world, &tokens[0]).await, [Verdict::Disabled; 2], "a grace wakes nothing");
    assert!(node.credentials().enable(&world.owner, PATS, &id(&tokens[0])).await.is_err());
    // A transfer is a decision on the token. It stays disabled until it is enabled.
    let account = node.service_accounts().create(&world.owner, "deploy", "", "admin").await.unwrap();
    let target = BulkTarget::Ids(vec![id(&tokens[1])]);
    let transfer = TransferRequest { to: account.id.to_string(), target, dry_run: false };
    assert!(node.credentials().transfer(&world.owner, &transfer).await.unwrap()[0].result.is_ok());
    assert_eq!(verdicts(&world, &tokens[1]).await, [Verdict::Disabled; 2]);
    node.credentials().enable(&world.owner, PATS, &id(&tokens[1])).await.unwrap();
    assert_eq!(verdicts(&world, &tokens[1]).await, [Verdict::Valid; 2]);
}

async fn every_step_is_in_the_audit_log(world: World) {
    let Back { caller, tokens } = back(&world, 1).await;
    world.node().members().confirm_held_tokens(&caller).await.unwrap();
    let events = world.done_to(&tokens[0].credential).await;
    let told: Vec<_> = events.iter().map(|event| (event.action.as_str(), event.detail["reason"].as_str())).collect();
    assert_eq!(
        told,
        [
            ("credential.issued", None),
            ("credential.disabled", Some("owner_returned")),
            ("credential.enabled", Some("owner_confirmed"))
        ]
    );
}
