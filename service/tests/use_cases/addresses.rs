//! An email address belongs to no account until it is proved.

use crate::{
    members::invited,
    support::{World, at_once, bootstrapped},
};
use domain::{access::Role, code::ProblemCode};
use service::{
    Caller, Password, RequestContext, Result, Service, ServiceError,
    authn::{SignUp, SignedIn},
};

on_both!(
    an_unproved_account_blocks_nobody_and_is_told_of_to_nobody,
    an_unproved_account_gains_nothing_from_an_invitation_of_its_address,
    whoever_was_set_up_at_the_console_has_the_address,
    of_two_who_sign_up_at_once_with_one_address_both_have_an_account,
    nobody_uses_up_the_slugs_of_a_name_and_a_given_slug_that_is_taken_is_a_flaw_at_its_field,
);

async fn sign_up(node: &Service, email: &str, password: &str) -> Result<SignedIn> {
    let request = SignUp {
        name: "Bob".into(),
        email: email.into(),
        password: Password::new(password.into()),
        organization: String::new(),
        slug: None,
    };
    node.accounts().sign_up(request, &RequestContext::default()).await
}

async fn sign_in(node: &Service, email: &str, password: &str) -> Result<SignedIn> {
    node.accounts().sign_in(email, Password::new(password.into()), &RequestContext::default(), None).await
}

fn caller(signed_in: &SignedIn) -> Caller {
    let (user, nothing) = (&signed_in.user, domain::scope::ScopeSet::default());
    let actor = domain::access::Actor::person(
        user.id,
        user.name.clone(),
        signed_in.org.id,
        Role::Owner,
        &nothing,
        Some(signed_in.session),
    );
    Caller { actor, context: RequestContext::default() }
}

fn is_taken(result: &Result<SignedIn>) -> bool {
    matches!(result, Err(ServiceError::Invalid(errors)) if errors.0[0].code.as_str() == "email_taken")
}

async fn an_unproved_account_blocks_nobody_and_is_told_of_to_nobody(world: World) {
    let (node, bob) = (world.node(), "bob@x.test");
    let squatter = sign_up(node, bob, "a squatters password").await.unwrap();
    let real = sign_up(node, bob, "bobs own password").await.unwrap();
    assert!(squatter.user.id != real.user.id && squatter.org.id != real.org.id);
    for (password, expected) in [("a squatters password", &squatter), ("bobs own password", &real)] {
        let found = sign_in(node, bob, password).await.unwrap();
        assert_eq!((found.user.id, found.org.id), (expected.user.id, expected.org.id));
        assert_eq!(node.db().memberships_of(found.user.id).await.unwrap().len(), 1);
    }
    let wrong = sign_in(node, bob, "neither of these").await;
    assert!(matches!(wrong, Err(ServiceError::Unauthenticated(_))));
    // A person who knows the password has forgotten that they have an account.
    assert!(is_taken(&sign_up(node, bob, "bobs own password").await));
}

async fn an_unproved_account_gains_nothing_from_an_invitation_of_its_address(world: World) {
    let node = world.node();
    let squatter = sign_up(node, "bob@x.test", "a squatters password").await.unwrap();
    let (id, key) = invited(&world, "bob", Role::Admin).await;
    let real = sign_up(node, "bob@x.test", "bobs own password").await.unwrap();
    node.members().accept_invitation(&caller(&real), &id, &key).await.unwrap();
    assert_eq!(node.db().memberships_of(real.user.id).await.unwrap().len(), 2);
    assert_eq!(node.db().memberships_of(squatter.user.id).await.unwrap().len(), 1);
    let again = node.members().accept_invitation(&caller(&squatter), &id, &key).await;
    assert!(matches!(again, Err(ServiceError::Refused { code: ProblemCode::InvitationOver, .. })), "{again:?}");
}

async fn whoever_was_set_up_at_the_console_has_the_address(world: World) {
    let node = world.node();
    assert!(is_taken(&sign_up(node, "owner@acme.test", "another password").await));
    let squatter = sign_up(node, "ada@corp.test", "a squatters password").await.unwrap();
    bootstrapped(node, "corp", "ada@corp.test").await;
    assert!(is_taken(&sign_up(node, "ada@corp.test", "another password").await));
    assert!(
        sign_in(node, "ada@corp.test", "a squatters password").await.is_err(),
        "the address is not theirs any more"
    );
    let (id, key) = {
        let invitation = node.members().invite(&world.owner, "ada@corp.test", "admin").await.unwrap().invitation;
        let link = node.members().invitation_link(&world.owner, &invitation).await.unwrap();
        let mut parts = link.rsplit('/').map(str::to_owned);
        let key = parts.next().unwrap();
        (parts.next().unwrap(), key)
    };
    let refused = node.members().accept_invitation(&caller(&squatter), &id, &key).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused { code: ProblemCode::InvitationForAnother, .. })),
        "{refused:?}"
    );
    let ada = sign_in(node, "ada@corp.test", "correct horse battery").await.unwrap();
    node.members().accept_invitation(&caller(&ada), &id, &key).await.unwrap();
}

async fn of_two_who_sign_up_at_once_with_one_address_both_have_an_account(world: World) {
    let [one, other] = world.nodes.clone();
    let (first, second) = at_once(async move { sign_up(&one, "bob@x.test", "the first password").await }, async move {
        sign_up(&other, "bob@x.test", "the second password").await
    })
    .await;
    let (first, second) = (first.unwrap(), second.unwrap());
    for (password, expected) in [("the first password", first), ("the second password", second)] {
        assert_eq!(sign_in(world.node(), "bob@x.test", password).await.unwrap().user.id, expected.user.id);
    }
}

async fn nobody_uses_up_the_slugs_of_a_name_and_a_given_slug_that_is_taken_is_a_flaw_at_its_field(world: World) {
    let caller = caller(&sign_up(world.node(), "bob@x.test", "bobs own password").await.unwrap());
    let mut slugs = Vec::new();
    for number in 0..8 {
        let org = world.node().orgs().create(&caller, "Org").await.unwrap();
        assert!(org.slug.as_str() == "org" || org.slug.as_str().starts_with("org-"), "{number} {}", org.slug);
        slugs.push(org.slug);
    }
    assert_eq!(slugs[4].as_str(), "org-5");
    assert!(slugs[5..].iter().all(|slug| slug.as_str().len() == "org-".len() + 7), "{slugs:?}");

    let request = SignUp {
        name: "Eve".into(),
        email: "eve@x.test".into(),
        password: Password::new("eves own password".into()),
        organization: String::new(),
        slug: Some(slugs[0].clone()),
    };
    let taken = world.node().accounts().sign_up(request, &RequestContext::default()).await;
    let Err(ServiceError::Invalid(errors)) = taken else { panic!("the slug is taken") };
    assert_eq!((errors.0[0].pointer.as_str(), errors.0[0].code.as_str()), ("/slug", "slug_taken"));
}
