//! The OAuth token service, one use case per file: `POST /oauth/token`, `/introspect` and `/revoke`.
//!
//! Owns client authentication, and creates, introspects and revokes access tokens. [`domain::oauth`] decides what may
//! be requested and what a token contains. `server` reads forms and writes errors.

mod access_token;
mod client_auth;
mod client_credentials;
mod error;
mod exchange;
mod introspect;
mod issue;
mod revoke_token;
mod test_token;

pub(crate) use self::access_token::{MAX_SIGNED, SignedBefore};
pub use self::client_auth::{AuthenticatedClient, ClientProof};
pub use self::error::OAuthError;
pub use self::exchange::{ExchangeRequest, SUBJECT_TOKEN_TYPE};
pub use self::introspect::{Introspection, Introspector};
pub use self::issue::{AccessToken, Asked, UserReply};
pub use self::test_token::TEST_SECONDS;
