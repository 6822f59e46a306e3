//! Turns an audit event into a sentence: who did what to which target, and how.

use crate::credentials::duration_in_words;
use domain::credential::CredentialKind;
use serde_json::Value;
use service::audit_log::AuditRecord;

/// Parts of a sentence. The target is a name that people chose, so it is rendered separately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sentence {
    /// The verb phrase after the actor's name.
    pub(super) verb: String,
    /// Name of the target, if it has one.
    pub(super) target: Option<String>,
    /// The rest of the sentence, after the target.
    pub(super) rest: String,
}

fn text<'a>(detail: &'a Value, key: &str) -> &'a str {
    detail.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn count(detail: &Value, key: &str) -> u64 {
    match detail.get(key) {
        Some(Value::Array(items)) => items.len() as u64,
        Some(value) => value.as_u64().unwrap_or_default(),
        None => 0,
    }
}

fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Fields that an edit changed: “scopes and networks”.
fn changed(detail: &Value) -> String {
    let words = |field: &str| match field {
        "ip_allowlist" => "networks".to_owned(),
        "rate_limit" => "rate limit".to_owned(),
        "metadata" => "notes".to_owned(),
        "keys" => "public keys".to_owned(),
        field => field.to_owned(),
    };
    let fields: Vec<_> = detail.as_object().map(|map| map.keys().map(|key| words(key)).collect()).unwrap_or_default();
    match fields.split_last() {
        None => String::new(),
        Some((only, [])) => format!(": {only}"),
        Some((last, first)) => format!(": {} and {last}", first.join(", ")),
    }
}

fn kind_of(detail: &Value) -> &'static str {
    text(detail, "kind").parse::<CredentialKind>().map_or("credential", |kind| kind.rules().title)
}

fn overlap(detail: &Value) -> String {
    match detail.get("overlap_seconds").and_then(Value::as_i64) {
        Some(0) => ", ending the old secret at once".to_owned(),
        Some(seconds) => format!(" with {} overlap", duration_in_words(seconds)),
        None => String::new(),
    }
}

/// Reason for a denial: “contacts:write was missing”.
pub(crate) fn refusal_in_words(detail: &Value) -> String {
    match (text(detail, "missing_scopes"), text(detail, "why")) {
        ("", why) => why.to_owned(),
        (missing, _) if missing.contains(' ') => format!("{} were missing", missing.replace(' ', ", ")),
        (missing, _) => format!("{missing} was missing"),
    }
}

/// Name of the actor. Jobs and the command line are recorded by internal names.
pub(super) fn actor_in_words(record: &AuditRecord) -> String {
    let words = match (record.actor_type.as_str(), record.actor_name.as_str()) {
        ("system", "console") => "The operator, on the command line,",
        ("system", "failed_sign_ins" | "refused_requests") => "Someone",
        ("system", "signing_key_schedule") => "Mintmark, on schedule,",
        ("system", _) => "Mintmark",
        (_, name) => name,
    };
    words.to_owned()
}

fn handed_to(detail: &Value) -> &'static str {
    match detail.pointer("/to/type").and_then(Value::as_str) {
        Some("service_account") => " to a service account",
        Some("user") => " to a person",
        _ => "",
    }
}

fn days_left(detail: &Value) -> String {
    match count(detail, "days") {
        1 => " ends within a day".to_owned(),
        days => format!(" ends within {days} days"),
    }
}

fn rotated(detail: &Value) -> String {
    let alg = text(detail, "alg");
    if detail.get("emergency") == Some(&Value::Bool(true)) {
        format!("replaced the {alg} signing key at once; what older keys signed is refused")
    } else {
        format!("published the next {alg} signing key")
    }
}

/// Effect of a policy: “, which hits 3 credentials”.
fn policy_words(detail: &Value) -> String {
    match count(detail, "affected") {
        0 => String::new(),
        affected => format!(", which hits {}", counted(affected, "credential")),
    }
}

fn with_note(detail: &Value) -> String {
    match text(detail, "note") {
        "" => String::new(),
        note => format!(": {note}"),
    }
}

/// Number of attempts if there were several: “, 3 times”.
fn attempts(detail: &Value) -> String {
    match count(detail, "attempts") {
        0 | 1 => String::new(),
        attempts => format!(", {attempts} times"),
    }
}

