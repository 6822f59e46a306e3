//! One segment of a segmented control: a radio button in other clothes, so arrow keys and forms work as always.
//! Put several of the same name into a `fieldset` with `<div class="segments">`.

use leptos::prelude::*;

/// One of the choices.
#[component]
pub fn Segment(
    /// The form field all segments share.
    name: &'static str,
    /// What this one sends.
    value: &'static str,
    /// Whether it is chosen at first.
    #[prop(optional)]
    checked: bool,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="segment">
            <input type="radio" name=name value=value checked=checked/>
            <span>{children()}</span>
        </label>
    }
    .into_any()
}
