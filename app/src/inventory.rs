//! The inventory: every credential of the organization, of any kind and owner, and bulk operations on them.
//!
//! Owns the filter in the URL, its form, the search by value, and the preview of a bulk operation. Must never decide
//! what may be changed: that is `service`. Works without script, except for saved views.

mod saved_views;
#[cfg(feature = "hydrate")]
pub(crate) mod search_guard;
mod server_fns;

#[cfg(feature = "ssr")]
mod bulk_bar;
#[cfg(feature = "ssr")]
mod bulk_operation;
#[cfg(feature = "ssr")]
mod bulk_panel;
#[cfg(feature = "ssr")]
mod filter;
#[cfg(feature = "ssr")]
mod filter_form;
#[cfg(feature = "ssr")]
mod find_panel;
#[cfg(feature = "ssr")]
mod not_searched;
#[cfg(feature = "ssr")]
mod receiver_form;

pub use self::saved_views::SavedViews;
pub use self::server_fns::{BulkChange, FindCredential, bulk_change, find_credential};

#[cfg(feature = "ssr")]
pub(crate) use self::{
    bulk_bar::BulkBar,
    bulk_operation::BulkOperation,
    bulk_panel::BulkPanel,
    filter::Filter,
    filter_form::FilterForm,
    find_panel::{FindForm, Found, NotFoundHere},
    not_searched::NotSearched,
    receiver_form::{ReceiverForm, Ticked},
};
