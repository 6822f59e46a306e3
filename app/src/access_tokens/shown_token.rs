//! The form that requests a test token, and the HTML that shows the token.

use crate::{
    forms::ErrorNotice,
    ui::{Button, CopyOf, Select, TextToCopy},
};
use leptos::prelude::*;

/// One parameter of the token's header, or one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Readable form of a value that is meant for programs, such as a date.
    pub(crate) note: Option<String>,
}

#[component]
pub(super) fn TestTokenForm(
    at: String,
    id: String,
    /// Name and audience of every API that a token can be for.
    apis: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <form class="form form-tight" autocomplete="off">
            <noscript>
                <p class="field-help">"The token is shown once, and only a page with script can do that safely. Turn script on, or ask the token endpoint yourself with the lines above."</p>
            </noscript>
            <div data-program="test-token" data-at=at data-id=id hidden><ErrorNotice title="No token was issued"/></div>
            {match apis.as_slice() {
                [] => None,
                [(_, audience)] => Some(view! { <input type="hidden" name="resource" value=audience.clone()/> }.into_any()),
                apis => Some(view! {
                    <Select
                        id="test-audience"
                        name="resource"
                        label="For"
                        options=apis.iter().map(|(name, audience)| (audience.clone(), format!("{name} ({audience})"))).collect()
                    />
                }.into_any()),
            }}
            <div class="form-actions">
                <Button disabled=true>"Get a test token"</Button>
            </div>
        </form>
        <p class="field-help" aria-live="polite" data-says="life"></p>
        <div class="form form-tight" data-token=""></div>
    }
    .into_any()
}

/// The token with its decoded header and claims. Sent only as the reply to the form, never as part of a page.
#[component]
pub(crate) fn ShownToken(token: String, header: Vec<Line>, claims: Vec<Line>) -> impl IntoView {
    view! {
        <div class="reveal-secret">
            <label class="unseen" for="test-token">"Test token"</label>
            <TextToCopy id="test-token" rows=4 text=token/>
            <div class="reveal-actions">
                <CopyOf id="test-token">"Copy token"</CopyOf>
            </div>
        </div>
        <Lines title="Header" lines=header/>
        <Lines title="Claims" lines=claims/>
    }
    .into_any()
}

#[component]
fn Lines(title: &'static str, lines: Vec<Line>) -> impl IntoView {
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
            <dl class="details">{lines.into_iter().map(line).collect_view()}</dl>
        </section>
    }
    .into_any()
}
