//! A few sentences set apart: a note, a warning, a refusal with its reason.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// What kind of sentences they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CalloutTone {
    /// Good to know.
    #[default]
    Note,
    /// Think before going on.
    Warn,
    /// Something did not work, or will not come back.
    Danger,
}

/// Sentences in a box with an icon. Announced at once when it is `urgent`.
#[component]
pub fn Callout(
    /// What kind of sentences they are.
    #[prop(optional)]
    tone: CalloutTone,
    /// Whether a screen reader should say it as soon as it appears.
    #[prop(optional)]
    urgent: bool,
    /// The sentences.
    children: Children,
) -> impl IntoView {
    let (class, glyph) = match tone {
        CalloutTone::Note => ("callout", Glyph::Info),
        CalloutTone::Warn => ("callout callout-warn", Glyph::Warning),
        CalloutTone::Danger => ("callout callout-danger", Glyph::Warning),
    };
    view! {
        <div class=class role=urgent.then_some("alert")>
            <Icon glyph=glyph/>
            <div class="callout-body">{children()}</div>
        </div>
    }
    .into_any()
}
