//! What a form was refused for, beside its fields and at each of them.

use crate::{
    error::AppError,
    ui::{Callout, CalloutTone},
};
use leptos::prelude::*;

/// What the last post of a form was refused for, if it was.
#[derive(Clone)]
pub(crate) struct Refused(pub(crate) Option<AppError>);

impl Refused {
    /// What is wrong with the field of this pointer.
    pub(crate) fn at(&self, pointer: &str) -> Signal<Option<String>> {
        Signal::stored(self.0.as_ref().and_then(|error| error.at(&[pointer])))
    }
}

/// What is wrong beside the fields, or with one that has no place of its own in this form. Shows nothing where all of it is said
/// at the fields.
#[component]
pub(crate) fn Refusal(
    /// What the form was refused for.
    refused: Refused,
    /// The pointers of the fields that show their own errors.
    fields: &'static [&'static str],
) -> impl IntoView {
    let beside = refused.0.and_then(|error| error.beside(fields));
    beside.map(|error| view! { <Callout tone=CalloutTone::Danger urgent=true><p>{error.message}</p></Callout> })
}
