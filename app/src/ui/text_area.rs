//! The only place that renders a `textarea`: a labeled control of several lines, and a text to copy.
//!
//! The renderer does not escape the children of a `textarea`, so a text could close the element and inject markup. Here
//! the text is escaped and set as inner HTML, which is correct in any case. A test rejects a `<textarea` anywhere else.
//! The page never overwrites these controls, so input is preserved.

use super::{Field, described_by, escaped};
use leptos::prelude::*;

/// A labeled control of several lines. Grows with its text.
#[component]
pub fn TextArea(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    /// Initial text.
    #[prop(optional, into)]
    value: String,
    /// Maximum length in characters.
    #[prop(default = 1000)]
    max_length: u32,
    /// Whether it must be filled in. Otherwise the label says “Optional”.
    #[prop(optional)]
    required: bool,
    /// Whether it holds code, or a list with one entry per line.
    #[prop(optional)]
    code: bool,
    /// Example in the empty control.
    #[prop(optional)]
    placeholder: &'static str,
    #[prop(optional, into)] help: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// Error pointers that a program shows at this field, separated by spaces.
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

/// A text of several lines that can be selected and copied, but not changed.
#[component]
pub fn TextToCopy(
    id: &'static str,
    /// Number of visible lines.
    rows: u8,
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

/// A text in a table of fields, without its own help. Grows with its text and keeps every line.
#[component]
pub fn TextCell(
    name: String,
    /// Label for screen readers.
    label: String,
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

/// Content of the element. An HTML parser drops a leading line feed, so one is added.
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

    /// The reason for `content`. If this fails, the renderer escapes, and children could be used as everywhere else.
    #[test]
    fn the_renderer_does_not_escape_the_children_of_a_textarea() {
        assert!(leptos::html::textarea().child("</textarea>").to_html().contains("></textarea></textarea>"));
    }
}
