//! Custom roles on two nodes: callers only give rights that they have, and a change applies at once on every node.

use crate::{
    members::{id_of, joined, stranger},
    support::{KEYS, PATS, World, request},
};
use domain::{
    access::{Actor, CustomRole, MAX_ROLES, MemberRole, Reach, RequestContext, Role},
    audit::AuditAction,
    operation::{ApiDraft, ApiScopeDraft},
    scope::ScopeSet,
    verify::Verdict,
};
use service::{
    Caller, Result, Service, ServiceError,
    audit_log::AuditFilter,
    credentials::CredentialTarget,
    members::{Grace, MemberOfOrg},
    roles::{RoleDraft, RoleEdit},
};

on_both!(
    a_role_is_made_given_and_worth_what_it_holds,
    nobody_makes_gives_changes_or_deletes_what_they_do_not_hold,
    whoever_holds_more_is_neither_demoted_nor_removed,
    a_credential_gives_no_role_beyond_its_own_scopes,
    a_scope_taken_from_a_role_stops_tokens_at_once_everywhere,
    a_role_in_use_stays_and_says_who_has_it,
    a_token_of_everything_is_never_come_by_through_a_role_that_is_less,
    another_organizations_role_does_not_exist,
    names_are_unlike_each_other_and_there_are_at_most_fifty,
    every_change_is_one_event_that_says_what_came_and_went,
    a_policy_counts_a_role_by_its_reach,
);

pub(crate) fn draft(name: &str, scopes: &[&str], reach: Reach) -> RoleDraft {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    RoleDraft { name: name.into(), description: String::new(), scopes, reach: reach.as_str().into() }
}

pub(crate) async fn made(world: &World, name: &str, scopes: &[&str], reach: Reach) -> CustomRole {
    world.node().roles().create(&world.owner, &draft(name, scopes, reach)).await.unwrap()
}

fn scopes_of(scopes: &[&str]) -> RoleEdit {
    RoleEdit { scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()), ..RoleEdit::default() }
}

/// Returns a new member with this role.
pub(crate) async fn with(world: &World, name: &str, role: &CustomRole) -> Caller {
    let caller = joined(world, name, Role::Viewer).await;
    world.node().members().change_role(&world.owner, &id_of(&caller), &role.id.to_string()).await.unwrap();
    as_is(world, &caller).await
}

/// Returns a person with their current role in acme.
pub(crate) async fn as_is(world: &World, caller: &Caller) -> Caller {
    let (user, org) = (caller.actor.user().unwrap(), world.owner.actor.org());
    let found = world.node().db().membership(user, org).await.unwrap().unwrap();
    let (name, session) = (caller.actor.name().clone(), caller.actor.session());
    let actor = Actor::person(user, name, org, found.membership.role, &found.api_scopes, session);
    Caller { actor, context: RequestContext::default() }
}

async fn give(node: &Service, by: &Caller, to: &Caller, role: &str) -> Result<MemberOfOrg> {
    node.members().change_role(by, &id_of(to), role).await
}

/// Returns the code of an error, or the missing scopes.
pub(crate) fn code<T>(result: Result<T>) -> String {
    match result {
        Err(ServiceError::Forbidden { code, .. } | ServiceError::Refused { code, .. }) => code.to_string(),
        Err(ServiceError::MissingScope { accepted, granted }) => accepted.difference(&granted).to_string(),
        Err(ServiceError::Invalid(errors)) => {
            errors.0.into_iter().map(|error| error.code.as_str()).collect::<Vec<_>>().join(" ")
        }
        Err(ServiceError::Missing) => "missing".to_owned(),
        Err(ServiceError::RoleInUse { by }) => by,
        Err(ServiceError::Changed) => "changed".to_owned(),
        Err(other) => format!("{other:?}"),
        Ok(_) => "done".to_owned(),
    }
}

const DESK: [&str; 4] = ["members:read", "members:write", "credentials:read", "audit:read"];

