//! Shows the error of a form: at its fields, and beside them.

use crate::{
    error::AppError,
    ui::{Callout, CalloutTone},
};
use leptos::prelude::*;

/// The error of the form's last post, if it failed.
#[derive(Clone)]
pub(crate) struct Refused(pub(crate) Option<AppError>);

impl Refused {
    /// Error message of the field with this pointer.
    pub(crate) fn at(&self, pointer: &str) -> Signal<Option<String>> {
        Signal::stored(self.0.as_ref().and_then(|error| error.at(&[pointer])))
    }
}

/// Shows errors that belong to no field of this form. Renders nothing if the fields show everything.
#[component]
pub(crate) fn Refusal(
    refused: Refused,
    /// Pointers of the fields that show their own errors.
    fields: &'static [&'static str],
) -> impl IntoView {
    let beside = refused.0.and_then(|error| error.beside(fields));
    beside.map(|error| view! { <Callout tone=CalloutTone::Danger urgent=true><p>{error.message}</p></Callout> })
}
