//! Organization authorizations on two nodes: the rules of each organization apply there and in no other one.

use crate::{
    members::{id_of, in_acme, invited, stranger},
    policies::{days_ahead, living},
    support::{KEYS, World, request},
};
use domain::{
    access::Role,
    credential::{AuthorizationState, DAY_SECONDS, Edit, Outcome, Quota, QuotaPeriod, Status},
    ids::CredentialId,
    policy::{Objection, PolicyDraft},
    scope::Scope,
    secret::{PlainSecret, RevealedSecret},
    verify::Verdict,
};
use serde_json::{Value, json};
use service::{
    Caller, Result, Service, ServiceError,
    audit_log::AuditFilter,
    credentials::{BulkTarget, Confirmation, CredentialTarget, PageRequest, TransferRequest},
    oauth::Introspector,
    org_authorizations::{AuthorizationDecision, Standing},
    policies::{Affected, DryRun},
    verify::{ForwardRequest, VerifyRequest},
};

on_both!(
    what_is_authorized_counts_in_both_and_is_taken_back_in_one,
    who_is_no_member_of_both_is_not_told_of,
    what_the_owner_may_do_there_bounds_it,
    what_waits_is_approved_or_denied_by_somebody_else_there,
    what_was_approved_and_goes_further_now_waits_again,
    what_the_policy_there_forbids_is_refused_and_blocked,
    what_is_idle_there_for_too_long_stops_there_and_nowhere_else,
    a_dry_run_lists_what_is_blocked_there_afterwards,
    a_dry_run_lists_what_is_idle_there,
    a_dry_run_lists_nothing_that_does_not_work_there,
    what_becomes_of_the_token_counts_everywhere,
    whoever_leaves_either_organization_begins_anew,
    only_the_owner_signed_in_authorizes,
    another_organization_neither_sees_nor_touches_it,
);

/// A member of acme with a token of their own organization, and an API key of acme that verifies.
struct Guest {
    world: World,
    home: Caller,
    here: Caller,
    token: CredentialId,
    secret: RevealedSecret,
    verifier: RevealedSecret,
}

async fn guest(world: World, role: Role, scopes: &[&str]) -> Guest {
    let home = stranger(&world, "grace").await;
    let (id, key) = invited(&world, "grace", role).await;
    world.node().members().accept_invitation(&home, &id, &key).await.unwrap();
    let issued = world.node().credentials().issue(&home, CredentialTarget::Mine, &request(scopes)).await.unwrap();
    let (_, verifier) = world.issued(KEYS, &["keys:verify"]).await;
    let (here, token, secret) = (in_acme(&world, &home, role), issued.credential.id, issued.secret.unwrap());
    Guest { world, home, here, token, secret, verifier }
}

/// Returns the verdict of a node on a secret for an organization, through forward-auth.
async fn passes(node: &Service, org: Option<&str>, secret: &RevealedSecret) -> Verdict {
    node.node().catch_up().await.unwrap();
    let request = ForwardRequest { token: secret.expose(), org, ..ForwardRequest::default() };
    node.verifying().await.unwrap().forward(&request).unwrap().verdict
}

impl Guest {
    fn id(&self) -> String {
        self.token.to_string()
    }

    fn node(&self) -> &Service {
        self.world.node()
    }