async fn a_role_is_made_given_and_worth_what_it_holds(world: World) {
    let [one, other] = &world.nodes;
    let role = made(&world, "Support", &["audit:read", "pats:write"], Reach::Own).await;
    let grace = with(&world, "grace", &role).await;
    assert_eq!(grace.actor.holds().to_string(), "all audit:read pats:write");
    let issued = one.credentials().issue(&grace, CredentialTarget::Mine, &request(&["all"])).await.unwrap();
    let caller = world.calls(issued.secret.as_ref().unwrap()).await.unwrap();
    assert_eq!(caller.actor.holds(), grace.actor.holds(), "all is what the role grants");
    one.members().list(&grace, None, &Default::default()).await.unwrap_err();
    // Invites a person with this role, who joins on another node.
    let eve = stranger(&world, "eve").await;
    let invitation = one.members().invite(&world.owner, "eve@x.test", &role.id.to_string()).await.unwrap().invitation;
    assert_eq!(invitation.role, MemberRole::from(role.clone()));
    let link = one.members().invitation_link(&world.owner, &invitation).await.unwrap();
    let mut parts = link.rsplit('/');
    let (key, id) = (parts.next().unwrap(), parts.next().unwrap());
    other.members().accept_invitation(&eve, id, key).await.unwrap();
    assert_eq!(as_is(&world, &eve).await.actor.holds(), grace.actor.holds());
    let listed = one.roles().list(&world.owner).await.unwrap();
    assert_eq!((listed[0].members, listed[0].invitations), (2, 0));
    let offered = one.roles().all(&grace).await;
    assert!(matches!(offered, Err(ServiceError::MissingScope { .. })));
    let may_give: Vec<_> =
        one.roles().all(&world.owner).await.unwrap().all.into_iter().map(|given| given.may_give).collect();
    assert_eq!(may_give, [true; 5]);
}

async fn nobody_makes_gives_changes_or_deletes_what_they_do_not_hold(world: World) {
    let node = world.node();
    let desk = with(&world, "grace", &made(&world, "Desk", &DESK, Reach::Everyone).await).await;
    let small = with(&world, "joan", &made(&world, "Small desk", &DESK, Reach::Own).await).await;
    let max = joined(&world, "max", Role::Viewer).await;
    give(node, &world.owner, &max, &made(&world, "Reader", &["audit:read"], Reach::Own).await.id.to_string())
        .await
        .unwrap();
    let wide = made(&world, "Keeper", &["apis:write", "audit:read"], Reach::Own).await.id.to_string();
    let far = made(&world, "Far", &["audit:read"], Reach::Everyone).await.id.to_string();
    let make =
        async |by: &Caller, scopes: &[&str], reach| code(node.roles().create(by, &draft("X", scopes, reach)).await);
    assert_eq!(make(&desk, &["audit:read", "apis:write"], Reach::Own).await, "apis:write");
    assert_eq!(make(&small, &["audit:read"], Reach::Everyone).await, "reach_beyond_own");
    // Tries to give roles to another person, to themselves and in an invitation, and to change and delete roles.
    for (role, by_desk, by_small) in [
        ("owner", "owners_only", "owners_only"),
        ("admin", "", "reach_beyond_own"),
        (wide.as_str(), "apis:write", "apis:write"),
    ] {
        let by_desk = if by_desk.is_empty() { "api_keys:write apis:write" } else { by_desk };
        for refused in [
            code(give(node, &desk, &max, role).await),
            code(give(node, &desk, &desk, role).await),
            code(node.members().invite(&desk, "new@x.test", role).await),
        ] {
            assert!(refused.starts_with(by_desk), "{role}: {refused}");
        }
        assert_eq!(code(give(node, &small, &max, role).await), by_small, "{role}");
        assert_eq!(code(node.members().invite(&small, "new@x.test", role).await), by_small, "{role}");
    }
    assert_eq!(code(give(node, &small, &max, &far).await), "reach_beyond_own");
    give(node, &desk, &max, &far).await.unwrap();
    let own = desk.actor.role().unwrap().id().unwrap().to_string();
    let more = scopes_of(&["members:read", "members:write", "credentials:read", "audit:read", "policies:write"]);
    assert_eq!(code(node.roles().edit(&desk, &own, &more, None).await), "policies:write");
    let less = scopes_of(&["audit:read"]);
    assert_eq!(code(node.roles().edit(&desk, &wide, &less, None).await), "apis:write", "what it was counts too");
    assert_eq!(code(node.roles().delete(&desk, &wide).await), "apis:write");
    let further = RoleEdit { reach: Some("everyone".into()), ..RoleEdit::default() };
    let small_role = small.actor.role().unwrap().id().unwrap().to_string();
    assert_eq!(code(node.roles().edit(&small, &small_role, &further, None).await), "reach_beyond_own");
    // A caller who may not manage members can do none of this.
    let member = joined(&world, "bob", Role::Member).await;
    assert_eq!(make(&member, &["members:read"], Reach::Own).await, "members:write");
}

