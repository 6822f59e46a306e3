//! Policies: what they make of a credential depends on dates alone, and everybody who asks gets the same answer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use domain::{
    Name, Timestamp,
    access::Role,
    credential::{CreatedBy, CredentialKind, DAY_SECONDS},
    ids::{CredentialId, PolicyId},
    policy::{Existing, Objection, Policies, Policy, PolicyDraft, Rules, Version},
    scope::ScopeSet,
};
use proptest::prelude::*;

const KIND: CredentialKind = CredentialKind::PersonalAccessToken;

fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000).plus_seconds(days * DAY_SECONDS)
}

fn draft() -> PolicyDraft {
    serde_json::from_str(r#"{"kind":"pat"}"#).unwrap()
}

fn version(rules: Rules, warns: i64, enforced: i64) -> Version {
    Version {
        id: PolicyId::new(at(0), [0; 10]),
        rules,
        announced_at: at(0),
        warns_at: at(warns),
        enforced_at: at(enforced),
        announced_by: CreatedBy { id: "usr_x".to_owned(), name: Name::parse("Ada").unwrap() },
    }
}

fn codes(draft: &PolicyDraft) -> Vec<String> {
    draft
        .check()
        .err()
        .map(|errors| errors.0.into_iter().map(|error| error.code.to_string()).collect())
        .unwrap_or_default()
}

#[test]
fn what_is_announced_warns_then_blocks_and_an_exception_puts_that_off() {
    let rules = Rules { must_expire: true, ..Rules::default() };
    let policy = Policy::new(vec![version(rules, 5, 10)]);
    let id = CredentialId::new(KIND, at(-100), [1; 10]);
    let scopes = ScopeSet::default();
    let endless = Existing { created_at: at(-100), expires_at: None, scopes: &scopes };
    let policies = Policies::default().with(KIND, policy.clone());
    for (day, warns, blocks) in [(0, false, false), (5, true, false), (9, true, false), (10, false, true)] {
        assert_eq!(policies.warning(id, &endless, at(day)).is_some(), warns, "day {day}");
        assert_eq!(policies.is_blocked(id, &endless, at(day)), blocks, "day {day}");
    }
    let ending = Existing { expires_at: Some(at(100)), ..endless };
    assert!(policies.blocks(id, &ending).is_empty() && policies.warning(id, &ending, at(7)).is_none());

    let excepted = Policies::new([(KIND, policy.versions()[0].clone())], [(id, at(20))]);
    assert_eq!(excepted.warning(id, &endless, at(7)), Some(at(20)), "it is said when it will really happen");
    assert!(!excepted.is_blocked(id, &endless, at(19)) && excepted.is_blocked(id, &endless, at(20)));
}

#[test]
fn a_new_credential_keeps_what_counts_and_what_is_to_come() {
    let strict = Rules { creators: vec![Role::Owner], max_lifetime_seconds: Some(DAY_SECONDS), ..Rules::default() };
    let policy = Policy::new(vec![version(Rules::default(), 0, 0), version(strict, 15, 30)]);
    let lets = |role: Role| policy.lets_issue(Some(&role.into()), at(1));
    assert!(lets(Role::Owner) && !lets(Role::Admin));
    assert!(policy.lets_issue(None, at(1)), "an application is bound by its scopes alone");
    assert_eq!(policy.in_force(at(1)).unwrap().rules, Rules::default());
    assert_eq!(policy.coming(at(1)).unwrap().enforced_at, at(30));
    assert!(policy.coming(at(30)).is_none());
}

#[test]
fn what_makes_no_sense_is_refused_at_its_field() {
    assert_eq!(codes(&draft()), Vec::<String>::new());
    assert_eq!(codes(&PolicyDraft { kind: None, ..draft() }), ["required"]);
    let none = PolicyDraft { creators: Some(vec![]), ..draft() };
    assert_eq!(codes(&none), ["locks_everybody_out"]);
    let all = PolicyDraft {
        creators: Some(vec!["king".to_owned()]),
        max_lifetime_seconds: Some(1),
        max_idle_days: Some(0),
        networks: vec!["10.0.0.1/8".to_owned()],
        notice_days: Some(9999),
        warning_days: Some(99_999),
        ..draft()
    };
    assert_eq!(codes(&all).len(), 6, "{:?}", codes(&all));
    let pointless = PolicyDraft { kind: Some(CredentialKind::ApiKey), allows_all: Some(false), ..draft() };
    assert_eq!(codes(&pointless), ["nothing_to_forbid"]);
}

#[test]
fn what_hits_nothing_counts_at_once_and_what_hits_something_after_two_weeks_unless_said_otherwise() {
    assert_eq!(draft().stages(at(0), 0), (at(0), at(0)));
    assert_eq!(draft().stages(at(0), 1), (at(7), at(14)));
    let quick = PolicyDraft { notice_days: Some(0), ..draft() };
    assert_eq!(quick.stages(at(0), 5), (at(0), at(0)));
    let given = PolicyDraft { notice_days: Some(30), warning_days: Some(3), ..draft() };
    assert_eq!(given.stages(at(0), 0), (at(27), at(30)));
}

fn rules() -> impl Strategy<Value = Rules> {
    (any::<bool>(), prop::option::of(1..40_i64), any::<bool>()).prop_map(|(must_expire, days, allows_all)| Rules {
        must_expire,
        max_lifetime_seconds: days.map(|days| days * DAY_SECONDS),
        allows_all,
        ..Rules::default()
    })
}

proptest! {
    #[test]
    fn the_list_of_blocks_and_the_answer_at_a_moment_say_the_same(
        stages in prop::collection::btree_map(0..40_i64, rules(), 0..3),
        life in prop::option::of(1..60_i64),
        holds_all: bool,
        exception in prop::option::of(0..50_i64),
        day in -1..60_i64,
    ) {
        let versions = stages.into_iter().map(|(enforced, rules)| (KIND, version(rules, enforced, enforced)));
        let id = CredentialId::new(KIND, at(0), [7; 10]);
        let policies = Policies::new(versions, exception.map(|end| (id, at(end))));
        let scopes: ScopeSet = if holds_all { "all".parse().unwrap() } else { ScopeSet::default() };
        let existing = Existing { created_at: at(0), expires_at: life.map(at), scopes: &scopes };
        let blocks = policies.blocks(id, &existing);
        let covered = blocks.iter().find(|block| block.covers(at(day)));
        prop_assert_eq!(covered.is_some(), policies.is_blocked(id, &existing, at(day)));
        if let Some(block) = covered {
            let expected = policies.of(KIND).in_force(at(day)).and_then(|version| version.rules.objection(&existing));
            prop_assert_eq!(Some(block.objection), expected);
            let fits = match block.objection {
                Objection::NeverEnds => life.is_none(),
                Objection::LivesTooLong => life.is_some(),
                Objection::HoldsAll => holds_all,
                Objection::UsedElsewhere | Objection::Idle => false,
            };
            prop_assert!(fits);
        }
    }
}
