//! Rolling, for every kind: what works when.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::{
    Name, Timestamp,
    credential::{
        CreatedBy, Credential, CredentialKind, DAY_SECONDS, Issue, LifetimeDraft, MAX_PENDING_SECONDS, Owner,
        RollRefused, Secret, SecretState, Status, cancel_roll, check_issue, disable, enable, finish_roll, issue,
        new_secret, revoke, roll,
    },
    ids::{CredentialId, OrgId, SecretId},
    operation::GrantCatalog,
    scope::ScopeSet,
    secret::{Brand, Environment, PlainSecret},
};
use proptest::prelude::*;

const HOUR: i64 = 3600;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_795_287_600_000).plus_seconds(seconds)
}

fn secret(number: u8, kind: CredentialKind, now: Timestamp) -> Secret {
    let brand = Brand::parse("mint").unwrap();
    let plain = PlainSecret::generate(&brand, kind.rules().secret, Environment::Live, |bytes| bytes.fill(number));
    new_secret(SecretId::new(now, [number; 10]), &plain, now)
}

fn credential(kind: CredentialKind, expires_in: Option<i64>) -> Credential {
    let org = OrgId::new(at(0), [3; 10]);
    let catalog = GrantCatalog::new(org, "https://mintmark.test", Vec::new(), ScopeSet::default());
    let lifetime = match expires_in {
        Some(_) => LifetimeDraft { expires_in, ..LifetimeDraft::default() },
        None => LifetimeDraft { never_expires: true, acknowledge_no_expiry: true, ..LifetimeDraft::default() },
    };
    let draft = Issue { name: "CRM sync".into(), scopes: Some(Vec::new()), lifetime, ..Issue::default() };
    let grant = check_issue(&draft, kind, &catalog, at(0), None).unwrap();
    let created_by = CreatedBy { id: "usr_x".into(), name: Name::parse("Ada").unwrap() };
    let id = CredentialId::new(kind, at(0), [2; 10]);
    issue(id, org, Owner::Organization, created_by, grant, Some(secret(1, kind, at(0))), at(0))
}

fn states(credential: &Credential, now: Timestamp) -> Vec<SecretState> {
    credential.secrets.iter().map(|secret| credential.secret_state(secret, now)).collect()
}

use SecretState::{Active, Pending, Retired, Retiring};

#[test]
fn the_overlap_starts_with_the_first_use_and_then_the_old_secret_retires() {
    for kind in CredentialKind::ALL {
        let mut credential = credential(kind, None);
        roll(&mut credential, secret(2, kind, at(10)), HOUR, at(10)).unwrap();
        assert_eq!(states(&credential, at(20)), [Pending, Active], "{kind}");
        credential.secrets[0].first_used_at = Some(at(100));
        assert_eq!(states(&credential, at(100 + HOUR - 1)), [Active, Retiring], "{kind}");
        assert_eq!(credential.retires_at(&credential.secrets[1]), Some(at(100 + HOUR)), "{kind}");
        assert_eq!(states(&credential, at(100 + HOUR)), [Active, Retired], "{kind}");
    }
}

#[test]
fn a_roll_that_nobody_uses_ends_the_old_secret_all_the_same_in_the_end() {
    let mut credential = credential(CredentialKind::ApiKey, None);
    roll(&mut credential, secret(2, CredentialKind::ApiKey, at(0)), HOUR, at(0)).unwrap();
    assert_eq!(states(&credential, at(MAX_PENDING_SECONDS - 1)), [Pending, Active]);
    assert_eq!(states(&credential, at(MAX_PENDING_SECONDS))[1], Retired);
}

#[test]
fn without_overlap_the_old_secret_stops_at_once() {
    for kind in CredentialKind::ALL {
        let mut credential = credential(kind, None);
        roll(&mut credential, secret(2, kind, at(10)), 0, at(10)).unwrap();
        assert_eq!(states(&credential, at(10)), [Active, Retired], "{kind}");
    }
}

#[test]
fn a_pending_roll_can_be_cancelled_and_a_used_one_only_finished() {
    for kind in CredentialKind::ALL {
        let mut credential = credential(kind, None);
        assert_eq!(cancel_roll(&mut credential, at(1)), Err(RollRefused::NothingPending));
        assert_eq!(finish_roll(&mut credential, at(1)), Err(RollRefused::NothingPending));
        roll(&mut credential, secret(2, kind, at(10)), HOUR, at(10)).unwrap();
        cancel_roll(&mut credential, at(20)).unwrap();
        assert_eq!(states(&credential, at(MAX_PENDING_SECONDS * 2)), [Retired, Active], "{kind}");

        roll(&mut credential, secret(3, kind, at(30)), HOUR, at(30)).unwrap();
        credential.secrets[0].first_used_at = Some(at(40));
        assert_eq!(cancel_roll(&mut credential, at(41)), Err(RollRefused::NothingPending));
        finish_roll(&mut credential, at(50)).unwrap();
        assert_eq!(states(&credential, at(50)), [Active, Retired, Retired], "{kind}");
    }
}

