//! The one place that writes a `textarea`: a control of several lines with its label, and a text to copy.
//!
//! The renderer writes the children of a `textarea` as they are, so that a description could end the element and go on as
//! markup. Here the text is escaped and handed over as markup, which is right whether the renderer escapes or not. A test
//! refuses a `<textarea` anywhere else. Neither is written to after it is on the page: what a person typed stays.

use super::{Field, described_by, escaped};
use leptos::prelude::*;

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
    /// The pointers of what can be wrong with it, where a program of the form says so.
    #[prop(optional)]
    at: &'static str,
) -> impl IntoView {
    let has_help = !help.is_empty();
    view! {
        <Field id=id label=label optional=!required help=help error=error at=at>
            <textarea
                class="input"
                class:input-code=code
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
                inner_html=content(&value)
            ></textarea>
        </Field>
    }
    .into_any()
}

/// A text of several lines that can be read, chosen and copied, but not changed.
#[component]
pub fn TextToCopy(
    /// The control's id.
    id: &'static str,
    /// How many lines are shown.
    rows: u8,
    /// What it holds.
    text: String,
) -> impl IntoView {
    view! {
        <textarea
            id=id
            rows=rows
            readonly
            spellcheck="false"
            autocomplete="off"
            translate="no"
            inner_html=content(&text)
        ></textarea>
    }
    .into_any()
}

/// A text in a table of fields, without help of its own. It grows with its text and keeps every line of it.
#[component]
pub fn TextCell(
    /// The form field.
    name: String,
    /// What it is, for who cannot see the table.
    label: String,
    /// What it holds at first.
    text: String,
) -> impl IntoView {
    view! {
        <textarea
            class="input input-code"
            name=name
            rows="1"
            aria-label=label
            dir="auto"
            spellcheck="false"
            inner_html=content(&text)
        ></textarea>
    }
    .into_any()
}

/// The text as the content of the element. A parser drops a line feed that stands first, so one of ours does.
fn content(text: &str) -> String {
    format!("\n{}", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "\n</textarea><h1 id=inj>&amp;\r\"'";
    const WRITTEN: &str = ">\n\n&lt;/textarea&gt;&lt;h1 id=inj&gt;&amp;amp;&#13;&quot;&#39;</textarea>";

    #[test]
    fn a_text_stays_inside_its_textarea_with_its_first_line_feed() {
        let any_owner = Owner::new();
        any_owner.with(|| {
            let area = view! { <TextArea id="a" name="a" label="A" value=HOSTILE/> }.to_html();
            assert!(area.contains(WRITTEN), "{area}");
            let shown = view! { <TextToCopy id="a" rows=2 text=HOSTILE.to_owned()/> }.to_html();
            assert!(shown.contains(WRITTEN), "{shown}");
        });
    }

    /// Why `content` is there. Should this fail, the library escapes, and children could be written as everywhere else.
    #[test]
    fn the_renderer_does_not_escape_the_children_of_a_textarea() {
        assert!(leptos::html::textarea().child("</textarea>").to_html().contains("></textarea></textarea>"));
    }
}
