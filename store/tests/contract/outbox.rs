//! Mail to be sent: due mail is found across organizations, and one node takes it.

use crate::support::{Tenant, TestDb, at, event, world::entropy};
use domain::{
    Timestamp,
    access::{Action, Actor, Permit, RequestContext},
    audit::AuditAction,
    ids::{MailId, OrgId},
    mail::{About, MailState},
};
use store::{MailOf, StoreError};

on_both!(
    mail_is_due_from_the_start_and_of_two_who_try_one_does,
    what_is_said_anew_overtakes_what_was_still_to_be_said,
    looking_for_due_mail_reads_an_index,
    what_was_sent_long_ago_is_forgotten_and_what_waits_is_not,
);

fn job(org: OrgId) -> Permit {
    Actor::system(org, "deliver_mail").permit(Action::SendMail, &RequestContext::default()).unwrap()
}

async fn write(db: &TestDb, tenant: &Tenant, about: About, now: Timestamp) -> MailId {
    let id = MailId::new(now, entropy());
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.insert_mail(id, about, &"grace@x.test".parse().unwrap(), now).await.unwrap();
    tx.commit(event(AuditAction::MemberInvited, &tenant.org)).await.unwrap();
    id
}

async fn mail_is_due_from_the_start_and_of_two_who_try_one_does(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let about = About::Invitation(acme.invitation("grace@x.test").id);
    let (id, permit) = (write(&db, &acme, about, at(10)).await, job(acme.org.id));
    assert_eq!(db.store.due_mail(at(9), 10).await.unwrap(), []);
    assert_eq!(db.store.due_mail(at(10), 10).await.unwrap(), [MailOf { org: acme.org.id, mail: id }]);
    let mail = db.store.read(&permit).await.unwrap().due_mail(id, at(10)).await.unwrap();
    assert_eq!((mail.about, mail.recipient.as_str(), mail.tries), (about, "grace@x.test", 0));
    let take = || db.store.take_mail(&permit, &mail, Some(at(70)));
    let (one, other) = tokio::join!(take(), take());
    assert_eq!(u32::from(one.unwrap()) + u32::from(other.unwrap()), 1);
    assert_eq!(db.store.due_mail(at(69), 10).await.unwrap(), []);
    let early = db.store.read(&permit).await.unwrap().due_mail(id, at(69)).await;
    assert!(matches!(early, Err(StoreError::Missing)));
    let again = db.store.read(&permit).await.unwrap().due_mail(id, at(70)).await.unwrap();
    assert_eq!(again.tries, 1);
    db.store.end_mail(&permit, id, Some(at(71))).await.unwrap();
    assert_eq!(db.store.due_mail(at(9_999), 10).await.unwrap(), []);
    let states = db.store.read(&permit).await.unwrap().mail_of_invitations(at(0)).await.unwrap();
    assert!(matches!(states.as_slice(), [(_, MailState::Sent)]), "{states:?}");
}

async fn what_is_said_anew_overtakes_what_was_still_to_be_said(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    write(&db, &acme, About::Credential(token.id), at(0)).await;
    let newer = write(&db, &acme, About::Credential(token.id), at(5)).await;
    let other = write(&db, &acme, About::Invitation(acme.invitation("grace@x.test").id), at(6)).await;
    let due: Vec<_> = db.store.due_mail(at(9), 10).await.unwrap().iter().map(|due| due.mail).collect();
    assert_eq!(due, [newer, other]);
    let counted = db.store.read(&acme.everyone()).await.unwrap().count_mail_of_invitations(at(5)).await.unwrap();
    assert_eq!(counted, 1);
}

async fn looking_for_due_mail_reads_an_index(db: TestDb) {
    let (_, sql) = store::all_statements().find(|(name, _)| *name == "DUE_MAIL").unwrap();
    let plan = db.plan(&sql.replace("$1", "1").replace("$2", "1")).await;
    assert!(plan.iter().any(|line| line.contains("outbox_by_next")), "{plan:#?}");
}

async fn what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let invitation = |email| About::Invitation(acme.invitation(email).id);
    let (sent, waits) = (
        write(&db, &acme, invitation("a@x.test"), at(0)).await,
        write(&db, &acme, invitation("b@x.test"), at(0)).await,
    );
    db.store.end_mail(&job(acme.org.id), sent, Some(at(1))).await.unwrap();
    assert_eq!(db.store.sweep_mail(at(29 * 86_400)).await.unwrap(), 0);
    assert_eq!(db.store.sweep_mail(at(31 * 86_400)).await.unwrap(), 1);
    assert_eq!(db.store.due_mail(at(9), 10).await.unwrap(), [MailOf { org: acme.org.id, mail: waits }]);
}
