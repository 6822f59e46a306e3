//! Two organizations with similar rows: no read or write of one reaches the other's rows.

use crate::{
    org_authorizations::authorization,
    support::{
        Tenant, TestDb, at,
        catalog::{api, api_scope, operation},
        event,
        world::{entropy, insert, refused, secret, stored, stored_secret, traced, used, verifier},
    },
};
use domain::{
    access::{Action, Actor, CustomRole, Offboarding, Permit, RequestContext, Role},
    account::{Invitation, ServiceAccount},
    audit::AuditAction,
    credential::{Credential, CredentialKind, Decision, OrgAuthorization, Outcome, Owner, Secret},
    ids::MailId,
    limits::Limit,
    mail::{About, Mail, MailState},
    operation::Api,
    policy::Policy,
};
use std::collections::HashMap;
use store::{
    AuditFilter, ChainVerdict, Claim, ClaimOutcome, ClaimRequest, InventoryFilter, Page, PageRequest, RequestState,
    SessionTable, StoreError, sessions,
};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
};

on_both!(tenants_are_isolated, a_cursor_of_another_organization_is_refused);

/// Ada of Acme, twice, with equal names and the same kinds of rows.
struct Twins {
    ours: Side,
    theirs: Side,
}

/// One of the two organizations.
struct Side {
    tenant: Tenant,
    token: Credential,
    account: ServiceAccount,
    api: Api,
    claim: Claim,
    invitation: Invitation,
    policy: Policy,
    mail: MailId,
    role: CustomRole,
}

async fn twins(db: &TestDb) -> Twins {
    let (ours, theirs) = (db.signed_up("acme").await, db.signed_up("acme-2").await);
    let alike = Twins { ours: side(db, ours).await, theirs: side(db, theirs).await };
    // An organization authorization belongs to the organization in which the token is used.
    for (here, home) in [(&alike.ours, &alike.theirs), (&alike.theirs, &alike.ours)] {
        db.execute(&format!(
            "INSERT INTO org_authorizations (org_id, credential_id, home_id, owner_id, scopes, resources, networks, authorized_at)
             VALUES ('{}', '{}', '{}', '{}', 'audit:read', '', '', 1)",
            here.tenant.org.id, home.token.id, home.tenant.org.id, home.tenant.user.id
        ))
        .await;
    }
    alike
}

async fn side(db: &TestDb, tenant: Tenant) -> Side {
    let (token, account) = (db.issued(&tenant, "CI deploy").await, db.account(&tenant, "deployer").await);
    let api = db.api(&tenant, &format!("https://api.{}.test", tenant.org.slug), "tickets:read").await;
    browse(db, &tenant).await;
    assert!(db.store.use_assertion(tenant.org.id, token.id, &[1; 32], at(60)).await.unwrap());
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.revoke_access_token("at_1", token.id, at(60)).await.unwrap();
    tx.set_limit(Limit::Apis, 7).await.unwrap();
    tx.commit(event(AuditAction::AccessTokenRevoked, &token)).await.unwrap();
    let invitation = tenant.invitation("grace@x.test");
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    tx.insert_invitation(&invitation).await.unwrap();
    let (mail, about) = (MailId::new(at(0), entropy()), About::Invitation(invitation.id));
    tx.insert_mail(mail, about, &tenant.user.email, at(0)).await.unwrap();
    tx.insert_offboarding(&Offboarding::new(tenant.user.id, tenant.role, at(0), 7)).await.unwrap();
    let role = tenant.custom_role("Support");
    tx.insert_custom_role(&role).await.unwrap();
    tx.commit(event(AuditAction::MemberInvited, &token)).await.unwrap();
    let mut tx = db.store.write(&tenant.everyone()).await.unwrap();
    let policy = tenant.policy(at(500_000_000));
    tx.replace_policy(token.kind(), &policy).await.unwrap();
    tx.replace_exception(&tenant.exception(&token, at(60))).await.unwrap();
    tx.insert_token_request(token.id, &token.created_by, "for CI", at(0)).await.unwrap();
    tx.commit(event(AuditAction::PolicyUpdated, &token)).await.unwrap();
    assert_eq!(db.store.add_quota_use((tenant.org.id, token.id), at(0), 3).await.unwrap(), Some(3));
    db.store.record_usage(&[used(&token, Some(1), at(0))]).await.unwrap();
    db.store.record_refused(&[refused(&token, at(0))]).await.unwrap();
    db.store.note_usage_sources(&[traced(&token, at(0))]).await.unwrap();
    let ClaimOutcome::New(claim) = db.store.claim(&request(&tenant)).await.unwrap() else { panic!("a new claim") };
    Side { tenant, token, account, api, claim, invitation, policy, mail, role }
}

