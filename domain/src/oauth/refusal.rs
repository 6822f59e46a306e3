//! Why an OAuth endpoint refuses (RFC 6749 section 5.2, RFC 8707 section 2).
//!
//! Owns: the codes, and that a description has only the characters that the RFC allows.

use std::borrow::Cow;

/// The error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// Nobody knows this client, or it did not prove who it is.
    InvalidClient,
    /// The client may not use this grant type.
    UnauthorizedClient,
    /// There is no such grant type here.
    UnsupportedGrantType,
    /// A scope is unknown, malformed or more than the client may have.
    InvalidScope,
    /// A resource is unknown or not for this client.
    InvalidTarget,
}

impl RefusalCode {
    /// As the RFC writes it.
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

/// A refusal with its code and a sentence for whoever reads logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct Refusal {
    /// The code.
    pub code: RefusalCode,
    /// What is wrong and what to do; printable ASCII without `"` and `\`.
    pub description: Cow<'static, str>,
}

impl Refusal {
    /// A refusal; characters that a description may not have become `?`.
    pub fn new(code: RefusalCode, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        let legal = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        if description.chars().all(legal) {
            return Self { code, description };
        }
        let replaced: String = description.chars().map(|c| if legal(c) { c } else { '?' }).collect();
        Self { code, description: replaced.into() }
    }

    /// `invalid_request`
    pub fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(RefusalCode::InvalidRequest, description)
    }

    /// `invalid_client`
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
