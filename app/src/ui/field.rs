//! Shared parts of labeled controls: the label above, help and error below, connected for screen readers.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// A control with its label above, and help and error below.
#[component]
pub fn Field(
    /// ID of the control.
    id: &'static str,
    #[prop(into)] label: String,
    /// Whether it may stay empty. The label then says so.
    #[prop(optional)]
    optional: bool,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Error pointers that a program shows at this field, separated by spaces.
    #[prop(optional)]
    at: &'static str,
    /// The control. It refers to help and error with [`described_by`].
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

/// IDs of the help and error of the control `id`, for `aria-describedby`.
pub fn described_by(id: &str, has_help: bool, has_error: bool) -> Option<String> {
    match (has_help, has_error) {
        (true, true) => Some(format!("{id}-error {id}-help")),
        (true, false) => Some(format!("{id}-help")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// Help and error below a control.
#[component]
pub fn FieldNotes(
    /// ID of the control.
    id: &'static str,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Error pointers that a program shows at this field, separated by spaces.
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