fn request(tenant: &Tenant) -> ClaimRequest {
    let (org, principal) = (tenant.org.id, "usr_1".to_owned());
    ClaimRequest {
        org,
        principal,
        route: "POST /v1/me/tokens".to_owned(),
        key_hash: [1; 32],
        fingerprint: [2; 32],
        now: at(0),
    }
}

async fn browse(db: &TestDb, tenant: &Tenant) {
    let table = SessionTable::new(db.store.clone(), std::sync::Arc::new(|| at(0)));
    let data = HashMap::from([
        (sessions::SESSION_ID.to_owned(), tenant.session.to_string().into()),
        (sessions::USER_ID.to_owned(), tenant.user.id.to_string().into()),
    ]);
    let expiry_date = at(3600).to_utc();
    table.create(&mut Record { id: Id::default(), data, expiry_date }).await.unwrap();
}

/// Tables that belong to no tenant. `feed` belongs to none either, but its rows name an organization.
const NO_TENANTS: [&str; 7] =
    ["feed_head", "nodes", "peppers", "platform", "signing_algs", "signing_keys", "texts_to_fold"];

async fn tenants_are_isolated(db: TestDb) {
    let alike = twins(&db).await;
    let (ours, theirs) = (&alike.ours.tenant, &alike.theirs.tenant);
    let about_them = [theirs.org.id.to_string(), theirs.user.id.to_string(), alike.theirs.api.id.to_string()];
    let before = db.rows_about(&about_them).await;
    let kinds: std::collections::BTreeSet<_> = before.iter().filter_map(|row| row.split(':').next()).collect();
    let without: Vec<_> = db.tables().await.into_iter().filter(|table| !kinds.contains(&**table)).collect();
    assert_eq!(without, NO_TENANTS, "their rows are in every table of tenants");

    limits_count_only_our_own(&db, ours).await;
    for permit in [ours.own(), ours.everyone(), ours.permit(Action::EndOwnSessions), ours.own_of(&alike.ours.account)] {
        reads_find_only_our_own(&db, &alike, &permit).await;
        writes_reach_only_our_own(&db, &alike, &permit).await;
        assert_eq!(db.rows_about(&about_them).await, before);
    }
    usage_of_theirs_is_not_recorded_as_ours(&db, &alike).await;
    our_claims_are_not_theirs(&db, &alike).await;
    their_mail_is_not_ours_to_send(&db, &alike).await;
    assert_eq!(db.rows_about(&about_them).await, before);
    let membership = db.store.membership(ours.user.id, theirs.org.id).await.unwrap();
    assert!(membership.is_none());
    assert_eq!(db.store.apis_of(ours.org.id).await.unwrap(), [alike.ours.api]);
    let mut tx = db.store.read(&theirs.own()).await.unwrap();
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 7, unkeyed: 0 });
}

