//! Organization authorizations: which organization owns the row, and who sees which part.

use crate::support::{Tenant, TestDb, at, event};
use domain::{
    access::Role,
    audit::AuditAction,
    credential::{Credential, Decision, OrgAuthorization, Outcome},
};
use store::{PageRequest, StoreError};

on_both!(
    it_belongs_to_the_organization_that_it_is_about,
    a_decision_says_how_far_it_went,
    only_a_member_of_both_has_one,
    whoever_leaves_either_has_none_any_more,
    the_memory_is_told_who_belongs_to_several,
);

/// Ada of acme with a token of acme; she is a member of globex too.
struct Both {
    db: TestDb,
    acme: Tenant,
    globex: Tenant,
    here: Tenant,
    token: Credential,
}

async fn both(db: TestDb) -> Both {
    let (acme, globex) = (db.signed_up("acme").await, db.signed_up("globex").await);
    let here = Tenant { org: globex.org.clone(), role: Role::Member, ..acme.clone() };
    let mut tx = db.store.write(&globex.everyone()).await.unwrap();
    tx.insert_membership(acme.user.id, Role::Member).await.unwrap();
    tx.commit(event(AuditAction::MemberJoined, &acme.user)).await.unwrap();
    let token = db.issued(&acme, "laptop").await;
    Both { db, acme, globex, here, token }
}

pub(crate) fn authorization(token: &Credential, org: &Tenant, owner: &Tenant) -> OrgAuthorization {
    OrgAuthorization {
        credential: token.id,
        org: org.org.id,
        home: token.org,
        owner: owner.user.id,
        breadth: token.into(),
        authorized_at: at(5),
        pending_since: None,
        decision: None,
    }
}

impl Both {
    async fn authorize(&self, authorization: &OrgAuthorization) -> Result<(), StoreError> {
        let mut tx = self.db.store.write(&self.here.own()).await.unwrap();
        tx.insert_org_authorization(authorization).await?;
        tx.commit(event(AuditAction::OrgAuthorizationGranted, &self.token)).await.map(drop)
    }

    async fn listed(&self) -> usize {
        let mut tx = self.db.store.read(&self.globex.everyone()).await.unwrap();
        tx.authorized_tokens(at(6), &PageRequest::default()).await.unwrap().items.len()
    }
}

async fn it_belongs_to_the_organization_that_it_is_about(db: TestDb) {
    let both = both(db).await;
    let made = authorization(&both.token, &both.globex, &both.acme);
    for _ in 0..2 {
        both.authorize(&made).await.unwrap();
    }
    let mut there = both.db.store.read(&both.globex.everyone()).await.unwrap();
    let found = there.authorized_token(both.token.id).await.unwrap();
    assert_eq!(found.authorization, made);
    assert_eq!((&found.name, &found.owner_name), (&both.token.grant.name, &both.acme.user.name));
    assert_eq!(found.role, Role::Member);
    assert_eq!((found.redacted.as_str(), found.life), (both.token.redacted(), both.token.life()));
    assert!(matches!(there.credential(both.token.id).await, Err(StoreError::Missing)), "and nothing else of it");
    assert!(there.authorizations_of(both.token.id).await.unwrap().is_empty());
    drop(there);
    let own = both.db.store.read(&both.globex.own()).await.unwrap().authorized_token(both.token.id).await;
    assert!(matches!(own, Err(StoreError::Missing)), "somebody else's is not reached");
    for permit in [both.acme.own(), both.acme.everyone()] {
        let mut home = both.db.store.read(&permit).await.unwrap();
        assert!(matches!(home.authorized_token(both.token.id).await, Err(StoreError::Missing)));
        let known = home.authorizations_of(both.token.id).await.unwrap();
        assert_eq!(known.len(), usize::from(permit.owner().is_some()), "its owner alone knows where it works");
        drop(home);
        let mut tx = both.db.store.write(&permit).await.unwrap();
        assert!(matches!(tx.delete_org_authorization(both.token.id).await, Err(StoreError::Missing)));
        assert!(matches!(tx.insert_org_authorization(&made).await, Err(StoreError::Missing)));
    }
    assert_eq!(both.listed().await, 1);
    both.db.revoked(&both.acme, &both.token, at(6)).await;
    assert_eq!(both.listed().await, 0);
}

