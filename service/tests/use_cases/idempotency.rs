//! A retry of a request, and a copy of the database without the master key.

use crate::support::{KEYS, World, request};
use domain::credential::CredentialKind;
use service::{
    Service,
    credentials::{CredentialTarget, IssueRequest, Issued},
    idempotency::Idempotency,
};

on_both!(a_copy_of_the_database_opens_no_reply_even_with_the_idempotency_key);

const KEY: &str = "5b1b2f5e-9a0c-4d3c-8f0a-1f4c7b0f6a11";

fn key(route: &str) -> Option<Idempotency> {
    Some(Idempotency::new(KEY, route.to_owned(), b"{}").unwrap())
}

fn of(kind: CredentialKind) -> CredentialTarget {
    if kind.rules().has_user { CredentialTarget::Mine } else { CredentialTarget::Of(kind) }
}

async fn issue(node: &Service, world: &World, target: CredentialTarget) -> Issued {
    let request = IssueRequest { idempotency: key(&format!("issue {target:?}")), ..request(&[]) };
    node.credentials().issue(&world.owner, target, &request).await.unwrap()
}

async fn roll(node: &Service, world: &World, id: &str) -> Issued {
    node.credentials().roll(&world.owner, KEYS, id, None, key("roll")).await.unwrap()
}

async fn a_copy_of_the_database_opens_no_reply_even_with_the_idempotency_key(world: World) {
    let rolled = world.issued(KEYS, &[]).await.0.id.to_string();
    let exposed = |issued: &Issued| issued.secret.as_ref().unwrap().expose().to_owned();
    for kind in CredentialKind::ALL {
        let first = issue(world.node(), &world, of(kind)).await;
        let again = issue(world.node(), &world, of(kind)).await;
        assert_eq!((exposed(&again), again.replayed), (exposed(&first), true), "{kind:?}");
    }
    let first = roll(world.node(), &world, &rolled).await;
    assert_eq!(exposed(&roll(world.node(), &world, &rolled).await), exposed(&first));

    let copy = world.under_another_master_key().await;
    for kind in CredentialKind::ALL {
        assert!(!issue(&copy, &world, of(kind)).await.replayed, "{kind:?}: not even the claim is found");
    }
}
