//! Approval requests: a pending credential does not work, another person decides once, and the secret stays the same.

use crate::support::{KEYS, World, at_once, request};
use domain::{
    access::Role,
    code::ProblemCode,
    credential::{CredentialKind, DAY_SECONDS, Edit, LifetimeDraft, Outcome, Status},
    policy::PolicyDraft,
    secret::RevealedSecret,
    verify::Verdict,
};
use service::{
    Caller, Service, ServiceError,
    approvals::{DecisionRequest, RequestState},
    credentials::{Confirmation, CredentialTarget, IssueRequest, PageRequest},
};

on_both!(
    what_is_approved_works_everywhere_with_the_secret_it_has,
    what_is_denied_never_works,
    of_two_who_decide_at_once_one_does,
    nobody_decides_about_their_own,
    what_waits_or_was_approved_is_not_widened_past_the_approver,
    a_request_that_was_taken_back_or_ran_out_is_not_decided,
    whoever_has_left_decides_nothing_though_their_tokens_go_on,
);

fn decision(outcome: Outcome) -> DecisionRequest {
    DecisionRequest { outcome, note: "seen".to_owned(), scopes: None, expected: None }
}

async fn asks_for_approval(world: &World) {
    let draft = PolicyDraft {
        needs_approval: true,
        ..serde_json::from_value(serde_json::json!({ "kind": CredentialKind::PersonalAccessToken })).unwrap()
    };
    world.node().policies().change(&world.owner, &draft).await.unwrap();
}

fn asked(scopes: &[&str], why: &str) -> IssueRequest {
    let mut asked = IssueRequest { justification: Some(why.to_owned()), ..request(scopes) };
    asked.issue.lifetime = LifetimeDraft { expires_in: Some(30 * DAY_SECONDS), ..LifetimeDraft::default() };
    asked
}

/// Returns the id and the secret of a token that a member has requested.
async fn waiting(world: &World, member: &Caller, scopes: &[&str]) -> (String, RevealedSecret) {
    let issued = world
        .node()
        .credentials()
        .issue(member, CredentialTarget::Mine, &asked(scopes, "for the nightly build"))
        .await
        .unwrap();
    assert_eq!(issued.credential.status(world.node().now()), Status::PendingApproval);
    (issued.credential.id.to_string(), issued.secret.unwrap())
}

async fn said(world: &World, secret: &RevealedSecret) -> Verdict {
    let mut verdicts = Vec::new();
    for node in &world.nodes {
        node.node().catch_up().await.unwrap();
        verdicts.push(world.verdict(node, secret.expose()).await.unwrap());
    }
    assert_eq!(verdicts[0], verdicts[1]);
    verdicts[0]
}

async fn what_is_approved_works_everywhere_with_the_secret_it_has(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    // Credentials from before the policy need no approval.
    let before = world
        .node()
        .credentials()
        .issue(&member, CredentialTarget::Mine, &asked(&["credentials:read"], ""))
        .await
        .unwrap();
    asks_for_approval(&world).await;
    let needs_reason =
        world.node().credentials().issue(&member, CredentialTarget::Mine, &asked(&[], " ")).await.err().unwrap();
    let ServiceError::Invalid(errors) = needs_reason else { panic!("{needs_reason:?}") };
    assert_eq!(errors.0[0].code.as_str(), "justification_required");
    let (id, secret) = waiting(&world, &member, &["credentials:read", "pats:write"]).await;
    assert_eq!(said(&world, &secret).await, Verdict::PendingApproval);
    assert_eq!(said(&world, &before.secret.unwrap()).await, Verdict::Valid);
    assert!(matches!(world.calls(&secret).await, Err(ServiceError::Unauthenticated(_))));

    let listed = world.node().token_requests().list(&world.owner, RequestState::Waiting, &PageRequest::default()).await;
    let listed = listed.unwrap().items;
    assert_eq!(listed.iter().map(|one| one.justification.as_str()).collect::<Vec<_>>(), ["for the nightly build"]);
    let wider = DecisionRequest { scopes: Some(vec!["audit:read".into()]), ..decision(Outcome::Approved) };
    assert!(matches!(
        world.node().token_requests().decide(&world.owner, &id, &wider).await,
        Err(ServiceError::Invalid(_))
    ));
    let narrower = DecisionRequest { scopes: Some(vec!["credentials:read".into()]), ..decision(Outcome::Approved) };
    let done = world.node().token_requests().decide(&world.owner, &id, &narrower).await.unwrap();
    assert_eq!(done.decision.unwrap().outcome, Outcome::Approved);
    assert_eq!(world.node().token_requests().waiting(&world.owner).await.unwrap(), 0);
    assert_eq!(said(&world, &secret).await, Verdict::Valid);
    let caller = world.calls(&secret).await.unwrap();
    assert_eq!(caller.actor.holds().to_string(), "credentials:read", "approved for less");
    let events: Vec<_> = world.done_to(&done.credential).await.into_iter().map(|event| event.action).collect();
    assert_eq!(events, ["credential.issued", "credential.approved"]);
    let own = world.node().token_requests().show(&member, &id).await.unwrap().unwrap();
    assert_eq!(own.decision.unwrap().note, "seen", "whoever asked can read what was said");

    // People who can approve don't need approval themselves.
    let owners =
        world.node().credentials().issue(&world.owner, CredentialTarget::Mine, &asked(&["all"], "")).await.unwrap();
    assert_eq!(said(&world, &owners.secret.unwrap()).await, Verdict::Valid);
}