async fn limits_count_only_our_own(db: &TestDb, ours: &Tenant) {
    for permit in [ours.own(), ours.everyone()] {
        let mut tx = db.store.read(&permit).await.unwrap();
        assert_eq!(tx.limits_set().await.unwrap(), [(Limit::Apis, 7)]);
        let counted = [Limit::Credentials, Limit::ServiceAccounts, Limit::Apis, Limit::Scopes, Limit::Operations];
        for limit in counted.into_iter().chain([Limit::Members, Limit::InvitationsADay]) {
            assert_eq!(tx.used_of(limit, 100, at(0)).await.unwrap(), 1, "{limit}: of ours alone");
            assert_eq!(tx.used_of(limit, 0, at(0)).await.unwrap(), 0, "{limit}: counted no further");
        }
    }
}

async fn reads_find_only_our_own(db: &TestDb, alike: &Twins, permit: &Permit) {
    let (ours, theirs) = (&alike.ours, &alike.theirs);
    let mut tx = db.store.read(permit).await.unwrap();
    assert!(matches!(tx.credential(theirs.token.id).await, Err(StoreError::Missing)));
    assert!(matches!(tx.find_by_verifier(&verifier(&theirs.token)).await, Err(StoreError::Missing)));
    assert!(matches!(tx.usage(theirs.token.id, at(0), at(3600)).await, Err(StoreError::Missing)));
    assert!(matches!(tx.refused_calls(theirs.token.id, 10).await, Err(StoreError::Missing)));
    assert!(matches!(tx.usage_sources(theirs.token.id, at(0)).await, Err(StoreError::Missing)));
    let (pats, first) = (CredentialKind::PersonalAccessToken, PageRequest::default());
    let is_ours = |token: &Credential| token.org == ours.tenant.org.id;
    let of_them = [Some(theirs.token.owner), Some(Owner::ServiceAccount(theirs.account.id))];
    for owner in of_them {
        assert!(tx.list_credentials(pats, owner, &first).await.unwrap().items.is_empty());
        let owned =
            InventoryFilter { owner: owner.map(|owner| owner.id(theirs.tenant.org.id)), ..InventoryFilter::default() };
        assert!(tx.inventory(&owned, at(1), &first).await.unwrap().items.is_empty());
    }
    let Page { items, .. } = tx.list_credentials(pats, None, &first).await.unwrap();
    assert!(items.iter().all(is_ours));
    let listed = tx.list_credentials(pats, None, &first).await.unwrap().items.len() as u64;
    assert_eq!(tx.count_credentials(pats).await.unwrap(), listed);
    let Page { items, .. } = tx.inventory(&InventoryFilter::default(), at(1), &first).await.unwrap();
    assert!(items.iter().all(is_ours));
    let theirs_by_id = InventoryFilter { q: Some(theirs.token.id.to_string()), ..InventoryFilter::default() };
    assert!(tx.inventory(&theirs_by_id, at(1), &first).await.unwrap().items.is_empty());
    assert!(tx.owner_names().await.unwrap().iter().all(|known| known.owner != theirs.token.owner));
    assert!(matches!(tx.service_account(theirs.account.id).await, Err(StoreError::Missing)));
    let accounts = tx.list_service_accounts(&first).await.unwrap().items;
    assert!(accounts.iter().all(|account| account.org == ours.tenant.org.id));
    assert!(matches!(tx.member(theirs.tenant.user.id).await, Err(StoreError::Missing)));
    assert!(!tx.has_member(&theirs.tenant.user.email).await.unwrap());
    assert!(tx.has_member(&ours.tenant.user.email).await.unwrap());
    let members = tx.list_members(None, &first).await.unwrap().items;
    assert!(members.iter().all(|member| member.user == ours.tenant.user) && members.len() == 1);
    assert_eq!(tx.count_owners().await.unwrap(), 1);
    assert!(matches!(tx.invitation(theirs.invitation.id).await, Err(StoreError::Missing)));
    assert_eq!(tx.open_invitations(at(1)).await.unwrap(), std::slice::from_ref(&ours.invitation));
    assert!(matches!(tx.custom_role(theirs.role.id).await, Err(StoreError::Missing)));
    let roles = tx.custom_roles(at(1)).await.unwrap();
    assert!(roles.iter().all(|listed| listed.role == ours.role) && roles.len() == 1);
    assert_eq!(tx.count_custom_roles().await.unwrap(), 1);
    assert!(tx.role_holders(theirs.role.id, at(1), 9).await.unwrap().is_empty());
    assert_eq!(tx.policies().await.unwrap().of(CredentialKind::PersonalAccessToken), &ours.policy);
    let exceptions = tx.exceptions(at(1)).await.unwrap();
    assert!(exceptions.iter().all(|one| one.credential == ours.token.id) && exceptions.len() == 1);
    assert!(matches!(tx.token_request(theirs.token.id).await, Err(StoreError::Missing)));
    for state in RequestState::ALL {
        let asked = tx.token_requests(state, at(1), &first).await.unwrap().items;
        assert!(asked.iter().all(|request| request.credential.id == ours.token.id));
    }
    assert_eq!(tx.offboarding(theirs.tenant.user.id).await.unwrap(), None);
    let offboarded = tx.offboardings().await.unwrap();
    assert!(offboarded.iter().all(|left| left.offboarding.user == ours.tenant.user.id) && offboarded.len() == 1);
    assert_eq!(tx.grace_period_days().await.unwrap(), 0);
    assert_eq!(tx.calls_of_abandoned(at(-3600)).await.unwrap(), []);
    assert!(matches!(tx.authorized_token(ours.token.id).await, Err(StoreError::Missing)), "that is theirs to see");
    assert_eq!(tx.authorizations_of(theirs.token.id).await.unwrap(), []);
    assert!(tx.authorized_tokens(at(1), &first).await.unwrap().items.is_empty(), "of somebody who is no member here");
    assert!(matches!(tx.due_mail(theirs.mail, at(9)).await, Err(StoreError::Missing)));
    assert_eq!(tx.mail_of_invitations(at(-1)).await.unwrap(), [(ours.invitation.id, MailState::Waiting)]);
    assert_eq!(tx.count_mail_of_invitations(at(-1)).await.unwrap(), 1);
    assert_eq!(tx.addresses_of_managers().await.unwrap(), std::slice::from_ref(&ours.tenant.user.email));
    let hours = tx.usage_of_org(at(-3600), at(3600)).await.unwrap();
    assert_eq!(hours.iter().map(|hour| hour.count).sum::<u64>(), 1);
    assert!(tx.top_callers(at(-3600), 10).await.unwrap().iter().all(|caller| caller.id == ours.token.id));
    assert!(matches!(tx.api(theirs.api.id).await, Err(StoreError::Missing)));
    assert_eq!(tx.api_identities().await.unwrap().iter().map(|api| api.id).collect::<Vec<_>>(), [ours.api.id]);
    assert_eq!(tx.api_scopes().await.unwrap().to_string(), ours.api.scopes[0].name.as_str());
    let events = tx.audit_events(&AuditFilter::default(), &first).await.unwrap().items;
    assert!(events.iter().all(|event| event.org_id == ours.tenant.org.id.to_string()));
    let first_event = tx.audit_event(1).await.ok();
    assert!(first_event.is_none_or(|event| event.org_id == ours.tenant.org.id.to_string()));
    for about in [
        AuditFilter { target: Some(theirs.token.id.to_string()), ..AuditFilter::default() },
        AuditFilter { actor: Some(theirs.tenant.user.id.to_string()), ..AuditFilter::default() },
    ] {
        assert!(tx.audit_events(&about, &first).await.unwrap().items.is_empty());
    }
    if let Ok(sessions) = tx.list_sessions(at(1)).await {
        assert!(sessions.iter().all(|session| session.user == ours.tenant.user.id) && !sessions.is_empty());
    }
    assert!(matches!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { .. }));
}

