//! Authorizing a token for another organization: who may, what is refused, and what waits.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use domain::{
    Description, Name, Timestamp,
    access::{MemberRole, Role},
    credential::{
        ApprovalRefused, AuthorizationRefused, AuthorizationState, Authorizer, Breadth, CreatedBy, Credential,
        CredentialKind, DAY_SECONDS, Decision, Grant, Metadata, OrgAuthorization, Outcome, Owner, authorize, issue,
    },
    ids::{CredentialId, OrgId, PolicyId, ServiceAccountId, UserId},
    network::NetworkSet,
    policy::{Objection, Policy, Rules, Version},
    resource::ResourceSet,
    secret::Environment,
};

fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000).plus_seconds(days * DAY_SECONDS)
}

fn ada() -> UserId {
    UserId::new(at(0), [1; 10])
}

fn org(number: u8) -> OrgId {
    OrgId::new(at(0), [number; 10])
}

fn token(scopes: &str) -> Credential {
    let grant = Grant {
        name: Name::parse("CI").unwrap(),
        description: Description::parse("").unwrap(),
        team: None,
        scopes: scopes.parse().unwrap(),
        resources: ResourceSet::default(),
        networks: NetworkSet::default(),
        rate_limit: None,
        quota: None,
        metadata: Metadata::default(),
        env: Environment::Live,
        expires_at: Some(at(100)),
        client: None,
    };
    let created_by = CreatedBy { id: ada().to_string(), name: Name::parse("Ada").unwrap() };
    let id = CredentialId::new(CredentialKind::PersonalAccessToken, at(0), [3; 10]);
    issue(id, org(1), Owner::User(ada()), created_by, grant, None, at(0))
}

fn token_until(end: Option<Timestamp>) -> Credential {
    let mut token = token("");
    token.grant.expires_at = end;
    token
}

fn policy(rules: Rules) -> Policy {
    Policy::new(vec![Version {
        id: PolicyId::new(at(0), [0; 10]),
        rules,
        announced_at: at(0),
        warns_at: at(0),
        enforced_at: at(0),
        announced_by: CreatedBy { id: "usr_x".to_owned(), name: Name::parse("Joan").unwrap() },
    }])
}

const MEMBER: MemberRole = MemberRole::BuiltIn(Role::Member);

fn asked(credential: &Credential, rules: Rules, may_decide: bool) -> Result<OrgAuthorization, AuthorizationRefused> {
    let by = Authorizer { user: ada(), role: Some(MEMBER), may_decide };
    authorize(credential, org(2), &by, &policy(rules), at(10))
}

#[test]
fn what_the_rules_there_object_to_is_refused_with_the_reason() {
    use AuthorizationRefused::{AtHome, Creator, Ended, NotTheirs, Policy};
    let rules = Rules::default;
    let cases: [(&str, Credential, Rules, AuthorizationRefused); 9] = [
        (
            "a service account's",
            Credential { owner: Owner::ServiceAccount(ServiceAccountId::new(at(0), [1; 10])), ..token("") },
            rules(),
            NotTheirs,
        ),
        ("the organization's", Credential { owner: Owner::Organization, ..token("") }, rules(), NotTheirs),
        ("at home", Credential { org: org(2), ..token("") }, rules(), AtHome),
        ("revoked", Credential { revoked_at: Some(at(1)), ..token("") }, rules(), Ended),
        ("expired", token_until(Some(at(9))), rules(), Ended),
        ("not a creator", token(""), Rules { creators: vec![Role::Owner], ..rules() }, Creator),
        ("without an end", token_until(None), Rules { must_expire: true, ..rules() }, Policy(Objection::NeverEnds)),
        (
            "too long",
            token(""),
            Rules { max_lifetime_seconds: Some(99 * DAY_SECONDS), ..rules() },
            Policy(Objection::LivesTooLong),
        ),
        ("all", token("all"), Rules { allows_all: false, ..rules() }, Policy(Objection::HoldsAll)),
    ];
    for (case, credential, rules, expected) in cases {
        assert_eq!(asked(&credential, rules, true), Err(expected), "{case}");
    }
    let idle = |days| asked(&token(""), Rules { max_idle_days: Some(days), ..rules() }, true);
    assert_eq!(idle(10), Err(Policy(Objection::Idle)), "not used since it was issued ten days ago");
    assert!(idle(11).is_ok());
}

#[test]
fn it_waits_where_the_policy_asks_and_its_owner_may_not_decide() {
    for (needs_approval, may_decide, waits) in
        [(false, false, false), (false, true, false), (true, true, false), (true, false, true)]
    {
        let made = asked(&token(""), Rules { needs_approval, ..Rules::default() }, may_decide).unwrap();
        assert_eq!(made.pending_since, waits.then_some(at(10)));
        let expected = if waits { AuthorizationState::Pending } else { AuthorizationState::Active };
        assert_eq!(made.state(&Breadth::from(&token("")), true), expected);
    }
}

#[test]
fn somebody_else_decides_once_and_what_goes_further_later_waits_again() {
    let (narrow, wide) = (token("audit:read"), token("audit:read credentials:read"));
    let (narrow, wide) = (Breadth::from(&narrow), Breadth::from(&wide));
    let decision = |outcome| Decision {
        outcome,
        by: CreatedBy { id: "usr_y".to_owned(), name: Name::parse("Joan").unwrap() },
        at: at(11),
        note: "seen".to_owned(),
    };
    let joan = UserId::new(at(0), [2; 10]);
    let needed = Rules { needs_approval: true, ..Rules::default() };
    let mut made = asked(&token("audit:read"), needed, false).unwrap();
    let pending = made.state(&narrow, true);
    let own = made.clone().decide(pending, &narrow, ada(), decision(Outcome::Approved));
    assert_eq!(own, Err(ApprovalRefused::OwnRequest));
    let mut denied = made.clone();
    denied.decide(pending, &narrow, joan, decision(Outcome::Denied)).unwrap();
    assert_eq!(denied.state(&narrow, true), AuthorizationState::Denied);
    made.decide(pending, &narrow, joan, decision(Outcome::Approved)).unwrap();
    assert_eq!(made.state(&narrow, true), AuthorizationState::Active);
    let again = made.decide(AuthorizationState::Active, &narrow, joan, decision(Outcome::Denied));
    assert_eq!(again, Err(ApprovalRefused::NotPending));
    assert_eq!(made.state(&wide, false), AuthorizationState::Active, "nobody is asked");
    assert_eq!(made.state(&wide, true), AuthorizationState::Pending);
    made.decide(AuthorizationState::Pending, &wide, joan, decision(Outcome::Approved)).unwrap();
    assert_eq!(made.state(&wide, true), AuthorizationState::Active);
}

#[test]
fn how_far_a_token_goes_is_compared_by_scopes_resources_and_networks() {
    let breadth = |scopes: &str, resources: &str, networks: &str| Breadth {
        scopes: scopes.parse().unwrap(),
        resources: resources.parse().unwrap(),
        networks: networks.parse().unwrap(),
    };
    let seen = breadth("audit:read", "project:a", "10.0.0.0/8");
    for (now, is_within) in [
        (seen.clone(), true),
        (breadth("", "project:a", "10.1.0.0/16"), true),
        (breadth("all", "project:a", "10.0.0.0/8"), false),
        (breadth("audit:read", "", "10.0.0.0/8"), false),
        (breadth("audit:read", "project:a", ""), false),
    ] {
        assert_eq!(now.is_within(&seen), is_within, "{now:?}");
        assert_eq!(now.version() == seen.version(), now == seen);
    }
    assert!(seen.is_within(&breadth("all", "", "")), "all is everything");
}