async fn what_is_denied_never_works(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    asks_for_approval(&world).await;
    let (id, secret) = waiting(&world, &member, &["credentials:read"]).await;
    let silent = DecisionRequest { note: " ".to_owned(), ..decision(Outcome::Denied) };
    assert!(matches!(
        world.node().token_requests().decide(&world.owner, &id, &silent).await,
        Err(ServiceError::Invalid(_))
    ));
    world.node().token_requests().decide(&world.owner, &id, &decision(Outcome::Denied)).await.unwrap();
    assert_eq!(said(&world, &secret).await, Verdict::Revoked);
    let again =
        world.node().token_requests().decide(&world.owner, &id, &decision(Outcome::Approved)).await.err().unwrap();
    assert!(matches!(again, ServiceError::Refused { code: ProblemCode::AlreadyDecided, .. }), "{again:?}");
    assert_eq!(said(&world, &secret).await, Verdict::Revoked);
}

async fn decide(node: Service, by: Caller, id: String, outcome: Outcome) -> Result<Outcome, ServiceError> {
    node.token_requests().decide(&by, &id, &decision(outcome)).await.map(|_| outcome)
}

async fn of_two_who_decide_at_once_one_does(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    let admin = crate::members::joined(&world, "bob", Role::Admin).await;
    asks_for_approval(&world).await;
    for _ in 0..6 {
        let (id, secret) = waiting(&world, &member, &[]).await;
        let [one, other] = world.nodes.clone();
        let (a, b) = at_once(
            decide(one, world.owner.clone(), id.clone(), Outcome::Approved),
            decide(other, admin.clone(), id, Outcome::Denied),
        )
        .await;
        let (decided, refused) = match (a, b) {
            (Ok(outcome), Err(error)) | (Err(error), Ok(outcome)) => (outcome, error),
            both => panic!("{both:?}"),
        };
        assert!(matches!(refused, ServiceError::Refused { code: ProblemCode::AlreadyDecided, .. }), "{refused:?}");
        let expected = if decided == Outcome::Approved { Verdict::Valid } else { Verdict::Revoked };
        assert_eq!(said(&world, &secret).await, expected);
    }
}

async fn nobody_decides_about_their_own(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    asks_for_approval(&world).await;
    let (id, secret) = waiting(&world, &member, &[]).await;
    let as_member =
        world.node().token_requests().decide(&member, &id, &decision(Outcome::Approved)).await.err().unwrap();
    assert!(matches!(as_member, ServiceError::MissingScope { .. }), "{as_member:?}");
    let user = member.actor.user().unwrap().to_string();
    world.node().members().change_role(&world.owner, &user, "admin").await.unwrap();
    let promoted = crate::members::in_acme(&world, &member, Role::Admin);
    let own = world.node().token_requests().decide(&promoted, &id, &decision(Outcome::Approved)).await.err().unwrap();
    assert!(matches!(own, ServiceError::Forbidden { code: ProblemCode::OwnRequest, .. }), "{own:?}");
    assert_eq!(world.node().token_requests().waiting(&world.owner).await.unwrap(), 1);
    assert_eq!(world.node().token_requests().waiting(&promoted).await.unwrap(), 0, "their own does not wait for them");
    let (_, key) = world.issued(KEYS, &["policies:write"]).await;
    let program = world.calls(&key).await.unwrap();
    let refused =
        world.node().token_requests().decide(&program, &id, &decision(Outcome::Approved)).await.err().unwrap();
    assert!(matches!(refused, ServiceError::UserContextRequired), "{refused:?}");
    assert_eq!(said(&world, &secret).await, Verdict::PendingApproval);
}

