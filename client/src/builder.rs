//! The settings of a verifier.
//!
//! Owns: their defaults and bounds, and the rejection of settings that would weaken a check. It reads no environment
//! variables; that is up to the caller.

use crate::{
    claims::{Expected, Organizations},
    clock::Clock,
    error::DEFAULT_REALM,
    introspection::Introspection,
    issuer::Issuer,
    jwks::Jwks,
    verifier::Verifier,
};
use reqwest::Url;
use std::{fmt, sync::Arc, time::Duration};
use zeroize::Zeroizing;

const MAX_LEEWAY_SECONDS: u32 = 30;
const MAX_STALE_KEYS: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_ANSWER_AGE: Duration = Duration::from_secs(60);

/// Why a verifier cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The issuer is not an absolute `http` or `https` URL without user, query and fragment.
    #[error("the issuer must be an absolute http or https URL without user, query and fragment")]
    Issuer,
    /// The issuer is on another machine and has no TLS, so anyone on the network could replace its keys.
    #[error("the issuer must be reached by https, unless it is on this machine or allow_plain_http is set")]
    PlainHttp,
    /// The audience is empty. Every token must be for one.
    #[error("the audience must not be empty")]
    Audience,
    /// No accepted organization is set. The issuer signs tokens for all its organizations, so the accepted ones must be
    /// named.
    #[error("say whose tokens to accept: organization(id), or any_organization()")]
    Organization,
    /// The token brand is not 2 to 16 lowercase letters and digits, starting with a letter.
    #[error("the token brand must be 2 to 16 lower-case letters and digits, starting with a letter")]
    Brand,
    /// A setting is out of bounds.
    #[error("{0}")]
    Bound(&'static str),
    /// A root certificate is not valid PEM.
    #[error("a root certificate is not valid PEM")]
    Certificate,
    /// The HTTP client cannot be created, for example because this machine has no root certificates.
    #[error("the HTTP client cannot be made")]
    Http(#[source] reqwest::Error),
}

/// The credential with which this API asks the issuer about opaque credentials.
#[derive(Clone)]
pub enum IntrospectionCredential {
    /// A personal access token or API key with the scope `keys:verify`.
    Bearer(Zeroizing<String>),
    /// An OAuth client.
    Basic {
        /// The client id (`cli_…`).
        client_id: String,
        /// The client secret.
        client_secret: Zeroizing<String>,
    },
}

impl IntrospectionCredential {
    /// Uses a personal access token or API key with the scope `keys:verify`.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::Bearer(Zeroizing::new(token.into()))
    }

    /// Uses an OAuth client with its id and secret.
    pub fn client(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self::Basic { client_id: client_id.into(), client_secret: Zeroizing::new(client_secret.into()) }
    }
}

impl fmt::Debug for IntrospectionCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer([redacted])",
            Self::Basic { .. } => "Basic([redacted])",
        })
    }
}

/// Settings of a [`Verifier`], created by [`Verifier::builder`]. All settings except the accepted organizations have a
/// default.
#[derive(Clone, Debug)]
#[must_use]
pub struct VerifierBuilder {
    issuer: String,
    audience: String,
    organizations: Organizations,
    credential: Option<IntrospectionCredential>,
    brand: String,
    realm: String,
    leeway_seconds: u32,
    stale_keys_for: Duration,
    answers_for: Duration,
    max_answers: usize,
    accept_test_credentials: bool,
    allow_plain_http: bool,
    certificates: Vec<Vec<u8>>,
    clock: Clock,
}

impl VerifierBuilder {
    pub(crate) fn new(issuer: String, audience: String) -> Self {
        Self {
            issuer,
            audience,
            organizations: Organizations::Unsaid,
            credential: None,
            brand: "mint".to_owned(),
            realm: DEFAULT_REALM.to_owned(),
            leeway_seconds: MAX_LEEWAY_SECONDS,
            stale_keys_for: Duration::from_secs(60 * 60),
            answers_for: Duration::from_secs(5),
            max_answers: 10_000,
            accept_test_credentials: false,
            allow_plain_http: false,
            certificates: Vec::new(),
            clock: Clock::default(),
        }
    }

