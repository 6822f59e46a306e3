//! Every verdict, and that of two causes the one that stands first in the list is named. The matrix of all pairs is
//! `verdicts.txt`, so that a change of precedence is a change that anybody can read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::{
    credential::{CredentialKind, Status},
    network::NetworkSet,
    operation::{Operation, ScopeRule, UserContext},
    resource::{Resource, ResourceSet},
    scope::{Scope, ScopeSet},
    secret::Environment,
    verify::{AccessRequest, CredentialState, Require, SecretEnd, Verdict, missing_scopes, verdict},
};
use expect_test::expect_file;
use std::fmt::Write;

/// A call in which any number of things can be wrong.
struct Call {
    kind: CredentialKind,
    status: Status,
    secret: SecretEnd,
    owner_is_active: bool,
    env: Option<Environment>,
    audience: Option<&'static str>,
    networks: NetworkSet,
    policy_networks: NetworkSet,
    home_networks: NetworkSet,
    require: Option<Require>,
    scopes: Vec<Scope>,
    resource: Option<Resource>,
}

impl Call {
    fn good() -> Self {
        Self {
            kind: CredentialKind::ApiKey,
            status: Status::Active,
            secret: SecretEnd::Live,
            owner_is_active: true,
            env: Some(Environment::Live),
            audience: Some("urn:a"),
            networks: "10.0.0.0/8".parse().unwrap(),
            policy_networks: "10.0.0.0/16".parse().unwrap(),
            home_networks: NetworkSet::default(),
            require: None,
            scopes: vec![Scope::parse("contacts:read").unwrap()],
            resource: Some(Resource::parse("project:a").unwrap()),
        }
    }

    fn verdict(&self) -> Verdict {
        let state = CredentialState {
            kind: self.kind,
            env: Environment::Live,
            status: self.status,
            secret: self.secret,
            owner_is_active: self.owner_is_active,
            holds: &"contacts:read".parse().unwrap(),
            resources: &"project:a".parse().unwrap(),
            networks: &self.networks,
            policy_networks: Some(&self.policy_networks),
            home_networks: Some(&self.home_networks),
            audiences: Some(&["urn:a".to_owned()]),
        };
        let needs = AccessRequest {
            operation: None,
            scopes: &self.scopes,
            resource: self.resource.as_ref(),
            require: self.require,
            env: self.env,
            audience: self.audience,
        };
        verdict(&state, &needs, Some([10, 0, 0, 1].into()))
    }
}

/// What a credential is of which several are true is [`domain::credential::Life`]'s to say: the last of the list.
type Spoil = fn(&mut Call);

/// Each cause alone, in the order in which they count.
const CAUSES: [(&str, Spoil); 18] = [
    ("revoked", |call| call.status = Status::Revoked),
    ("secret ended", |call| call.secret = SecretEnd::Ended),
    ("expired", |call| call.status = call.status.max(Status::Expired)),
    ("secret retired", |call| {
        call.secret = if call.secret == SecretEnd::Live { SecretEnd::Retired } else { call.secret }
    }),
    ("disabled", |call| call.status = call.status.max(Status::Disabled)),
    ("not approved", |call| call.status = call.status.max(Status::PendingApproval)),
    ("blocked by policy", |call| call.status = call.status.max(Status::BlockedByPolicy)),
    ("owner gone", |call| call.owner_is_active = false),
    ("other environment", |call| call.env = Some(Environment::Test)),
    ("other audience", |call| call.audience = Some("urn:b")),
    ("other network", |call| call.networks = "192.0.2.0/24".parse().unwrap()),
    ("outside the policy", |call| call.policy_networks = "192.0.2.0/24".parse().unwrap()),
    ("outside that of its home", |call| call.home_networks = "192.0.2.0/24".parse().unwrap()),
    ("a user is needed", |call| call.require = Some(Require::User)),
    ("an application is needed", |call| {
        call.kind = CredentialKind::PersonalAccessToken;
        call.require = call.require.or(Some(Require::Application));
    }),
    ("scope missing", |call| call.scopes.push(Scope::parse("contacts:write").unwrap())),
    ("other resource", |call| call.resource = Resource::parse("project:b").ok()),
    ("nothing", |_| {}),
];

