//! What the three kinds of credential share on screen: list, issue form, reveal, facts, revoke.
//!
//! Owns their views and server functions. Must never decide whether something is allowed: that is `service`.
//! Islands are compiled for the browser too; the rest is rendered on the server only. Pages put them together.

mod issue_form;
mod lifetime_picker;
mod reveal_once;
mod scope_picker;
mod server_fns;
mod summary;

#[cfg(feature = "ssr")]
mod edit_form;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod revoke_panel;
#[cfg(feature = "ssr")]
mod scope_chips;
#[cfg(feature = "ssr")]
mod status_badge;
#[cfg(feature = "ssr")]
mod table;

pub use self::issue_form::IssueForm;
pub use self::server_fns::{
    EditToken, IssueDraft, IssueToken, Revealed, RevokeToken, edit_token, issue_token, revoke_token,
};

#[cfg(feature = "ssr")]
pub use self::{
    edit_form::EditForm,
    facts::{Facts, Secrets},
    revoke_panel::RevokePanel,
    table::TokenTable,
};