    /// Returns the verdict for acme with this scope. It must be equal on both nodes and through every door.
    async fn said(&self, scope: Option<&str>) -> Verdict {
        let mut verdicts = Vec::new();
        for node in &self.world.nodes {
            node.node().catch_up().await.unwrap();
            let verifying = node.verifying().await.unwrap();
            let caller = verifying.caller(self.verifier.expose(), None).unwrap();
            let scopes: Vec<_> = scope.map(|scope| Scope::parse(scope).unwrap()).into_iter().collect();
            let asked = VerifyRequest {
                token: self.secret.expose(),
                scopes: scopes.clone(),
                cost: 1,
                ..VerifyRequest::default()
            };
            let told = verifying.verify(&caller, &asked).unwrap();
            verdicts.push(told.verdict);
            let is_told = !matches!(told.verdict, Verdict::NotFound | Verdict::OrgAuthorizationRequired);
            assert_eq!(told.is_known(), is_told, "{:?}", told.verdict);
            assert_eq!(told.org_slug(), is_told.then_some("acme"));
            let token = self.secret.expose();
            let asked = ForwardRequest { token, scopes, org: Some("acme"), ..ForwardRequest::default() };
            verdicts.push(verifying.forward(&asked).unwrap().verdict);
            let [own, token] =
                [&self.verifier, &self.secret].map(|one| PlainSecret::presented(one.expose().to_owned()));
            let found = node.oauth().introspect(&Introspector::Bearer(&own, None), &token).await.ok().unwrap();
            assert!(scope.is_some() || found.is_some() == (told.verdict == Verdict::Valid), "{:?}", told.verdict);
        }
        assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "{verdicts:?}");
        verdicts[0]
    }

    /// Returns the verdict for the home organization.
    async fn at_home(&self) -> Verdict {
        let mut verdicts = Vec::new();
        for node in &self.world.nodes {
            verdicts.push(passes(node, Some("grace"), &self.secret).await);
        }
        assert_eq!(verdicts[0], verdicts[1]);
        verdicts[0]
    }

    async fn authorize(&self) -> Result<bool> {
        let made = self.node().org_authorizations().authorize(&self.home, &self.id(), "acme").await?;
        Ok(made.pending_since.is_none())
    }

    async fn decide(&self, by: &Caller, outcome: Outcome) -> Result<AuthorizationState> {
        let asked = AuthorizationDecision { outcome, note: "seen".to_owned(), expected: None };
        self.node().org_authorizations().decide(by, &self.id(), &asked).await.map(|here| here.state)
    }

    /// Returns the ids and states of the tokens that this caller sees listed in acme.
    async fn listed(&self, by: &Caller) -> Vec<(CredentialId, AuthorizationState)> {
        let page = self.node().org_authorizations().authorized_tokens(by, &PageRequest::default()).await.unwrap();
        page.items.iter().map(|here| (here.token.authorization.credential, here.state)).collect()
    }

    async fn policy(&self, rules: Value) {
        self.node().policies().change(&self.world.owner, &draft(&rules)).await.unwrap();
    }

    /// Previews a policy in the organization of this caller.
    async fn dry_run(&self, by: &Caller, rules: &Value) -> DryRun {
        for node in &self.world.nodes {
            node.node().flush_usage().await.unwrap();
        }
        self.node().policies().dry_run(by, &draft(rules)).await.unwrap()
    }

    /// Returns the guest with another token, which has no authorization.
    async fn with(self, days: Option<i64>, scopes: &[&str]) -> Self {
        let issued =
            self.node().credentials().issue(&self.home, CredentialTarget::Mine, &living(days, scopes)).await.unwrap();
        Self { token: issued.credential.id, secret: issued.secret.unwrap(), ..self }
    }

    async fn edit(&self, scopes: &[&str]) {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let edit = Edit { scopes: Some(scopes), ..Edit::default() };
        self.node().credentials().edit(&self.home, CredentialTarget::Mine, &self.id(), &edit, None).await.unwrap();
    }
}

fn draft(rules: &Value) -> PolicyDraft {
    let mut draft = json!({ "kind": "pat", "notice_days": 0 });
    draft.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
    serde_json::from_value(draft).unwrap()
}

/// Returns the affected tokens of other organizations with the objections, and the organization's own affected tokens.
fn hits(found: &DryRun) -> (Vec<(CredentialId, Vec<Objection>)>, Vec<CredentialId>) {
    let (mut others, mut own) = (Vec::new(), Vec::new());
    for hit in &found.hits {
        match &hit.affected {
            Affected::Authorized(_) => others.push((hit.affected.id(), hit.objections.clone())),
            Affected::Own(credential) => own.push(credential.id),
        }
    }
    (others, own)
}

fn code(error: &ServiceError) -> &'static str {
    match error {
        ServiceError::Refused { code, .. } | ServiceError::Forbidden { code, .. } => code.as_str(),
        ServiceError::Missing => "missing",
        ServiceError::PersonRequired => "person_required",
        ServiceError::MissingScope { .. } => "missing_scope",
        other => panic!("{other:?}"),
    }
}

