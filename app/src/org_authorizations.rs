//! Organization authorizations: owners choose in which organizations a token works, and each organization approves or
//! withdraws.
//!
//! Shows what a token may do in the organization before the buttons. Only its owner sees in which other organizations
//! it works. All forms work without script.

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
