//! What every labelled control has in common: the label above it, help and error under it, tied together for screen
//! readers.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// A control with its label above, and help and error under it.
#[component]
pub fn Field(
    /// The control's id.
    id: &'static str,
    /// The words above it.
    #[prop(into)]
    label: String,
    /// Whether it may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The pointers of what can be wrong with it, where a program of the form says so.
    #[prop(optional)]
    at: &'static str,
    /// The control, which names help and error with [`described_by`].
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="field-optional">"Optional"</span> })}
            </label>
            {children()}
            <FieldNotes id=id help=help error=error at=at/>
        </div>
    }
    .into_any()
}

/// The ids of help and error of the control `id`, for `aria-describedby`.
pub fn described_by(id: &str, has_help: bool, has_error: bool) -> Option<String> {
    match (has_help, has_error) {
        (true, true) => Some(format!("{id}-error {id}-help")),
        (true, false) => Some(format!("{id}-help")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// Help and error under the control `id`.
#[component]
pub fn FieldNotes(
    /// The control's id.
    id: &'static str,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The pointers of what can be wrong with it, where a program of the form says so.
    #[prop(optional)]
    at: &'static str,
) -> impl IntoView {
    view! {
        {(!at.is_empty()).then(|| view! {
            <p class="field-error" id=format!("{id}-error") data-at=at hidden>
                <Icon glyph=Glyph::Warning/>
                <span></span>
            </p>
        })}
        {move || {
            error.get().map(|error| {
                view! {
                    <p class="field-error" id=format!("{id}-error")>
                        <Icon glyph=Glyph::Warning/>
                        <span>{error}</span>
                    </p>
                }
            })
        }}
        {(!help.is_empty()).then(|| view! { <p class="field-help" id=format!("{id}-help")>{help}</p> })}
    }
    .into_any()
}