async fn what_is_authorized_counts_in_both_and_is_taken_back_in_one(world: World) {
    let guest = guest(world, Role::Member, &["members:read"]).await;
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::OrgAuthorizationRequired, Verdict::Valid));
    assert!(guest.authorize().await.unwrap(), "it counts at once");
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::Valid, Verdict::Valid));
    assert!(guest.authorize().await.unwrap(), "a repetition is harmless");
    assert_eq!(guest.listed(&guest.world.owner).await, [(guest.token, AuthorizationState::Active)]);
    guest.world.nodes[1].node().load_snapshot().await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::Valid, "read from the start");
    let stands = guest.node().org_authorizations().token_in_orgs(&guest.home, &guest.id()).await.unwrap();
    let stands: Vec<_> = stands.iter().map(|stands| (stands.org.slug.as_str(), &stands.standing)).collect();
    assert!(matches!(stands[..], [("acme", Standing::Authorized(_, AuthorizationState::Active)), (_, Standing::Home)]));

    // A caller in acme who may change members' tokens withdraws it, for acme only.
    guest.node().org_authorizations().deauthorize(&guest.world.owner, &guest.id()).await.unwrap();
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::OrgAuthorizationRequired, Verdict::Valid));
    assert_eq!(guest.listed(&guest.world.owner).await, []);
    guest.authorize().await.unwrap();
    // The owner withdraws it from the home organization.
    guest.node().org_authorizations().withdraw(&guest.home, &guest.id(), "acme").await.unwrap();
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::OrgAuthorizationRequired, Verdict::Valid));
    let again = guest.node().org_authorizations().withdraw(&guest.home, &guest.id(), "acme").await.err().unwrap();
    assert_eq!(code(&again), "missing");

    let filter = AuditFilter { target: Some(guest.id()), ..AuditFilter::default() };
    let events: Vec<_> = guest.world.events(filter.clone()).await.into_iter().map(|event| event.action).collect();
    let (granted, ended) = ("org_authorization.granted", "org_authorization.ended");
    assert_eq!(events, [granted, ended, granted, ended]);
    let at_home = guest.node().audit_log().list(&guest.home, &filter, &PageRequest::default()).await.unwrap().items;
    assert!(at_home.iter().all(|event| event.action == "credential.issued"), "the home learns nothing of acme");
}

async fn who_is_no_member_of_both_is_not_told_of(world: World) {
    let eve = stranger(&world, "eve").await;
    let issued =
        world.node().credentials().issue(&eve, CredentialTarget::Mine, &request(&[])).await.unwrap().secret.unwrap();
    for node in &world.nodes {
        assert_eq!(passes(node, Some("acme"), &issued).await, Verdict::NotFound);
        assert_eq!(passes(node, Some("eve"), &issued).await, Verdict::Valid);
    }
    let guest = guest(world, Role::Member, &[]).await;
    // Only a token of a person can work in a second organization.
    let key = guest.node().credentials().issue(&guest.home, KEYS, &request(&[])).await.unwrap().secret.unwrap();
    assert_eq!(passes(guest.node(), Some("acme"), &key).await, Verdict::NotFound);
    guest.authorize().await.unwrap();
    let (third, _) = guest.world.issued(PATS_OF_OWNER, &[]).await;
    assert_eq!(guest.said(None).await, Verdict::Valid);
    let refused =
        guest.node().org_authorizations().authorize(&guest.home, &third.id.to_string(), "acme").await.err().unwrap();
    assert_eq!(code(&refused), "missing");
}

const PATS_OF_OWNER: CredentialTarget = CredentialTarget::Mine;

