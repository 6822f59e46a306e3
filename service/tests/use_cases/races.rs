//! Two callers act at one instant, each on its own node. Roll, revoke, create and edit keep their guarantees.

use crate::support::{KEYS, PATS, World, at_once, request};
use domain::{
    access::Role,
    code::ProblemCode,
    credential::{Credential, CredentialKind, Status},
};
use service::{
    Caller, Result, Service, ServiceError,
    audit_log::AuditFilter,
    credentials::{Confirmation, CredentialTarget, Edit, Issued},
};

on_both!(
    two_who_roll_never_make_more_live_secrets_than_the_kind_allows,
    a_roll_that_meets_a_revocation_leaves_no_secret_that_works,
    nothing_is_issued_by_a_credential_after_it_was_revoked,
    of_two_who_edit_the_same_version_one_is_told_that_it_changed,
    two_who_revoke_make_one_event,
);

const ROUNDS: usize = 25;

async fn roll(node: Service, caller: Caller, target: CredentialTarget, id: String) -> Result<Issued> {
    node.credentials().roll(&caller, target, &id, None, None).await
}

async fn revoke(node: Service, caller: Caller, target: CredentialTarget, id: String) -> Result<Credential> {
    node.credentials().revoke(&caller, target, &id, Confirmation::NotAsked).await.map(|revoked| revoked.credential)
}

async fn two_who_roll_never_make_more_live_secrets_than_the_kind_allows(world: World) {
    let [one, other] = world.nodes.clone();
    for (kind, can_both) in [(CredentialKind::ApiKey, false), (CredentialKind::Client, true)] {
        let target = CredentialTarget::Of(kind);
        for _ in 0..ROUNDS {
            let (credential, _) = world.issued(target, &[]).await;
            let id = || credential.id.to_string();
            let rolls = at_once(
                roll(one.clone(), world.owner.clone(), target, id()),
                roll(other.clone(), world.owner.clone(), target, id()),
            )
            .await;
            let results = [rolls.0, rolls.1];
            let done = results.iter().filter(|result| result.is_ok()).count();
            assert_eq!(done, if can_both { 2 } else { 1 });
            let refused = results.iter().filter_map(|result| result.as_ref().err());
            for error in refused {
                assert!(matches!(error, ServiceError::TooManyLiveSecrets { .. }), "{error:?}");
            }
            let after = world.node().credentials().show(&world.owner, target, &id()).await.unwrap();
            let live = after.live_secrets(world.node().now()).count();
            assert_eq!(live, 1 + done);
            assert!(live <= kind.rules().max_live_secrets);
            let events = world.done_to(&credential).await;
            assert_eq!(events.iter().filter(|event| event.action == "credential.rolled").count(), done);
        }
    }
}

async fn a_roll_that_meets_a_revocation_leaves_no_secret_that_works(world: World) {
    let [one, other] = world.nodes.clone();
    for _ in 0..ROUNDS {
        let (credential, first) = world.issued(KEYS, &[]).await;
        let id = || credential.id.to_string();
        let (rolled, revoked) = at_once(
            roll(one.clone(), world.owner.clone(), KEYS, id()),
            revoke(other.clone(), world.owner.clone(), KEYS, id()),
        )
        .await;
        assert_eq!(revoked.unwrap().status(world.node().now()), Status::Revoked);
        let second = match rolled {
            Ok(issued) => issued.secret,
            Err(ServiceError::Refused { code: ProblemCode::CredentialNotActive, .. }) => None,
            Err(error) => panic!("{error:?}"),
        };
        for secret in [Some(first), second].iter().flatten() {
            assert!(matches!(world.calls(secret).await, Err(ServiceError::Unauthenticated(_))));
        }
        let actions: Vec<_> = world.done_to(&credential).await.into_iter().map(|event| event.action).collect();
        assert_eq!(actions.last().map(String::as_str), Some("credential.revoked"), "{actions:?}");
    }
}

async fn nothing_is_issued_by_a_credential_after_it_was_revoked(world: World) {
    let [one, other] = world.nodes.clone();
    for _ in 0..ROUNDS {
        let (issuer, secret) = world.issued(CredentialTarget::Mine, &["pats:write"]).await;
        let caller = world.calls(&secret).await.unwrap();
        let issue = {
            let (node, caller) = (one.clone(), caller.clone());
            async move {
                let mut issued = 0;
                // Runs until the other task has revoked the credential.
                loop {
                    match node.credentials().issue(&caller, CredentialTarget::Mine, &request(&[])).await {
                        Ok(_) => issued += 1,
                        Err(ServiceError::Unauthenticated(_)) => return issued,
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
        };
        let (issued, revoked) =
            at_once(issue, revoke(other.clone(), world.owner.clone(), PATS, issuer.id.to_string())).await;
        revoked.unwrap();
        let revoked_at = world.done_to(&issuer).await.into_iter().find(|event| event.action == "credential.revoked");
        let revoked_at = revoked_at.unwrap().seq;
        let by_issuer = AuditFilter {
            actor: Some(issuer.id.to_string()),
            action: Some("credential.issued".to_owned()),
            ..AuditFilter::default()
        };
        let events = world.events(by_issuer).await;
        assert_eq!(events.len(), issued, "each answer has its event and each event its answer");
        assert!(events.iter().all(|event| event.seq < revoked_at));
        assert!(matches!(world.calls(&secret).await, Err(ServiceError::Unauthenticated(_))));
    }
}

async fn edit(node: Service, caller: Caller, credential: Credential, name: &'static str) -> Result<Credential> {
    let edit = Edit { name: Some(name.to_owned()), ..Edit::default() };
    node.credentials().edit(&caller, KEYS, &credential.id.to_string(), &edit, Some(&credential.version())).await
}

async fn of_two_who_edit_the_same_version_one_is_told_that_it_changed(world: World) {
    let [one, other] = world.nodes.clone();
    let colleague = world.colleague(Role::Admin).await;
    for _ in 0..ROUNDS {
        let (credential, _) = world.issued(KEYS, &[]).await;
        let edits = at_once(
            edit(one.clone(), world.owner.clone(), credential.clone(), "hers"),
            edit(other.clone(), colleague.clone(), credential.clone(), "his"),
        )
        .await;
        let name = match edits {
            (Ok(kept), Err(ServiceError::Changed)) | (Err(ServiceError::Changed), Ok(kept)) => kept.grant.name,
            other => panic!("{other:?}"),
        };
        let after = world.node().credentials().show(&world.owner, KEYS, &credential.id.to_string()).await.unwrap();
        assert_eq!(after.grant.name, name);
        assert_eq!(world.done_to(&credential).await.len(), 2, "issued, and changed once");
    }
}

async fn two_who_revoke_make_one_event(world: World) {
    let [one, other] = world.nodes.clone();
    for _ in 0..ROUNDS {
        let (credential, _) = world.issued(KEYS, &[]).await;
        let id = || credential.id.to_string();
        let (first, second) = at_once(
            revoke(one.clone(), world.owner.clone(), KEYS, id()),
            revoke(other.clone(), world.owner.clone(), KEYS, id()),
        )
        .await;
        assert_eq!(first.unwrap().revoked_at, second.unwrap().revoked_at);
        assert_eq!(world.done_to(&credential).await.len(), 2, "issued, and revoked once");
    }
}