async fn a_decision_says_how_far_it_went(db: TestDb) {
    let both = both(db).await;
    let mut made = authorization(&both.token, &both.globex, &both.acme);
    made.pending_since = Some(at(5));
    both.authorize(&made).await.unwrap();
    made.pending_since = None;
    made.breadth.scopes = "audit:read".parse().unwrap();
    let by = both.globex.token("x").created_by;
    made.decision = Some(Decision { outcome: Outcome::Approved, by, at: at(7), note: "seen".to_owned() });
    let mut tx = both.db.store.write(&both.globex.everyone()).await.unwrap();
    tx.decide_org_authorization(&made).await.unwrap();
    tx.commit(event(AuditAction::OrgAuthorizationApproved, &both.token)).await.unwrap();
    let context = both.db.store.org_context(both.globex.org.id, at(8)).await.unwrap().unwrap();
    assert_eq!(context.authorizations, [made]);
    let home = both.db.store.org_context(both.acme.org.id, at(8)).await.unwrap().unwrap();
    assert_eq!(home.authorizations, []);
}

async fn only_a_member_of_both_has_one(db: TestDb) {
    let both = both(db).await;
    let key = both.acme.key("CRM");
    both.db.keep(&both.acme, &key).await;
    let theirs = both.db.issued(&both.globex, "theirs").await;
    for (token, owner) in [(&key, &both.acme), (&theirs, &both.acme), (&both.token, &both.globex)] {
        let refused = both.authorize(&authorization(token, &both.globex, owner)).await;
        assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    }
    let mut tx = both.db.store.write(&both.acme.everyone()).await.unwrap();
    tx.delete_membership(both.acme.user.id).await.unwrap();
    tx.commit(event(AuditAction::MemberLeft, &both.acme.user)).await.unwrap();
    let refused = both.authorize(&authorization(&both.token, &both.globex, &both.acme)).await;
    assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
}

async fn whoever_leaves_either_has_none_any_more(db: TestDb) {
    let both = both(db).await;
    let made = authorization(&both.token, &both.globex, &both.acme);
    for leaves in [&both.here, &both.acme] {
        both.authorize(&made).await.unwrap();
        assert_eq!(both.db.store.authorized_elsewhere(both.acme.org.id).await.unwrap(), [both.globex.org.id]);
        let mut tx = both.db.store.write(&leaves.own()).await.unwrap();
        assert_eq!(tx.end_org_authorizations(leaves.user.id).await.unwrap(), 1);
        assert_eq!(tx.end_org_authorizations(leaves.user.id).await.unwrap(), 0);
        tx.commit(event(AuditAction::MemberLeft, &leaves.user)).await.unwrap();
        assert_eq!(both.listed().await, 0);
    }
    let account = both.db.account(&both.acme, "deployer").await;
    both.authorize(&made).await.unwrap();
    let mut tx = both.db.store.write(&both.acme.everyone()).await.unwrap();
    tx.transfer_credential(both.token.id, account.id).await.unwrap();
    tx.commit(event(AuditAction::CredentialTransferred, &both.token)).await.unwrap();
    assert_eq!(both.db.store.authorized_elsewhere(both.acme.org.id).await.unwrap(), []);
}

async fn the_memory_is_told_who_belongs_to_several(db: TestDb) {
    let both = both(db).await;
    let mut expected = [&both.acme, &both.globex].map(|at| (both.acme.user.id, at.org.id, at.org.slug.clone()));
    expected.sort();
    for org in [&both.acme, &both.globex] {
        let mut told = both.db.store.members_elsewhere(org.org.id).await.unwrap();
        told.sort();
        assert_eq!(told, expected);
    }
    let alone = both.db.signed_up("initech").await;
    assert_eq!(both.db.store.members_elsewhere(alone.org.id).await.unwrap(), []);
}
