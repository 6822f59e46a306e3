//! The policy, printed whole: a change of policy is a change of `policy_matrix.txt` that anybody can read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::{
    Name, Timestamp,
    access::{Action, Actor, Denied, Limit, Needs, Origin, Reach, Role},
    credential::CredentialKind,
    ids::{CredentialId, OrgId, UserId},
    scope::ScopeSet,
};
use expect_test::expect_file;
use std::fmt::Write;

const NOW: Timestamp = Timestamp::EPOCH;

fn person(role: Role) -> Actor {
    Actor::person(UserId::new(NOW, [1; 10]), name(), OrgId::new(NOW, [2; 10]), role, None)
}

fn token(role: Role, scopes: &str) -> Actor {
    let id = CredentialId::new(CredentialKind::PersonalAccessToken, NOW, [3; 10]);
    let limit = Limit { scopes: scopes.parse().unwrap(), expires_at: None };
    Actor::credential(UserId::new(NOW, [1; 10]), name(), OrgId::new(NOW, [2; 10]), role, (id, name()), limit)
}

fn name() -> Name {
    Name::parse("Ada").unwrap()
}

fn cell(actor: &Actor, action: Action) -> &'static str {
    match actor.permit(action, &Origin::default()).map(|permit| permit.reach()) {
        Ok(Reach::Everyone) => "everyone",
        Ok(Reach::OwnOnly(_)) => "own",
        Err(_) => "-",
    }
}

#[test]
fn the_policy_matrix_is_the_golden_file() {
    let mut text = String::from("What each role may do, in a browser and with a token that has the scope all.\n\n");
    let row = |text: &mut String, cells: &[String]| {
        let _ = writeln!(text, "{}", cells.iter().map(|cell| format!("{cell:<20}")).collect::<String>().trim_end());
    };
    let heads = Role::ALL.iter().flat_map(|role| [format!("{role}"), format!("{role} token")]);
    row(&mut text, &["action".into(), "needs".into()].into_iter().chain(heads).collect::<Vec<_>>());
    for action in Action::ALL {
        let needs = match action.needs() {
            Needs::Nothing => "nothing",
            Needs::Scope(scope) => scope,
            Needs::SignedInPerson => "a person",
        };
        let cells =
            Role::ALL.iter().flat_map(|role| [cell(&person(*role), action), cell(&token(*role, "all"), action)]);
        let head = [format!("{action:?}"), needs.into()];
        row(&mut text, &head.into_iter().chain(cells.map(String::from)).collect::<Vec<_>>());
    }
    text.push_str("\nThe scopes of each role.\n\n");
    for role in Role::ALL {
        let _ = writeln!(text, "{role}: {}", role.scopes());
    }
    expect_file!["policy_matrix.txt"].assert_eq(&text);
}

#[test]
fn a_token_holds_its_scopes_and_no_more_than_its_owners_role() {
    for role in Role::ALL {
        assert_eq!(token(role, "all").holds(), role.scopes());
        assert_eq!(token(role, "").holds(), ScopeSet::default());
    }
    assert_eq!(token(Role::Viewer, "audit:read credentials:read").holds().to_string(), "credentials:read");
}

#[test]
fn nobody_can_grant_what_they_do_not_hold() {
    let denied = |actor: Actor, scopes: &str| actor.may_grant(&scopes.parse().unwrap()).is_err();
    assert!(!denied(person(Role::Owner), "all audit:read"));
    assert!(denied(person(Role::Viewer), "audit:read"));
    assert!(denied(token(Role::Owner, "pats:write"), "audit:read"));
    assert!(denied(token(Role::Owner, "pats:write"), "all"));
    assert!(!denied(token(Role::Owner, "pats:write audit:read"), "audit:read"));
}

#[test]
fn a_token_without_the_scope_is_refused_and_told_what_would_do() {
    let refused = token(Role::Owner, "audit:read").permit(Action::IssueOwnToken, &Origin::default()).unwrap_err();
    let Denied::MissingScope { accepted, granted } = refused else { panic!("{refused}") };
    assert_eq!((accepted.to_string(), granted.to_string()), ("pats:write".into(), "audit:read".into()));
}
