//! What only an M2M client is asked for: how it proves who it is, for which APIs, and how long its access tokens live.

use super::draft::{ClientState, KEY, SECRET};
use crate::ui::{Callout, FieldNotes, Segment, Select, TextArea};
use leptos::prelude::*;

fn lifetimes() -> Vec<(String, String)> {
    [("300", "5 minutes"), ("600", "10 minutes"), ("1800", "30 minutes"), ("3600", "1 hour"), ("86400", "1 day")]
        .map(|(seconds, words)| (seconds.to_owned(), words.to_owned()))
        .into()
}

/// The fields; `at` finds what is wrong with the field of a pointer.
#[component]
pub(super) fn ClientFields(
    /// What is put in.
    state: ClientState,
    /// Name and audience of each API.
    audiences: Vec<(String, String)>,
    /// What is wrong with which field.
    at: Callback<&'static str, Option<String>>,
) -> impl IntoView {
    let wrong = move |pointer: &'static str| Signal::derive(move || at.run(pointer));
    view! {
        <fieldset class="issue-section">
            <legend class="unseen">"Authentication"</legend>
            <div aria-hidden="true" class="issue-legend">"Authentication"</div>
            <div class="segments">
                <Segment name="auth" value=SECRET checked=true state=state.auth_method>"Client secret"</Segment>
                <Segment name="auth" value=KEY state=state.auth_method>"Its own key (private_key_jwt)"</Segment>
            </div>
            <Show
                when=move || state.has_own_key()
                fallback=|| view! { <p class="field-help">"The secret is made here and shown once. The client sends it when it asks for an access token."</p> }
            >
                <Callout>
                    <p>"The client signs with a private key that never leaves it. No secret is made; paste the public half."</p>
                </Callout>
                <TextArea
                    id="client-jwks"
                    name="jwks"
                    label="Public key"
                    required=true
                    code=true
                    max_length=20_000
                    placeholder="{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"…\"}"
                    help="A JWK or a JWK set of public keys: EC P-256, Ed25519, or RSA of 2048 to 4096 bits."
                    state=state.jwks
                    error=wrong("/jwks")
                />
            </Show>
        </fieldset>
        <fieldset class="issue-section" aria-describedby="client-audiences-help">
            <legend class="unseen">"Audiences"</legend>
            <div aria-hidden="true" class="issue-legend">"Audiences"</div>
            <div class="ticks">
                {audiences
                    .into_iter()
                    .map(|(name, audience)| view! { <Audience name=name audience=audience chosen=state.audiences/> })
                    .collect_view()}
            </div>
            <FieldNotes
                id="client-audiences"
                help="The APIs its access tokens may be for. None: the default one."
                error=wrong("/audiences")
            />
        </fieldset>
        <section class="issue-section max-w-64">
            <Select
                id="client-seconds"
                name="access_token_seconds"
                label="Access tokens live"
                options=lifetimes()
                chosen="600"
                help="A revoked client gets no new ones; what it has ends by then."
                state=state.access_token_seconds
                error=wrong("/access_token_seconds")
            />
        </section>
    }
    .into_any()
}

#[component]
fn Audience(name: String, audience: String, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let own = audience.clone();
    let toggle = move |ticked: bool| {
        chosen.update(|audiences| {
            audiences.retain(|known| *known != own);
            if ticked {
                audiences.push(own.clone());
            }
        });
    };
    view! {
        <label class="choice">
            <input type="checkbox" name="audience" value=audience.clone() on:change=move |event| toggle(event_target_checked(&event))/>
            <span dir="auto">{name}</span>
            <span class="choice-help mono">{audience}</span>
        </label>
    }
    .into_any()
}
