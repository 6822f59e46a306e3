//! A labelled control with help and error under it, tied together for screen readers.
//!
//! The control is never written to after it is on the page: what a person typed before hydration stays, and is read.

use super::{Glyph, Icon};
use leptos::{html, prelude::*};

/// The `type` of a one-line input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Plain text.
    #[default]
    Text,
    /// An email address.
    Email,
    /// A password; paste and password managers are welcome.
    Password,
}

impl InputKind {
    fn attribute(self) -> &'static str {
        match self {
            InputKind::Text => "text",
            InputKind::Email => "email",
            InputKind::Password => "password",
        }
    }
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
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
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

/// A one-line input with its label.
#[component]
pub fn TextField(
    /// The control's id.
    id: &'static str,
    /// The form field.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: String,
    /// Its type.
    #[prop(optional)]
    kind: InputKind,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// What browsers and password managers should offer.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may stay empty; says so beside the label.
    #[prop(optional)]
    optional: bool,
    /// Shortest and longest length in characters.
    #[prop(default = (0, 200))]
    length: (u16, u16),
    /// An example in the empty control.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether it has the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Follows what is typed, when given.
    #[prop(optional)]
    state: Option<RwSignal<String>>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    if let Some(state) = state {
        Effect::new(move || {
            if let Some(input) = node.get() {
                state.set(input.value());
            }
        });
    }
    let has_help = !help.is_empty();
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! { <span class="field-optional">"Optional"</span> })}
            </label>
            <input
                class="input"
                node_ref=node
                id=id
                name=name
                type=kind.attribute()
                value=value
                autocomplete=autocomplete
                required=!optional
                minlength=(length.0 > 0).then_some(length.0)
                maxlength=length.1
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                autofocus=autofocus
                dir=(kind == InputKind::Text).then_some("auto")
                spellcheck=(kind != InputKind::Text).then_some("false")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described_by(id, has_help, error.get().is_some())
                on:input=move |event| {
                    if let Some(state) = state {
                        state.set(event_target_value(&event));
                    }
                }
            />
            <FieldNotes id=id help=help error=error/>
        </div>
    }
    .into_any()
}

/// A control of several lines with its label; grows with its text.
#[component]
pub fn TextArea(
    /// The control's id.
    id: &'static str,
    /// The form field.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: String,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Longest length in characters.
    #[prop(default = 1000)]
    max_length: u32,
    /// Whether it must be filled in; else it says “Optional” beside the label.
    #[prop(optional)]
    required: bool,
    /// Whether it holds code or a list, one a line.
    #[prop(optional)]
    code: bool,
    /// An example in the empty control.
    #[prop(optional)]
    placeholder: &'static str,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Follows what is typed, when given.
    #[prop(optional)]
    state: Option<RwSignal<String>>,
) -> impl IntoView {
    let node = NodeRef::<html::Textarea>::new();
    if let Some(state) = state {
        Effect::new(move || {
            if let Some(area) = node.get() {
                state.set(area.value());
            }
        });
    }
    let has_help = !help.is_empty();
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {(!required).then(|| view! { <span class="field-optional">"Optional"</span> })}
            </label>
            <textarea
                class="input"
                class:input-code=code
                node_ref=node
                id=id
                name=name
                rows="3"
                maxlength=max_length
                required=required
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                dir=if code { "ltr" } else { "auto" }
                spellcheck=code.then_some("false")
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || described_by(id, has_help, error.get().is_some())
                on:input=move |event| {
                    if let Some(state) = state {
                        state.set(event_target_value(&event));
                    }
                }
            >
                {value}
            </textarea>
            <FieldNotes id=id help=help error=error/>
        </div>
    }
    .into_any()
}
