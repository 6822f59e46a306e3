//! The policy, printed whole: a change of policy is a change of `policy_matrix.txt` that anybody can read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::{
    Description, Name, Timestamp,
    access::{Action, Actor, Bounds, CustomRole, Denied, Limit, MemberRole, Reach, RequestContext, Role},
    credential::{CredentialKind, Owner},
    ids::{CredentialId, OrgId, RoleId, UserId},
    operation::{Catalog, MANAGEMENT_OPERATIONS, management_api, preview},
    scope::ScopeSet,
};
use expect_test::expect_file;
use proptest::prelude::*;
use std::fmt::Write;

const NOW: Timestamp = Timestamp::EPOCH;

fn scopes(text: &str) -> ScopeSet {
    text.parse().unwrap()
}

fn org() -> OrgId {
    OrgId::new(NOW, [2; 10])
}

fn user() -> UserId {
    UserId::new(NOW, [1; 10])
}

/// Two roles that an organization might make for itself: one about its holders' own credentials, one about everybody's.
fn custom() -> [MemberRole; 2] {
    let role = |name, scopes: &str, reach| CustomRole {
        id: RoleId::new(NOW, [4; 10]),
        name: Name::fixed(name),
        description: Description::default(),
        scopes: scopes.parse().unwrap(),
        reach,
        created_at: NOW,
    };
    [
        role("reporter", "audit:read contacts:read credentials:read pats:write", Reach::Own).into(),
        role("key keeper", "api_keys:write credentials:read gone:read members:read pats:write", Reach::Everyone).into(),
    ]
}

fn roles() -> Vec<MemberRole> {
    Role::ALL.into_iter().map(MemberRole::from).chain(custom()).collect()
}

fn person(role: impl Into<MemberRole>) -> Actor {
    Actor::person(user(), name(), org(), role, &scopes("contacts:read contacts:write"), None)
}

fn limit(text: &str) -> Limit {
    Limit { scopes: scopes(text), bounds: Bounds::default(), is_access_token: false }
}

fn token(role: impl Into<MemberRole>, text: &str) -> Actor {
    let id = CredentialId::new(CredentialKind::PersonalAccessToken, NOW, [3; 10]);
    let api_scopes = scopes("contacts:read contacts:write");
    Actor::on_behalf(Owner::User(user()), name(), org(), role, &api_scopes, (id, name()), limit(text))
}

fn application(kind: CredentialKind, text: &str) -> Actor {
    Actor::application(org(), (CredentialId::new(kind, NOW, [3; 10]), name()), limit(text))
}

fn name() -> Name {
    Name::parse("Ada").unwrap()
}

fn cell(actor: &Actor, action: Action) -> &'static str {
    match actor.permit(action, &RequestContext::default()).map(|permit| permit.reach()) {
        Ok(Reach::Everyone) => "everyone",
        Ok(Reach::Own) => "own",
        Err(_) => "-",
    }
}

#[test]
fn the_policy_matrix_is_the_golden_file() {
    let mut text = String::from(
        "What each role may do, in a browser and with a token that has the scope all, an API key with the scope needed,\nand a job of Mintmark's own. Reporter and key keeper are roles of an organization: one reaches own, one everyone.\n\n",
    );
    let row = |text: &mut String, cells: &[String]| {
        let _ = writeln!(text, "{}", cells.iter().map(|cell| format!("{cell:<28}")).collect::<String>().trim_end());
    };
    let called = |role: &MemberRole| role.title().to_lowercase();
    let heads = roles().iter().flat_map(|role| [called(role), format!("{} token", called(role))]).collect::<Vec<_>>();
    let heads =
        ["action".to_owned(), "needs".to_owned()].into_iter().chain(heads).chain(["API key", "job"].map(str::to_owned));
    row(&mut text, &heads.collect::<Vec<_>>());
    for action in Action::all() {
        let needs = match action {
            _ if action.is_for_jobs() => "a job",
            _ if action.needs_session() => action.scope().unwrap_or("a person"),
            _ => action.scope().unwrap_or("nothing"),
        };
        let of_role = |role: MemberRole| [cell(&person(role.clone()), action), cell(&token(role, "all"), action)];
        let cells = roles().into_iter().flat_map(of_role);
        let key = cell(&application(CredentialKind::ApiKey, action.scope().unwrap_or("")), action);
        let head = [format!("{action:?}"), needs.into()];
        let last = [key, cell(&Actor::system(org(), "a_job"), action)];
        row(&mut text, &head.into_iter().chain(cells.chain(last).map(String::from)).collect::<Vec<_>>());
    }
    text.push_str("\nThe scopes of each role.\n\n");
    for role in roles() {
        let _ = writeln!(text, "{}: {}", called(&role), role.scopes(&scopes("contacts:read contacts:write")));
    }
    expect_file!["policy_matrix.txt"].assert_eq(&text);
}

