//! Policies: the preview matches the effect, nothing is blocked without notice, and two nodes agree.

use crate::support::{KEYS, World, request};
use domain::{
    access::Role,
    code::ProblemCode,
    credential::{Credential, CredentialKind, DAY_SECONDS, LifetimeDraft, Status},
    ids::CredentialId,
    policy::{Objection, PolicyDraft},
    verify::Verdict,
};
use service::{
    Caller, ServiceError,
    audit_log::AuditFilter,
    credentials::{CredentialTarget, IssueRequest},
    policies::ExceptionRequest,
    verify::ForwardRequest,
};
use std::collections::BTreeSet;

on_both!(
    what_the_dry_run_lists_is_what_is_blocked_afterwards,
    what_exists_is_given_notice_and_what_is_new_keeps_the_policy_at_once,
    saving_needs_the_number_that_the_dry_run_said,
    an_exception_lets_off_until_it_ends_or_is_ended,
    networks_of_a_policy_count_on_every_door,
    what_is_idle_for_too_long_is_switched_off_once_and_can_be_switched_on_again,
    who_may_not_manage_policies_changes_none,
);

const DAY_MILLIS: i64 = DAY_SECONDS * 1000;

pub(crate) fn draft(kind: CredentialKind) -> PolicyDraft {
    serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap()
}

pub(crate) fn living(days: Option<i64>, scopes: &[&str]) -> IssueRequest {
    let mut asked = request(scopes);
    if let Some(days) = days {
        asked.issue.lifetime = LifetimeDraft { expires_in: Some(days * DAY_SECONDS), ..LifetimeDraft::default() };
    }
    asked
}

/// Sets both clocks this number of days ahead of the machine's.
pub(crate) async fn days_ahead(world: &World, days: i64) {
    for node in 0..2 {
        world.set_ahead(node, days * DAY_MILLIS + 1);
    }
    for node in &world.nodes {
        node.node().catch_up().await.unwrap();
    }
}

pub(crate) async fn save(world: &World, draft: PolicyDraft) {
    let found = world.node().policies().dry_run(&world.owner, &draft).await.unwrap();
    let confirmed = PolicyDraft { confirm_affected: Some(found.hits.len() as u64), ..draft };
    world.node().policies().change(&world.owner, &confirmed).await.unwrap();
    world.nodes[1].node().catch_up().await.unwrap();
}

async fn status(world: &World, id: CredentialId) -> Status {
    let shown = world.node().credentials().show_any(&world.owner, &id.to_string()).await.unwrap();
    shown.status(world.node().now())
}

