//! The life of a credential, from what is asked to what is left.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::{
    Name, Timestamp,
    credential::{
        CreatedBy, Credential, CredentialKind, DAY_SECONDS, Issue, LifetimeDraft, MAX_LIFETIME_SECONDS, Owner,
        RateLimit, Status, check_issue, issue, new_secret, revoke,
    },
    ids::{CredentialId, OrgId, SecretId, UserId},
    operation::GrantCatalog,
    scope::ScopeSet,
    secret::{Brand, Environment, PlainSecret},
};
use proptest::prelude::*;

const PAT: CredentialKind = CredentialKind::PersonalAccessToken;

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_287_600_000)
}

fn draft(lifetime: LifetimeDraft) -> Issue {
    Issue { name: "CI".into(), scopes: Some(vec!["credentials:read".into()]), lifetime, ..Issue::default() }
}

fn catalog() -> GrantCatalog {
    GrantCatalog::new(OrgId::new(now(), [3; 10]), "https://mintmark.test", Vec::new(), ScopeSet::default())
}

fn expires_in(seconds: i64) -> LifetimeDraft {
    LifetimeDraft { expires_in: Some(seconds), ..LifetimeDraft::default() }
}

fn never() -> LifetimeDraft {
    LifetimeDraft { never_expires: true, acknowledge_no_expiry: true, ..LifetimeDraft::default() }
}

fn credential(lifetime: LifetimeDraft) -> Credential {
    let grant = check_issue(&draft(lifetime), PAT, &catalog(), now(), None).unwrap();
    let secret =
        PlainSecret::generate(&Brand::parse("mint").unwrap(), PAT.rules().secret, Environment::Live, |b| b.fill(7));
    let user = UserId::new(now(), [1; 10]);
    issue(
        CredentialId::new(PAT, now(), [2; 10]),
        OrgId::new(now(), [3; 10]),
        Owner::User(user),
        CreatedBy { id: user.to_string(), name: Name::parse("Ada").unwrap() },
        grant,
        Some(new_secret(SecretId::new(now(), [4; 10]), &secret, now())),
        now(),
    )
}

