//! One segment of a segmented control. Technically a radio button, so arrow keys and forms work as usual. Put several
//! with the same name into a `fieldset` with `<div class="segments">`.

use leptos::prelude::*;

#[component]
pub fn Segment(
    /// Name of the form field, shared by all segments.
    name: &'static str,
    /// Value sent when it is chosen.
    value: &'static str,
    /// Whether it is chosen initially.
    #[prop(optional)]
    checked: bool,
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
