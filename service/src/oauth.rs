//! The OAuth token service, one use case a file: what `POST /oauth/token`, `/introspect` and `/revoke` do.
//!
//! Owns: proving who a client is, issuing access tokens, saying what a token is worth, and ending it. What may be asked for
//! and what a token says is decided in [`domain::oauth`]; forms and errors are written by `server`.

mod access_token;
mod client_auth;
mod client_credentials;
mod error;
mod exchange;
mod introspect;
mod issue;
mod revoke_token;
mod test_token;

pub(crate) use self::access_token::{MAX_SIGNED, Signed, SignedBefore};
pub use self::client_auth::{AuthenticatedClient, ClientProof};
pub use self::error::OAuthError;
pub use self::exchange::{ExchangeRequest, SUBJECT_TOKEN_TYPE};
pub use self::introspect::{Introspection, Introspector};
pub use self::issue::{AccessToken, Asked, UserReply};
pub use self::test_token::TEST_SECONDS;
