//! Test tokens: an access token of a client, for the person who manages the client.

use super::{CONTACTS, OAuth};
use domain::{
    access::{Actor, RequestContext, Role},
    code::ProblemCode,
    ids::{OrgId, UserId},
    scope::ScopeSet,
};
use serde_json::json;
use service::{Caller, ServiceError, oauth::OAuthError};

fn person(oauth: &OAuth, org: OrgId, role: Role, api_scopes: &str) -> Caller {
    let service = &oauth.server.service;
    with_id(oauth, UserId::new(service.now(), service.entropy()), org, role, api_scopes)
}

fn with_id(oauth: &OAuth, user: UserId, org: OrgId, role: Role, api_scopes: &str) -> Caller {
    let service = &oauth.server.service;
    let session = domain::ids::SessionId::new(service.now(), service.entropy());
    let (name, scopes): (_, ScopeSet) = (domain::Name::parse("Ada").unwrap(), api_scopes.parse().unwrap());
    let actor = Actor::person(user, name, org, role, &scopes, Some(session));
    Caller { actor, context: RequestContext::default() }
}

/// The owner of acme, signed in.
async fn owner(oauth: &OAuth) -> Caller {
    let me = oauth.server.get("/v1/me", &oauth.owner).await;
    let org = me.text("/organization/id").parse().unwrap();
    with_id(oauth, me.text("/user/id").parse().unwrap(), org, Role::Owner, "contacts:read")
}

#[tokio::test]
async fn it_has_no_more_than_the_person_holds_ends_within_a_minute_and_is_on_record() {
    let oauth = OAuth::start().await;
    let owner = owner(&oauth).await;
    let issued = oauth.server.service.oauth().test_token(&owner, &oauth.client.id, Some(CONTACTS)).await.unwrap();
    assert_eq!((issued.scope.as_str(), issued.expires_in), ("contacts:read", 60));
    let seen = oauth.introspect(&oauth.client, &issued.token).await;
    assert_eq!((&seen["active"], &seen["scope"]), (&json!(true), &json!("contacts:read")));
    let events = oauth.server.get("/v1/orgs/acme/audit-events?limit=1", &oauth.owner).await.json();
    assert_eq!(events["data"][0]["action"], "access_token.tested");
    assert_eq!(events["data"][0]["detail"]["jti"], json!(issued.claims.jti));
    oauth.server.move_clock(60);
    oauth.assert_inactive(&oauth.client, &issued.token).await;
}

#[tokio::test]
async fn it_ends_with_its_client() {
    let oauth = OAuth::start().await;
    let owner = owner(&oauth).await;
    let issued = oauth.server.service.oauth().test_token(&owner, &oauth.client.id, None).await.unwrap();
    let disable = format!("/v1/orgs/acme/clients/{}/disable", oauth.client.id);
    oauth.server.post(&disable, &oauth.owner, &json!({})).await;
    let witness = oauth.issue_client(&json!({})).await;
    oauth.assert_inactive(&witness, &issued.token).await;
    let again = oauth.server.service.oauth().test_token(&owner, &oauth.client.id, None).await;
    let is_refused =
        matches!(again, Err(OAuthError::Service(ServiceError::Refused { code: ProblemCode::ClientNotLive, .. })));
    assert!(is_refused);
}

#[tokio::test]
async fn nobody_gets_one_who_may_not_change_the_client_or_is_not_signed_in() {
    let oauth = OAuth::start().await;
    oauth.server.org("globex").await;
    let (service, orgs) = (&oauth.server.service, oauth.server.service.db().org_ids().await.unwrap());
    let ask = async |caller: &Caller| {
        service.oauth().test_token(caller, &oauth.client.id, None).await.map(|_| ()).unwrap_err()
    };
    for role in [Role::Member, Role::Viewer] {
        let refused = ask(&person(&oauth, orgs[0], role, "contacts:read")).await;
        assert!(matches!(refused, OAuthError::Service(ServiceError::MissingScope { .. })), "{role:?}");
    }
    let stranger = ask(&person(&oauth, orgs[1], Role::Owner, "contacts:read")).await;
    assert!(matches!(stranger, OAuthError::Service(ServiceError::Missing)));
    let token = domain::secret::PlainSecret::presented(oauth.owner.clone());
    let by_token = service.authenticate(&token, RequestContext::default()).await.unwrap().caller;
    assert!(matches!(ask(&by_token).await, OAuthError::Service(ServiceError::PersonRequired)));
}

#[tokio::test]
async fn it_is_not_a_way_around_the_networks_of_the_client() {
    let oauth = OAuth::start().await;
    let bound = oauth.issue_client(&json!({ "ip_allowlist": ["203.0.113.0/24"] })).await;
    let mut owner = owner(&oauth).await;
    let elsewhere = oauth.server.service.oauth().test_token(&owner, &bound.id, None).await.map(|_| ()).unwrap_err();
    assert!(matches!(elsewhere, OAuthError::Service(ServiceError::Forbidden { code: ProblemCode::IpNotAllowed, .. })));
    owner.context.ip = Some("203.0.113.7".parse().unwrap());
    oauth.server.service.oauth().test_token(&owner, &bound.id, None).await.unwrap();
}
