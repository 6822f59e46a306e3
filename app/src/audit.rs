//! The audit log on screen: sentences grouped by day, a filter in the address, the raw event on demand; and the history of
//! one thing on its own page.
//!
//! Owns: how an event is said. Rendered on the server only.

mod event;
mod export;
mod filter_form;
mod history;
mod log;
mod sentence;

pub(crate) use self::{
    export::ExportLinks,
    filter_form::{AuditFilterForm, LogFilter},
    history::History,
    log::{AuditDays, AuditEvent},
    sentence::refusal_in_words,
};