async fn what_the_dry_run_lists_is_what_is_blocked_afterwards(world: World) {
    let mut issued = Vec::new();
    for (target, days, scopes) in [
        (CredentialTarget::Mine, None, &["credentials:read"][..]),
        (CredentialTarget::Mine, Some(5), &["credentials:read"]),
        (CredentialTarget::Mine, Some(20), &["all"]),
        (CredentialTarget::Mine, Some(400), &[]),
        (CredentialTarget::Mine, None, &["all"]),
        (KEYS, None, &[]),
        (KEYS, Some(10), &[]),
        (KEYS, Some(200), &[]),
    ] {
        let made = world.node().credentials().issue(&world.owner, target, &living(days, scopes)).await.unwrap();
        issued.push((made.credential.id, made.secret.unwrap()));
    }
    let off = issued[1].0.to_string();
    world.node().credentials().disable(&world.owner, CredentialTarget::Mine, &off).await.unwrap();
    let rules = [
        PolicyDraft { must_expire: true, ..draft(CredentialKind::PersonalAccessToken) },
        PolicyDraft { allows_all: Some(false), ..draft(CredentialKind::PersonalAccessToken) },
        PolicyDraft { max_lifetime_seconds: Some(30 * DAY_SECONDS), ..draft(CredentialKind::PersonalAccessToken) },
        PolicyDraft { max_lifetime_seconds: Some(30 * DAY_SECONDS), ..draft(CredentialKind::ApiKey) },
        PolicyDraft {
            allows_all: Some(false),
            max_lifetime_seconds: Some(300 * DAY_SECONDS),
            ..draft(CredentialKind::PersonalAccessToken)
        },
        draft(CredentialKind::PersonalAccessToken),
        draft(CredentialKind::ApiKey),
    ];
    for rules in rules {
        for kind in [CredentialKind::PersonalAccessToken, CredentialKind::ApiKey] {
            save(&world, draft(kind)).await;
        }
        let asked = PolicyDraft { notice_days: Some(0), ..rules };
        let good = valid(&world, &issued).await;
        let found = world.node().policies().dry_run(&world.owner, &asked).await.unwrap();
        assert!(valid(&world, &issued).await == good, "trying changes nothing");
        // The owner's token from the setup of the organization is not part of this test.
        let known: BTreeSet<_> = issued.iter().map(|(id, _)| *id).collect();
        let listed: BTreeSet<_> = found.hits.iter().map(|hit| hit.affected.id()).collect();
        let expected: BTreeSet<_> = listed.intersection(&known).copied().collect();
        save(&world, asked.clone()).await;
        let left = valid(&world, &issued).await;
        let blocked: BTreeSet<_> = good.difference(&left).copied().collect();
        assert_eq!(blocked, expected, "{asked:?}");
        for (id, secret) in &issued {
            let is_hit = expected.contains(id);
            assert_eq!(status(&world, *id).await == Status::BlockedByPolicy, is_hit);
            if is_hit {
                let refused = world.calls(secret).await.unwrap_err();
                assert!(matches!(refused, ServiceError::Unauthenticated(_)));
                let said = world.verdict(&world.nodes[1], secret.expose()).await.unwrap();
                assert_eq!(said, Verdict::BlockedByPolicy);
            }
        }
    }
    let changed = AuditFilter { action: Some("policy.updated".to_owned()), ..AuditFilter::default() };
    assert_eq!(world.events(changed).await.len(), 12, "one event for each save that changes something");
}

/// Returns the credentials that both nodes report as valid.
async fn valid(world: &World, issued: &[(CredentialId, domain::secret::RevealedSecret)]) -> BTreeSet<CredentialId> {
    let mut good = BTreeSet::new();
    for (id, secret) in issued {
        let mut verdicts = Vec::new();
        for node in &world.nodes {
            node.node().catch_up().await.unwrap();
            verdicts.push(world.verdict(node, secret.expose()).await.unwrap());
        }
        assert_eq!(verdicts[0], verdicts[1], "the nodes agree");
        good.extend((verdicts[0] == Verdict::Valid).then_some(*id));
    }
    good
}

async fn what_exists_is_given_notice_and_what_is_new_keeps_the_policy_at_once(world: World) {
    let (old, secret) = world.issued(KEYS, &[]).await;
    save(&world, PolicyDraft { must_expire: true, ..draft(CredentialKind::ApiKey) }).await;
    let refused = world.node().credentials().issue(&world.owner, KEYS, &request(&[])).await.err().unwrap();
    let ServiceError::Invalid(errors) = refused else { panic!("{refused:?}") };
    assert_eq!(errors.0[0].code.as_str(), "policy_must_expire");
    let mut open = request(&[]);
    open.issue.lifetime = LifetimeDraft::default();
    let fitted = world.node().credentials().issue(&world.owner, KEYS, &open).await.unwrap().credential;
    assert!(fitted.grant.expires_at.is_some(), "an end that nobody named is the longest that fits");

    for (day, warns, blocks) in [(1, false, false), (8, true, false), (13, true, false), (14, false, true)] {
        days_ahead(&world, day).await;
        assert_eq!(status(&world, old.id).await == Status::BlockedByPolicy, blocks, "day {day}");
        for node in &world.nodes {
            let verifying = node.verifying().await.unwrap();
            let asked = ForwardRequest { token: secret.expose(), ..ForwardRequest::default() };
            let said = verifying.forward(&asked).unwrap();
            assert_eq!(said.verdict == Verdict::BlockedByPolicy, blocks, "day {day}");
            assert_eq!(said.blocked_at(node.now()).is_some(), warns, "day {day}");
        }
    }
}