#[test]
fn a_token_holds_its_scopes_and_no_more_than_its_owners_role() {
    for role in roles() {
        assert_eq!(token(role.clone(), "all").holds(), person(role.clone()).holds());
        assert_eq!(token(role, "").holds(), ScopeSet::default());
    }
    assert_eq!(token(Role::Viewer, "audit:read credentials:read").holds().to_string(), "credentials:read");
}

#[test]
fn nobody_can_grant_what_they_do_not_hold() {
    let denied = |actor: Actor, scopes: &str| actor.may_grant(&scopes.parse().unwrap()).is_err();
    assert!(!denied(person(Role::Owner), "all audit:read"));
    assert!(denied(person(Role::Viewer), "audit:read"));
    assert!(denied(person(Role::Viewer), "contacts:write"));
    assert!(!denied(person(Role::Member), "contacts:write"));
    assert!(denied(token(Role::Owner, "pats:write"), "audit:read"));
    assert!(denied(token(Role::Owner, "pats:write"), "all"));
    assert!(!denied(token(Role::Owner, "pats:write audit:read"), "audit:read"));
}

#[test]
fn a_token_without_the_scope_is_refused_and_told_what_would_do() {
    let refused =
        token(Role::Owner, "audit:read").permit(Action::IssueOwnToken, &RequestContext::default()).unwrap_err();
    let Denied::MissingScope { accepted, granted } = refused else { panic!("{refused}") };
    assert_eq!((accepted.to_string(), granted.to_string()), ("pats:write".into(), "audit:read".into()));
}

#[test]
fn an_application_never_acts_for_a_person_and_never_holds_more_than_its_scopes() {
    for kind in [CredentialKind::ApiKey, CredentialKind::Client] {
        let actor = application(kind, "pats:write api_keys:write");
        let refused = actor.permit(Action::IssueOwnToken, &RequestContext::default()).unwrap_err();
        assert_eq!(refused, Denied::UserContextRequired);
        assert!(actor.permit(Action::Issue(CredentialKind::ApiKey), &RequestContext::default()).is_ok());
        assert!(actor.permit(Action::ReadAudit, &RequestContext::default()).is_err());
        assert!(actor.permit(Action::CreateOrganization, &RequestContext::default()).is_err());
    }
}

#[test]
fn a_job_does_what_is_made_for_jobs_and_nobody_else_does() {
    let job = Actor::system(org(), "a_job");
    for action in Action::all() {
        assert_eq!(job.permit(action, &RequestContext::default()).is_ok(), action.is_for_jobs(), "{action:?}");
        if action.is_for_jobs() {
            let others = [person(Role::Owner), token(Role::Owner, "all"), application(CredentialKind::ApiKey, "all")];
            for actor in others {
                assert_eq!(actor.permit(action, &RequestContext::default()).unwrap_err(), Denied::WrongActor);
            }
        }
    }
    assert!(job.holds().is_empty());
    assert_eq!(
        (job.user(), job.session(), job.credential(), job.as_creator().id.as_str()),
        (None, None, None, "a_job")
    );
}

fn any_scopes() -> impl Strategy<Value = ScopeSet> {
    proptest::sample::subsequence(domain::scope::catalog::MANAGEMENT, 0..=domain::scope::catalog::MANAGEMENT.len())
        .prop_map(|infos| infos.iter().map(|info| info.name).collect::<Vec<_>>().join(" ").parse().unwrap())
}

proptest! {
    /// The catalog says what enforcement does: for every operation, kind, role and set of scopes.
    #[test]
    fn the_catalog_and_enforcement_never_disagree(held in any_scopes(), role in proptest::sample::select(roles())) {
        let catalog = Catalog::new(management_api("https://mintmark.test"), Vec::new());
        for kind in CredentialKind::ALL {
            let actor = if kind.rules().has_user { token(role.clone(), &held.to_string()) } else { application(kind, &held.to_string()) };
            for (can, record) in preview(&catalog, kind, &actor.holds()).iter().zip(MANAGEMENT_OPERATIONS) {
                let enforced = actor.permit(record.action, &RequestContext::default());
                prop_assert_eq!(can.answer.is_ok(), enforced.is_ok(), "{} by {} {} with {}", record.id, role, kind, held);
            }
        }
    }
}
