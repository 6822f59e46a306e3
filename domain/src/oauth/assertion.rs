//! Client assertions (RFC 7523 section 3), known as `private_key_jwt`: signed statements in which a client says who it
//! is.
//!
//! This module checks the claims. `service` checks the signature and rejects an assertion that was used before.

use super::{Jws, MAX_SKEW_SECONDS, Refusal};
use crate::{Timestamp, ids::CredentialId};
use serde_json::Value;

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Maximum lifetime of an assertion, in seconds. Some libraries sign assertions for an hour.
const MAX_SECONDS: f64 = 3600.0;
const MAX_JTI: usize = 256;

/// A well-formed assertion whose signature has not been checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The client that the assertion claims to come from.
    pub client: CredentialId,
    /// The unique id of the assertion, which can be used only once.
    pub jti: String,
    /// When the assertion ends, including the allowed clock skew.
    pub expires_at: Timestamp,
}

/// Reads an assertion. Its audience must be one of `audiences`: the issuer and the addresses of its endpoints.
///
/// # Errors
/// Returns `invalid_client` if a claim is missing or wrong.
pub fn read_assertion(
    jws: &Jws<'_>,
    client_id: Option<&str>,
    audiences: &[&str],
    now: Timestamp,
) -> Result<Assertion, Refusal> {
    let refuse = |why: &'static str| Refusal::client(why);
    let text = |name: &str| jws.claims.get(name).and_then(Value::as_str);
    let sub = text("sub").ok_or_else(|| refuse("The assertion has no sub."))?;
    if text("iss") != Some(sub) {
        return Err(refuse("iss and sub of the assertion must both be the client_id."));
    }
    if client_id.is_some_and(|id| id != sub) {
        return Err(refuse("The assertion is not of this client_id."));
    }
    let aud = match jws.claims.get("aud") {
        Some(Value::String(aud)) => Some(aud.as_str()),
        Some(Value::Array(list)) if list.len() == 1 => list[0].as_str(),
        _ => None,
    };
    if !aud.is_some_and(|aud| audiences.contains(&aud)) {
        return Err(refuse("aud of the assertion must be the issuer or the token endpoint, and nothing else."));
    }
    let date = |name: &str| match jws.claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(_) => Err(refuse("The dates of the assertion must be numbers.")),
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 have 31 bits")]
    let (now, skew) = (now.millis() as f64 / 1000.0, MAX_SKEW_SECONDS as f64);
    let exp = date("exp")?.ok_or_else(|| refuse("The assertion has no exp."))?;
    if exp <= now - skew {
        return Err(refuse("The assertion has expired."));
    }
    if exp > now + MAX_SECONDS + skew {
        return Err(refuse("The assertion lives too long: an hour at most."));
    }
    if date("iat")?.is_some_and(|iat| iat > now + skew) || date("nbf")?.is_some_and(|nbf| nbf > now + skew) {
        return Err(refuse("The assertion is not valid yet."));
    }
    let jti = text("jti").filter(|jti| (1..=MAX_JTI).contains(&jti.len()));
    #[expect(clippy::cast_possible_truncation, reason = "within an hour of now")]
    let expires_at = Timestamp::from_millis((exp * 1000.0) as i64).plus_seconds(MAX_SKEW_SECONDS);
    Ok(Assertion {
        client: sub.parse().map_err(|_| refuse("There is no such client."))?,
        jti: jti.ok_or_else(|| refuse("The assertion has no jti."))?.to_owned(),
        expires_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;

    const CLIENT: &str = "cli_01h455vb4pex5vsknk084sn02q";
    const NOW: i64 = 1_000_000;

    fn read(client_id: Option<&str>, change: impl FnOnce(&mut Value)) -> Result<Assertion, Refusal> {
        let mut claims = json!({ "iss": CLIENT, "sub": CLIENT, "aud": "https://x.test", "exp": NOW + 60, "jti": "j" });
        change(&mut claims);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}.c2ln", part(&json!({ "alg": "ES256" })), part(&claims));
        let audiences = ["https://x.test", "https://x.test/oauth/token"];
        read_assertion(&Jws::parse(&text).unwrap(), client_id, &audiences, Timestamp::from_millis(NOW * 1000))
    }

    #[test]
    fn rfc_7523_3_the_audience_is_the_issuer_or_the_endpoint_and_nothing_else() {
        assert!(read(None, |_| {}).is_ok() && read(Some(CLIENT), |_| {}).is_ok());
        assert!(read(None, |claims| claims["aud"] = json!("https://x.test/oauth/token")).is_ok());
        assert!(read(None, |claims| claims["aud"] = json!(["https://x.test"])).is_ok());
        for aud in [
            json!("https://x.test/"),
            json!("https://evil.example"),
            json!([]),
            json!(null),
            json!(["https://x.test", "https://evil.example"]),
        ] {
            assert!(read(None, |claims| claims["aud"] = aud.clone()).is_err(), "{aud}");
        }
    }

    #[test]
    fn rfc_7523_3_it_says_who_when_and_its_own_name() {
        for (name, value) in [
            ("iss", json!("cli_other")),
            ("sub", json!("cli_other")),
            ("iss", json!(null)),
            ("jti", json!("")),
            ("jti", json!(null)),
            ("jti", json!("x".repeat(300))),
            ("exp", json!(null)),
            ("exp", json!("9999999999")),
            ("exp", json!(NOW - 31)),
            ("exp", json!(NOW + 3700)),
            ("iat", json!(NOW + 60)),
            ("nbf", json!(NOW + 60)),
            ("nbf", json!("soon")),
        ] {
            assert!(read(None, |claims| claims[name] = value.clone()).is_err(), "{name} {value}");
        }
        assert!(read(Some("cli_other"), |_| {}).is_err());
        assert!(read(None, |claims| claims["exp"] = json!(NOW + 3600)).is_ok());
    }
}