pub(super) fn sentence(record: &AuditRecord) -> Sentence {
    let detail = &record.detail;
    let say = |verb: &str, rest: String| Sentence { verb: verb.to_owned(), target: record.target_name.clone(), rest };
    let alone = |verb: String| Sentence { verb, ..Sentence::default() };
    match record.action.as_str() {
        "organization.created" => say("created the organization", String::new()),
        "session.started" => alone("signed in".to_owned()),
        "session.ended" => alone("ended a session".to_owned()),
        "session.others_ended" => alone(format!("ended {}", counted(count(detail, "ended"), "other session"))),
        "credential.issued" => say(&format!("issued the {}", kind_of(detail)), String::new()),
        "credential.updated" => say("changed", changed(detail)),
        "credential.rolled" => say("rolled", overlap(detail)),
        "credential.roll_cancelled" => say("cancelled the roll of", String::new()),
        "credential.roll_finished" => say("finished the roll of", String::new()),
        "credential.disabled" if text(detail, "reason") == "idle" => {
            say("disabled", format!(", which was not used for {}", counted(count(detail, "max_idle_days"), "day")))
        }
        "credential.disabled" if text(detail, "reason") == "owner_returned" => {
            say("came back, which stopped", " until its owner confirms it".to_owned())
        }
        "credential.disabled" => say("disabled", String::new()),
        "credential.enabled" if text(detail, "reason") == "owner_confirmed" => {
            say("confirmed", ", which had stopped when its owner came back".to_owned())
        }
        "credential.enabled" => say("enabled", String::new()),
        "credential.revoked" => say("revoked", String::new()),
        "credential.transferred" => say("transferred", handed_to(detail).to_owned()),
        "credential.expiring" => say("gave notice that", days_left(detail)),
        "credential.expired" => say("gave notice that", " has expired".to_owned()),
        "credentials.loaded" => {
            say(&format!("loaded {} into", counted(count(detail, "count"), kind_of(detail))), String::new())
        }
        "credential.exchanged" => say("got an access token for", " by token exchange".to_owned()),
        "access_token.tested" => say("got a test access token of", String::new()),
        "access_token.revoked" => alone("revoked an access token".to_owned()),
        "signing_key.rotated" => alone(rotated(detail)),
        "credential.denied" => {
            let because = match refusal_in_words(detail) {
                because if because.is_empty() => because,
                because => format!(": {because}"),
            };
            match record.actor_type.as_str() {
                "system" => say("was refused a request with", because),
                _ => Sentence { verb: format!("was refused something{because}"), ..Sentence::default() },
            }
        }
        "service_account.created" => say("created the service account", format!(" as {}", text(detail, "role"))),
        "member.invited" => say("invited", format!(" as {}", role_of(detail, "role"))),
        "member.invitation_withdrawn" => say("took back the invitation of", String::new()),
        "member.joined" => say("joined, as", format!(" {}", role_of(detail, "role"))),
        "member.role_changed" => {
            say("changed the role of", format!(" from {} to {}", role_of(detail, "before"), role_of(detail, "after")))
        }
        "member.removed" => say("removed", format!(", who was {}", role_of(detail, "role"))),
        "member.left" => say("left, as", format!(" {}", role_of(detail, "role"))),
        "role.created" => say("made the role", String::new()),
        "role.updated" => say("changed the role", role_changes(detail)),
        "role.deleted" => say("deleted the role", String::new()),
        "policy.updated" => say("changed the policy for", policy_words(detail)),
        "policy.exception_granted" => say("let off its policy", format!(": {}", text(detail, "note"))),
        "policy.exception_ended" => say("ended the exception of", String::new()),
        "credential.approved" => say("approved", with_note(detail)),
        "credential.approval_denied" => say("denied approval of", with_note(detail)),
        "org_authorization.granted" if detail.get("needs_approval") == Some(&Value::Bool(true)) => {
            say("asked for approval of", ", a token of another organization".to_owned())
        }
        "org_authorization.granted" => say("authorized", ", a token of another organization, to work here".to_owned()),
        "org_authorization.approved" => say("approved another organization's token", with_note(detail)),
        "org_authorization.denied" => say("denied approval of another organization's token", with_note(detail)),
        "org_authorization.ended" => say("took back that another organization's token works here,", String::new()),
        "member.grace_changed" => say("changed when the tokens of", " stop, having left".to_owned()),
        "organization.settings_changed" => say("changed the settings of", String::new()),
        "platform.transferred" => say("made", " the platform organization".to_owned()),
        "api.created" => say("defined the API", format!(" with {}", counted(count(detail, "scopes"), "scope"))),
        "api.updated" => {
            let (scopes, operations) = (count(detail, "scopes"), count(detail, "operation_count"));
            let parts = [(scopes, "scope"), (operations, "operation")];
            if scopes + operations == 0 {
                return say("changed the API", String::new());
            }
            let parts = parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| counted(number, noun));
            say("extended the API", format!(" by {}", parts.collect::<Vec<_>>().join(" and ")))
        }
        "sign_in.failed" => say("failed to sign in as", attempts(detail)),
        "audit.chain_keyed" => alone("keyed the audit log: every event up to here is sealed by this one".to_owned()),
        other => say(&other.replace(['.', '_'], " "), String::new()),
    }
}

/// Name of a role: the built-in code, or the name of a custom role at that time.
fn role_of<'a>(detail: &'a Value, field: &str) -> &'a str {
    let code = text(detail, field);
    match code.starts_with("rol_") {
        true => text(detail, &format!("{field}_name")),
        false => code,
    }
}

