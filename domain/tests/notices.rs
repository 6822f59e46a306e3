//! Which notice that a credential ends is due.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::{
    Description, Name, Timestamp,
    credential::{CreatedBy, Credential, CredentialKind, DAY_SECONDS, ExpiryNotice, Grant, Metadata, Owner, issue},
    ids::{CredentialId, OrgId},
    network::NetworkSet,
    resource::ResourceSet,
    scope::ScopeSet,
    secret::Environment,
};
use proptest::prelude::*;

fn issued() -> Timestamp {
    Timestamp::from_millis(1_795_287_600_000)
}

/// This many seconds before the end of a credential that lives for `life` seconds.
fn before_end(life: i64, seconds: i64) -> Timestamp {
    issued().plus_seconds(life - seconds)
}

fn key(life: Option<i64>) -> Credential {
    let grant = Grant {
        name: Name::parse("CRM").unwrap(),
        description: Description::default(),
        team: None,
        scopes: ScopeSet::default(),
        resources: ResourceSet::default(),
        networks: NetworkSet::default(),
        rate_limit: None,
        quota: None,
        metadata: Metadata::default(),
        env: Environment::Live,
        expires_at: life.map(|life| issued().plus_seconds(life)),
        client: None,
    };
    let created_by = CreatedBy { id: "usr_1".to_owned(), name: Name::parse("Ada").unwrap() };
    let id = CredentialId::new(CredentialKind::ApiKey, issued(), [1; 10]);
    issue(id, OrgId::new(issued(), [2; 10]), Owner::Organization, created_by, grant, None, issued())
}

/// Asks at each of these instants, as a job does, and answers what it says.
fn told(credential: &Credential, instants: impl IntoIterator<Item = Timestamp>) -> Vec<ExpiryNotice> {
    let (mut due_at, mut told) = (credential.first_notice_at(), Vec::new());
    for now in instants {
        if let Some(due) = due_at.and_then(|due_at| credential.due_notice(due_at, now)) {
            told.push(due.notice);
            due_at = due.next_at;
        }
    }
    told
}

fn every_hour(life: i64) -> impl Iterator<Item = Timestamp> {
    (0..=life / 3600 + 48).map(|hour| issued().plus_seconds(hour * 3600))
}

#[test]
fn each_notice_is_given_once_and_a_life_that_is_no_longer_gets_none_of_it() {
    use ExpiryNotice::{Day, Ended, Month, Week};
    for (days, expected) in [
        (90, vec![Month, Week, Day, Ended]),
        (31, vec![Month, Week, Day, Ended]),
        (30, vec![Week, Day, Ended]),
        (7, vec![Day, Ended]),
        (1, vec![Ended]),
        (0, vec![Ended]),
    ] {
        assert_eq!(told(&key(Some(days * DAY_SECONDS)), every_hour(days * DAY_SECONDS)), expected, "{days}");
    }
    assert_eq!(told(&key(None), every_hour(100 * DAY_SECONDS)), []);
}

#[test]
fn after_missed_days_only_the_most_urgent_notice_is_given() {
    let life = 90 * DAY_SECONDS;
    let days = |days: i64| before_end(life, days * DAY_SECONDS);
    assert_eq!(told(&key(Some(life)), [days(5), days(5), days(1)]), [ExpiryNotice::Week, ExpiryNotice::Day]);
    assert_eq!(told(&key(Some(life)), [days(-40), days(-41)]), [ExpiryNotice::Ended]);
}

#[test]
fn a_notice_is_given_at_its_instant_and_not_before() {
    let credential = key(Some(90 * DAY_SECONDS));
    for notice in ExpiryNotice::ALL {
        let at = before_end(90 * DAY_SECONDS, notice.days() * DAY_SECONDS);
        assert_eq!(credential.due_notice(at, at).map(|due| due.notice), Some(notice));
        assert_eq!(credential.due_notice(at, at.plus_seconds(-1)), None);
    }
}

#[test]
fn a_revoked_credential_gets_none_and_a_disabled_one_all() {
    let life = 90 * DAY_SECONDS;
    let revoked = Credential { revoked_at: Some(issued()), ..key(Some(life)) };
    assert_eq!(told(&revoked, every_hour(life)), []);
    let disabled = Credential { disabled_at: Some(issued()), ..key(Some(life)) };
    assert_eq!(told(&disabled, every_hour(life)), ExpiryNotice::ALL);
}

#[test]
fn the_last_thirty_days_are_counted_down_to_one() {
    let credential = key(Some(90 * DAY_SECONDS));
    for (seconds, days) in [
        (30 * DAY_SECONDS + 1, None),
        (30 * DAY_SECONDS, Some(30)),
        (30 * DAY_SECONDS - 1, Some(30)),
        (DAY_SECONDS, Some(1)),
        (1, Some(1)),
        (0, None),
    ] {
        assert_eq!(credential.life().last_days(before_end(90 * DAY_SECONDS, seconds)), days, "{seconds}");
    }
    assert_eq!(key(None).life().last_days(issued()), None);
}

proptest! {
    #[test]
    fn whenever_it_is_asked_no_notice_is_repeated_or_given_after_a_more_urgent_one(
        life in 0..120 * DAY_SECONDS,
        mut seconds in proptest::collection::vec(0..130 * DAY_SECONDS, 0..40),
    ) {
        seconds.sort_unstable();
        let told = told(&key(Some(life)), seconds.iter().map(|seconds| issued().plus_seconds(*seconds)));
        prop_assert!(told.is_sorted_by(|one, next| one < next));
        let has_ended = seconds.last().is_some_and(|last| *last >= life);
        prop_assert_eq!(told.last() == Some(&ExpiryNotice::Ended), has_ended);
    }
}