async fn what_the_owner_may_do_there_bounds_it(world: World) {
    let guest = guest(world, Role::Member, &["keys:verify", "audit:read"]).await;
    guest.authorize().await.unwrap();
    assert_eq!(guest.said(Some("keys:verify")).await, Verdict::Valid);
    assert_eq!(guest.said(Some("audit:read")).await, Verdict::InsufficientScope, "a member may not here");
    let listed = guest
        .node()
        .org_authorizations()
        .authorized_tokens(&guest.world.owner, &PageRequest::default())
        .await
        .unwrap()
        .items;
    assert_eq!(listed[0].scopes.to_string(), "keys:verify");
    assert_eq!(listed[0].status, Status::Active);
    let id = id_of(&guest.here);
    guest.node().members().change_role(&guest.world.owner, &id, "viewer").await.unwrap();
    assert_eq!(guest.said(Some("keys:verify")).await, Verdict::InsufficientScope);
    guest.world.nodes[1].members().change_role(&guest.world.owner, &id, "admin").await.unwrap();
    assert_eq!(guest.said(Some("audit:read")).await, Verdict::Valid);
    // The rights in the home organization limit the token too, and both organizations share one quota.
    guest.edit(&["keys:verify"]).await;
    assert_eq!(guest.said(Some("audit:read")).await, Verdict::InsufficientScope);
    assert_eq!(guest.said(Some("keys:verify")).await, Verdict::Valid);
    let edit = Edit { quota: Some(Some(Quota { limit: 1, period: QuotaPeriod::Day })), ..Edit::default() };
    guest.node().credentials().edit(&guest.home, CredentialTarget::Mine, &guest.id(), &edit, None).await.unwrap();
    assert_eq!(passes(guest.node(), Some("grace"), &guest.secret).await, Verdict::Valid);
    assert_eq!(passes(guest.node(), Some("acme"), &guest.secret).await, Verdict::QuotaExceeded);
}

async fn what_waits_is_approved_or_denied_by_somebody_else_there(world: World) {
    let guest = guest(world, Role::Member, &["members:read"]).await;
    guest.policy(json!({ "needs_approval": true })).await;
    assert!(!guest.authorize().await.unwrap());
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::PendingApproval, Verdict::Valid));
    let own = guest.decide(&guest.here, Outcome::Approved).await.err().unwrap();
    assert_eq!(code(&own), "missing_scope");
    let silent = AuthorizationDecision { outcome: Outcome::Denied, note: " ".to_owned(), expected: None };
    let silent = guest.node().org_authorizations().decide(&guest.world.owner, &guest.id(), &silent).await;
    assert!(matches!(silent, Err(ServiceError::Invalid(_))));
    assert_eq!(guest.decide(&guest.world.owner, Outcome::Denied).await.unwrap(), AuthorizationState::Denied);
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::OrgAuthorizationRequired, Verdict::Valid));
    let late = guest.decide(&guest.world.owner, Outcome::Approved).await.err().unwrap();
    assert_eq!(code(&late), "already_decided");
    // After a denial, the owner sees the reason and may ask again.
    let stands = guest.node().org_authorizations().token_in_orgs(&guest.home, &guest.id()).await.unwrap();
    let Standing::Authorized(denied, AuthorizationState::Denied) = &stands[0].standing else { panic!("{stands:?}") };
    assert_eq!(denied.decision.as_ref().unwrap().note, "seen");
    assert!(!guest.authorize().await.unwrap());
    assert_eq!(guest.decide(&guest.world.owner, Outcome::Approved).await.unwrap(), AuthorizationState::Active);
    assert_eq!(guest.said(None).await, Verdict::Valid);
    let filter = AuditFilter { target: Some(guest.id()), ..AuditFilter::default() };
    let events: Vec<_> = guest.world.events(filter).await.into_iter().map(|event| event.action).collect();
    let [granted, denied, approved] = ["granted", "denied", "approved"].map(|what| format!("org_authorization.{what}"));
    assert_eq!(events, [granted.clone(), denied, granted, approved]);

    // An admin cannot approve their own pending token. A person who can approve does not need approval.
    guest.node().org_authorizations().deauthorize(&guest.world.owner, &guest.id()).await.unwrap();
    guest.authorize().await.unwrap();
    guest.node().members().change_role(&guest.world.owner, &id_of(&guest.here), "admin").await.unwrap();
    let promoted = in_acme(&guest.world, &guest.home, Role::Admin);
    assert_eq!(code(&guest.decide(&promoted, Outcome::Approved).await.err().unwrap()), "own_request");
    guest.node().org_authorizations().withdraw(&guest.home, &guest.id(), "acme").await.unwrap();
    assert!(guest.authorize().await.unwrap());
}

