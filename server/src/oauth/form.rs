//! The body of an OAuth request: a form, in either of two encodings.
//!
//! Owns: reading it into [`Parameters`]. RFC 6749 wants the urlencoded one; a vendor's library sends the other, so a small one
//! of texts is taken too. JSON is refused in words that say what to send.

use super::error::OAuthProblem;
use crate::api::extract::{is_utf8, read_body};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::{Uri, header, request::Parts},
};
use domain::oauth::{Parameters, Refusal};

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MAX_FIELDS: usize = 8;
const MAX_MULTIPART: usize = 16 * 1024;
/// What must never stand in an address, where logs and histories keep it.
const NEVER_IN_QUERY: [&str; 6] =
    ["client_secret=", "client_assertion=", "subject_token=", "token=", "grant_type=", "client_id="];

/// Reads the parameters of a request.
///
/// # Errors
/// `invalid_request`
pub(super) async fn read(parts: &Parts, body: Body) -> Result<Parameters, OAuthProblem> {
    check_query(&parts.uri)?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    let is = |known: &str| essence.eq_ignore_ascii_case(known);
    let (is_plain, is_multipart) = (is(URLENCODED), is("multipart/form-data"));
    if !is_plain && !is_multipart {
        let detail = "Send the parameters as application/x-www-form-urlencoded in the body.";
        return Err(Refusal::request(detail).into());
    }
    if content_type.is_some_and(|text| !is_utf8(text.as_bytes())) {
        return Err(OAuthProblem::charset());
    }
    let bytes = read_body(body).await.map_err(|problem| match problem.status() {
        413 => OAuthProblem::too_large(),
        400 => Refusal::request(problem.detail().to_owned()).into(),
        _ => Refusal::request("The body did not come whole, or not in time.").into(),
    })?;
    Ok(match is_plain {
        true => parse(&bytes)?,
        false => Parameters::new(multipart(parts, bytes).await?)?,
    })
}

fn parse(bytes: &[u8]) -> Result<Parameters, Refusal> {
    Parameters::new(form_urlencoded::parse(bytes).into_owned())
}

fn check_query(uri: &Uri) -> Result<(), Refusal> {
    let parameters = uri.query().unwrap_or_default().split('&');
    if parameters.into_iter().any(|pair| NEVER_IN_QUERY.iter().any(|name| pair.starts_with(name))) {
        return Err(Refusal::request("Parameters belong in the body, never in the address."));
    }
    Ok(())
}

async fn multipart(parts: &Parts, bytes: Bytes) -> Result<Vec<(String, String)>, Refusal> {
    let bad = || Refusal::request("The multipart body cannot be read: send at most 8 small text fields.");
    let mut request = Request::new(Body::from(bytes));
    *request.headers_mut() = parts.headers.clone();
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| bad())?;
    let (mut pairs, mut size) = (Vec::new(), 0);
    while let Some(field) = form.next_field().await.map_err(|_| bad())? {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let value = field.text().await.map_err(|_| bad())?;
        size += name.len() + value.len();
        if is_file || pairs.len() == MAX_FIELDS || size > MAX_MULTIPART {
            return Err(bad());
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}
