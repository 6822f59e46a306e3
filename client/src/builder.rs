//! What a verifier has to be told.
//!
//! Owns: defaults and their bounds, and refusing what would weaken a check. Reads no environment: that is the caller's.

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

/// Why a verifier cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an absolute address of scheme, host and path.
    #[error("the issuer must be an absolute http or https URL without user, query and fragment")]
    Issuer,
    /// Anyone on the way could change the keys.
    #[error("the issuer must be reached by https, unless it is on this machine or allow_plain_http is set")]
    PlainHttp,
    /// Every token is for somebody.
    #[error("the audience must not be empty")]
    Audience,
    /// Every organization of the issuer can get tokens, so whose are meant must be said.
    #[error("say whose tokens to accept: organization(id), or any_organization()")]
    Organization,
    /// Not a word that a token can start with.
    #[error("the token brand must be 2 to 16 lower-case letters and digits, starting with a letter")]
    Brand,
    /// Outside its bounds.
    #[error("{0}")]
    Bound(&'static str),
    /// Not a certificate in PEM.
    #[error("a root certificate is not valid PEM")]
    Certificate,
    /// The HTTP client cannot be made, for example because this machine has no root certificates.
    #[error("the HTTP client cannot be made")]
    Http(#[source] reqwest::Error),
}

/// With what this API asks about the credentials of others.
#[derive(Clone)]
pub enum IntrospectionCredential {
    /// A credential with scope `keys:verify`.
    Bearer(Zeroizing<String>),
    /// An OAuth client.
    Basic {
        /// `cli_…`
        client_id: String,
        /// Its secret.
        client_secret: Zeroizing<String>,
    },
}

impl IntrospectionCredential {
    /// A personal access token or API key with scope `keys:verify`.
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::Bearer(Zeroizing::new(token.into()))
    }

    /// An OAuth client by its id and secret.
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

/// Settings of a [`Verifier`], each with a default; start with [`Verifier::builder`].
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

    /// Accepts tokens of this organization (`org_…`). Call it again for more. The issuer signs tokens for all of its organizations
    /// with the same keys, so a verifier is not built without this or [`VerifierBuilder::any_organization`].
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organizations.add(id.into());
        self
    }

    /// Accepts tokens of every organization. For an API that keeps the data of many organizations apart by
    /// [`Principal::org_id`](crate::Principal::org_id) itself.
    pub fn any_organization(mut self) -> Self {
        self.organizations = Organizations::Any;
        self
    }

    /// Also accepts opaque credentials (personal access tokens and API keys), by asking the issuer with `credential`.
    pub fn introspect_with(mut self, credential: IntrospectionCredential) -> Self {
        self.credential = Some(credential);
        self
    }

    /// How old an answer about an opaque credential may be: 5 seconds, and at most 60. A credential that was revoked goes on being
    /// accepted for so long, and one that was enabled again goes on being refused. Zero asks every time.
    pub fn remember_answers_for(mut self, time_to_live: Duration) -> Self {
        self.answers_for = time_to_live;
        self
    }

    /// How many answers are remembered: 10 000. One more displaces one that is not in use.
    pub fn max_answers(mut self, max: usize) -> Self {
        self.max_answers = max;
        self
    }

    /// How long keys go on counting when they should be asked for again and the issuer does not answer: an hour, and at most a day.
    pub fn use_stale_keys_for(mut self, bound: Duration) -> Self {
        self.stale_keys_for = bound;
        self
    }

    /// How far the issuer's clock may be from ours: 30 seconds, which is also the most.
    pub fn leeway_seconds(mut self, seconds: u32) -> Self {
        self.leeway_seconds = seconds;
        self
    }

    /// The first word of the issuer's opaque credentials: `mint`.
    pub fn token_brand(mut self, brand: impl Into<String>) -> Self {
        self.brand = brand.into();
        self
    }

    /// Accepts credentials that were made for trying things (`…_test_…`) and access tokens that come from them (`env` is `test`).
    /// They are refused otherwise.
    pub fn accept_test_credentials(mut self) -> Self {
        self.accept_test_credentials = true;
        self
    }

    /// The realm that challenges name: `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Trusts this root certificate, or bundle of them (PEM), besides those of the machine.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates.push(pem.into());
        self
    }

    /// Talks to an issuer on another machine without TLS. Whoever is on the way there can then forge every token, so this is for
    /// networks that are a single machine in all but name, such as containers beside each other.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Takes the time from `clock`, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the verifier. It calls nobody before the first token, so an issuer that starts later does no harm.
    ///
    /// # Errors
    /// [`ConfigError`].
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

/// The issuer as tokens name it, without a slash at the end.
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
