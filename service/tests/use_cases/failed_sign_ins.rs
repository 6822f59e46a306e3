//! Failed sign-ins are in the audit log of every organization of the account, and cannot fill it.

use crate::{members::joined, support::World};
use domain::access::Role;
use service::{Password, RequestContext, Service, ServiceError, audit_log::AuditFilter};

on_both!(failed_sign_ins_are_recorded_in_each_organization_of_the_account_with_a_count);

fn from(ip: &str) -> RequestContext {
    RequestContext {
        request_id: "req-7".to_owned(),
        ip: Some(ip.parse().unwrap()),
        user_agent: Some("guesser/1".to_owned()),
    }
}

async fn guess(node: &Service, email: &str, ip: &str) {
    let refused =
        node.accounts().sign_in(email, Password::new("not the password".into()), &from(ip), None).await.map(|_| ());
    assert!(matches!(refused, Err(ServiceError::Unauthenticated(_))), "{refused:?}");
}

async fn failed_sign_ins_are_recorded_in_each_organization_of_the_account_with_a_count(world: World) {
    let node = world.node();
    let grace = joined(&world, "grace", Role::Member).await;
    let failed = AuditFilter { action: Some("sign_in.failed".to_owned()), ..AuditFilter::default() };
    for ip in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        guess(node, "grace@x.test", ip).await;
        guess(node, "nobody@x.test", ip).await;
    }
    assert!(world.events(failed.clone()).await.is_empty(), "the request itself writes nothing");
    assert_eq!(node.jobs().record_failed_sign_ins().await.unwrap(), 2, "acme and their own organization");
    let events = world.events(failed.clone()).await;
    assert_eq!(events.len(), 1);
    let event = &events[0];
    assert_eq!(
        (event.target_type.as_str(), event.target_id.as_str()),
        ("user", &*grace.actor.user().unwrap().to_string())
    );
    assert_eq!(event.detail["attempts"], 3);
    assert_eq!((event.ip.as_deref(), event.user_agent.as_deref()), (Some("192.0.2.3"), Some("guesser/1")));
    assert_eq!((event.actor_type.as_str(), event.request_id.as_str()), ("system", "req-7"));

    world.set_ahead(0, 60_000);
    guess(node, "grace@x.test", "192.0.2.9").await;
    assert_eq!(node.jobs().record_failed_sign_ins().await.unwrap(), 0, "whoever goes on makes no more events");
    world.set_ahead(0, 660_000);
    assert_eq!(node.jobs().record_failed_sign_ins().await.unwrap(), 2);
    let events = world.events(failed).await;
    assert_eq!((events.len(), &events[1].detail["attempts"]), (2, &1.into()));
}