    /// Accepts tokens of this organization (`org_…`). Call it again to accept more organizations.
    ///
    /// The issuer signs tokens for all its organizations with the same keys. A verifier therefore needs this call or
    /// [`VerifierBuilder::any_organization`].
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organizations.add(id.into());
        self
    }

    /// Accepts tokens of every organization. Use it if the API itself keeps their data apart by
    /// [`Principal::org_id`](crate::Principal::org_id).
    pub fn any_organization(mut self) -> Self {
        self.organizations = Organizations::Any;
        self
    }

    /// Also accepts opaque credentials (personal access tokens and API keys), by asking the issuer with `credential`.
    pub fn introspect_with(mut self, credential: IntrospectionCredential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// Sets how long an answer about an opaque credential is reused. The default is 5 seconds, and the maximum 60.
    ///
    /// A revoked credential may be accepted for this long, and an enabled one may be rejected for this long. With zero,
    /// the issuer is asked every time.
    pub fn remember_answers_for(mut self, time_to_live: Duration) -> Self {
        self.answers_for = time_to_live;
        self
    }

    /// Sets how many answers are remembered. The default is 10,000. Beyond that, a new answer displaces one that is not
    /// in use.
    pub fn max_answers(mut self, max: usize) -> Self {
        self.max_answers = max;
        self
    }

    /// Sets how long keys stay valid when they are due to be fetched again and the issuer does not answer. The default
    /// is one hour, and the maximum one day.
    pub fn use_stale_keys_for(mut self, bound: Duration) -> Self {
        self.stale_keys_for = bound;
        self
    }

    /// Sets the tolerated difference between the issuer's clock and this machine's, in seconds. The default is 30,
    /// which is also the maximum.
    pub fn leeway_seconds(mut self, seconds: u32) -> Self {
        self.leeway_seconds = seconds;
        self
    }

    /// Sets the first word of the issuer's opaque credentials. The default is `mint`.
    pub fn token_brand(mut self, brand: impl Into<String>) -> Self {
        self.brand = brand.into();
        self
    }

    /// Accepts test credentials (`…_test_…`) and access tokens that come from them (`env` is `test`). By default they
    /// are rejected.
    pub fn accept_test_credentials(mut self) -> Self {
        self.accept_test_credentials = true;
        self
    }

    /// Sets the realm in challenges. The default is `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Trusts a root certificate, or a bundle of them, in PEM format. It adds to the root certificates of the machine.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates.push(pem.into());
        self
    }

    /// Allows an issuer on another machine without TLS. An attacker on the network between them can then forge every
    /// token. Use it only on networks that are as private as a single machine, such as between containers on one host.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Takes the time from `clock`, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the verifier. It makes no call before the first token, so the issuer may start later.
    ///
    /// # Errors
    /// [`ConfigError`] if a setting is missing, malformed, unsafe or out of bounds.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        let url = issuer_url(&self.issuer, self.allow_plain_http)?;
        self.check()?;
        let expected = Expected {
            issuer: url.clone(),
            audience: self.audience,
            organizations: self.organizations,
            accept_test: self.accept_test_credentials,
            leeway_seconds: self.leeway_seconds,
        };
        let issuer = Arc::new(Issuer::new(url, self.credential, &self.certificates)?);
        let introspection = issuer.can_introspect().then(|| {
            let (issuer, clock, expected) = (issuer.clone(), self.clock.clone(), expected.clone());
            Introspection::new(issuer, clock, expected, self.answers_for, self.max_answers)
        });
        Ok(Verifier::new(crate::verifier::Parts {
            jwks: Jwks::new(issuer, self.clock.clone(), self.stale_keys_for),
            introspection,
            expected,
            brand: self.brand,
            realm: self.realm,
            accept_test_credentials: self.accept_test_credentials,
            clock: self.clock,
        }))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let brand = &self.brand;
        let is_brand = (2..=16).contains(&brand.len())
            && brand.starts_with(|first: char| first.is_ascii_lowercase())
            && brand.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if self.audience.is_empty() {
            Err(ConfigError::Audience)
        } else if !self.organizations.are_said() {
            Err(ConfigError::Organization)
        } else if !is_brand {
            Err(ConfigError::Brand)
        } else if self.leeway_seconds > MAX_LEEWAY_SECONDS {
            Err(ConfigError::Bound("the leeway must be at most 30 seconds"))
        } else if self.answers_for > MAX_ANSWER_AGE {
            Err(ConfigError::Bound("answers must be remembered for at most 60 seconds"))
        } else if self.stale_keys_for > MAX_STALE_KEYS {
            Err(ConfigError::Bound("stale keys must be used for at most a day"))
        } else if self.max_answers == 0 {
            Err(ConfigError::Bound("at least one answer must be remembered"))
        } else {
            Ok(())
        }
    }
}

