//! Panel that shows how a client gets an access token: snippets in several languages, and a test token.
//!
//! Owns the panel on a client's page and the snippets filled in with that client's values. Shows a test token once.
//! Must never write a secret or an access token into the page: snippets name an environment variable instead.

mod server_fns;
#[cfg(feature = "hydrate")]
pub(crate) mod test_token;

#[cfg(feature = "ssr")]
mod panel;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod shown_token;
#[cfg(feature = "ssr")]
mod snippets;

pub use self::server_fns::{TestClient, TestToken, test_client};

#[cfg(feature = "ssr")]
pub(crate) use self::{
    panel::{AccessTokenPanel, AsClientPanel},
    request::{Proof, TokenRequest},
    shown_token::{Line, ShownToken},
};