#[test]
fn of_two_causes_the_first_in_the_list_is_named() {
    let mut text = String::new();
    for (first, spoil_first) in CAUSES {
        for (second, spoil_second) in CAUSES {
            let mut call = Call::good();
            spoil_first(&mut call);
            spoil_second(&mut call);
            writeln!(text, "{first:<26}{second:<26}{}", call.verdict().as_str()).unwrap();
        }
    }
    expect_file!["verdicts.txt"].assert_eq(&text);
}

#[test]
fn each_cause_alone_has_a_verdict_and_they_stand_in_the_order_of_the_list() {
    let alone = |spoil: Spoil| {
        let mut call = Call::good();
        spoil(&mut call);
        call.verdict()
    };
    let verdicts: Vec<_> = CAUSES[..17].iter().map(|(_, spoil)| alone(*spoil)).collect();
    assert!(verdicts.is_sorted(), "{verdicts:?}");
    assert!(!verdicts.contains(&Verdict::Valid));
    assert_eq!(alone(CAUSES[17].1), Verdict::Valid);
}

#[test]
fn all_lists_every_verdict_once_at_its_index() {
    for (index, verdict) in Verdict::ALL.into_iter().enumerate() {
        assert_eq!(verdict.index(), index);
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.as_str());
    }
}

fn state<'a>(holds: &'a ScopeSet, resources: &'a ResourceSet, networks: &'a NetworkSet) -> CredentialState<'a> {
    CredentialState {
        kind: CredentialKind::ApiKey,
        env: Environment::Live,
        status: Status::Active,
        secret: SecretEnd::Live,
        owner_is_active: true,
        holds,
        resources,
        networks,
        policy_networks: None,
        home_networks: None,
        audiences: None,
    }
}

fn operation(user_context: UserContext, resource_type: Option<&str>) -> Operation {
    Operation {
        id: "contacts.create".to_owned(),
        method: "POST".to_owned(),
        path: "/contacts".to_owned(),
        scopes: ScopeRule::Any("contacts:write contacts:admin".parse().unwrap()),
        user_context,
        resource_type: resource_type.map(str::to_owned),
    }
}

#[test]
fn an_operation_brings_its_own_needs() {
    let (none, everywhere) = (ResourceSet::default(), NetworkSet::default());
    let check = |holds: &str, resources: &ResourceSet, operation: &Operation| {
        let holds = holds.parse().unwrap();
        let needs = AccessRequest { operation: Some(operation), ..AccessRequest::default() };
        (verdict(&state(&holds, resources, &everywhere), &needs, None), missing_scopes(&holds, &needs).to_string())
    };
    let plain = operation(UserContext::Optional, None);
    assert_eq!(check("contacts:admin", &none, &plain), (Verdict::Valid, String::new()));
    assert_eq!(
        check("contacts:read", &none, &plain),
        (Verdict::InsufficientScope, "contacts:admin contacts:write".to_owned())
    );
    let for_people = operation(UserContext::Required, None);
    assert_eq!(check("contacts:admin", &none, &for_people).0, Verdict::UserContextRequired);
    let about_a_project = operation(UserContext::Optional, Some("project"));
    let limited = "project:a".parse().unwrap();
    assert_eq!(check("contacts:admin", &none, &about_a_project).0, Verdict::Valid);
    assert_eq!(check("contacts:admin", &limited, &about_a_project).0, Verdict::ResourceNotInScope);
    assert_eq!(check("contacts:admin", &limited, &plain).0, Verdict::Valid);
}

#[test]
fn an_unknown_address_is_outside_every_allow_list() {
    let (holds, none, networks) =
        (ScopeSet::default(), ResourceSet::default(), "0.0.0.0/0 ::/0".parse::<NetworkSet>().unwrap());
    assert_eq!(verdict(&state(&holds, &none, &networks), &AccessRequest::default(), None), Verdict::IpNotAllowed);
}
