//! How a client shows who it is: in the header, in the body, or by an assertion; one of them, once.

use crate::gate::presented;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    oauth::{ASSERTION_TYPE, Parameters, Refusal},
    secret::PlainSecret,
};
use service::oauth::ClientProof;
use zeroize::Zeroizing;

/// What came with a request, and how.
pub(super) enum Shown {
    /// A client's proof.
    Client(ClientProof),
    /// A bearer token, which is no client authentication but enough for asking about tokens.
    Bearer(PlainSecret),
}

/// Finds the one proof that a request brings, in what stands in all its `Authorization` headers or in its form.
///
/// # Errors
/// `invalid_request` for two at once, `invalid_client` for none or one that cannot be read.
pub(super) fn find<'a>(
    authorizations: impl Iterator<Item = &'a [u8]>,
    form: &Parameters,
    endpoint: &str,
) -> Result<Shown, Refusal> {
    let mut authorizations = authorizations.filter(presented::is_sent);
    let authorization = authorizations.next();
    let has_secret = form.one("client_secret").is_some();
    let has_assertion = form.one("client_assertion").is_some() || form.one("client_assertion_type").is_some();
    let methods = [authorization.is_some(), has_secret, has_assertion].into_iter().filter(|used| *used).count();
    if methods > 1 || authorizations.next().is_some() {
        return Err(Refusal::request("Authenticate in one way: in the header, in the body, or by an assertion."));
    }
    let client_id = form.one("client_id");
    if let Some(value) = authorization {
        let unreadable = || Refusal::client("The Authorization header cannot be read.");
        let text = std::str::from_utf8(value).ok().filter(|text| text.is_ascii());
        let (scheme, rest) = text.and_then(|text| text.split_once(' ')).ok_or_else(unreadable)?;
        return match scheme {
            scheme if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Shown::Bearer(PlainSecret::presented(rest.to_owned())))
            }
            scheme if scheme.eq_ignore_ascii_case("basic") => {
                let (id, secret) = basic(rest.trim()).ok_or_else(unreadable)?;
                if client_id.is_some_and(|named| named != id) {
                    return Err(Refusal::request("The header and client_id name two clients."));
                }
                Ok(Shown::Client(ClientProof::Secret { client_id: id, secret }))
            }
            _ => Err(unreadable()),
        };
    }
    let missing = || Refusal::client("Authenticate as a client: by Basic, client_secret or client_assertion.");
    if let Some(assertion) = form.one("client_assertion") {
        if form.one("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(Refusal::request(format!("client_assertion_type must be {ASSERTION_TYPE}.")));
        }
        let (client_id, assertion) = (client_id.map(str::to_owned), assertion.to_owned());
        return Ok(Shown::Client(ClientProof::Assertion { client_id, assertion, endpoint: endpoint.to_owned() }));
    }
    match (client_id, form.one("client_secret")) {
        (Some(id), Some(secret)) => {
            let secret = PlainSecret::presented(secret.to_owned());
            Ok(Shown::Client(ClientProof::Secret { client_id: id.to_owned(), secret }))
        }
        (None, Some(_)) => Err(Refusal::request("The parameter client_id is missing.")),
        (_, None) => Err(missing()),
    }
}

/// RFC 6749 section 2.3.1: split at the first colon, then both halves are form-decoded.
fn basic(encoded: &str) -> Option<(String, PlainSecret)> {
    let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let (id, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    let secret = Zeroizing::new(form_decode(secret)?);
    Some((form_decode(id)?, PlainSecret::presented(secret.to_string())))
}

fn form_decode(text: &str) -> Option<String> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(authorization: &[&str], form: &[(&str, &str)]) -> Result<String, &'static str> {
        let form = Parameters::new(form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).unwrap();
        match find(authorization.iter().map(|value| value.as_bytes()), &form, "https://x.test/oauth/token") {
            Ok(Shown::Client(ClientProof::Secret { client_id, secret })) => {
                Ok(format!("{client_id} {}", secret.expose()))
            }
            Ok(Shown::Client(ClientProof::Assertion { assertion, .. })) => Ok(assertion),
            Ok(Shown::Bearer(token)) => Ok(format!("bearer {}", token.expose())),
            Err(refusal) => Err(refusal.code.as_str()),
        }
    }

    fn basic_header(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[test]
    fn rfc_6749_2_3_1_both_halves_of_basic_are_form_decoded_after_splitting_at_the_first_colon() {
        for (pair, read) in [("cli_1:mint_cs_2", "cli_1 mint_cs_2"), ("a%3Ab:c+d%25", "a:b c d%"), ("a:b:c", "a b:c")] {
            assert_eq!(shown(&[&basic_header(pair)], &[]), Ok(read.to_owned()), "{pair}");
        }
        assert_eq!(shown(&["Basic %%%"], &[]), Err("invalid_client"));
        assert_eq!(shown(&[&basic_header("no colon")], &[]), Err("invalid_client"));
        assert_eq!(shown(&["Digest x"], &[]), Err("invalid_client"));
    }

    #[test]
    fn rfc_6749_2_3_more_than_one_method_is_refused() {
        let basic = basic_header("a:b");
        let secret = [("client_id", "a"), ("client_secret", "b")];
        let assertion = [("client_assertion", "x.y.z"), ("client_assertion_type", ASSERTION_TYPE)];
        for (headers, form) in [
            (&[basic.as_str()][..], &secret[..]),
            (&[&basic], &assertion),
            (&[], &[secret[0], secret[1], assertion[0], assertion[1]]),
            (&[&basic, &basic], &[]),
            (&[&basic], &[("client_id", "other")]),
        ] {
            assert_eq!(shown(headers, form), Err("invalid_request"), "{headers:?} {form:?}");
        }
        assert_eq!(shown(&[&basic], &[("client_id", "a")]), Ok("a b".to_owned()));
    }

    #[test]
    fn an_empty_header_is_none() {
        let secret = [("client_id", "a"), ("client_secret", "b")];
        for empty in [&[""][..], &[" "], &["", "\t"]] {
            assert_eq!(shown(empty, &secret), Ok("a b".to_owned()), "{empty:?}");
        }
        assert_eq!(shown(&["", &basic_header("a:b")], &[]), Ok("a b".to_owned()));
    }

    #[test]
    fn half_a_proof_is_none() {
        assert_eq!(shown(&[], &[]), Err("invalid_client"));
        assert_eq!(shown(&[], &[("client_id", "a")]), Err("invalid_client"));
        assert_eq!(shown(&[], &[("client_secret", "a")]), Err("invalid_request"));
        assert_eq!(shown(&[], &[("client_assertion", "x.y.z")]), Err("invalid_request"));
    }
}
