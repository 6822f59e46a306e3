//! OAuth errors (RFC 6749 section 5.2, RFC 8707 section 2).
//!
//! This module owns the error codes. It also limits a description to the characters that the RFC allows.

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is unknown, or could not prove its identity.
    InvalidClient,
    /// The client may not use this grant type.
    UnauthorizedClient,
    /// The server does not support this grant type.
    UnsupportedGrantType,
    /// A scope is unknown, malformed, or more than the client may have.
    InvalidScope,
    /// A resource is unknown, or not for this client.
    InvalidTarget,
}

impl RefusalCode {
    /// Returns the code as written in the RFC.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
        }
    }
}

/// An OAuth error: a code, and a sentence for people who read logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct Refusal {
    pub code: RefusalCode,
    /// Says what is wrong and what to do, in printable ASCII without `"` and `\`.
    pub description: Cow<'static, str>,
}

impl Refusal {
    /// Makes an error. Characters that are not allowed in a description become `?`.
    pub fn new(code: RefusalCode, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        let legal = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        if description.chars().all(legal) {
            return Self { code, description };
        }
        let replaced: String = description.chars().map(|c| if legal(c) { c } else { '?' }).collect();
        Self { code, description: replaced.into() }
    }

    /// Makes an `invalid_request` error.
    pub fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(RefusalCode::InvalidRequest, description)
    }

    /// Makes an `invalid_client` error.
    pub fn client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(RefusalCode::InvalidClient, description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6749_5_2_a_description_has_only_legal_characters() {
        let refusal = Refusal::request("say \"x\" \\ é\r\n");
        assert_eq!(refusal.description, "say ?x? ? ???");
    }
}