/// Every write is rejected with `Missing`, so the transaction can continue on PostgreSQL too.
async fn writes_reach_only_our_own(db: &TestDb, alike: &Twins, permit: &Permit) {
    let (ours, theirs) = (&alike.ours, &alike.theirs);
    let mut tx = db.store.write(permit).await.unwrap();
    let mut claimed = theirs.token.clone();
    claimed.org = ours.tenant.org.id;
    let planted = theirs.tenant.token("planted");
    let mut planted_account = theirs.tenant.account("planted");
    let for_their_account =
        ours.tenant.credential(CredentialKind::PersonalAccessToken, Owner::ServiceAccount(theirs.account.id), "CI");
    let ended = Secret { retired_at: Some(at(2)), ..claimed.secrets[0].clone() };
    let refused = [
        tx.insert_credential(&planted, Some(&stored(&planted))).await,
        tx.insert_credential(&for_their_account, None).await,
        tx.insert_alike(&planted, &[]).await,
        tx.update_credential(&theirs.token).await,
        tx.update_credential(&claimed).await,
        tx.revoke_credential(claimed.id, at(2)).await,
        tx.insert_secret(claimed.id, &stored_secret(&secret(at(2)))).await,
        tx.update_secret(claimed.id, &ended).await,
        tx.transfer_credential(theirs.token.id, ours.account.id).await,
        tx.transfer_credential(ours.token.id, theirs.account.id).await,
        tx.update_api(&theirs.api).await,
        tx.remove_api_scope(theirs.api.id, &theirs.api.scopes[0].name).await,
        tx.remove_operation(theirs.api.id, &theirs.api.operations[0].id).await,
        tx.update_api_scopes(theirs.api.id, &theirs.api.scopes).await,
        tx.give_notice(theirs.token.id, theirs.token.first_notice_at().unwrap(), None).await,
        tx.notice_due_at(theirs.token.id).await.map(|_| ()),
        tx.update_secret(ours.token.id, &ended).await,
        tx.insert_service_account(&planted_account).await,
        tx.insert_api(&api(Some(theirs.tenant.org.id), "https://planted.test", "a")).await,
        tx.insert_api(&api(None, "https://planted.test", "a")).await,
        tx.add_api_scopes(theirs.api.id, &[api_scope("planted")]).await,
        tx.add_operations(theirs.api.id, &[operation("planted", "a")]).await,
        tx.complete_claim(&theirs.claim, "planted", None).await,
        tx.insert_org(&theirs.tenant.org).await,
        tx.delete_exception(theirs.token.id).await,
        tx.decide_token_request(theirs.token.id, &denied(&ours.token)).await,
        tx.approve_credential(&theirs.token).await,
        tx.insert_org_authorization(&authorization(&ours.token, &theirs.tenant, &ours.tenant)).await,
        tx.insert_org_authorization(&authorization(&theirs.token, &ours.tenant, &ours.tenant)).await,
        tx.delete_org_authorization(ours.token.id).await,
        tx.decide_org_authorization(&decided(&ours.token, &theirs.tenant, &ours.tenant)).await,
        tx.end_invitation(theirs.invitation.id, at(2)).await,
        tx.update_role(theirs.tenant.user.id, &Role::Viewer.into()).await,
        tx.update_custom_role(&theirs.role).await,
        tx.delete_custom_role(theirs.role.id, at(2)).await,
        tx.delete_membership(theirs.tenant.user.id).await,
        tx.update_grace(theirs.tenant.user.id, at(9)).await,
        tx.end_session(theirs.tenant.session).await,
    ];
    for refused in refused {
        assert!(matches!(refused, Err(StoreError::Missing)), "{refused:?}");
    }
    // Commit our own rows, and with them any write that should have been rejected.
    planted_account = ours.tenant.account("ours");
    let kept = match permit.owner() {
        None => tx.insert_service_account(&planted_account).await,
        Some(Owner::User(_)) => {
            tx.end_other_sessions(ours.tenant.session).await.unwrap();
            insert(&mut tx, &ours.tenant.token("ours")).await;
            Ok(())
        }
        Some(owner) => {
            insert(&mut tx, &ours.tenant.credential(CredentialKind::PersonalAccessToken, owner, "ours")).await;
            Ok(())
        }
    };
    kept.unwrap();
    tx.commit(event(AuditAction::CredentialIssued, &ours.token)).await.unwrap();
}