/// The issuer as tokens name it, without a trailing slash.
fn issuer_url(text: &str, allow_plain_http: bool) -> Result<String, ConfigError> {
    let url = Url::parse(text).map_err(|_| ConfigError::Issuer)?;
    let has_more =
        !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some();
    if has_more || !matches!(url.scheme(), "http" | "https") {
        return Err(ConfigError::Issuer);
    }
    if url.scheme() == "http" && !allow_plain_http && !is_this_machine(&url) {
        return Err(ConfigError::PlainHttp);
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(change: impl FnOnce(VerifierBuilder) -> VerifierBuilder) -> Result<Verifier, ConfigError> {
        change(Verifier::builder("http://localhost:3000", "https://api.acme.test").organization("org_1")).build()
    }

    #[test]
    fn an_issuer_on_another_machine_is_reached_by_https_unless_said_otherwise() {
        for fine in ["http://localhost:3000", "http://127.0.0.9/", "http://[::1]:80/mint", "https://mint.acme.test/a/"]
        {
            assert_eq!(issuer_url(fine, false).unwrap(), fine.trim_end_matches('/'));
        }
        for plain in ["http://mint.acme.test", "http://10.0.0.1", "http://localhost.acme.test"] {
            assert!(matches!(issuer_url(plain, false), Err(ConfigError::PlainHttp)), "{plain}");
            assert!(issuer_url(plain, true).is_ok());
        }
        for wrong in ["", "localhost:3000", "/mint", "file:///etc", "https://a:b@c", "https://a?b", "https://a#b"] {
            assert!(matches!(issuer_url(wrong, true), Err(ConfigError::Issuer)), "{wrong}");
        }
    }

    #[test]
    fn what_would_weaken_a_check_is_refused() {
        assert!(built(|builder| builder).is_ok());
        assert!(matches!(Verifier::builder("http://localhost", "").build(), Err(ConfigError::Audience)));
        for unsaid in
            [Verifier::builder("http://localhost", "a"), Verifier::builder("http://localhost", "a").organization("")]
        {
            assert!(matches!(unsaid.build(), Err(ConfigError::Organization)));
        }
        assert!(Verifier::builder("http://localhost", "a").any_organization().build().is_ok());
        assert!(matches!(built(|builder| builder.token_brand("Mint_")), Err(ConfigError::Brand)));
        assert!(matches!(built(|builder| builder.root_certificate_pem("nonsense")), Err(ConfigError::Certificate)));
        let day = Duration::from_secs(24 * 60 * 60);
        for error in [
            built(|builder| builder.leeway_seconds(31)),
            built(|builder| builder.remember_answers_for(Duration::from_secs(61))),
            built(|builder| builder.use_stale_keys_for(day + Duration::from_secs(1))),
            built(|builder| builder.max_answers(0)),
        ] {
            assert!(matches!(error, Err(ConfigError::Bound(_))));
        }
    }

    #[test]
    fn settings_and_verifier_show_no_secret_in_debug_output() {
        for credential in [IntrospectionCredential::bearer("hush"), IntrospectionCredential::client("cli_1", "hush")] {
            let builder = Verifier::builder("http://localhost", "a").any_organization().introspect_with(credential);
            let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
            assert!(!shown.contains("hush"), "{shown}");
        }
    }
}
