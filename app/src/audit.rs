//! The audit log on screen: sentences grouped by day, a filter in the address, the raw event on demand.
//!
//! Owns: how an event is said. Rendered on the server only.

mod filter_form;
mod log;
mod sentence;

pub(crate) use self::{
    filter_form::{AuditFilterForm, LogFilter},
    log::AuditDays,
};
