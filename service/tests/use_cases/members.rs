//! Members on two nodes: two callers at once, and the end of a former member's rights on every node.

use crate::support::{World, at_once, request};
use domain::{
    access::{Actor, Role},
    code::ProblemCode,
    scope::ScopeSet,
    verify::Verdict,
};
use service::{
    Caller, Password, RequestContext, Result, Service, ServiceError, audit_log::AuditFilter, authn::SignUp,
    credentials::CredentialTarget, members::MemberOfOrg,
};

on_both!(
    an_invitation_that_two_accept_at_once_makes_one_member,
    of_two_owners_who_step_down_at_once_one_stays,
    whoever_was_removed_changes_nobody_any_more,
    what_a_member_held_ends_on_every_node_when_they_go,
    an_invitation_ends_with_the_rights_of_its_inviter,
);

/// Signs up a person with an organization of their own, and returns them as a caller there.
pub(crate) async fn stranger(world: &World, name: &str) -> Caller {
    let wanted = SignUp {
        name: name.into(),
        email: format!("{name}@x.test"),
        password: Password::new("correct horse battery".into()),
        organization: String::new(),
        slug: None,
    };
    let made = world.node().accounts().sign_up(wanted, &RequestContext::default()).await.unwrap();
    person(&made.user.id.to_string(), name, made.org.id, Role::Owner, Some(made.session))
}

fn person(
    user: &str,
    name: &str,
    org: domain::ids::OrgId,
    role: Role,
    session: Option<domain::ids::SessionId>,
) -> Caller {
    let actor = Actor::person(user.parse().unwrap(), name.parse().unwrap(), org, role, &ScopeSet::default(), session);
    Caller { actor, context: RequestContext::default() }
}

/// Returns the id and the key of a new invitation for this person.
pub(crate) async fn invited(world: &World, name: &str, role: Role) -> (String, String) {
    let invitation =
        world.node().members().invite(&world.owner, &format!("{name}@x.test"), role.as_str()).await.unwrap().invitation;
    let link = world.node().members().invitation_link(&world.owner, &invitation).await.unwrap();
    let mut parts = link.rsplit('/').map(str::to_owned);
    let (key, id) = (parts.next().unwrap(), parts.next().unwrap());
    (id, key)
}

/// Returns a person as a caller in acme.
pub(crate) fn in_acme(world: &World, caller: &Caller, role: Role) -> Caller {
    let user = caller.actor.user().unwrap().to_string();
    person(&user, caller.actor.name().as_str(), world.owner.actor.org(), role, caller.actor.session())
}

pub(crate) async fn joined(world: &World, name: &str, role: Role) -> Caller {
    let caller = stranger(world, name).await;
    let (id, key) = invited(world, name, role).await;
    world.node().members().accept_invitation(&caller, &id, &key).await.unwrap();
    in_acme(world, &caller, role)
}

pub(crate) fn id_of(caller: &Caller) -> String {
    caller.actor.user().unwrap().to_string()
}

async fn accept(node: Service, caller: Caller, (id, key): (String, String)) -> Result<()> {
    node.members().accept_invitation(&caller, &id, &key).await.map(|_| ())
}

async fn give(node: Service, by: Caller, id: String, role: Role) -> Result<MemberOfOrg> {
    node.members().change_role(&by, &id, role.as_str()).await
}

async fn an_invitation_that_two_accept_at_once_makes_one_member(world: World) {
    let [one, other] = world.nodes.clone();
    for round in 0..5 {
        let name = format!("grace{round}");
        let caller = stranger(&world, &name).await;
        let link = invited(&world, &name, Role::Member).await;
        let (a, b) =
            at_once(accept(one.clone(), caller.clone(), link.clone()), accept(other.clone(), caller, link)).await;
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        let refused = a.err().or(b.err()).unwrap();
        assert!(matches!(
            refused,
            ServiceError::Refused { code: ProblemCode::InvitationOver | ProblemCode::AlreadyMember, .. }
        ));
    }
    let joined = AuditFilter { action: Some("member.joined".to_owned()), ..AuditFilter::default() };
    assert_eq!(world.events(joined).await.len(), 5);
}