fn codes(issue: &Issue, issuer_ends: Option<Timestamp>) -> Vec<(String, String)> {
    let errors = check_issue(issue, PAT, &catalog(), now(), issuer_ends).unwrap_err();
    errors.0.into_iter().map(|error| (error.pointer, error.code.to_string())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

#[test]
fn every_flaw_is_reported_at_once_at_its_field() {
    let bad = Issue {
        name: String::new(),
        description: "\0".into(),
        scopes: Some(vec!["credentials:read".into(), "nope:read".into(), "a b".into()]),
        resources: vec!["org:org_other".into()],
        ip_allowlist: vec!["10.0.0.0/33".into()],
        rate_limit: Some(RateLimit { limit: 0, window_seconds: 60 }),
        lifetime: expires_in(-1),
        ..Issue::default()
    };
    assert_eq!(
        codes(&bad, None),
        pairs(&[
            ("/name", "required"),
            ("/description", "invalid_characters"),
            ("/scopes/1", "unknown_scope"),
            ("/scopes/2", "invalid_scope"),
            ("/resources/0", "unknown_resource"),
            ("/ip_allowlist/0", "invalid_network"),
            ("/rate_limit/limit", "out_of_range"),
            ("/expires_in", "lifetime_in_past"),
        ])
    );
}

#[test]
fn a_lifetime_is_bounded_and_said_in_one_way() {
    let at = |text: &str| LifetimeDraft { expires_at: Some(text.into()), ..LifetimeDraft::default() };
    let unacknowledged = LifetimeDraft { never_expires: true, ..LifetimeDraft::default() };
    let twice = LifetimeDraft { never_expires: true, ..expires_in(60) };
    for (lifetime, pointer, code) in [
        (expires_in(0), "/expires_in", "lifetime_in_past"),
        (expires_in(MAX_LIFETIME_SECONDS + 1), "/expires_in", "lifetime_too_long"),
        (expires_in(i64::MAX), "/expires_in", "lifetime_too_long"),
        (at("2020-01-01T00:00:00Z"), "/expires_at", "lifetime_in_past"),
        (at("2199-01-01T00:00:00Z"), "/expires_at", "lifetime_too_long"),
        (at("soon"), "/expires_at", "invalid_time"),
        (unacknowledged, "/acknowledge_no_expiry", "acknowledgement_required"),
        (twice, "/expires_in", "ambiguous_lifetime"),
    ] {
        assert_eq!(codes(&draft(lifetime), None), pairs(&[(pointer, code)]));
    }
    assert!(check_issue(&draft(expires_in(MAX_LIFETIME_SECONDS)), PAT, &catalog(), now(), None).is_ok());
}

#[test]
fn a_lifetime_that_nobody_named_is_the_kinds_default() {
    let end = |kind: CredentialKind| {
        let scopes = Issue { scopes: Some(vec!["credentials:read".into()]), ..draft(LifetimeDraft::default()) };
        check_issue(&scopes, kind, &catalog(), now(), None).unwrap().expires_at
    };
    assert_eq!(end(PAT), Some(now().plus_seconds(90 * DAY_SECONDS)));
    assert_eq!(end(CredentialKind::ApiKey), None);
    assert_eq!(end(CredentialKind::Client), None);
}

#[test]
fn nothing_outlives_the_credential_that_issued_it() {
    let issuer_ends = now().plus_seconds(DAY_SECONDS);
    let exceeds = |pointer| pairs(&[(pointer, "lifetime_exceeds_issuer")]);
    assert_eq!(codes(&draft(expires_in(DAY_SECONDS + 1)), Some(issuer_ends)), exceeds("/expires_in"));
    assert_eq!(codes(&draft(never()), Some(issuer_ends)), exceeds("/never_expires"));
    for kind in CredentialKind::ALL {
        let open = check_issue(&draft(LifetimeDraft::default()), kind, &catalog(), now(), Some(issuer_ends)).unwrap();
        assert_eq!(open.expires_at, Some(issuer_ends), "{kind}");
    }
}

#[test]
fn only_kinds_with_a_user_may_hold_all() {
    for kind in CredentialKind::ALL {
        let all = Issue { scopes: Some(vec!["all".into()]), ..draft(never()) };
        assert_eq!(check_issue(&all, kind, &catalog(), now(), None).is_ok(), kind.rules().may_hold_all, "{kind}");
    }
}

#[test]
fn revoked_is_final_and_keeps_its_first_instant() {
    let mut credential = credential(never());
    assert_eq!(credential.status(now().plus_seconds(MAX_LIFETIME_SECONDS)), Status::Active);
    revoke(&mut credential, now()).unwrap();
    assert!(revoke(&mut credential, now().plus_seconds(5)).is_err());
    assert_eq!((credential.revoked_at, credential.status(now())), (Some(now()), Status::Revoked));
}

#[test]
fn a_name_is_asked_for_only_if_it_was_used_in_the_last_day() {
    let mut credential = credential(never());
    assert!(!credential.was_used_in_the_last_day(now()));
    credential.secrets[0].last_used_at = Some(now());
    assert!(credential.was_used_in_the_last_day(now().plus_seconds(DAY_SECONDS - 1)));
    assert!(!credential.was_used_in_the_last_day(now().plus_seconds(DAY_SECONDS)));
}

proptest! {
    #[test]
    fn it_is_live_exactly_until_it_ends_and_never_again(life in 4..MAX_LIFETIME_SECONDS, after in 0..MAX_LIFETIME_SECONDS) {
        let credential = credential(expires_in(life));
        let status = credential.status(now().plus_seconds(after));
        prop_assert_eq!(status.is_live(), after < life);
        prop_assert_eq!(credential.status(now()), Status::Active);
        prop_assert_eq!(credential.status(now().plus_seconds(life - 1)), Status::ExpiresSoon);
    }
}