async fn what_was_approved_and_goes_further_now_waits_again(world: World) {
    let guest = guest(world, Role::Member, &["members:read"]).await;
    guest.policy(json!({ "needs_approval": true })).await;
    guest.authorize().await.unwrap();
    guest.decide(&guest.world.owner, Outcome::Approved).await.unwrap();
    guest.edit(&[]).await;
    assert_eq!(guest.said(None).await, Verdict::Valid, "less was approved with it");
    guest.edit(&["keys:verify", "members:read"]).await;
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::PendingApproval, Verdict::Valid));
    assert_eq!(guest.listed(&guest.world.owner).await, [(guest.token, AuthorizationState::Pending)]);
    let stale = AuthorizationDecision {
        outcome: Outcome::Approved,
        note: String::new(),
        expected: Some("as it was before".to_owned()),
    };
    let stale = guest.node().org_authorizations().decide(&guest.world.owner, &guest.id(), &stale).await;
    assert!(matches!(stale, Err(ServiceError::Changed)), "{:?}", stale.err());
    guest.decide(&guest.world.owner, Outcome::Approved).await.unwrap();
    assert_eq!(guest.said(Some("keys:verify")).await, Verdict::Valid);
    guest.policy(json!({})).await;
    guest.edit(&["all"]).await;
    assert_eq!(guest.said(None).await, Verdict::Valid, "nobody has to approve any more");
}

async fn what_the_policy_there_forbids_is_refused_and_blocked(world: World) {
    let guest = guest(world, Role::Member, &["all"]).await;
    for (rules, expected) in [
        (json!({ "must_expire": true }), "policy_must_expire"),
        (json!({ "allows_all": false, "confirm_affected": 1 }), "policy_forbids_all"),
        (json!({ "creators": ["owner", "admin"] }), "policy_creator_not_allowed"),
    ] {
        guest.policy(rules).await;
        assert_eq!(code(&guest.authorize().await.err().unwrap()), expected);
    }
    guest.policy(json!({})).await;
    guest.authorize().await.unwrap();
    guest.policy(json!({ "allows_all": false, "confirm_affected": 2 })).await;
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::BlockedByPolicy, Verdict::Valid));
    guest.policy(json!({ "networks": ["10.0.0.0/8"] })).await;
    for node in &guest.world.nodes {
        assert_eq!(passes(node, Some("acme"), &guest.secret).await, Verdict::IpNotAllowed);
        assert_eq!(passes(node, Some("grace"), &guest.secret).await, Verdict::Valid);
    }
    guest.policy(json!({})).await;
    // The policy of the home organization applies too.
    let draft: PolicyDraft =
        serde_json::from_value(json!({ "kind": "pat", "allows_all": false, "notice_days": 0, "confirm_affected": 1 }))
            .unwrap();
    guest.node().policies().change(&guest.home, &draft).await.unwrap();
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::BlockedByPolicy, Verdict::BlockedByPolicy));
}

async fn what_is_idle_there_for_too_long_stops_there_and_nowhere_else(world: World) {
    let guest = guest(world, Role::Member, &[]).await;
    guest.authorize().await.unwrap();
    guest.policy(json!({ "max_idle_days": 10 })).await;
    let works_after = async |days| {
        days_ahead(&guest.world, days).await;
        for node in &guest.world.nodes {
            node.jobs().switch_off_idle().await.unwrap();
        }
        guest.listed(&guest.world.owner).await.len() == 1
    };
    assert!(works_after(9).await, "it was authorized not so long ago");
    assert_eq!(guest.at_home().await, Verdict::Valid);
    assert!(works_after(18).await, "it was used, wherever");
    assert!(!works_after(20).await);
    assert_eq!(code(&guest.authorize().await.err().unwrap()), "policy_idle");
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::OrgAuthorizationRequired, Verdict::Valid));
    guest.node().node().flush_usage().await.unwrap();
    guest.authorize().await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::Valid);
    assert!(works_after(20).await);
}

