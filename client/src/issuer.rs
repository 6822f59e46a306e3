//! The two calls to the issuer: its keys, and introspection of an opaque credential.
//!
//! HTTP is bounded: no redirects, no proxy from the environment, 3 s to connect, 10 s in total, and at most 64 KB per
//! response. It never logs the data it sends, and never treats a failed call as an answer.

use crate::{
    builder::{ConfigError, IntrospectionCredential},
    key_set::KeySet,
    strict_json,
};
use http::{
    StatusCode,
    header::{ACCEPT, CACHE_CONTROL, ETAG, IF_NONE_MATCH, RETRY_AFTER},
};
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect};
use serde_json::{Map, Value};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest duration of a call.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BODY: usize = 64 * 1024;
const RETRY_AFTER_SECONDS: u32 = 2;
const MAX_RETRY_AFTER_SECONDS: u32 = 60;

/// A call that brought no answer, with the time to wait before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unanswered {
    pub(crate) retry_after_seconds: u32,
}

impl Default for Unanswered {
    fn default() -> Self {
        Self { retry_after_seconds: RETRY_AFTER_SECONDS }
    }
}

/// The issuer's answer about its keys.
#[derive(Debug)]
pub(crate) struct KeysAnswer {
    /// The keys with their `ETag`. `None` if the keys of the `ETag` that was sent are unchanged.
    pub(crate) changed: Option<(KeySet, Option<String>)>,
    /// From the `Cache-Control` header.
    pub(crate) max_age: Option<Duration>,
}

/// An issuer, with the HTTP client to reach it.
#[derive(Debug)]
pub(crate) struct Issuer {
    http: Client,
    url: String,
    credential: Option<IntrospectionCredential>,
}

impl Issuer {
    /// Prepares the HTTP client without making a call.
    ///
    /// # Errors
    /// [`ConfigError::Certificate`] for invalid PEM, and [`ConfigError::Http`] if the client cannot be created.
    pub(crate) fn new(
        url: String,
        credential: Option<IntrospectionCredential>,
        certificates: &[Vec<u8>],
    ) -> Result<Self, ConfigError> {
        let certificates = parsed(certificates)?;
        let builder = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .user_agent(concat!("mintmark-client/", env!("CARGO_PKG_VERSION")));
        // Without TLS, the root certificates of this machine are not needed and may be missing.
        let builder = if url.starts_with("https://") {
            builder.tls_certs_merge(certificates)
        } else {
            builder.tls_certs_only(certificates)
        };
        Ok(Self { http: builder.build().map_err(ConfigError::Http)?, url, credential })
    }

    pub(crate) fn can_introspect(&self) -> bool {
        self.credential.is_some()
    }

    /// Fetches the keys, unless those of `etag` are unchanged.
    ///
    /// # Errors
    /// [`Unanswered`] if the call fails or the answer is not a key set.
    pub(crate) async fn keys(&self, etag: Option<&str>) -> Result<KeysAnswer, Unanswered> {
        let mut request =
            self.http.get(format!("{}/.well-known/jwks.json", self.url)).header(ACCEPT, "application/json");
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = answer(request).await?;
        let max_age = header(&response, CACHE_CONTROL).and_then(max_age);
        match response.status() {
            StatusCode::NOT_MODIFIED if etag.is_some() => Ok(KeysAnswer { changed: None, max_age }),
            StatusCode::OK => {
                let etag = header(&response, ETAG).map(str::to_owned);
                let keys = KeySet::parse(&body(response).await?).map_err(|_| {
                    tracing::warn!("the issuer's answer is not a key set");
                    Unanswered::default()
                })?;
                Ok(KeysAnswer { changed: Some((keys, etag)), max_age })
            }
            _ => Err(refused(&response, "jwks")),
        }
    }

