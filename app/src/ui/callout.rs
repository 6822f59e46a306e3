//! A highlighted box: a note, a warning, or an error.

use super::{Glyph, Icon};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CalloutTone {
    /// Good to know.
    #[default]
    Note,
    /// Think before you continue.
    Warn,
    /// An action failed, or can't be undone.
    Danger,
}

/// A box with an icon.
#[component]
pub fn Callout(
    #[prop(optional)] tone: CalloutTone,
    /// Whether a screen reader announces it as soon as it appears.
    #[prop(optional)]
    urgent: bool,
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
