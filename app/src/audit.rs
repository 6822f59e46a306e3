//! The audit log: events as sentences grouped by day, a filter in the URL, and the stored event on demand. Also shows
//! the history of one resource on its own page.
//!
//! Owns the wording of events. Rendered on the server only.

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
