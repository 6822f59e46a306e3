//! Turns an audit event into a sentence: who did what to which target, and how.

use crate::credentials::duration_in_words;
use domain::audit::{
    AuditDetail,
    detail::{ApiChange, Changes, DisabledBy, EnabledBy, Field, FieldChange, Load},
};
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

fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Fields that an edit changed: “scopes and networks”.
fn changed(changes: &Changes) -> String {
    let fields: Vec<_> = changes.fields().map(Field::title).collect();
    match fields.split_last() {
        None => String::new(),
        Some((only, [])) => format!(": {only}"),
        Some((last, first)) => format!(": {} and {last}", first.join(", ")),
    }
}

fn overlap(seconds: i64) -> String {
    match seconds {
        0 => ", ending the old secret at once".to_owned(),
        seconds => format!(" with {} overlap", duration_in_words(seconds)),
    }
}

/// Reason for a denial: “contacts:write was missing”. Empty for another event.
pub(crate) fn refusal_in_words(record: &AuditRecord) -> String {
    match AuditDetail::read(&record.action, &record.detail) {
        Some(AuditDetail::CredentialDenied { why, missing_scopes, .. }) => reason(&why, missing_scopes.as_deref()),
        _ => String::new(),
    }
}

fn reason(why: &str, missing: Option<&str>) -> String {
    match missing.unwrap_or_default() {
        "" => why.to_owned(),
        missing if missing.contains(' ') => format!("{} were missing", missing.replace(' ', ", ")),
        missing => format!("{missing} was missing"),
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

fn handed_to(kind: &str) -> &'static str {
    match kind {
        "service_account" => " to a service account",
        "user" => " to a person",
        _ => "",
    }
}

fn days_left(days: i64) -> String {
    match days {
        1 => " ends within a day".to_owned(),
        days => format!(" ends within {days} days"),
    }
}

/// Effect of a policy: “, which hits 3 credentials”.
fn policy_words(affected: u64) -> String {
    match affected {
        0 => String::new(),
        affected => format!(", which hits {}", counted(affected, "credential")),
    }
}

fn with_note(note: &str) -> String {
    match note {
        "" => String::new(),
        note => format!(": {note}"),
    }
}

/// Number of attempts if there were several: “, 3 times”.
fn attempts(attempts: u64) -> String {
    match attempts {
        0 | 1 => String::new(),
        attempts => format!(", {attempts} times"),
    }
}

/// Name of a role: the built-in code, or the name of a custom role at that time.
fn role<'a>(code: &'a str, name: &'a str) -> &'a str {
    if code.starts_with("rol_") { name } else { code }
}

/// Scopes that a role gained and lost, or else the other fields that changed.
fn role_changes(changes: &Changes) -> String {
    let names = |list: &Option<Vec<String>>| list.as_ref().map(|names| names.join(", ")).unwrap_or_default();
    let (added, removed) = match changes.of(Field::Scopes) {
        Some(FieldChange::Extended { added, removed }) => (names(added), names(removed)),
        _ => <(String, String)>::default(),
    };
    match (added.is_empty(), removed.is_empty()) {
        (true, true) => changed(changes),
        (false, true) => format!(": added {added}"),
        (true, false) => format!(": removed {removed}"),
        (false, false) => format!(": added {added}; removed {removed}"),
    }
}

/// Verb and rest of the sentence about a changed API.
fn api_change(change: &ApiChange) -> (&'static str, String) {
    let (scopes, operations) = match change {
        ApiChange::Extended { scopes, operation_count, .. } => (scopes.len() as u64, *operation_count),
        ApiChange::RemovedScopes { .. } | ApiChange::RemovedOperations { .. } | ApiChange::Edited(_) => (0, 0),
    };
    let parts = [(scopes, "scope"), (operations, "operation")];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| counted(number, noun));
    match parts.collect::<Vec<_>>().join(" and ") {
        parts if parts.is_empty() => ("changed the API", parts),
        parts => ("extended the API", format!(" by {parts}")),
    }
}

pub(super) fn sentence(record: &AuditRecord) -> Sentence {
    let say = |verb: &str, rest: &str| Sentence {
        verb: verb.to_owned(),
        target: record.target_name.clone(),
        rest: rest.to_owned(),
    };
    match AuditDetail::read(&record.action, &record.detail) {
        Some(detail) => said(&detail, record.actor_type == "system", say),
        None => say(&record.action.replace(['.', '_'], " "), ""),
    }
}

fn alone(verb: impl Into<String>) -> Sentence {
    Sentence { verb: verb.into(), ..Sentence::default() }
}