    /// Asks the issuer about `token`.
    ///
    /// # Errors
    /// [`Unanswered`] if the call fails, including when the issuer does not accept this API's own credential.
    pub(crate) async fn introspect(&self, token: &str) -> Result<Map<String, Value>, Unanswered> {
        let request = self.http.post(format!("{}/oauth/introspect", self.url)).header(ACCEPT, "application/json");
        let request = match &self.credential {
            Some(IntrospectionCredential::Bearer(own)) => request.bearer_auth(own.as_str()),
            Some(IntrospectionCredential::Basic { client_id, client_secret }) => {
                request.basic_auth(form_encoded(client_id), Some(form_encoded(client_secret)))
            }
            None => return Err(Unanswered::default()),
        };
        let response = answer(request.form(&[("token", token)])).await?;
        if response.status() != StatusCode::OK {
            return Err(refused(&response, "introspection"));
        }
        strict_json::object(&body(response).await?).map_err(|_| {
            tracing::warn!("the issuer's answer to an introspection is not a JSON object");
            Unanswered::default()
        })
    }
}

/// Parses certificates. Each text must contain at least one.
fn parsed(pems: &[Vec<u8>]) -> Result<Vec<Certificate>, ConfigError> {
    let mut certificates = Vec::new();
    for pem in pems {
        let bundle = Certificate::from_pem_bundle(pem).map_err(|_| ConfigError::Certificate)?;
        if bundle.is_empty() {
            return Err(ConfigError::Certificate);
        }
        certificates.extend(bundle);
    }
    Ok(certificates)
}

/// Both halves of HTTP Basic are form-encoded first (RFC 6749 section 2.3.1).
fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn answer(request: RequestBuilder) -> Result<Response, Unanswered> {
    request.send().await.map_err(|error| {
        tracing::warn!(error = &error.without_url() as &dyn std::error::Error, "the issuer does not answer");
        Unanswered::default()
    })
}

async fn body(mut response: Response) -> Result<Vec<u8>, Unanswered> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body),
            Ok(Some(chunk)) if body.len() + chunk.len() <= MAX_BODY => body.extend_from_slice(&chunk),
            Ok(Some(_)) => {
                tracing::warn!("the issuer's answer is too large");
                return Err(Unanswered::default());
            }
            Err(error) => {
                tracing::warn!(error = &error.without_url() as &dyn std::error::Error, "the issuer's answer broke off");
                return Err(Unanswered::default());
            }
        }
    }
}

/// Handles a status that is not an answer. 401 and 403 concern this API's own credential, so they are logged as errors
/// for the operator.
fn refused(response: &Response, call: &'static str) -> Unanswered {
    let status = response.status();
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        tracing::error!(%status, call, "the issuer does not accept this API's own credential");
    } else {
        tracing::warn!(%status, call, "the issuer does not answer");
    }
    let seconds = header(response, RETRY_AFTER).and_then(|text| text.parse().ok()).unwrap_or(RETRY_AFTER_SECONDS);
    Unanswered { retry_after_seconds: seconds.clamp(1, MAX_RETRY_AFTER_SECONDS) }
}

fn header(response: &Response, name: http::HeaderName) -> Option<&str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

/// Reads `max-age`. With `no-store` or `no-cache` it is zero.
fn max_age(cache_control: &str) -> Option<Duration> {
    let mut found = None;
    for directive in cache_control.split(',').map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return Some(Duration::ZERO);
        }
        if name.eq_ignore_ascii_case("max-age") {
            found = value.trim_matches('"').parse().ok().map(Duration::from_secs);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_keep_keys_is_read_from_cache_control() {
        let seconds = |text| max_age(text).map(|age| age.as_secs());
        assert_eq!(seconds("public, max-age=300"), Some(300));
        assert_eq!(seconds("Max-Age=\"60\", immutable"), Some(60));
        assert_eq!(seconds("max-age=300, no-cache"), Some(0));
        for none in ["", "public", "max-age=", "max-age=-1", "max-age=1e3", "s-maxage=5"] {
            assert_eq!(seconds(none), None, "{none}");
        }
    }
}
