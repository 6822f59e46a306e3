//! “Which one do I need?”: compares the three kinds of credential and recommends one for the chosen operations.
//!
//! Owns the comparison and the form. The recommendation is a rule of `domain`. Rendered on the server; works without
//! script.

mod advice_panel;
mod kinds_table;
mod operations_form;

pub(crate) use self::{
    advice_panel::{AdvicePanel, NoAdvice},
    kinds_table::KindsTable,
    operations_form::OperationsForm,
};