async fn a_dry_run_lists_what_is_blocked_there_afterwards(world: World) {
    let mut guest = guest(world, Role::Member, &[]).await;
    let harmless = guest
        .node()
        .credentials()
        .issue(&guest.world.owner, CredentialTarget::Mine, &living(Some(5), &[]))
        .await
        .unwrap();
    let harmless = harmless.credential.id;
    for (days, scopes, rules, objection) in [
        (None, &[][..], json!({ "must_expire": true }), Objection::NeverEnds),
        (Some(60), &[], json!({ "max_lifetime_seconds": 30 * DAY_SECONDS }), Objection::LivesTooLong),
        (Some(5), &["all"], json!({ "allows_all": false }), Objection::HoldsAll),
    ] {
        guest.policy(json!({})).await;
        // A token like the next one, but without an authorization.
        guest = guest.with(days, scopes).await;
        let twin = guest.token;
        guest = guest.with(days, scopes).await;
        let before = guest.dry_run(&guest.world.owner, &rules).await;
        assert_eq!(hits(&before).0, []);
        assert!(guest.authorize().await.unwrap());
        assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::Valid, Verdict::Valid));

        let found = guest.dry_run(&guest.world.owner, &rules).await;
        assert_eq!(hits(&found), (vec![(guest.token, vec![objection])], hits(&before).1));
        assert!(!hits(&found).1.contains(&harmless));
        let grown = [found.live - before.live, (found.hits.len() - before.hits.len()) as u64];
        assert_eq!(grown, [1, 1]);
        let now = guest.node().now();
        assert_eq!(found.used_today(now), before.used_today(now) + 1, "it is used, wherever");
        let at_home = guest.dry_run(&guest.home, &rules).await;
        assert_eq!(hits(&at_home).0, [], "where it is at home it is its own");
        assert!([twin, guest.token].iter().all(|id| hits(&at_home).1.contains(id)));

        let mut confirmed = rules.clone();
        for (number, is_it) in [(before.hits.len(), false), (found.hits.len(), true)] {
            confirmed["confirm_affected"] = json!(number);
            let saved = guest.node().policies().change(&guest.world.owner, &draft(&confirmed)).await;
            assert_eq!(saved.is_ok(), is_it, "{:?}", saved.err());
        }
        assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::BlockedByPolicy, Verdict::Valid));
        let after = guest.dry_run(&guest.world.owner, &rules).await;
        assert_eq!((hits(&after), after.live), ((vec![], vec![]), found.live - found.hits.len() as u64));
        assert_eq!(
            guest.dry_run(&guest.home, &json!({})).await.hits,
            [],
            "what is asked elsewhere is not asked at home"
        );
        guest.node().org_authorizations().withdraw(&guest.home, &guest.id(), "acme").await.unwrap();
    }
}

async fn a_dry_run_lists_what_is_idle_there(world: World) {
    let guest = guest(world, Role::Member, &[]).await.with(Some(60), &[]).await;
    guest.authorize().await.unwrap();
    let (used, its_secret) = (guest.id(), guest.secret.expose().to_owned());
    let guest = guest.with(Some(60), &[]).await;
    guest.authorize().await.unwrap();
    days_ahead(&guest.world, 15).await;
    let request = ForwardRequest { token: &its_secret, org: Some("acme"), ..ForwardRequest::default() };
    let verdict = guest.node().verifying().await.unwrap().forward(&request).unwrap().verdict;
    assert_eq!(verdict, Verdict::Valid);
    days_ahead(&guest.world, 20).await;
    let rules = json!({ "max_idle_days": 10 });
    let found = guest.dry_run(&guest.world.owner, &rules).await;
    assert_eq!(hits(&found).0, [(guest.token, vec![Objection::Idle])]);
    let mut confirmed = rules;
    confirmed["confirm_affected"] = json!(found.hits.len());
    guest.policy(confirmed).await;
    let ended = guest.node().jobs().switch_off_idle().await.unwrap();
    assert_eq!(ended, found.hits.len(), "and nothing else");
    let listed: Vec<_> = guest.listed(&guest.world.owner).await.into_iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(listed, [used]);
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::OrgAuthorizationRequired, Verdict::Valid));
}