/// Scopes that a role gained and lost, or else the other fields that changed.
fn role_changes(detail: &Value) -> String {
    let scopes = |target: &str| {
        let names = detail["scopes"][target].as_array().into_iter().flatten().filter_map(Value::as_str);
        names.collect::<Vec<_>>().join(", ")
    };
    let (added, removed) = (scopes("added"), scopes("removed"));
    match (added.is_empty(), removed.is_empty()) {
        (true, true) => changed(detail),
        (false, true) => format!(": added {added}"),
        (true, false) => format!(": removed {removed}"),
        (false, false) => format!(": added {added}; removed {removed}"),
    }
}

/// Actions the filter offers, with their labels.
pub(super) const ACTIONS: [(&str, &str); 47] = [
    ("credential.issued", "Issued"),
    ("credential.updated", "Changed"),
    ("credential.rolled", "Rolled"),
    ("credential.roll_cancelled", "Roll cancelled"),
    ("credential.roll_finished", "Roll finished"),
    ("credential.disabled", "Disabled"),
    ("credential.enabled", "Enabled"),
    ("credential.revoked", "Revoked"),
    ("credential.transferred", "Transferred"),
    ("credential.expiring", "Notice of an end"),
    ("credential.expired", "Expired"),
    ("credentials.loaded", "Loaded for measuring"),
    ("credential.exchanged", "Exchanged for an access token"),
    ("credential.denied", "Refused"),
    ("access_token.tested", "Test token issued"),
    ("access_token.revoked", "Access token revoked"),
    ("service_account.created", "Service account created"),
    ("policy.updated", "Policy changed"),
    ("policy.exception_granted", "Exception made"),
    ("policy.exception_ended", "Exception ended"),
    ("credential.approved", "Approved"),
    ("credential.approval_denied", "Approval denied"),
    ("org_authorization.granted", "Authorized for here"),
    ("org_authorization.approved", "Approved for here"),
    ("org_authorization.denied", "Denied for here"),
    ("org_authorization.ended", "Taken back for here"),
    ("member.invited", "Invited"),
    ("member.invitation_withdrawn", "Invitation taken back"),
    ("member.joined", "Joined"),
    ("member.role_changed", "Role changed"),
    ("role.created", "Role made"),
    ("role.updated", "Role changed in what it may do"),
    ("role.deleted", "Role deleted"),
    ("member.removed", "Removed"),
    ("member.left", "Left"),
    ("member.grace_changed", "Grace changed"),
    ("organization.settings_changed", "Settings changed"),
    ("api.created", "API defined"),
    ("api.updated", "API extended"),
    ("session.started", "Signed in"),
    ("session.ended", "Session ended"),
    ("session.others_ended", "Other sessions ended"),
    ("organization.created", "Organization created"),
    ("signing_key.rotated", "Signing key rotated"),
    ("audit.chain_keyed", "Audit log keyed"),
    ("sign_in.failed", "Sign-in failed"),
    ("platform.transferred", "Platform transferred"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::AuditAction;
    use serde_json::json;

    #[test]
    fn every_action_can_be_filtered_by() {
        let offered: Vec<_> = ACTIONS.iter().map(|(name, _)| *name).collect();
        for action in AuditAction::ALL {
            assert!(offered.contains(&action.as_str()), "{}", action.as_str());
        }
        assert_eq!(offered.len(), AuditAction::ALL.len());
    }

    #[test]
    fn details_are_said_in_words() {
        assert_eq!(overlap(&json!({ "overlap_seconds": 86_400 })), " with 1 day overlap");
        assert_eq!(overlap(&json!({ "overlap_seconds": 0 })), ", ending the old secret at once");
        assert_eq!(changed(&json!({ "scopes": {}, "ip_allowlist": {} })), ": networks and scopes");
        assert_eq!(refusal_in_words(&json!({ "missing_scopes": "a b" })), "a, b were missing");
        assert_eq!(refusal_in_words(&json!({ "why": "a person is needed" })), "a person is needed");
        assert_eq!(days_left(&json!({ "days": 7 })), " ends within 7 days");
        assert_eq!(handed_to(&json!({ "to": { "type": "service_account", "id": "svc_1" } })), " to a service account");
        assert_eq!(rotated(&json!({ "alg": "ES256", "emergency": false })), "published the next ES256 signing key");
        assert_eq!(kind_of(&json!({ "kind": "api_key" })), "API key");
        assert_eq!(role_of(&json!({ "role": "rol_1", "role_name": "Support" }), "role"), "Support");
        assert_eq!(role_of(&json!({ "role": "admin", "role_name": "Admin" }), "role"), "admin");
        assert_eq!(
            role_changes(&json!({ "scopes": { "added": ["a"], "removed": ["b", "c"] } })),
            ": added a; removed b, c"
        );
        assert_eq!(attempts(&json!({ "attempts": 1 })), "");
        assert_eq!(attempts(&json!({ "attempts": 12 })), ", 12 times");
        assert_eq!(counted(count(&json!({ "ended": 1 }), "ended"), "other session"), "1 other session");
    }
}