async fn what_waits_or_was_approved_is_not_widened_past_the_approver(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    asks_for_approval(&world).await;
    let (id, _) = waiting(&world, &member, &[]).await;
    let wider = Edit { scopes: Some(vec!["credentials:read".to_owned()]), ..Edit::default() };
    let early =
        world.node().credentials().edit(&member, CredentialTarget::Mine, &id, &wider, None).await.err().unwrap();
    assert!(matches!(early, ServiceError::Refused { code: ProblemCode::PendingApproval, .. }), "{early:?}");
    assert!(world.node().credentials().roll(&member, CredentialTarget::Mine, &id, None, None).await.is_err());
    world.node().token_requests().decide(&world.owner, &id, &decision(Outcome::Approved)).await.unwrap();
    let late = world.node().credentials().edit(&member, CredentialTarget::Mine, &id, &wider, None).await.err().unwrap();
    assert!(matches!(late, ServiceError::Refused { code: ProblemCode::ApprovalNeeded, .. }), "{late:?}");
    let renamed = Edit { name: Some("Nightly".to_owned()), ..Edit::default() };
    world.node().credentials().edit(&member, CredentialTarget::Mine, &id, &renamed, None).await.unwrap();
    world.node().credentials().roll(&member, CredentialTarget::Mine, &id, None, None).await.unwrap();
}

async fn a_request_that_was_taken_back_or_ran_out_is_not_decided(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    asks_for_approval(&world).await;
    let (taken_back, _) = waiting(&world, &member, &[]).await;
    world
        .node()
        .credentials()
        .revoke(&member, CredentialTarget::Mine, &taken_back, Confirmation::NotAsked)
        .await
        .unwrap();
    let (ran_out, secret) = waiting(&world, &member, &[]).await;
    for node in 0..2 {
        world.set_ahead(node, 31 * DAY_SECONDS * 1000);
    }
    assert_eq!(said(&world, &secret).await, Verdict::Expired);
    for id in [taken_back, ran_out] {
        let refused =
            world.node().token_requests().decide(&world.owner, &id, &decision(Outcome::Approved)).await.err().unwrap();
        assert!(matches!(refused, ServiceError::Refused { code: ProblemCode::AlreadyDecided, .. }), "{refused:?}");
    }
}

async fn whoever_has_left_decides_nothing_though_their_tokens_go_on(world: World) {
    let member = crate::members::joined(&world, "grace", Role::Member).await;
    let admin = crate::members::joined(&world, "bob", Role::Admin).await;
    let token = world
        .node()
        .credentials()
        .issue(&admin, CredentialTarget::Mine, &asked(&["all"], ""))
        .await
        .unwrap()
        .secret
        .unwrap();
    asks_for_approval(&world).await;
    let (id, secret) = waiting(&world, &member, &[]).await;
    world.node().orgs().change_settings(&world.owner, Some(7)).await.unwrap();
    world.node().members().remove(&world.owner, &admin.actor.user().unwrap().to_string()).await.unwrap();
    let gone = world.calls(&token).await.unwrap();
    let refused = world.node().token_requests().decide(&gone, &id, &decision(Outcome::Approved)).await.err().unwrap();
    assert!(matches!(refused, ServiceError::Missing), "{refused:?}");
    let draft: PolicyDraft = serde_json::from_value(serde_json::json!({ "kind": "pat" })).unwrap();
    let refused = world.node().policies().change(&gone, &draft).await.err().unwrap();
    assert!(matches!(refused, ServiceError::Missing), "{refused:?}");
    assert_eq!(said(&world, &secret).await, Verdict::PendingApproval);
}