async fn of_two_owners_who_step_down_at_once_one_stays(world: World) {
    let [one, other] = world.nodes.clone();
    let grace = joined(&world, "grace", Role::Owner).await;
    let (ada, owner) = (world.owner.clone(), id_of(&world.owner));
    for _ in 0..10 {
        let (a, b) = at_once(
            give(one.clone(), ada.clone(), owner.clone(), Role::Admin),
            give(other.clone(), grace.clone(), id_of(&grace), Role::Admin),
        )
        .await;
        let stays = match (&a, &b) {
            (Ok(_), Err(ServiceError::Refused { code: ProblemCode::LastOwner, .. })) => &grace,
            (Err(ServiceError::Refused { code: ProblemCode::LastOwner, .. }), Ok(_)) => &ada,
            _ => panic!("{a:?} {b:?}"),
        };
        for id in [owner.clone(), id_of(&grace)] {
            give(one.clone(), stays.clone(), id, Role::Owner).await.unwrap();
        }
    }
}

async fn whoever_was_removed_changes_nobody_any_more(world: World) {
    let node = world.node();
    let (grace, joan) = (joined(&world, "grace", Role::Admin).await, joined(&world, "joan", Role::Member).await);
    node.members().remove(&world.owner, &id_of(&grace)).await.unwrap();
    for refused in [
        node.members().change_role(&grace, &id_of(&joan), "admin").await.map(|_| ()),
        node.members().remove(&grace, &id_of(&joan)).await.map(|_| ()),
        node.members().invite(&grace, "eve@x.test", "admin").await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(ServiceError::Missing)), "{refused:?}");
    }
    // A member who was demoted in the meantime has no more rights.
    let max = joined(&world, "max", Role::Admin).await;
    node.members().change_role(&world.owner, &id_of(&max), "viewer").await.unwrap();
    assert!(matches!(node.members().remove(&max, &id_of(&joan)).await, Err(ServiceError::Missing)));
}

async fn what_a_member_held_ends_on_every_node_when_they_go(world: World) {
    let [one, other] = world.nodes.clone();
    for (name, leaves) in [("grace", false), ("joan", true)] {
        let member = joined(&world, name, Role::Member).await;
        let issued = one.credentials().issue(&member, CredentialTarget::Mine, &request(&[])).await.unwrap();
        let secret = issued.secret.unwrap();
        other.node().catch_up().await.unwrap();
        assert_eq!(world.verdict(&other, secret.expose()).await.unwrap(), Verdict::Valid);
        match leaves {
            true => one.members().leave(&member).await.unwrap(),
            false => drop(one.members().remove(&world.owner, &id_of(&member)).await.unwrap()),
        }
        assert_eq!(world.verdict(&one, secret.expose()).await.unwrap(), Verdict::OwnerInactive);
        other.node().catch_up().await.unwrap();
        assert_eq!(world.verdict(&other, secret.expose()).await.unwrap(), Verdict::OwnerInactive);
        assert!(world.calls(&secret).await.is_err());
    }
}

async fn an_invitation_ends_with_the_rights_of_its_inviter(world: World) {
    let [one, other] = &world.nodes;
    let inviter = joined(&world, "olive", Role::Owner).await;
    let invite = async |name: &str, role: &str| {
        let invitation = one.members().invite(&inviter, &format!("{name}@x.test"), role).await.unwrap().invitation;
        let link = one.members().invitation_link(&inviter, &invitation).await.unwrap();
        let mut parts = link.rsplit('/').map(str::to_owned);
        let (key, id) = (parts.next().unwrap(), parts.next().unwrap());
        (stranger(&world, name).await, (id, key))
    };
    let code = |outcome: Result<()>| match outcome {
        Ok(()) => "joined",
        Err(ServiceError::Refused { code, .. }) => code.as_str(),
        Err(error) => panic!("{error:?}"),
    };
    let (early, early_link) = invite("early", "owner").await;
    let (owner, owner_link) = invite("pal", "owner").await;
    let (admin, admin_link) = invite("ann", "admin").await;
    let (member, member_link) = invite("max", "member").await;
    assert_eq!(code(accept(other.clone(), early, early_link).await), "joined");
    give(one.clone(), world.owner.clone(), id_of(&inviter), Role::Admin).await.unwrap();
    assert_eq!(code(accept(other.clone(), owner, owner_link).await), "invitation_over");
    assert_eq!(code(accept(other.clone(), admin, admin_link).await), "joined", "an admin may still invite admins");
    one.members().remove(&world.owner, &id_of(&inviter)).await.unwrap();
    assert_eq!(code(accept(other.clone(), member, member_link).await), "invitation_over");
}
