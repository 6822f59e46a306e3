//! A client's request to the token endpoint.

/// How the client authenticates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A client secret. The value is the name of the environment variable that holds it.
    Secret(&'static str),
    /// A signed assertion (RFC 7523), made with this key.
    Key { kid: String, alg: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenRequest {
    pub(crate) endpoint: String,
    pub(crate) client_id: String,
    pub(crate) proof: Proof,
    /// Name and audience of every API that a token can be for. The snippets ask for the first one.
    pub(crate) apis: Vec<(String, String)>,
    /// Scopes at that API, separated by spaces.
    pub(crate) scope: String,
}

impl TokenRequest {
    /// Form parameters, without client authentication.
    pub(super) fn parameters(&self) -> Vec<(&'static str, &str)> {
        let resource = self.apis.first().map(|(_, audience)| ("resource", audience.as_str()));
        let scope = (!self.scope.is_empty()).then_some(("scope", self.scope.as_str()));
        [("grant_type", "client_credentials")].into_iter().chain(resource).chain(scope).collect()
    }
}
