//! Expiration notices: due ones are found across organizations, and each is sent once.

use crate::support::{TestDb, at, event};
use domain::{
    Timestamp,
    access::{Action, Actor, Permit, RequestContext},
    audit::AuditAction,
    credential::{Credential, DAY_SECONDS},
    ids::OrgId,
};
use std::sync::Arc;
use store::{JobOn, StoreError};
use tokio::sync::Barrier;

on_both!(
    due_ones_are_found_in_the_order_they_became_due_and_no_more_than_asked_for,
    a_revoked_credential_gets_no_notice_and_a_disabled_one_does,
    of_many_nodes_one_gives_the_notice,
    looking_for_due_ones_reads_an_index,
);

/// The time of the first notice for a credential with a lifetime of 90 days.
fn day_60() -> Timestamp {
    at(60 * DAY_SECONDS)
}

fn job(org: OrgId) -> Permit {
    Actor::system(org, "expiry_notices").permit(Action::GiveExpiryNotice, &RequestContext::default()).unwrap()
}

fn notice_of(credential: &Credential) -> JobOn {
    JobOn { org: credential.org, credential: credential.id }
}

async fn due_ones_are_found_in_the_order_they_became_due_and_no_more_than_asked_for(db: TestDb) {
    let (acme, globex) = (db.signed_up("acme").await, db.signed_up("globex").await);
    let first = db.issued(&globex, "first").await;
    let mut later = acme.key("later");
    later.grant.expires_at = Some(at(91 * DAY_SECONDS));
    let never = acme.endless_key("never");
    for credential in [&later, &never] {
        db.keep(&acme, credential).await;
    }
    let due = async |seconds, limit| db.store.due_notices(day_60().plus_seconds(seconds), limit).await.unwrap();
    assert_eq!(due(-1, 10).await, []);
    assert_eq!(due(0, 10).await, [notice_of(&first)]);
    assert_eq!(due(DAY_SECONDS, 10).await, [notice_of(&first), notice_of(&later)]);
    assert_eq!(due(DAY_SECONDS, 1).await, [notice_of(&first)]);

    let mut tx = db.store.write(&job(globex.org.id)).await.unwrap();
    assert_eq!(tx.notice_due_at(first.id).await.unwrap(), Some(day_60()));
    tx.give_notice(first.id, day_60(), Some(at(83 * DAY_SECONDS))).await.unwrap();
    tx.commit(event(AuditAction::CredentialExpiring, &first)).await.unwrap();
    assert_eq!(due(DAY_SECONDS, 10).await, [notice_of(&later)]);
    assert_eq!(due(23 * DAY_SECONDS, 10).await, [notice_of(&later), notice_of(&first)]);
}

async fn a_revoked_credential_gets_no_notice_and_a_disabled_one_does(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let (revoked, disabled) = (db.issued(&acme, "revoked").await, db.issued(&acme, "disabled").await);
    let mut tx = db.store.write(&acme.everyone()).await.unwrap();
    tx.revoke_credential(revoked.id, at(1)).await.unwrap();
    tx.update_credential(&Credential { disabled_at: Some(at(1)), ..disabled.clone() }).await.unwrap();
    tx.commit(event(AuditAction::CredentialRevoked, &revoked)).await.unwrap();
    assert_eq!(db.store.due_notices(day_60(), 10).await.unwrap(), [notice_of(&disabled)]);
    let mut tx = db.store.write(&job(acme.org.id)).await.unwrap();
    assert!(matches!(tx.give_notice(revoked.id, day_60(), None).await, Err(StoreError::Missing)));
}

async fn of_many_nodes_one_gives_the_notice(db: TestDb) {
    let acme = db.signed_up("acme").await;
    let token = db.issued(&acme, "CI").await;
    let start = Arc::new(Barrier::new(8));
    let give = |db: TestDb, token: Credential, start: Arc<Barrier>| async move {
        start.wait().await;
        let mut tx = db.store.write(&job(token.org)).await.unwrap();
        match tx.give_notice(token.id, day_60(), None).await {
            Ok(()) => tx.commit(event(AuditAction::CredentialExpiring, &token)).await.map(|_| 1).unwrap(),
            Err(StoreError::Missing) => 0,
            Err(error) => panic!("{error}"),
        }
    };
    let nodes: Vec<_> = (0..8).map(|_| tokio::spawn(give(db.clone(), token.clone(), start.clone()))).collect();
    let mut given = 0;
    for node in nodes {
        given += node.await.unwrap();
    }
    assert_eq!(given, 1);
}

async fn looking_for_due_ones_reads_an_index(db: TestDb) {
    let (_, sql) = store::all_statements().find(|(name, _)| *name == "DUE_NOTICES").unwrap();
    let sql = sql.replace("$1", "1").replace("$2", "1");
    let plan = db.plan(&sql).await;
    assert!(plan.iter().any(|line| line.contains("credentials_by_notice")), "{plan:#?}");
}
