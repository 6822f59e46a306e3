//! Getting an access token: what a client asks the token endpoint for, in several languages, and one to look at.
//!
//! Owns: the panel on a client's page, the snippets with the reader's own values, and showing a test token once. Must never
//! write a secret or an access token into the page; the snippets name a variable in its place.

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
