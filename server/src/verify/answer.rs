//! The answer about a token, as JSON.
//!
//! Owns: its members and their order. Written into one buffer, most of it from pieces that are made once for many
//! credentials.

use domain::{Timestamp, credential::CredentialKind, ids::CredentialId, verify::Verdict};
use service::verify::Verified;
use std::fmt::Write;

/// About how long an answer is.
pub(super) const USUAL: usize = 640;

/// Appends the answer.
pub(super) fn write(json: &mut String, verified: &Verified<'_>, origin: &str, now: Timestamp) {
    let is_valid = verified.verdict == Verdict::Valid;
    put(json, "{\"valid\":", if is_valid { "true" } else { "false" });
    put(json, ",\"code\":\"", verified.verdict.as_str());
    json.push('"');
    match (verified.credential_id(), verified.kind(), verified.env(), verified.name(), verified.subject()) {
        (Some(id), Some(kind), Some(env), Some(name), Some(subject)) => {
            let _ = write!(json, ",\"credential_id\":\"{id}\"");
            put(json, ",\"kind\":\"", kind.as_str());
            put(json, "\",\"env\":\"", env.as_str());
            json.push_str("\",\"name\":");
            text(json, name);
            put(json, ",\"org\":", verified.org_json());
            put(json, ",\"subject\":{\"type\":\"", subject.kind.as_str());
            put(json, "\",\"id\":\"", &subject.id);
            put(json, "\"},\"user\":", verified.user_json());
        }
        _ => json.push_str(
            ",\"credential_id\":null,\"kind\":null,\"env\":null,\"name\":null,\"org\":null,\"subject\":null,\"user\":null",
        ),
    }
    json.push_str(",\"scopes\":");
    match verified.narrowed() {
        Some(scopes) => list(json, scopes.iter().map(domain::scope::Scope::as_str)),
        None => json.push_str(verified.scopes_json()),
    }
    json.push_str(",\"missing_scopes\":");
    list(json, verified.missing.iter().map(domain::scope::Scope::as_str));
    put(json, ",\"resources\":", verified.resources_json());
    instant(json, ",\"expires_at\":", verified.expires_at());
    instant(json, ",\"retires_at\":", verified.retires_at());
    if let Some(at) = verified.blocked_at(now) {
        instant(json, ",\"blocked_at\":", Some(at));
    }
    match verified.allowance {
        Some(left) => {
            let (limit, remaining) = (left.limit, left.remaining);
            let _ = write!(json, ",\"rate_limit\":{{\"limit\":{limit},\"remaining\":{remaining},\"reset_seconds\":");
            let _ = match left.reset_seconds {
                Some(reset) => write!(json, "{reset}}}"),
                None => write!(json, "null}}"),
            };
        }
        None => json.push_str(",\"rate_limit\":null"),
    }
    if let Some(left) = verified.quota {
        let (limit, remaining, reset) = (left.limit, left.remaining, left.reset_seconds);
        let _ = write!(json, ",\"quota\":{{\"limit\":{limit},\"remaining\":{remaining},\"reset_seconds\":{reset}}}");
    }
    json.push_str(",\"fix_url\":");
    match fix_url(verified, origin).filter(|_| !is_valid) {
        Some(url) => text(json, &url),
        None => json.push_str("null"),
    }
    json.push('}');
}

fn put(json: &mut String, name: &str, value: &str) {
    json.push_str(name);
    json.push_str(value);
}

fn instant(json: &mut String, name: &str, at: Option<Timestamp>) {
    json.push_str(name);
    let _ = match at {
        Some(at) => write!(json, "\"{at}\""),
        None => write!(json, "null"),
    };
}

fn text(json: &mut String, value: &str) {
    if value.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        json.push('"');
        json.push_str(value);
        json.push('"');
    } else {
        json.push_str(&serde_json::Value::from(value).to_string());
    }
}

fn list<'a>(json: &mut String, values: impl Iterator<Item = &'a str>) {
    json.push('[');
    for (place, value) in values.enumerate() {
        if place > 0 {
            json.push(',');
        }
        text(json, value);
    }
    json.push(']');
}

/// Where its owner authorizes a token for an organization.
pub(super) fn authorize_at(origin: &str, id: CredentialId, slug: &str) -> String {
    format!("{origin}/settings/tokens/{id}?authorize={slug}")
}

/// Where people can do something about it.
fn fix_url(verified: &Verified<'_>, origin: &str) -> Option<String> {
    if let Some((id, slug)) = verified.to_be_authorized() {
        return Some(authorize_at(origin, id, slug));
    }
    let (id, kind) = (verified.credential_id()?, verified.kind()?);
    let page = match kind {
        CredentialKind::PersonalAccessToken => format!("{origin}/settings/tokens/{id}"),
        kind => format!("{origin}/orgs/{}/{}/{id}", verified.org_slug()?, kind.rules().path),
    };
    let missing = verified.missing.to_string();
    Some(if missing.is_empty() { page } else { format!("{page}?scopes={}", missing.replace(' ', "+")) })
}