fn decided(token: &Credential, org: &Tenant, owner: &Tenant) -> OrgAuthorization {
    OrgAuthorization { decision: Some(denied(token)), ..authorization(token, org, owner) }
}

fn denied(by: &Credential) -> Decision {
    Decision { outcome: Outcome::Denied, by: by.created_by.clone(), at: at(2), note: "no".to_owned() }
}

/// Their mail with our organization's permit is not found.
async fn their_mail_is_not_ours_to_send(db: &TestDb, alike: &Twins) {
    let (theirs, job) = (&alike.theirs, Actor::system(alike.ours.tenant.org.id, "deliver_mail"));
    let permit = job.permit(Action::SendMail, &RequestContext::default()).unwrap();
    let mail = Mail {
        id: theirs.mail,
        org: theirs.tenant.org.id,
        about: About::Invitation(theirs.invitation.id),
        recipient: theirs.tenant.user.email.clone(),
        created_at: at(0),
        tries: 0,
    };
    assert!(!db.store.take_mail(&permit, &mail, None).await.unwrap());
    db.store.end_mail(&permit, theirs.mail, Some(at(1))).await.unwrap();
}

async fn our_claims_are_not_theirs(db: &TestDb, alike: &Twins) {
    db.store.release(&alike.ours.claim).await.unwrap();
    assert_eq!(db.store.claim(&request(&alike.theirs.tenant)).await.unwrap(), ClaimOutcome::InFlight);
    assert!(matches!(db.store.claim(&request(&alike.ours.tenant)).await.unwrap(), ClaimOutcome::New(_)));
}