async fn a_dry_run_lists_nothing_that_does_not_work_there(world: World) {
    let guest = guest(world, Role::Member, &[]).await.with(None, &[]).await;
    guest.policy(json!({ "needs_approval": true })).await;
    let rules = json!({ "must_expire": true });
    let strict = async || {
        let found = guest.dry_run(&guest.world.owner, &rules).await;
        (hits(&found).0.len(), found.live)
    };
    let (_, live) = strict().await;
    guest.authorize().await.unwrap();
    assert_eq!(strict().await, (0, live), "it waits");
    guest.decide(&guest.world.owner, Outcome::Denied).await.unwrap();
    assert_eq!(strict().await, (0, live), "it was denied");
    guest.authorize().await.unwrap();
    guest.decide(&guest.world.owner, Outcome::Approved).await.unwrap();
    assert_eq!(strict().await, (1, live + 1));
    let keys = draft(&json!({ "kind": "api_key", "must_expire": true }));
    let keys = guest.node().policies().dry_run(&guest.world.owner, &keys).await.unwrap();
    assert_eq!(hits(&keys).0, [], "it is no key");
    let eve = stranger(&guest.world, "eve").await;
    assert_eq!(hits(&guest.dry_run(&eve, &rules).await).0, [], "of an organization that has nothing to do with it");
    guest.node().credentials().disable(&guest.home, CredentialTarget::Mine, &guest.id()).await.unwrap();
    assert_eq!(strict().await, (0, live), "it is switched off at home");
    guest.node().credentials().enable(&guest.home, CredentialTarget::Mine, &guest.id()).await.unwrap();
    assert_eq!(strict().await, (1, live + 1));
    guest
        .node()
        .credentials()
        .revoke(&guest.home, CredentialTarget::Mine, &guest.id(), Confirmation::NotAsked)
        .await
        .unwrap();
    assert_eq!(strict().await, (0, live));
}

async fn what_becomes_of_the_token_counts_everywhere(world: World) {
    let guest = guest(world, Role::Member, &[]).await;
    guest.authorize().await.unwrap();
    guest.node().credentials().disable(&guest.home, CredentialTarget::Mine, &guest.id()).await.unwrap();
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::Disabled, Verdict::Disabled));
    guest.node().credentials().enable(&guest.home, CredentialTarget::Mine, &guest.id()).await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::Valid);
    guest
        .node()
        .credentials()
        .revoke(&guest.home, CredentialTarget::Mine, &guest.id(), Confirmation::NotAsked)
        .await
        .unwrap();
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::Revoked, Verdict::Revoked));
    assert_eq!(guest.listed(&guest.world.owner).await, []);
    assert_eq!(code(&guest.authorize().await.err().unwrap()), "credential_ended");

    // After a transfer, no member of acme owns the token.
    let other = guest.node().credentials().issue(&guest.home, CredentialTarget::Mine, &request(&[])).await.unwrap();
    let (id, secret) = (other.credential.id.to_string(), other.secret.unwrap());
    guest.node().org_authorizations().authorize(&guest.home, &id, "acme").await.unwrap();
    let account = guest.node().service_accounts().create(&guest.home, "deployer", "", "member").await.unwrap();
    let request = TransferRequest { to: account.id.to_string(), target: BulkTarget::Ids(vec![id]), dry_run: false };
    guest.node().credentials().transfer(&guest.home, &request).await.unwrap();
    for node in &guest.world.nodes {
        assert_eq!(passes(node, Some("acme"), &secret).await, Verdict::NotFound);
        assert_eq!(passes(node, Some("grace"), &secret).await, Verdict::Valid);
    }
    assert_eq!(guest.listed(&guest.world.owner).await, []);
}

async fn whoever_leaves_either_organization_begins_anew(world: World) {
    let guest = guest(world, Role::Member, &[]).await;
    guest.node().orgs().change_settings(&guest.world.owner, Some(7)).await.unwrap();
    // A token of acme that is authorized in their own organization, which has no policy.
    let own = guest.node().orgs().memberships(&guest.home).await.unwrap();
    let own = own.iter().map(|one| one.org.slug.to_string()).find(|slug| slug != "acme").unwrap();
    let issued = guest.node().credentials().issue(&guest.here, CredentialTarget::Mine, &request(&[])).await.unwrap();
    let (id, of_acme) = (issued.credential.id.to_string(), issued.secret.unwrap());
    guest.node().org_authorizations().authorize(&guest.here, &id, &own).await.unwrap();
    guest.authorize().await.unwrap();
    let at_own = async || {
        let mut verdicts = Vec::new();
        for node in &guest.world.nodes {
            verdicts.push(passes(node, Some(&own), &of_acme).await);
        }
        assert_eq!(verdicts[0], verdicts[1]);
        verdicts[0]
    };
    assert_eq!((guest.said(None).await, at_own().await), (Verdict::Valid, Verdict::Valid));
    guest.world.nodes[1].members().remove(&guest.world.owner, &id_of(&guest.here)).await.unwrap();
    assert_eq!((guest.said(None).await, guest.at_home().await), (Verdict::NotFound, Verdict::Valid), "no grace here");
    assert_eq!(at_own().await, Verdict::NotFound);
    assert_eq!(passes(guest.node(), None, &of_acme).await, Verdict::Valid, "the grace is for where it is at home");

    let (invitation, key) = invited(&guest.world, "grace", Role::Member).await;
    guest.node().members().accept_invitation(&guest.home, &invitation, &key).await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::OrgAuthorizationRequired);
    assert_eq!(at_own().await, Verdict::OrgAuthorizationRequired);
    guest.world.nodes[1].node().load_snapshot().await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::OrgAuthorizationRequired);
    guest.authorize().await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::Valid);
}

