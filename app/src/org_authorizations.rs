//! Tokens in organisations beside their home, on screen: their owner says where they work, and each organisation whether they may.
//!
//! Owns: that whoever decides sees what the token may do there before the buttons, and that nobody sees where else it works but
//! its owner. Plain forms, which work without script.

#[cfg(feature = "ssr")]
mod here;
#[cfg(feature = "ssr")]
mod orgs_panel;
#[cfg(feature = "ssr")]
mod request;
mod server_fns;

pub use self::server_fns::{AuthorizeToken, DecideAuthorization, EndAuthorization, WithdrawAuthorization};
#[cfg(feature = "ssr")]
pub(crate) use self::{
    here::{AuthorizedTable, TakeBack},
    orgs_panel::{AtHomeElsewhere, OrgsPanel},
    request::AuthorizationRequest,
};