/// Their credential with our organization's id is not found.
async fn usage_of_theirs_is_not_recorded_as_ours(db: &TestDb, alike: &Twins) {
    let claimed = Credential { org: alike.ours.tenant.org.id, ..alike.theirs.token.clone() };
    let before = db.dump().await;
    let batch = [used(&claimed, Some(1), at(9)), used(&claimed, None, at(9))];
    assert_eq!(db.store.record_usage(&batch).await.unwrap(), None);
    db.store.record_refused(&[refused(&claimed, at(9))]).await.unwrap();
    db.store.note_usage_sources(&[traced(&claimed, at(9))]).await.unwrap();
    assert_eq!(db.dump().await, before);
}

async fn a_cursor_of_another_organization_is_refused(db: TestDb) {
    let alike = twins(&db).await;
    let (ours_of, theirs_of) = (&alike.ours.tenant, &alike.theirs.tenant);
    for tenant in [ours_of, theirs_of] {
        db.issued(tenant, "second").await;
    }
    let one = |cursor| PageRequest::new(1, cursor);
    let pats = CredentialKind::PersonalAccessToken;
    let mut theirs = db.store.read(&theirs_of.own()).await.unwrap();
    let cursor = theirs.list_credentials(pats, None, &one(None)).await.unwrap().next_cursor;
    assert!(cursor.is_some());

    let mut ours = db.store.read(&ours_of.own()).await.unwrap();
    assert!(matches!(ours.list_credentials(pats, None, &one(cursor)).await, Err(StoreError::BadCursor)));
    // A user who is a member of both organizations has two separate lists.
    let mut both = ours_of.clone();
    both.org = theirs_of.org.clone();
    both.role = Role::Member;
    let mut there = db.store.read(&both.own()).await.unwrap();
    assert!(there.list_credentials(pats, None, &one(None)).await.unwrap().items.is_empty());
}