/// The sentence for each event. `say` adds the target. `by_job` is true if no person and no credential acted.
fn said(detail: &AuditDetail, by_job: bool, say: impl Fn(&str, &str) -> Sentence) -> Sentence {
    use AuditDetail as D;
    match detail {
        D::OrganizationCreated { .. } => say("created the organization", ""),
        D::SessionStarted { .. } => alone("signed in"),
        D::SessionEnded {} => alone("ended a session"),
        D::OtherSessionsEnded { ended } => alone(format!("ended {}", counted(*ended, "other session"))),
        D::CredentialIssued { kind, .. } => say(&format!("issued the {}", kind.rules().title), ""),
        D::CredentialUpdated(changes) => say("changed", &changed(changes)),
        D::CredentialRolled { overlap_seconds, .. } => say("rolled", &overlap(*overlap_seconds)),
        D::CredentialRollCancelled { .. } => say("cancelled the roll of", ""),
        D::CredentialRollFinished { .. } => say("finished the roll of", ""),
        D::CredentialDisabled { by: Some(DisabledBy::Idle { max_idle_days, .. }) } => {
            let days = counted(max_idle_days.unwrap_or_default().into(), "day");
            say("disabled", &format!(", which was not used for {days}"))
        }
        D::CredentialDisabled { by: Some(DisabledBy::OwnerReturned) } => {
            say("came back, which stopped", " until its owner confirms it")
        }
        D::CredentialDisabled { by: None } => say("disabled", ""),
        D::CredentialEnabled { by: Some(EnabledBy::OwnerConfirmed) } => {
            say("confirmed", ", which had stopped when its owner came back")
        }
        D::CredentialEnabled { by: None } => say("enabled", ""),
        D::CredentialRevoked { .. } => say("revoked", ""),
        D::CredentialTransferred { to, .. } => say("transferred", handed_to(&to.kind)),
        D::CredentialExpiring { days, .. } => say("gave notice that", &days_left(*days)),
        D::CredentialExpired { .. } => say("gave notice that", " has expired"),
        D::CredentialsLoaded(Load::Credentials { kind, count, .. }) => {
            say(&format!("loaded {} into", counted(*count, kind.rules().title)), "")
        }
        D::CredentialsLoaded(Load::Limits { .. }) => say("lifted the limits of", ""),
        D::CredentialExchanged { .. } => say("got an access token for", " by token exchange"),
        D::CredentialDenied { why, missing_scopes, .. } => {
            let because = with_note(&reason(why, missing_scopes.as_deref()));
            if by_job {
                say("was refused a request with", &because)
            } else {
                alone(format!("was refused something{because}"))
            }
        }
        D::AccessTokenTested { .. } => say("got a test access token of", ""),
        D::AccessTokenRevoked { .. } => alone("revoked an access token"),
        D::SigningKeyRotated { alg, emergency: true, .. } => {
            alone(format!("replaced the {} signing key at once; what older keys signed is refused", alg.as_str()))
        }
        D::SigningKeyRotated { alg, .. } => alone(format!("published the next {} signing key", alg.as_str())),
        D::ServiceAccountCreated { role } => say("created the service account", &format!(" as {}", role.as_str())),
        D::MemberInvited { role: code, role_name, .. } => say("invited", &format!(" as {}", role(code, role_name))),
        D::InvitationWithdrawn {} => say("took back the invitation of", ""),
        D::MemberJoined { role: code, role_name, .. } => {
            say("joined, as", &format!(" {}", role(code, role_name.as_deref().unwrap_or_default())))
        }
        D::MemberRoleChanged { before, before_name, after, after_name } => {
            let (from, to) = (role(before, before_name), role(after, after_name));
            say("changed the role of", &format!(" from {from} to {to}"))
        }
        D::MemberRemoved { role: code, role_name, .. } => {
            say("removed", &format!(", who was {}", role(code, role_name)))
        }
        D::MemberLeft { role: code, role_name, .. } => say("left, as", &format!(" {}", role(code, role_name))),
        D::RoleCreated { .. } => say("made the role", ""),
        D::RoleUpdated(changes) => say("changed the role", &role_changes(changes)),
        D::RoleDeleted { .. } => say("deleted the role", ""),
        D::PolicyUpdated { affected, .. } => say("changed the policy for", &policy_words(*affected)),
        D::PolicyExceptionGranted { note, .. } => say("let off its policy", &format!(": {note}")),
        D::PolicyExceptionEnded {} => say("ended the exception of", ""),
        D::CredentialApproved { note, .. } => say("approved", &with_note(note)),
        D::CredentialApprovalDenied { note, .. } => say("denied approval of", &with_note(note)),
        D::OrgAuthorizationGranted { needs_approval: true, .. } => {
            say("asked for approval of", ", a token of another organization")
        }
        D::OrgAuthorizationGranted { .. } => say("authorized", ", a token of another organization, to work here"),
        D::OrgAuthorizationApproved { note, .. } => say("approved another organization's token", &with_note(note)),
        D::OrgAuthorizationDenied { note, .. } => {
            say("denied approval of another organization's token", &with_note(note))
        }
        D::OrgAuthorizationEnded { .. } => say("took back that another organization's token works here,", ""),
        D::MemberGraceChanged(_) => say("changed when the tokens of", " stop, having left"),
        D::OrganizationSettingsChanged(_) => say("changed the settings of", ""),
        D::PlatformTransferred { .. } => say("made", " the platform organization"),
        D::ApiCreated { scopes, .. } => say("defined the API", &format!(" with {}", counted(*scopes as u64, "scope"))),
        D::ApiUpdated(change) => {
            let (verb, rest) = api_change(change);
            say(verb, &rest)
        }
        D::SignInFailed { attempts: number, .. } => say("failed to sign in as", &attempts(*number)),
        D::AuditChainKeyed {} => alone("keyed the audit log: every event up to here is sealed by this one"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn sentence_of(action: &str, detail: Value) -> String {
        let detail = AuditDetail::read(action, &detail).unwrap();
        let say = |verb: &str, rest: &str| Sentence { verb: verb.to_owned(), target: None, rest: rest.to_owned() };
        let said = said(&detail, false, say);
        format!("{} X{}", said.verb, said.rest)
    }

    #[test]
    fn details_are_said_in_words() {
        for (action, detail, expected) in [
            ("credential.rolled", json!({ "overlap_seconds": 86_400, "redacted": "" }), "rolled X with 1 day overlap"),
            (
                "credential.rolled",
                json!({ "overlap_seconds": 0, "redacted": "" }),
                "rolled X, ending the old secret at once",
            ),
            (
                "credential.updated",
                json!({ "scopes": { "before": [], "after": ["a"] }, "ip_allowlist": { "before": [], "after": [] } }),
                "changed X: networks and scopes",
            ),
            ("credential.updated", json!({ "keys": { "added": "one" } }), "changed X: public keys"),
            ("credential.expiring", json!({ "days": 7, "expires_at": null }), "gave notice that X ends within 7 days"),
            (
                "credential.transferred",
                json!({ "from": { "type": "user", "id": "usr_1" }, "to": { "type": "service_account", "id": "svc_1" } }),
                "transferred X to a service account",
            ),
            (
                "signing_key.rotated",
                json!({ "alg": "ES256", "activates_at": "2027-01-31T09:00:00Z", "emergency": false }),
                "published the next ES256 signing key X",
            ),
            (
                "member.left",
                json!({ "role": "rol_1", "role_name": "Support", "grace_ends_at": null }),
                "left, as X Support",
            ),
            ("member.left", json!({ "role": "admin", "role_name": "Admin" }), "left, as X admin"),
            ("member.left", json!({ "role": "admin" }), "left, as X admin"),
            (
                "role.updated",
                json!({ "scopes": { "added": ["a"], "removed": ["b", "c"] } }),
                "changed the role X: added a; removed b, c",
            ),
            ("sign_in.failed", json!({ "attempts": 1 }), "failed to sign in as X"),
            ("sign_in.failed", json!({ "attempts": 12 }), "failed to sign in as X, 12 times"),
            ("session.others_ended", json!({ "ended": 1 }), "ended 1 other session X"),
            ("credential.disabled", json!({}), "disabled X"),
            (
                "credential.disabled",
                json!({ "reason": "idle", "max_idle_days": 30, "last_used_at": null }),
                "disabled X, which was not used for 30 days",
            ),
            (
                "api.updated",
                json!({ "scopes": ["a"], "operations": ["b", "c"], "operation_count": 2 }),
                "extended the API X by 1 scope and 2 operations",
            ),
            ("api.updated", json!({ "name": { "before": "a", "after": "b" } }), "changed the API X"),
        ] {
            assert_eq!(sentence_of(action, detail), expected);
        }
        assert_eq!(reason("", Some("a b")), "a, b were missing");
        assert_eq!(reason("a person is needed", None), "a person is needed");
    }
}
