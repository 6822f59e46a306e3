//! The island that gets a test token and shows it: the token, its header and its claims, for as long as it lives.
//!
//! The token lives in the `shown` signal and in one read-only control, nowhere else. Both are emptied when it has ended and
//! when the page is left.

use super::{Line, TestToken, test_client};
use crate::{
    error::AppError,
    ui::{Button, Callout, CalloutTone, CopyControl, Select},
};
use leptos::prelude::*;

/// The button and, after it, the token.
#[island]
pub fn TestTokenForm(
    /// The address under which the client is.
    at: String,
    /// The client's id.
    id: String,
    /// Name and audience of every API that a token can be for.
    apis: Vec<(String, String)>,
) -> impl IntoView {
    let shown = RwSignal::new(None::<TestToken>);
    let (error, ended) = (RwSignal::new(None::<AppError>), RwSignal::new(false));
    let (busy, ready) = (RwSignal::new(false), RwSignal::new(false));
    let audience = RwSignal::new(apis.first().map(|(_, audience)| audience.clone()).unwrap_or_default());
    Effect::new(move || ready.set(true));
    browser::forget_when_left(shown);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || !ready.get_untracked() {
            return;
        }
        busy.set(true);
        let (at, id) = (at.clone(), id.clone());
        leptos::task::spawn_local(async move {
            let resource = Some(audience.get_untracked()).filter(|audience| !audience.is_empty());
            let answer = test_client(at, id, resource).await;
            ended.set(false);
            error.set(answer.as_ref().err().cloned());
            shown.set(answer.ok());
            browser::forget_when_over(shown, ended);
            busy.set(false);
        });
    };
    let token = Signal::derive(move || shown.with(|shown| shown.as_ref().map(|s| s.token.clone()).unwrap_or_default()));
    let header =
        Signal::derive(move || shown.with(|shown| shown.as_ref().map(|s| s.header.clone()).unwrap_or_default()));
    let claims =
        Signal::derive(move || shown.with(|shown| shown.as_ref().map(|s| s.claims.clone()).unwrap_or_default()));
    view! {
        <form class="form form-tight" autocomplete="off" on:submit=submit>
            <noscript>
                <p class="field-help">"The token is shown once, and only a page with script can do that safely. Turn script on, or ask the token endpoint yourself with the lines above."</p>
            </noscript>
            {move || error.get().map(|error| view! {
                <Callout tone=CalloutTone::Danger urgent=true>
                    <p class="callout-title">"No token was issued"</p>
                    <p>{error.message}</p>
                    {error.request_id.map(|id| view! { <p class="callout-note">"Request " <code>{id}</code></p> })}
                </Callout>
            })}
            {(apis.len() > 1).then(|| view! {
                <Select
                    id="test-audience"
                    name="resource"
                    label="For"
                    options=apis.iter().map(|(name, audience)| (audience.clone(), format!("{name} ({audience})"))).collect()
                    state=audience
                />
            })}
            <div class="form-actions">
                <Button disabled=Signal::derive(move || busy.get() || !ready.get())>
                    {move || if busy.get() { "Getting it…" } else { "Get a test token" }}
                </Button>
            </div>
        </form>
        <p class="field-help" aria-live="polite">
            {move || match (shown.with(|shown| shown.as_ref().map(|shown| shown.seconds)), ended.get()) {
                (Some(seconds), _) => format!("This token ends in {seconds} seconds and then goes from this page. Whoever has it can use it until then."),
                (None, true) => "The test token has ended.".to_owned(),
                (None, false) => String::new(),
            }}
        </p>
        <Show when=move || shown.with(Option::is_some)>
            <div class="reveal-secret">
                <label class="unseen" for="test-token">"Test token"</label>
                <textarea
                    id="test-token"
                    rows="4"
                    readonly
                    spellcheck="false"
                    autocomplete="off"
                    translate="no"
                    prop:value=token
                ></textarea>
                <div class="reveal-actions">
                    <CopyControl text=token>"Copy token"</CopyControl>
                </div>
            </div>
            <Lines title="Header" lines=header/>
            <Lines title="Claims" lines=claims/>
        </Show>
    }
    .into_any()
}

#[component]
fn Lines(title: &'static str, lines: Signal<Vec<Line>>) -> impl IntoView {
    let line = |Line { name, value, note }: Line| {
        view! {
            <dt><code>{name}</code></dt>
            <dd>
                <code class="break-all">{value}</code>
                {note.map(|note| view! { <span class="text-faint">" "{note}</span> })}
            </dd>
        }
    };
    view! {
        <section class="panel" aria-label=title>
            <h4 class="claims-title">{title}</h4>
            <dl class="facts">{move || lines.get().into_iter().map(line).collect_view()}</dl>
        </section>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::*;
    use leptos::{ev, wasm_bindgen::JsCast};
    use std::time::Duration;

    /// Empties the signal and, without waiting for the page to follow it, what is on the page.
    fn forget(shown: RwSignal<Option<TestToken>>) {
        shown.set(None);
        let area = document().get_element_by_id("test-token");
        if let Some(area) = area.and_then(|area| area.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
            area.set_value("");
        }
    }

    pub(super) fn forget_when_left(shown: RwSignal<Option<TestToken>>) {
        let _ = window_event_listener(ev::pagehide, move |_| {
            if shown.with_untracked(Option::is_some) {
                forget(shown);
            }
        });
    }

    /// Forgets this token when its time is over, and no other that came in the meantime.
    pub(super) fn forget_when_over(shown: RwSignal<Option<TestToken>>, ended: RwSignal<bool>) {
        let Some((token, seconds)) = shown.with_untracked(|s| s.as_ref().map(|s| (s.token.clone(), s.seconds))) else {
            return;
        };
        let over = move || {
            if shown.with_untracked(|s| s.as_ref().is_some_and(|s| s.token == token)) {
                forget(shown);
                ended.set(true);
            }
        };
        set_timeout(over, Duration::from_secs(u64::from(seconds)));
    }
}

/// On the server nothing is shown, and stays so.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::*;

    pub(super) fn forget_when_left(_: RwSignal<Option<TestToken>>) {}
    pub(super) fn forget_when_over(_: RwSignal<Option<TestToken>>, _: RwSignal<bool>) {}
}