async fn whoever_holds_more_is_neither_demoted_nor_removed(world: World) {
    let node = world.node();
    let desk_role = made(&world, "Desk", &DESK, Reach::Everyone).await;
    let reader = made(&world, "Reader", &["audit:read"], Reach::Own).await.id.to_string();
    let desk = with(&world, "grace", &desk_role).await;
    let (admin, member) = (joined(&world, "admin", Role::Admin).await, joined(&world, "bob", Role::Member).await);
    for (of, expected) in [(&world.owner, "owners_only"), (&admin, "member_holds_more"), (&member, "member_holds_more")]
    {
        assert_eq!(code(give(node, &desk, of, &reader).await), expected);
        assert_eq!(code(node.members().remove(&desk, &id_of(of)).await), expected);
    }
    // The grace period of a former member with more rights cannot be extended either.
    node.orgs().change_settings(&world.owner, Some(1)).await.unwrap();
    node.members().remove(&world.owner, &id_of(&admin)).await.unwrap();
    let longer = code(node.members().change_grace(&desk, &id_of(&admin), Grace::Days(9)).await);
    assert!(longer.contains("apis:write"), "{longer}");
    // Owners and admins may change people with the role, and these may step down.
    give(node, &desk, &desk, &reader).await.unwrap();
    let again = joined(&world, "again", Role::Admin).await;
    give(node, &again, &desk, &desk_role.id.to_string()).await.unwrap();
    node.members().remove(&again, &id_of(&desk)).await.unwrap();
    let left = node.members().offboarding(&world.owner).await.unwrap();
    assert!(left.is_empty(), "without a token nothing is left behind");
    assert_eq!(code(give(node, &world.owner, &world.owner, &reader).await), "last_owner");
}

async fn a_credential_gives_no_role_beyond_its_own_scopes(world: World) {
    let node = world.node();
    let reader = made(&world, "Reader", &["audit:read"], Reach::Own).await.id.to_string();
    let max = joined(&world, "max", Role::Viewer).await;
    let (_, narrow) = world.issued(CredentialTarget::Mine, &["members:write"]).await;
    let (_, enough) = world.issued(CredentialTarget::Mine, &["members:write", "audit:read"]).await;
    let (narrow, enough) = (world.calls(&narrow).await.unwrap(), world.calls(&enough).await.unwrap());
    assert_eq!(code(give(node, &narrow, &max, &reader).await), "audit:read");
    assert_eq!(code(node.members().invite(&narrow, "new@x.test", &reader).await), "audit:read");
    assert_eq!(code(node.roles().create(&narrow, &draft("X", &["audit:read"], Reach::Own)).await), "audit:read");
    give(node, &enough, &max, &reader).await.unwrap();
    node.members().remove(&narrow, &id_of(&max)).await.unwrap();
}

async fn a_scope_taken_from_a_role_stops_tokens_at_once_everywhere(world: World) {
    let [one, other] = &world.nodes;
    let scope = ApiScopeDraft { name: "tickets:read".to_owned(), ..ApiScopeDraft::default() };
    let api = ApiDraft {
        name: "Tickets".to_owned(),
        audience: "https://tickets.acme.test".to_owned(),
        scopes: vec![scope],
        ..ApiDraft::default()
    };
    one.apis().create(&world.owner, &api).await.unwrap();
    let owner = as_is(&world, &world.owner).await;
    let full = ["audit:read", "keys:verify", "pats:write", "tickets:read"];
    let role = one.roles().create(&owner, &draft("Support", &full, Reach::Own)).await.unwrap();
    let grace = with(&world, "grace", &role).await;
    let (id, version) = (role.id.to_string(), role.version());
    let mut secrets = Vec::new();
    for scopes in [&["all"][..], &full] {
        secrets.push(
            one.credentials().issue(&grace, CredentialTarget::Mine, &request(scopes)).await.unwrap().secret.unwrap(),
        );
    }
    other.node().catch_up().await.unwrap();
    let holds = async |node: &Service, secret: &domain::secret::RevealedSecret| -> ScopeSet {
        let presented = domain::secret::PlainSecret::presented(secret.expose().to_owned());
        node.authenticate(&presented, RequestContext::default()).await.unwrap().caller.actor.holds()
    };
    for secret in &secrets {
        for node in [one, other] {
            assert!(holds(node, secret).await.contains("tickets:read"));
            assert_eq!(world.verdict(node, secret.expose()).await.unwrap(), Verdict::Valid);
        }
    }
    let less = scopes_of(&["pats:write"]);
    one.roles().edit(&owner, &id, &less, Some(&version)).await.unwrap();
    assert_eq!(code(one.roles().edit(&owner, &id, &less, Some(&version)).await), "changed");
    other.node().catch_up().await.unwrap();
    for secret in &secrets {
        for node in [one, other] {
            let held = holds(node, secret).await;
            assert!(held.contains("pats:write") && !held.contains("tickets:read") && !held.contains("audit:read"));
        }
        // The service rejects a call that needs the removed scope.
        let caller = world.calls(secret).await.unwrap();
        assert!(matches!(
            one.audit_log().list(&caller, &AuditFilter::default(), &Default::default()).await,
            Err(ServiceError::MissingScope { .. })
        ));
    }
    // A node that starts later uses the new rights, and an added scope also applies at once.
    one.roles().edit(&owner, &id, &scopes_of(&["pats:write", "tickets:read"]), None).await.unwrap();
    other.node().load_snapshot().await.unwrap();
    assert!(holds(other, &secrets[0]).await.contains("tickets:read"));
}

