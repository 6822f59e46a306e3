//! An access token gets the verdict of its credential, wherever either is presented.

use crate::{
    members::{id_of, joined},
    policies::{draft, save},
    support::{KEYS, World, request},
};
use domain::{
    access::Role,
    credential::{CredentialKind, Quota, QuotaPeriod, RateLimit},
    policy::PolicyDraft,
    secret::{PlainSecret, RevealedSecret},
    verify::Verdict,
};
use service::{
    Caller, Challenge, RequestContext, ServiceError,
    credentials::{Confirmation, CredentialTarget, IssueRequest},
    members::Grace,
    oauth::{Asked, ClientProof, Introspector},
    verify::{ForwardRequest, VerifyRequest},
};

on_both!(
    every_cause_counts_for_an_access_token_as_for_its_credential_on_every_door,
    what_a_credential_may_not_reach_travels_with_its_tokens,
    a_personal_access_token_as_client_asks_about_others_only_if_it_may_verify,
);

const IP: &str = "192.0.2.1";
const SCOPES: [&str; 2] = ["credentials:read", "keys:verify"];

/// A member's token, an access token for `/v1` made from it, and the event that follows.
struct Case {
    name: &'static str,
    prepare: fn(&mut IssueRequest),
    happen: Happen,
    expected: Verdict,
}

#[derive(Clone, Copy)]
enum Happen {
    Nothing,
    Revoke,
    Disable,
    Expire,
    Policy,
    Remove,
    RemoveWithGrace,
    GraceOver,
    UsedUp,
}

const CASES: [Case; 11] = [
    Case { name: "good", prepare: |_| {}, happen: Happen::Nothing, expected: Verdict::Valid },
    Case { name: "revoked", prepare: |_| {}, happen: Happen::Revoke, expected: Verdict::Revoked },
    Case { name: "disabled", prepare: |_| {}, happen: Happen::Disable, expected: Verdict::Disabled },
    Case { name: "expired", prepare: lives_a_minute, happen: Happen::Expire, expected: Verdict::Expired },
    Case { name: "policy", prepare: |_| {}, happen: Happen::Policy, expected: Verdict::BlockedByPolicy },
    Case { name: "removed", prepare: |_| {}, happen: Happen::Remove, expected: Verdict::OwnerInactive },
    Case { name: "in grace", prepare: |_| {}, happen: Happen::RemoveWithGrace, expected: Verdict::Valid },
    Case { name: "after grace", prepare: |_| {}, happen: Happen::GraceOver, expected: Verdict::OwnerInactive },
    Case { name: "network", prepare: elsewhere, happen: Happen::Nothing, expected: Verdict::IpNotAllowed },
    Case { name: "rate", prepare: seldom, happen: Happen::UsedUp, expected: Verdict::RateLimited },
    Case { name: "quota", prepare: few, happen: Happen::UsedUp, expected: Verdict::QuotaExceeded },
];

fn lives_a_minute(request: &mut IssueRequest) {
    request.issue.lifetime = domain::credential::LifetimeDraft { expires_in: Some(60), ..Default::default() };
}

fn elsewhere(request: &mut IssueRequest) {
    request.issue.ip_allowlist = vec!["127.0.0.9/32".to_owned()];
}

fn seldom(request: &mut IssueRequest) {
    request.issue.rate_limit = Some(RateLimit { limit: 2, window_seconds: 3600 });
}

fn few(request: &mut IssueRequest) {
    request.issue.quota = Some(Quota { limit: 2, period: QuotaPeriod::Month });
}

fn origin(ip: &str) -> RequestContext {
    RequestContext { ip: Some(ip.parse().unwrap()), ..RequestContext::default() }
}

