//! Forms that work with and without script: what they were refused for, as a whole and at each of their fields.
//!
//! Owns: that both ways of posting show the same words in the same places. Never: which fields a form has.

use crate::{
    error::AppError,
    ui::{Callout, CalloutTone},
};
use leptos::prelude::*;

/// What a form was refused for: at its last try with script, else at the one without that led to this page.
#[derive(Clone, Copy)]
pub struct Refused(Signal<Option<AppError>>);

impl Refused {
    /// `last` is the outcome of the last try with script, `before` the refusal of a post without.
    pub fn new(
        last: impl Fn() -> Option<Result<(), AppError>> + Send + Sync + 'static,
        before: Option<AppError>,
    ) -> Self {
        Self(Signal::derive(move || match last() {
            Some(outcome) => outcome.err(),
            None => before.clone(),
        }))
    }

    /// What is wrong with the field of this pointer.
    pub fn at(self, pointer: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.0.with(|error| error.as_ref().and_then(|error| error.at(&[pointer]))))
    }

    /// The refusal itself.
    pub fn get(self) -> Option<AppError> {
        self.0.get()
    }
}

/// What is wrong beside the fields, or with one that has no place of its own in this form.
#[component]
pub fn Refusal(
    /// What the form was refused for.
    refused: Refused,
    /// The pointers of the fields that show their own errors.
    fields: &'static [&'static str],
) -> impl IntoView {
    move || {
        refused.get().filter(|error| !error.is_only_fields() || error.at(fields).is_none()).map(|error| {
            let detail = error.fields.0.first().map(|field| format!("{}: {}", field.pointer, field.detail));
            view! {
                <Callout tone=CalloutTone::Danger urgent=true>
                    <p>{error.message}</p>
                    {detail.map(|detail| view! { <p class="callout-note">{detail}</p> })}
                </Callout>
            }
        })
    }
}
