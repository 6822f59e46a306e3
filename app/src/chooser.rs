//! “Which one do I need?”: the three kinds side by side, and the advice from what has to be done.
//!
//! Owns: the comparison and the form. The advice itself is a rule of `domain`. Rendered on the server, works without script.

mod advice_panel;
mod kinds_table;
mod operations_form;

pub(crate) use self::{
    advice_panel::{AdvicePanel, NoAdvice},
    kinds_table::KindsTable,
    operations_form::OperationsForm,
};