/// Creates an access token for `/v1` from the credential with this secret, as its own client.
async fn access_token(world: &World, id: &str, secret: &RevealedSecret, ip: &str) -> String {
    let node = world.node();
    let secret = PlainSecret::presented(secret.expose().to_owned());
    let proof = ClientProof::Secret { client_id: id.to_owned(), secret };
    let client = node.oauth().authenticate_client(proof, origin(ip)).await.unwrap();
    let asked = Asked { scope: None, resources: vec!["http://localhost/v1".to_owned()] };
    node.oauth().client_credentials(&client, &asked).await.unwrap().token
}

async fn happen(world: &World, what: Happen, member: &Caller, id: &str, secret: &RevealedSecret) {
    let (node, owner) = (world.node(), &world.owner);
    let ahead = |seconds: i64| (0..2).for_each(|node| world.set_ahead(node, seconds * 1000));
    match what {
        Happen::Nothing => {}
        Happen::Revoke => {
            drop(node.credentials().revoke(member, CredentialTarget::Mine, id, Confirmation::NotAsked).await.unwrap())
        }
        Happen::Disable => drop(node.credentials().disable(member, CredentialTarget::Mine, id).await.unwrap()),
        // The access token ends with its credential, so both are over one second later.
        Happen::Expire => ahead(61),
        Happen::Policy => {
            let kind = CredentialKind::PersonalAccessToken;
            save(world, PolicyDraft { must_expire: true, notice_days: Some(0), ..draft(kind) }).await;
        }
        Happen::Remove => {
            node.orgs().change_settings(owner, Some(0)).await.unwrap();
            node.members().remove(owner, &id_of(member)).await.unwrap();
        }
        Happen::RemoveWithGrace => {
            node.orgs().change_settings(owner, Some(1)).await.unwrap();
            node.members().remove(owner, &id_of(member)).await.unwrap();
        }
        Happen::GraceOver => {
            node.orgs().change_settings(owner, Some(1)).await.unwrap();
            node.members().remove(owner, &id_of(member)).await.unwrap();
            let soon = Grace::Until(node.now().plus_seconds(60));
            node.members().change_grace(owner, &id_of(member), soon).await.unwrap();
            // The access token itself would live for some more minutes.
            ahead(61);
        }
        Happen::UsedUp => {
            // The first use was the creation of the access token.
            world.verdict(node, secret.expose()).await.unwrap();
        }
    }
}

/// Presents a token to every door: Mintmark's own API, verification, forward-auth and introspection.
async fn doors(world: &World, verifier: &str, presented: &str) -> (String, Verdict, Verdict, bool) {
    let node = &world.nodes[0];
    let text = || PlainSecret::presented(presented.to_owned());
    let gate = match node.authenticate(&text(), origin(IP)).await {
        Ok(_) => "let in".to_owned(),
        Err(ServiceError::Unauthenticated(Challenge::Invalid(why))) => why.to_owned(),
        Err(ServiceError::Forbidden { code, .. }) => code.to_string(),
        Err(error) => format!("{error:?}").split([' ', '{']).next().unwrap().to_owned(),
    };
    let verifying = node.verifying().await.unwrap();
    let caller = verifying.caller(verifier, None).unwrap();
    let ip = Some(IP.parse().unwrap());
    let verify =
        verifying.verify(&caller, &VerifyRequest { token: presented, ip, cost: 1, ..VerifyRequest::default() });
    let forward = verifying.forward(&ForwardRequest { token: presented, ip, ..ForwardRequest::default() });
    let own = PlainSecret::presented(verifier.to_owned());
    let introspected = node.oauth().introspect(&Introspector::Bearer(&own, None), &text()).await.unwrap();
    (gate, verify.unwrap().verdict, forward.unwrap().verdict, introspected.is_some())
}