async fn saving_needs_the_number_that_the_dry_run_said(world: World) {
    world.issued(KEYS, &[]).await;
    let strict = PolicyDraft { must_expire: true, ..draft(CredentialKind::ApiKey) };
    for confirmed in [None, Some(2)] {
        let asked = PolicyDraft { confirm_affected: confirmed, ..strict.clone() };
        let refused = world.node().policies().change(&world.owner, &asked).await.err().unwrap();
        assert!(matches!(refused, ServiceError::NotConfirmed { affected: 1 }), "{refused:?}");
    }
    assert!(world.node().policies().list(&world.owner).await.unwrap().of(CredentialKind::ApiKey).versions().is_empty());
    let asked = PolicyDraft { confirm_affected: Some(1), ..strict };
    let done = world.node().policies().change(&world.owner, &asked).await.unwrap();
    assert_eq!(done.dry_run.hits[0].objections, [Objection::NeverEnds]);
}

async fn an_exception_lets_off_until_it_ends_or_is_ended(world: World) {
    let (old, secret) = world.issued(KEYS, &[]).await;
    let strict = PolicyDraft { must_expire: true, notice_days: Some(0), ..draft(CredentialKind::ApiKey) };
    save(&world, strict).await;
    let ends_at = world.node().now().plus_seconds(5 * DAY_SECONDS).to_string();
    let asked = ExceptionRequest { credential: old.id.to_string(), ends_at, note: "until it is replaced".to_owned() };
    let said = async |expected: Verdict| {
        for node in &world.nodes {
            node.node().catch_up().await.unwrap();
            assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), expected);
        }
    };
    said(Verdict::BlockedByPolicy).await;
    world.node().policies().grant_exception(&world.owner, &asked).await.unwrap();
    said(Verdict::Valid).await;
    assert_eq!(status(&world, old.id).await, Status::Active);
    days_ahead(&world, 6).await;
    said(Verdict::BlockedByPolicy).await;
    assert!(world.node().policies().exceptions(&world.owner).await.unwrap().is_empty());
    days_ahead(&world, 0).await;
    said(Verdict::Valid).await;
    world.node().policies().end_exception(&world.owner, &old.id.to_string()).await.unwrap();
    said(Verdict::BlockedByPolicy).await;
    let again = world.node().policies().end_exception(&world.owner, &old.id.to_string()).await;
    assert!(matches!(again, Err(ServiceError::Missing)));

    let nonsense = ExceptionRequest { credential: "key_x".into(), ends_at: "tomorrow".into(), note: String::new() };
    let refused = world.node().policies().grant_exception(&world.owner, &nonsense).await.err().unwrap();
    let ServiceError::Invalid(errors) = refused else { panic!("{refused:?}") };
    assert_eq!(errors.0.len(), 3, "{errors}");
}

async fn networks_of_a_policy_count_on_every_door(world: World) {
    let (_, secret) = world.issued(CredentialTarget::Mine, &["credentials:read"]).await;
    let inside = PolicyDraft {
        networks: vec!["10.0.0.0/8".to_owned()],
        notice_days: Some(0),
        ..draft(CredentialKind::PersonalAccessToken)
    };
    save(&world, inside).await;
    for (address, expected) in [(Some("10.1.2.3"), true), (Some("192.0.2.1"), false), (None, false)] {
        let ip = address.map(|address| address.parse().unwrap());
        let origin = service::RequestContext { ip, ..service::RequestContext::default() };
        let presented = domain::secret::PlainSecret::presented(secret.expose().to_owned());
        let entered = world.node().authenticate(&presented, origin).await;
        assert_eq!(entered.is_ok(), expected, "{address:?}");
        let verifying = world.nodes[1].verifying().await.unwrap();
        let asked = ForwardRequest { token: secret.expose(), ip, ..ForwardRequest::default() };
        let said = verifying.forward(&asked).unwrap().verdict;
        assert_eq!(said, if expected { Verdict::Valid } else { Verdict::IpNotAllowed }, "{address:?}");
    }
}

