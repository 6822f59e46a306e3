//! The claims of a token or an introspection response, and whether they are for this API and valid now.
//!
//! Owns: the types of claims and their checks (RFC 7519 section 4, RFC 9068 section 2.2, RFC 7662 section 2.2). A claim
//! of the wrong type is an error and never counts as absent. The caller checks the signature.

use crate::{
    error::InvalidToken,
    principal::{Principal, SubjectType},
};
use serde_json::{Map, Value};

/// The values that every token must match.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) organizations: Organizations,
    /// Whether test credentials are accepted.
    pub(crate) accept_test: bool,
    /// Tolerated difference between clocks, in seconds.
    pub(crate) leeway_seconds: u32,
}

/// The organizations whose tokens are accepted.
#[derive(Clone, Debug)]
pub(crate) enum Organizations {
    /// Not set, so no verifier can be built.
    Unsaid,
    /// Only the organizations with these ids.
    These(Vec<String>),
    Any,
}

impl Organizations {
    pub(crate) fn add(&mut self, id: String) {
        match self {
            Self::These(ids) => ids.push(id),
            Self::Unsaid => *self = Self::These(vec![id]),
            Self::Any => {}
        }
    }

    /// True if the setting is complete. An empty id counts as one that was not set.
    pub(crate) fn are_said(&self) -> bool {
        match self {
            Self::Unsaid => false,
            Self::These(ids) => ids.iter().all(|id| !id.is_empty()),
            Self::Any => true,
        }
    }

    fn accept(&self, id: &str) -> bool {
        match self {
            Self::Unsaid => false,
            Self::These(ids) => ids.iter().any(|accepted| accepted == id),
            Self::Any => true,
        }
    }
}

/// The members of a JSON object, read with type checks.
#[derive(Debug)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn of_token(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// For an introspection response, in which `null` means that a member is absent.
    pub(crate) fn of_answer(mut object: Map<String, Value>) -> Self {
        object.retain(|_, value| !value.is_null());
        Self(object)
    }

    /// The caller named by a JWT access token, if the token is for this API and valid now.
    ///
    /// # Errors
    /// The first problem found.
    pub(crate) fn access_token(&self, expected: &Expected, now: u64) -> Result<Principal, InvalidToken> {
        if self.required("iss")? != expected.issuer {
            return Err(InvalidToken::Issuer);
        }
        if !self.is_for(&expected.audience)?.ok_or(InvalidToken::MissingClaim("aud"))? {
            return Err(InvalidToken::Audience);
        }
        self.seconds("exp")?.ok_or(InvalidToken::MissingClaim("exp"))?;
        self.seconds("iat")?.ok_or(InvalidToken::MissingClaim("iat"))?;
        for name in ["client_id", "jti"] {
            self.required(name)?;
        }
        self.is_now(expected.leeway_seconds, now)?;
        self.principal(expected)
    }

    /// The caller named by an active introspection response, if it is from this issuer, for this API and valid now.
    ///
    /// # Errors
    /// [`InvalidToken::Inactive`] if the response is not active; otherwise the first problem found.
    pub(crate) fn answer(&self, expected: &Expected, now: u64) -> Result<Principal, InvalidToken> {
        if self.0.get("active") != Some(&Value::Bool(true)) {
            return Err(InvalidToken::Inactive);
        }
        if self.text("iss")?.is_some_and(|issuer| issuer != expected.issuer) {
            return Err(InvalidToken::Issuer);
        }
        if self.is_for(&expected.audience)? == Some(false) {
            return Err(InvalidToken::Audience);
        }
        self.is_now(expected.leeway_seconds, now)?;
        self.principal(expected)
    }

    fn principal(&self, expected: &Expected) -> Result<Principal, InvalidToken> {
        if self.0.contains_key("cnf") {
            return Err(InvalidToken::SenderConstrained);
        }
        let org_id = self.required("org_id")?;
        if !expected.organizations.accept(org_id) {
            return Err(InvalidToken::Organization);
        }
        let is_test = self.is_test()?;
        if is_test && !expected.accept_test {
            return Err(InvalidToken::TestCredential);
        }
        let subject_type = self.required("sub_type")?;
        let owned = |text: &str| text.to_owned();
        Ok(Principal {
            subject: self.required("sub")?.to_owned(),
            subject_type: SubjectType::parse(subject_type).ok_or(InvalidToken::MalformedClaim("sub_type"))?,
            user_name: self.text("username")?.map(owned),
            client_id: self.text("client_id")?.map(owned),
            org_id: org_id.to_owned(),
            scopes: self.text("scope")?.unwrap_or("").split(' ').filter(|s| !s.is_empty()).map(owned).collect(),
            resources: self.resources()?,
            is_test,
            credential_id: self.text("credential_id")?.map(owned),
            // Whole seconds. `is_now` has rejected negative values.
            expires_at: self.seconds("exp")?.map(|at| at as u64),
            jti: self.text("jti")?.map(owned),
        })
    }

    /// The resources that the credential is limited to.
    fn resources(&self) -> Result<Vec<String>, InvalidToken> {
        let malformed = InvalidToken::MalformedClaim("resources");
        match self.0.get("resources") {
            None => Ok(Vec::new()),
            Some(Value::Array(several)) => {
                several.iter().map(|one| one.as_str().map(str::to_owned).ok_or(malformed)).collect()
            }
            Some(_) => Err(malformed),
        }
    }

    fn is_test(&self) -> Result<bool, InvalidToken> {
        match self.text("env")? {
            None | Some("live") => Ok(false),
            Some("test") => Ok(true),
            Some(_) => Err(InvalidToken::MalformedClaim("env")),
        }
    }

    fn text(&self, name: &'static str) -> Result<Option<&str>, InvalidToken> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(InvalidToken::MalformedClaim(name)),
        }
    }

    fn required(&self, name: &'static str) -> Result<&str, InvalidToken> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or(InvalidToken::MissingClaim(name))
    }

    /// A NumericDate: a JSON number, never a string.
    fn seconds(&self, name: &'static str) -> Result<Option<f64>, InvalidToken> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => number.as_f64().map(Some).ok_or(InvalidToken::MalformedClaim(name)),
            Some(_) => Err(InvalidToken::MalformedClaim(name)),
        }
    }

    /// Whether `aud`, a string or an array of strings, contains `audience`. `None` if there is no `aud`.
    fn is_for(&self, audience: &str) -> Result<Option<bool>, InvalidToken> {
        match self.0.get("aud") {
            None => Ok(None),
            Some(Value::String(only)) => Ok(Some(only == audience)),
            Some(Value::Array(several)) if several.iter().all(Value::is_string) => {
                Ok(Some(several.iter().any(|one| one.as_str() == Some(audience))))
            }
            Some(_) => Err(InvalidToken::MalformedClaim("aud")),
        }
    }

    fn is_now(&self, leeway_seconds: u32, now: u64) -> Result<(), InvalidToken> {
        let (now, leeway) = (now as f64, f64::from(leeway_seconds));
        if self.seconds("exp")?.is_some_and(|exp| now >= exp + leeway) {
            return Err(InvalidToken::Expired);
        }
        for name in ["nbf", "iat"] {
            if self.seconds(name)?.is_some_and(|from| from > now + leeway) {
                return Err(InvalidToken::NotYetValid);
            }
        }
        Ok(())
    }
}