async fn a_role_in_use_stays_and_says_who_has_it(world: World) {
    let node = world.node();
    node.orgs().change_settings(&world.owner, Some(7)).await.unwrap();
    let role = made(&world, "Support", &["audit:read", "pats:write"], Reach::Own).await;
    let (id, grace) = (role.id.to_string(), with(&world, "grace", &role).await);
    let invitation = node.members().invite(&world.owner, "eve@x.test", &id).await.unwrap().invitation;
    let in_use = code(node.roles().delete(&world.owner, &id).await);
    assert_eq!(in_use, "Give another role to grace. Take back the invitation of eve@x.test.");
    node.members().withdraw_invitation(&world.owner, &invitation.id.to_string()).await.unwrap();
    let issued = node.credentials().issue(&grace, CredentialTarget::Mine, &request(&["all"])).await.unwrap();
    node.members().remove(&world.owner, &id_of(&grace)).await.unwrap();
    let secret = issued.secret.unwrap();
    assert_eq!(
        world.calls(&secret).await.unwrap().actor.holds().to_string(),
        "all audit:read pats:write",
        "in the grace"
    );
    let in_use = code(node.roles().delete(&world.owner, &id).await);
    assert!(in_use.contains("end the grace period, of grace"), "{in_use}");
    node.members().change_grace(&world.owner, &id_of(&grace), Grace::Days(0)).await.unwrap();
    node.roles().delete(&world.owner, &id).await.unwrap();
    assert_eq!(code(node.roles().show(&world.owner, &id).await), "missing");
    assert_eq!(code(node.members().invite(&world.owner, "new@x.test", &id).await), "unknown_role");
    let offboarded = node.members().offboarding(&world.owner).await.unwrap().remove(0).offboarding.unwrap();
    assert_eq!(offboarded.role, Role::Viewer);
}

async fn a_token_of_everything_is_never_come_by_through_a_role_that_is_less(world: World) {
    let node = world.node();
    let scopes = ["credentials:read", "pats:write", "service_accounts:write", "clients:write", "members:read"];
    let keeper = with(&world, "grace", &made(&world, "Keeper", &scopes, Reach::Everyone).await).await;
    let (token, _) = world.issued(CredentialTarget::Mine, &["all"]).await;
    let rolled = code(node.credentials().roll(&keeper, PATS, &token.id.to_string(), None, None).await);
    assert_eq!(rolled, "not_the_owner");
    // A service account with more rights does not help either.
    let account = node.service_accounts().create(&world.owner, "deployer", "", "admin").await.unwrap();
    let issued =
        code(node.credentials().issue(&keeper, CredentialTarget::ServiceAccount(account.id), &request(&["all"])).await);
    assert!(issued.contains("audit:read"), "{issued}");
    let created = code(node.service_accounts().create(&keeper, "mine", "", "admin").await);
    assert!(created.contains("audit:read"), "{created}");
    assert!(
        node.credentials()
            .issue(&keeper, CredentialTarget::ServiceAccount(account.id), &request(&["members:read"]))
            .await
            .is_ok()
    );
    let (narrow, _) = world.issued(CredentialTarget::Mine, &["members:read"]).await;
    let wider = domain::credential::Edit { scopes: Some(vec!["all".into()]), ..Default::default() };
    let widened = code(node.credentials().edit(&keeper, PATS, &narrow.id.to_string(), &wider, None).await);
    assert_eq!(widened, "not_the_owner");
    // A role that reaches only its holder's own credentials does not find those of others.
    let own = with(&world, "joan", &made(&world, "Own", &["credentials:read", "pats:write"], Reach::Own).await).await;
    assert_eq!(code(node.credentials().roll(&own, PATS, &narrow.id.to_string(), None, None).await), "missing");
    assert!(node.credentials().issue(&own, KEYS, &request(&[])).await.is_err());
}

