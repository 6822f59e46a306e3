//! The stored JSON of every audit event. A stored event is part of the public contract, and it never changes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

use domain::audit::{AuditAction, AuditDetail};
use serde_json::Value;
use std::collections::BTreeSet;

/// One event for each form of its data, with the name of the event first.
const STORED: &str = r#"
access_token.revoked {"client_id":"cli_01h455vb4pex5vsknk084sn02q","credential_id":"cli_01h455vb4pex5vsknk084sn02q","sub":"cli_1"}
access_token.tested {"aud":"urn:a","jti":"j","scope":"a:b"}
api.created {"audience":"urn:a","operations":0,"scopes":2}
api.updated {"access_token_seconds":{"after":60,"before":600},"name":{"after":"b","before":"a"}}
api.updated {"operation_count":1,"operations":["o"],"reworded_scopes":["c"],"scopes":["a","b"]}
api.updated {"operation_count":1,"operations":["o"],"scopes":[]}
api.updated {"removed_operations":["o"]}
api.updated {"removed_scopes":["a"]}
audit.chain_keyed {}
credential.approval_denied {"asked_for":["a"],"note":"no","scopes":["a"]}
credential.approved {"asked_for":["a","b"],"note":"","scopes":["a"]}
credential.denied {"asked_for":"issue_api_key","missing_scopes":"a b","why":"a scope is missing"}
credential.denied {"asked_for":"revoke_presented","why":"the token is not this client's"}
credential.disabled {"last_used_at":null,"max_idle_days":30,"reason":"idle"}
credential.disabled {"reason":"owner_returned"}
credential.disabled {}
credential.enabled {"reason":"owner_confirmed"}
credential.enabled {}
credential.exchanged {"aud":["urn:a","urn:b"],"client_id":"cli_01h455vb4pex5vsknk084sn02q","jti":"j","scope":""}
credential.expired {"expires_at":"2027-01-31T09:00:00.000Z"}
credential.expiring {"days":7,"expires_at":"2027-01-31T09:00:00.000Z"}
credential.issued {"expires_at":null,"justification":null,"kind":"api_key","needs_approval":false,"redacted":"mint_key_…abcd","resources":["project:a"],"scopes":["a"]}
credential.revoked {"last_used_at":"2027-01-31T09:00:00.000Z","redacted":"r","was":"active"}
credential.roll_cancelled {"redacted":"r"}
credential.roll_finished {"ended":["r"]}
credential.rolled {"overlap_seconds":0,"redacted":"r"}
credential.transferred {"from":{"id":"usr_1","type":"user"},"to":{"id":"svc_1","type":"service_account"}}
credential.updated {"keys":{"added":"an earlier release"}}
credential.updated {"keys":{"added":["k"]}}
credential.updated {"keys":{"removed":["k"]}}
credential.updated {"quota":{"after":null,"before":{"calls":1}},"scopes":{"after":["a"],"before":[]}}
credentials.loaded {"count":2,"kind":"api_key","names":["a","b"],"scopes":["contacts:read"]}
credentials.loaded {"limits":"lifted"}
member.grace_changed {"after":"2027-01-31T09:00:00.000Z","before":"2027-01-30T09:00:00.000Z"}
member.invitation_withdrawn {}
member.invited {"expires_at":"2027-01-31T09:00:00.000Z","mailed":true,"role":"member","role_name":"Member"}
member.joined {"invited_by":"usr_1","proved_address":true,"role":"rol_1","role_name":"Support"}
member.joined {"role":"member"}
member.left {"grace_ends_at":"2027-01-31T09:00:00.000Z","role":"member","role_name":"Member"}
member.removed {"grace_ends_at":"2027-01-31T09:00:00.000Z","role":"member","role_name":"Member"}
member.role_changed {"after":"admin","after_name":"Admin","before":"rol_1","before_name":"Support"}
org_authorization.approved {"note":"","owner":"usr_01h455vb4pex5vsknk084sn02q","scopes":["a"]}
org_authorization.denied {"note":"no","owner":"usr_01h455vb4pex5vsknk084sn02q","scopes":["a"]}
org_authorization.ended {"by_owner":false,"last_used_at":null,"max_idle_days":30,"owner":"usr_01h455vb4pex5vsknk084sn02q","reason":"idle","redacted":"r"}
org_authorization.ended {"by_owner":true,"owner":"usr_01h455vb4pex5vsknk084sn02q","redacted":"r"}
org_authorization.granted {"expires_at":null,"needs_approval":true,"redacted":"r","resources":[],"scopes":["a"]}
organization.created {"owner":"usr_01h455vb4pex5vsknk084sn02q","slug":"acme"}
organization.settings_changed {"limit":"apis","value":null}
organization.settings_changed {"grace_period_days":{"after":3,"before":30}}
platform.transferred {"from":"org_01h455vb4pex5vsknk084sn02q","to":"org_01h455vb4pex5vsknk084sn02q"}
policy.exception_ended {}
policy.exception_granted {"ends_at":"2027-01-31T09:00:00.000Z","note":"n"}
policy.updated {"affected":3,"after":{"must_expire":true},"before":null,"enforced_at":"2027-01-31T09:00:00.000Z","warns_at":"2027-01-31T09:00:00.000Z"}
role.created {"reach":"own","scopes":["a"]}
role.deleted {"reach":"everyone","scopes":[]}
role.updated {"name":{"after":"b","before":"a"},"scopes":{"added":["a"],"removed":[]}}
service_account.created {"role":"member"}
session.ended {}
session.others_ended {"ended":2}
session.started {"method":"password"}
sign_in.failed {"attempts":3,"last_attempt_at":"2027-01-31T09:00:00.000Z"}
signing_key.rotated {"activates_at":"2027-01-31T09:00:00.000Z","alg":"ES256","emergency":false}
"#;

#[test]
fn every_event_is_read_and_written_as_it_is_stored() {
    let mut seen = BTreeSet::new();
    for line in STORED.trim().lines() {
        let (action, stored) = line.split_once(' ').unwrap();
        let detail = AuditDetail::read(action, &serde_json::from_str(stored).unwrap());
        let detail = detail.unwrap_or_else(|| panic!("not read: {line}"));
        assert_eq!((detail.action().as_str(), detail.to_json().to_string().as_str()), (action, stored));
        seen.insert(action);
    }
    assert_eq!(seen, AuditAction::ALL.into_iter().map(AuditAction::as_str).collect());
}

#[test]
fn an_event_of_another_release_is_not_read() {
    assert_eq!(AuditDetail::read("webhook.sent", &Value::Null), None);
}
