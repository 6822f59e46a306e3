//! The documentation inside the product: quick start, verification for API teams, verdicts, API reference and guides.
//!
//! Owns the texts and their layout. Snippets are the files in `docs/snippets` and `docs/proxies`, which the tests run.
//! Guides are Markdown files of the repository. Verdicts come from `domain`, operations from the OpenAPI document.
//! Pages need no script.

mod code;
mod example;
mod guide_view;
mod guides;
mod index;
mod markdown;
mod places;
mod quick_start;
mod reference;
mod reference_view;
mod verdicts;
mod verification;

pub use self::reference::ApiDocument;
pub(crate) use self::{
    guide_view::{GuideList, GuideView},
    guides::guides,
    index::found,
    places::{Places, Section, SectionLinks},
    quick_start::QuickStart,
    reference::groups,
    reference_view::{GroupView, OperationList},
    verdicts::VerdictTable,
    verification::Verification,
};
