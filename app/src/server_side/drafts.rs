//! Turns form fields into requests to the service: parses lists and numbers.
//!
//! Owns only the parsing. `domain` validates scopes, networks and keys.

use super::refusal::invalid;
use crate::{
    credentials::{IssueDraft, LimitsDraft, NoteDraft},
    error::AppError,
};
use domain::{
    code::FlawCode,
    credential::{ClientDraft, CredentialKind, Edit, Issue, Metadata, Quota, QuotaPeriod, RateLimit},
    error::{FieldErrors, Flaw},
};
use serde_json::{Value, json};
use service::{credentials::IssueRequest, members::Grace};
use std::str::FromStr;

/// Splits into lines and drops empty ones.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Splits at white space and commas.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn number<N: FromStr>(text: &str, pointer: &str, errors: &mut FieldErrors) -> Option<N> {
    let parsed = text.trim().replace([' ', ',', '\u{202f}'], "").parse();
    errors.check(pointer, parsed.map_err(|_| Flaw::new(FlawCode::OutOfRange, "Write a whole number, such as 100.")))
}

fn quota(limits: &LimitsDraft, errors: &mut FieldErrors) -> Option<Quota> {
    if limits.quota.trim().is_empty() {
        return None;
    }
    let limit = number(&limits.quota, "/quota/limit", errors)?;
    let period = QuotaPeriod::ALL.into_iter().find(|period| period.as_str() == limits.quota_period);
    let flaw = || Flaw::new(FlawCode::InvalidPeriod, "Choose a day or a month.");
    Some(Quota { limit, period: errors.check("/quota/period", period.ok_or_else(flaw))? })
}

fn rate_limit(limits: &LimitsDraft, errors: &mut FieldErrors) -> Option<RateLimit> {
    if limits.rate.trim().is_empty() {
        return None;
    }
    let limit = number(&limits.rate, "/rate_limit/limit", errors)?;
    let window_seconds = number(&limits.rate_window, "/rate_limit/window_seconds", errors)?;
    Some(RateLimit { limit, window_seconds })
}

fn metadata(text: &str, errors: &mut FieldErrors) -> Metadata {
    let read = |line: &str| {
        let pair = line.split_once(':').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        pair.ok_or_else(|| Flaw::new(FlawCode::InvalidMetadata, "Write each note as name: value, one a line."))
    };
    let pairs: Vec<_> = lines(text).iter().filter_map(|line| errors.check("/metadata", read(line))).collect();
    let mut notes = Metadata::new();
    for (name, value) in pairs {
        if notes.insert(name, value).is_some() {
            errors.0.push(Flaw::new(FlawCode::InvalidMetadata, "Two notes have the same name.").at("/metadata"));
        }
    }
    notes
}

/// Metadata from rows, unchanged except for the carriage returns that browsers add. Empty rows are dropped.
fn notes(rows: &[NoteDraft], errors: &mut FieldErrors) -> Metadata {
    let lines = |text: &str| text.replace("\r\n", "\n");
    let rows = rows.iter().map(|row| (lines(&row.name), lines(&row.value)));
    let mut notes = Metadata::new();
    for (name, value) in rows.filter(|(name, value)| !(name.is_empty() && value.is_empty())) {
        if name.is_empty() {
            errors.0.push(Flaw::new(FlawCode::InvalidMetadata, "Give every note a name.").at("/metadata"));
        } else if notes.insert(name, value).is_some() {
            errors.0.push(Flaw::new(FlawCode::InvalidMetadata, "Two notes have the same name.").at("/metadata"));
        }
    }
    notes
}

/// A JWK set. A single key becomes a set of one.
fn jwks(text: &str, errors: &mut FieldErrors) -> Option<Value> {
    if text.trim().is_empty() {
        return None;
    }
    let parsed = serde_json::from_str::<Value>(text);
    let value = errors.check(
        "/jwks",
        parsed.map_err(|error| {
            Flaw::new(FlawCode::InvalidJwks, format!("This is not JSON (line {}). Paste the whole key.", error.line()))
        }),
    )?;
    Some(if value.get("kty").is_some() { json!({ "keys": [value] }) } else { value })
}

/// Keys of a pasted JWK or JWK set, not validated.
pub(crate) fn pasted_keys(text: &str) -> Result<Vec<Value>, AppError> {
    let mut errors = FieldErrors::default();
    let set = jwks(text, &mut errors);
    let keys = set.as_ref().and_then(|set| set.get("keys")).and_then(Value::as_array).cloned().unwrap_or_default();
    if keys.is_empty() && errors.is_empty() {
        errors.0.push(
            Flaw::new(FlawCode::InvalidJwks, "Paste a JWK, or a JWK set whose member keys lists them.").at("/keys"),
        );
    }
    // The form has one field for all keys, so every error belongs there.
    errors.0.iter_mut().for_each(|error| error.pointer = "/keys".to_owned());
    checked(keys, errors)
}

