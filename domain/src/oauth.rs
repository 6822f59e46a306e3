//! The rules of the OAuth token service (RFC 6749, 7009, 7523, 7662, 8693, 8707, 9068).
//!
//! This module decides token requests. It defines the claims of access tokens, the checks of client assertions, and the
//! life cycle of signing keys. Cryptography is in `service` and storage is in `store`. Start at [`grant`].

mod assertion;
mod claims;
mod grant;
mod jws;
mod parameters;
mod refusal;
mod signing_key;

pub use self::assertion::{ASSERTION_TYPE, Assertion, read_assertion};
pub use self::claims::{AccessTokenClaims, Act, Audience, MAX_SKEW_SECONDS, SubjectType};
pub use self::grant::{Entitled, Granted, grant};
pub use self::jws::{Jws, MAX_JWS, NotAJws};
pub use self::parameters::Parameters;
pub use self::refusal::{Refusal, RefusalCode};
pub use self::signing_key::{
    KEEP_SECONDS, KeyState, PUBLISH_AHEAD_SECONDS, ROTATE_SECONDS, SigningKey, current_key, key_state, next_activation,
};