#[test]
fn there_are_never_more_live_secrets_than_the_kind_allows() {
    for kind in CredentialKind::ALL {
        let mut credential = credential(kind, None);
        let most = kind.rules().max_live_secrets;
        for number in 1..most {
            let number = u8::try_from(number).unwrap();
            roll(&mut credential, secret(number + 1, kind, at(0)), HOUR, at(0)).unwrap();
        }
        let refused = roll(&mut credential, secret(9, kind, at(0)), HOUR, at(0));
        assert_eq!(refused, Err(RollRefused::TooManyLive { next_retires_at: Some(at(MAX_PENDING_SECONDS)) }), "{kind}");
        roll(&mut credential, secret(9, kind, at(0)), 0, at(0)).unwrap();
        assert_eq!(credential.live_secrets(at(0)).count(), 1, "{kind}");
    }
}

#[test]
fn what_does_not_work_cannot_be_rolled() {
    let kind = CredentialKind::ApiKey;
    let rolled = |credential: &mut Credential, now| roll(credential, secret(2, kind, now), HOUR, now);
    let mut expired = credential(kind, Some(60));
    assert_eq!(rolled(&mut expired, at(60)), Err(RollRefused::Ended));
    let mut revoked = credential(kind, None);
    revoke(&mut revoked, at(1)).unwrap();
    assert_eq!(rolled(&mut revoked, at(2)), Err(RollRefused::Ended));
    let mut disabled = credential(kind, None);
    disable(&mut disabled, at(1)).unwrap();
    assert_eq!(rolled(&mut disabled, at(2)), Err(RollRefused::NotLive));
    enable(&mut disabled, at(0)).unwrap();
    assert_eq!(rolled(&mut disabled, at(2)), Ok(()));
}

#[test]
fn no_secret_retires_behind_the_end_of_its_credential() {
    for kind in CredentialKind::ALL {
        for (ends, retires) in
            [(None, MAX_PENDING_SECONDS), (Some(60), 60), (Some(MAX_PENDING_SECONDS + 9), MAX_PENDING_SECONDS)]
        {
            let mut credential = credential(kind, ends);
            roll(&mut credential, secret(2, kind, at(0)), HOUR, at(0)).unwrap();
            assert_eq!(credential.retires_at(&credential.secrets[1]), Some(at(retires)), "{kind} {ends:?}");
            assert_eq!(credential.retires_at(&credential.secrets[0]), None, "{kind} {ends:?}");
        }
    }
}

#[test]
fn a_disabled_credential_is_off_and_its_end_still_comes() {
    let mut credential = credential(CredentialKind::Client, Some(DAY_SECONDS));
    disable(&mut credential, at(1)).unwrap();
    assert!(disable(&mut credential, at(2)).is_err());
    assert_eq!((credential.status(at(2)), credential.status(at(DAY_SECONDS))), (Status::Disabled, Status::Expired));
}

proptest! {
    #[test]
    fn rolling_never_extends_a_life_and_some_secret_always_works_until_the_end(
        rolls in proptest::collection::vec((0..10 * DAY_SECONDS, 0..7 * DAY_SECONDS, proptest::option::of(0..DAY_SECONDS)), 0..6),
        life in DAY_SECONDS..90 * DAY_SECONDS,
    ) {
        let kind = CredentialKind::Client;
        let mut credential = credential(kind, Some(life));
        let end = credential.grant.expires_at;
        let mut now = 0;
        for (number, (wait, overlap, used_after)) in (2u8..).zip(rolls) {
            now += wait;
            if roll(&mut credential, secret(number, kind, at(now)), overlap, at(now)).is_ok() {
                credential.secrets[0].first_used_at = used_after.map(|after| at(now + after));
            }
            prop_assert_eq!(credential.grant.expires_at, end);
            prop_assert!(credential.live_secrets(at(now)).count() >= 1);
            prop_assert!(credential.live_secrets(at(now)).count() <= kind.rules().max_live_secrets);
        }
        prop_assert!(credential.live_secrets(at(now + 100 * DAY_SECONDS)).count() >= 1);
    }
}