async fn only_the_owner_signed_in_authorizes(world: World) {
    let guest = guest(world, Role::Admin, &["all"]).await;
    let program = guest.world.calls(&guest.secret).await.unwrap();
    let refused = guest.node().org_authorizations().authorize(&program, &guest.id(), "acme").await.err().unwrap();
    assert_eq!(code(&refused), "person_required");
    let refused = guest.node().org_authorizations().withdraw(&program, &guest.id(), "acme").await.err().unwrap();
    assert_eq!(code(&refused), "person_required");
    let (_, key) = guest.world.issued(PATS_OF_OWNER, &["all"]).await;
    let of_acme = guest.world.calls(&key).await.unwrap();
    let nowhere = guest.node().org_authorizations().authorize(&guest.home, &guest.id(), "globex").await.err().unwrap();
    assert_eq!(code(&nowhere), "missing", "no organization of theirs");
    let own = guest.node().orgs().mine(&guest.home, &guest.home.actor.org().to_string()).await.unwrap();
    let at_home =
        guest.node().org_authorizations().authorize(&guest.home, &guest.id(), own.slug.as_str()).await.err().unwrap();
    assert_eq!(code(&at_home), "at_home");
    // A caller with the right to change members' tokens may also use a token for it.
    guest.authorize().await.unwrap();
    guest.node().org_authorizations().deauthorize(&of_acme, &guest.id()).await.unwrap();
    assert_eq!(guest.said(None).await, Verdict::OrgAuthorizationRequired);
}

async fn another_organization_neither_sees_nor_touches_it(world: World) {
    let guest = guest(world, Role::Member, &[]).await;
    guest.policy(json!({ "needs_approval": true })).await;
    guest.authorize().await.unwrap();
    let eve = stranger(&guest.world, "eve").await;
    let colleague = crate::members::joined(&guest.world, "bob", Role::Member).await;
    for outsider in [&eve, &guest.home, &colleague] {
        assert_eq!(guest.listed(outsider).await, []);
        let taken = guest.node().org_authorizations().deauthorize(outsider, &guest.id()).await.err().unwrap();
        assert_eq!(code(&taken), "missing");
    }
    for outsider in [&eve, &guest.home] {
        assert_eq!(code(&guest.decide(outsider, Outcome::Approved).await.err().unwrap()), "missing");
    }
    assert_eq!(guest.listed(&guest.here).await, [(guest.token, AuthorizationState::Pending)], "their own");
    assert_eq!(guest.said(None).await, Verdict::PendingApproval);
    // Other people in the home organization do not learn where the token works.
    let (id, key) = {
        let invitation = guest.node().members().invite(&guest.home, "eve@x.test", "owner").await.unwrap().invitation;
        let link = guest.node().members().invitation_link(&guest.home, &invitation).await.unwrap();
        let mut parts = link.rsplit('/').map(str::to_owned);
        let key = parts.next().unwrap();
        (parts.next().unwrap(), key)
    };
    guest.node().members().accept_invitation(&eve, &id, &key).await.unwrap();
    let member = guest.node().orgs().mine(&eve, &guest.home.actor.org().to_string()).await.unwrap();
    assert_eq!(member.id, guest.home.actor.org());
    let of_home = guest.node().org_authorizations().token_in_orgs(&eve, &guest.id()).await.err().unwrap();
    assert_eq!(code(&of_home), "missing");
}
