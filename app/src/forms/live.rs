//! What a plain form gains where there is script: it is sent without leaving the page, so that what was typed stays when it is
//! refused.
//!
//! The form is posted as it is without script and the page that comes back is read: a refusal is taken over into the form as the
//! server shows it, anything else is gone to. So no form needs a program of its own, and both ways look the same.

use crate::ui::{Callout, CalloutTone};
use leptos::{html, prelude::*};

/// Stands in a form and brings it to life. Shows nothing, unless the server cannot be reached.
#[island]
pub fn Live(
    /// What the button says while the form is on its way; empty: what it always says.
    #[prop(into)]
    busy: String,
) -> impl IntoView {
    let here = NodeRef::<html::Div>::new();
    let trouble = RwSignal::new(None::<&'static str>);
    Effect::new(move || {
        if let Some(here) = here.get() {
            browser::wake(&here, busy.clone(), trouble);
        }
    });
    view! {
        <div node_ref=here hidden=move || trouble.get().is_none()>
            {move || trouble.get().map(|words| view! {
                <Callout tone=CalloutTone::Danger urgent=true><p>{words}</p></Callout>
            })}
        </div>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser;

/// On the server no form is sent.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::*;

    pub(super) fn wake<T>(_: &T, _: String, _: RwSignal<Option<&'static str>>) {}
}