async fn what_is_idle_for_too_long_is_switched_off_once_and_can_be_switched_on_again(world: World) {
    let (idle, secret) = world.issued(KEYS, &[]).await;
    let idle_id = idle.id.to_string();
    save(&world, PolicyDraft { max_idle_days: Some(10), ..draft(CredentialKind::ApiKey) }).await;
    assert_eq!(world.node().jobs().switch_off_idle().await.unwrap(), 0);
    days_ahead(&world, 9).await;
    assert_eq!(world.node().jobs().switch_off_idle().await.unwrap(), 0);
    days_ahead(&world, 10).await;
    let dry = PolicyDraft { max_idle_days: Some(10), ..draft(CredentialKind::ApiKey) };
    let found = world.node().policies().dry_run(&world.owner, &dry).await.unwrap();
    assert_eq!(found.hits.iter().map(|hit| hit.objections.clone()).collect::<Vec<_>>(), [[Objection::Idle]]);
    let done =
        [world.node().jobs().switch_off_idle().await.unwrap(), world.nodes[1].jobs().switch_off_idle().await.unwrap()];
    assert_eq!(done, [1, 0], "once, whoever is first");
    assert_eq!(status(&world, idle.id).await, Status::Disabled);
    world.nodes[1].node().catch_up().await.unwrap();
    assert_eq!(world.verdict(&world.nodes[1], secret.expose()).await.unwrap(), Verdict::Disabled);

    world.node().credentials().enable(&world.owner, KEYS, &idle_id).await.unwrap();
    assert_eq!(world.node().jobs().switch_off_idle().await.unwrap(), 0, "it is idle from now on");
    days_ahead(&world, 15).await;
    world.verdict(world.node(), secret.expose()).await.unwrap();
    days_ahead(&world, 24).await;
    assert_eq!(world.node().jobs().switch_off_idle().await.unwrap(), 0, "it was used, and that is written down first");
    days_ahead(&world, 26).await;
    assert_eq!(world.node().jobs().switch_off_idle().await.unwrap(), 1);
    let done: Vec<_> = world.done_to(&idle).await.into_iter().map(|event| event.action).collect();
    let expected = ["credential.issued", "credential.disabled", "credential.enabled", "credential.disabled"];
    assert_eq!(done, expected);
}

async fn who_may_not_manage_policies_changes_none(world: World) {
    let asked = PolicyDraft { must_expire: true, ..draft(CredentialKind::ApiKey) };
    for role in [Role::Member, Role::Viewer] {
        let caller = world.colleague(role).await;
        let refused = world.node().policies().change(&caller, &asked).await.err().unwrap();
        assert!(matches!(refused, ServiceError::MissingScope { .. }), "{refused:?}");
        assert!(world.node().policies().dry_run(&caller, &asked).await.is_err());
        assert!(world.node().policies().list(&caller).await.is_ok(), "everybody may know what is asked of them");
    }
    let (_, key) = world.issued(KEYS, &["policies:write"]).await;
    let program: Caller = world.calls(&key).await.unwrap();
    let refused = world.node().policies().change(&program, &asked).await.err().unwrap();
    assert!(matches!(refused, ServiceError::UserContextRequired), "{refused:?}");
    let owners_only =
        PolicyDraft { creators: Some(vec!["owner".to_owned()]), ..draft(CredentialKind::PersonalAccessToken) };
    save(&world, owners_only).await;
    let refused = world
        .node()
        .credentials()
        .issue(&world.colleague(Role::Admin).await, CredentialTarget::Mine, &living(Some(1), &[]))
        .await;
    assert!(matches!(
        refused.err().unwrap(),
        ServiceError::Forbidden { code: ProblemCode::PolicyCreatorNotAllowed, .. }
    ));
    let mine: Credential = world.issued(CredentialTarget::Mine, &[]).await.0;
    assert_eq!(mine.status(world.node().now()), Status::Active);
}
