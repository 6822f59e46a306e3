//! The documentation inside the product: quick start, verification for API teams, verdicts, and the API reference.
//!
//! Owns the texts and their layout. Snippets are the files in `docs/snippets` and `docs/proxies`, which the tests run.
//! Verdicts come from `domain`, operations from the OpenAPI document. Pages need no script.

mod code;
mod example;
mod index;
mod places;
mod quick_start;
mod reference;
mod reference_view;
mod verdicts;
mod verification;

pub use self::reference::ApiDocument;
pub(crate) use self::{
    index::found,
    places::{Places, Section, SectionLinks},
    quick_start::QuickStart,
    reference::groups,
    reference_view::{GroupView, OperationList},
    verdicts::VerdictTable,
    verification::Verification,
};
