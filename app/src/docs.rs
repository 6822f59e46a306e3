//! The documentation inside the product: first steps, verification for API teams, what each verdict means, and the API
//! reference.
//!
//! Owns: the words and how they are shown. Snippets are the files in `docs/snippets` and `docs/proxies`, which the tests run;
//! verdicts come from `domain`, operations from the OpenAPI document. Pages need no script.

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