/// Grace period in days. `None` if the field was left unchanged.
///
/// # Errors
/// [`ErrorKind::Invalid`](crate::error::ErrorKind::Invalid) if `days` is not a number.
pub(crate) fn grace(days: &str) -> Result<Option<Grace>, AppError> {
    let mut errors = FieldErrors::default();
    let days = if days.is_empty() { None } else { number(days, "/grace_days", &mut errors) };
    checked(days.map(Grace::Days), errors)
}

fn checked<T>(value: T, errors: FieldErrors) -> Result<T, AppError> {
    if errors.is_empty() { Ok(value) } else { Err(invalid(errors)) }
}

pub(crate) fn issue_request(draft: IssueDraft, kind: CredentialKind) -> Result<IssueRequest, AppError> {
    let IssueDraft { labels, justification, scopes, lifetime, env, limits, client } = draft;
    let mut errors = FieldErrors::default();
    let client = match kind {
        CredentialKind::Client => ClientDraft {
            audiences: client.audiences,
            grant_types: None,
            auth_method: Some(client.auth_method),
            jwks: jwks(&client.jwks, &mut errors),
            access_token_seconds: (client.access_token_seconds > 0).then_some(client.access_token_seconds),
        },
        _ => ClientDraft::default(),
    };
    let issue = Issue {
        scopes: Some(scopes),
        resources: lines(&limits.resources),
        ip_allowlist: lines(&limits.ip_allowlist),
        rate_limit: rate_limit(&limits, &mut errors),
        quota: quota(&limits, &mut errors),
        metadata: metadata(&limits.metadata, &mut errors),
        env: Some(env),
        lifetime,
        client,
        ..labels.issue()
    };
    let justification = Some(justification).filter(|text| !text.trim().is_empty());
    checked(IssueRequest { issue, justification, ..IssueRequest::default() }, errors)
}

pub(crate) fn rights_edit(scopes: Vec<String>, limits: LimitsDraft) -> Result<Edit, AppError> {
    let mut errors = FieldErrors::default();
    let edit = Edit {
        scopes: Some(scopes),
        resources: Some(lines(&limits.resources)),
        ip_allowlist: Some(lines(&limits.ip_allowlist)),
        rate_limit: Some(rate_limit(&limits, &mut errors)),
        quota: Some(quota(&limits, &mut errors)),
        metadata: Some(notes(&limits.notes, &mut errors)),
        ..Edit::default()
    };
    checked(edit, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_line_by_line_and_flaws_name_their_field() {
        let limits = LimitsDraft {
            resources: " project:a \r\n\nproject:b".into(),
            rate: "1 000".into(),
            rate_window: "60".into(),
            notes: vec![NoteDraft { name: String::new(), value: "nonsense".into() }],
            ..LimitsDraft::default()
        };
        let error = rights_edit(Vec::new(), limits.clone()).map(|_| ()).unwrap_err();
        assert!(error.at(&["/metadata"]).is_some() && error.at(&["/rate_limit"]).is_none());
        let edit = rights_edit(Vec::new(), LimitsDraft { notes: Vec::new(), ..limits }).unwrap();
        assert_eq!(edit.resources.as_deref(), Some(&["project:a".to_owned(), "project:b".to_owned()][..]));
        assert_eq!(edit.rate_limit, Some(Some(RateLimit { limit: 1000, window_seconds: 60 })));
    }

    #[test]
    fn a_note_is_what_stands_in_its_row() {
        let row = |name: &str, value: &str| NoteDraft { name: name.into(), value: value.into() };
        let mut errors = FieldErrors::default();
        let read = notes(&[row("a:b", " lead "), row("nl", "a\r\nb: c"), row("", "")], &mut errors);
        let pairs: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a:b", " lead "), ("nl", "a\nb: c")]);
        assert!(errors.is_empty());
        notes(&[row("a", "1"), row("a", "2")], &mut errors);
        assert_eq!(errors.0[0].pointer, "/metadata");
    }

    #[test]
    fn a_single_key_is_a_set_of_one() {
        let mut errors = FieldErrors::default();
        assert_eq!(jwks(r#"{"kty":"OKP"}"#, &mut errors), Some(json!({ "keys": [{ "kty": "OKP" }] })));
        assert_eq!(jwks("not json", &mut errors), None);
        assert_eq!(errors.0[0].pointer, "/jwks");
        assert_eq!(pasted_keys(r#"{"kty":"OKP"}"#).map(|keys| keys.len()).ok(), Some(1));
        assert_eq!(pasted_keys(r#"{"keys":[{},{}]}"#).map(|keys| keys.len()).ok(), Some(2));
        for none in ["", "[]", "{}", r#"{"keys":[]}"#, "my private key"] {
            assert!(pasted_keys(none).is_err_and(|error| error.at(&["/keys"]).is_some()), "{none}");
        }
    }
}
