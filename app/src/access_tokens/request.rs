//! A request to the token endpoint with somebody's own values.

/// How whoever asks proves who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// With a secret, which the environment variable of this name holds.
    Secret(&'static str),
    /// With a signed assertion (RFC 7523), by this key.
    Key {
        /// The key's id.
        kid: String,
        /// Its algorithm.
        alg: String,
    },
}

/// What is sent to the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenRequest {
    /// The address of the token endpoint.
    pub(crate) endpoint: String,
    /// Who asks.
    pub(crate) client_id: String,
    /// How they prove it.
    pub(crate) proof: Proof,
    /// Name and audience of every API that a token can be for; the first is the one that is asked for.
    pub(crate) apis: Vec<(String, String)>,
    /// The scopes for that API, separated by spaces.
    pub(crate) scope: String,
}

impl TokenRequest {
    /// The form, without what proves who asks.
    pub(super) fn parameters(&self) -> Vec<(&'static str, &str)> {
        let resource = self.apis.first().map(|(_, audience)| ("resource", audience.as_str()));
        let scope = (!self.scope.is_empty()).then_some(("scope", self.scope.as_str()));
        [("grant_type", "client_credentials")].into_iter().chain(resource).chain(scope).collect()
    }
}
