//! Every credential of the organisation in one list, of any kind and owner, and one action on many of them.
//!
//! Owns: the filter as it stands in an address, its form, finding one by its value, and the dry run before a bulk action. Must never decide what
//! may be changed: that is `service`. All of it but the saved views works without script.

mod saved_views;
#[cfg(feature = "hydrate")]
pub(crate) mod search_guard;
mod server_fns;

#[cfg(feature = "ssr")]
mod bulk_bar;
#[cfg(feature = "ssr")]
mod bulk_panel;
#[cfg(feature = "ssr")]
mod deed;
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
    bulk_panel::BulkPanel,
    deed::Deed,
    filter::Filter,
    filter_form::FilterForm,
    find_panel::{FindForm, Found, NotFoundHere},
    not_searched::NotSearched,
    receiver_form::{ReceiverForm, Ticked},
};