async fn another_organizations_role_does_not_exist(world: World) {
    let node = world.node();
    let role = made(&world, "Support", &["audit:read"], Reach::Own).await.id.to_string();
    let eve = stranger(&world, "eve").await;
    assert_eq!(code(node.roles().show(&eve, &role).await), "missing");
    assert_eq!(code(node.roles().edit(&eve, &role, &scopes_of(&["audit:read"]), None).await), "missing");
    assert_eq!(code(node.roles().delete(&eve, &role).await), "missing");
    assert_eq!(code(node.members().invite(&eve, "new@x.test", &role).await), "unknown_role");
    assert_eq!(code(give(node, &eve, &eve, &role).await), "unknown_role");
    assert!(node.roles().list(&eve).await.unwrap().is_empty());
    node.roles().create(&eve, &draft("Support", &["audit:read"], Reach::Own)).await.unwrap();
}

async fn names_are_unlike_each_other_and_there_are_at_most_fifty(world: World) {
    let node = world.node();
    let make = async |name: &str| node.roles().create(&world.owner, &draft(name, &["audit:read"], Reach::Own)).await;
    let first = make("Support").await.unwrap();
    assert_eq!(code(make("SUPPORT").await), "role_name_taken");
    assert_eq!(code(make("Owner").await), "role_name_reserved");
    for number in 1..MAX_ROLES {
        make(&format!("Role {number}")).await.unwrap();
    }
    assert_eq!(code(make("One more").await), "too_many_roles");
    let renamed = RoleEdit { name: Some("role 1".into()), ..RoleEdit::default() };
    assert_eq!(code(node.roles().edit(&world.owner, &first.id.to_string(), &renamed, None).await), "role_name_taken");
    node.roles().delete(&world.owner, &first.id.to_string()).await.unwrap();
    make("One more").await.unwrap();
}

async fn every_change_is_one_event_that_says_what_came_and_went(world: World) {
    let node = world.node();
    let role = made(&world, "Support", &["audit:read", "pats:write"], Reach::Own).await;
    let id = role.id.to_string();
    let edit = scopes_of(&["audit:read", "members:read"]);
    for _ in 0..2 {
        node.roles().edit(&world.owner, &id, &edit, None).await.unwrap();
    }
    let grace = joined(&world, "grace", Role::Viewer).await;
    give(node, &world.owner, &grace, &id).await.unwrap();
    give(node, &world.owner, &grace, "viewer").await.unwrap();
    node.roles().delete(&world.owner, &id).await.unwrap();
    let events = world.events(AuditFilter { target: Some(id.clone()), ..AuditFilter::default() }).await;
    let actions: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    let expected = [AuditAction::RoleCreated, AuditAction::RoleUpdated, AuditAction::RoleDeleted];
    assert_eq!(actions, expected.map(AuditAction::as_str), "what changes nothing is no event");
    let detail = events[1].detail.to_string();
    assert!(
        detail.contains(r#""added":["members:read"]"#) && detail.contains(r#""removed":["pats:write"]"#),
        "{detail}"
    );
    let given = AuditFilter { action: Some("member.role_changed".to_owned()), ..AuditFilter::default() };
    let given = world.events(given).await.remove(0).detail.to_string();
    assert!(given.contains(&id) && given.contains(r#""after_name":"Support""#), "{given}");
}

async fn a_policy_counts_a_role_by_its_reach(world: World) {
    let node = world.node();
    let asked = serde_json::json!({ "kind": "pat", "creators": ["owner", "admin"], "notice_days": 0 });
    let draft: domain::policy::PolicyDraft = serde_json::from_value(asked).unwrap();
    node.policies().change(&world.owner, &draft).await.unwrap();
    let scopes = ["credentials:read", "pats:write"];
    let far = with(&world, "grace", &made(&world, "Far", &scopes, Reach::Everyone).await).await;
    let own = with(&world, "joan", &made(&world, "Own", &scopes, Reach::Own).await).await;
    node.credentials().issue(&far, CredentialTarget::Mine, &request(&[])).await.unwrap();
    assert_eq!(
        code(node.credentials().issue(&own, CredentialTarget::Mine, &request(&[])).await),
        "policy_creator_not_allowed"
    );
}