async fn every_cause_counts_for_an_access_token_as_for_its_credential_on_every_door(world: World) {
    let (_, verifier) = world.issued(KEYS, &["keys:verify"]).await;
    for (number, case) in CASES.iter().enumerate() {
        let member = joined(&world, &format!("m{number}"), Role::Admin).await;
        let mut asked = request(&SCOPES);
        (case.prepare)(&mut asked);
        let issued = world.node().credentials().issue(&member, CredentialTarget::Mine, &asked).await.unwrap();
        let (id, secret) = (issued.credential.id.to_string(), issued.secret.unwrap());
        let ip = if matches!(case.name, "network") { "127.0.0.9" } else { IP };
        let token = access_token(&world, &id, &secret, ip).await;
        happen(&world, case.happen, &member, &id, &secret).await;

        let of_secret = doors(&world, verifier.expose(), secret.expose()).await;
        let of_token = doors(&world, verifier.expose(), &token).await;
        assert_eq!(of_secret.1, case.expected, "{}: the credential itself", case.name);
        assert_eq!(of_secret.0 == "let in", case.expected == Verdict::Valid, "{}: {}", case.name, of_secret.0);
        match case.happen {
            // The access token ends with its credential. After that it counts as unknown.
            Happen::Expire => {
                assert_eq!((of_token.1, of_token.2, of_token.3), (Verdict::NotFound, Verdict::NotFound, false));
                assert_ne!(of_token.0, "let in", "{}", case.name);
            }
            _ => assert_eq!(of_token, of_secret, "{}", case.name),
        }
        (0..2).for_each(|node| world.set_ahead(node, 0));
        if matches!(case.happen, Happen::Policy) {
            save(&world, draft(CredentialKind::PersonalAccessToken)).await;
        }
    }
}

async fn what_a_credential_may_not_reach_travels_with_its_tokens(world: World) {
    let (_, verifier) = world.issued(KEYS, &["keys:verify"]).await;
    let mut asked = request(&SCOPES);
    asked.issue.resources = vec!["project:a".to_owned()];
    let issued = world.node().credentials().issue(&world.owner, CredentialTarget::Mine, &asked).await.unwrap();
    let secret = issued.secret.unwrap();
    let token = access_token(&world, &issued.credential.id.to_string(), &secret, IP).await;
    let own = PlainSecret::presented(verifier.expose().to_owned());
    for presented in [secret.expose(), &token] {
        let presented = PlainSecret::presented(presented.to_owned());
        let found =
            world.node().oauth().introspect(&Introspector::Bearer(&own, None), &presented).await.unwrap().unwrap();
        assert_eq!((found.resources, found.env.as_str()), (vec!["project:a".to_owned()], "live"));
    }
}

async fn a_personal_access_token_as_client_asks_about_others_only_if_it_may_verify(world: World) {
    let (_, subject) = world.issued(KEYS, &["credentials:read"]).await;
    let subject = PlainSecret::presented(subject.expose().to_owned());
    let viewer = joined(&world, "vic", Role::Viewer).await;
    for (by, scopes, may) in [
        (&world.owner, &["keys:verify"][..], true),
        (&world.owner, &["all"], true),
        (&world.owner, &[], false),
        (&world.owner, &["credentials:read"], false),
        (&viewer, &["credentials:read"], false),
    ] {
        let issued = world.node().credentials().issue(by, CredentialTarget::Mine, &request(scopes)).await.unwrap();
        let (id, secret) = (issued.credential.id.to_string(), issued.secret.unwrap());
        let own = || PlainSecret::presented(secret.expose().to_owned());
        let shown = world.node().oauth().introspect(&Introspector::Secret(&id, &own(), None), &subject).await;
        let proof = ClientProof::Secret { client_id: id.clone(), secret: own() };
        let client = world.node().oauth().authenticate_client(proof, RequestContext::default()).await.unwrap();
        let proved = world.node().oauth().introspect(&Introspector::Client(&client), &subject).await;
        for asked in [shown, proved] {
            assert_eq!(asked.as_ref().is_ok_and(Option::is_some), may, "{scopes:?}: {asked:?}");
            assert_eq!(asked.is_err(), !may, "{scopes:?}: {asked:?}");
        }
    }
}
