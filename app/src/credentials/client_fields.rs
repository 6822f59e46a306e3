//! Fields that only an M2M client has: authentication method, audiences, and lifetime of its access tokens.

use super::offer::KEY;
use crate::ui::{Callout, FieldNotes, Segment, Select, TextArea};
use leptos::prelude::*;

fn lifetimes() -> Vec<(String, String)> {
    [("300", "5 minutes"), ("600", "10 minutes"), ("1800", "30 minutes"), ("3600", "1 hour"), ("86400", "1 day")]
        .map(|(seconds, words)| (seconds.to_owned(), words.to_owned()))
        .into()
}

#[component]
pub(super) fn ClientFields(
    /// Name and audience of each API.
    audiences: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <fieldset class="issue-section">
            <legend class="unseen">"Authentication"</legend>
            <div aria-hidden="true" class="issue-legend">"Authentication"</div>
            <div class="segments">
                <Segment name="auth" value="secret" checked=true>"Client secret"</Segment>
                <Segment name="auth" value=KEY>"Its own key (private_key_jwt)"</Segment>
            </div>
            <p class="field-help" data-when="auth=secret">
                "The secret is made here and shown once. The client sends it when it asks for an access token."
            </p>
            <div class="form form-tight" data-when="auth=key" hidden>
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
                    at="/jwks"
                />
            </div>
        </fieldset>
        <fieldset class="issue-section" id="client-audiences" aria-describedby="client-audiences-help">
            <legend class="unseen">"Audiences"</legend>
            <div aria-hidden="true" class="issue-legend">"Audiences"</div>
            <div class="ticks">
                {audiences
                    .into_iter()
                    .map(|(name, audience)| view! { <Audience name=name audience=audience/> })
                    .collect_view()}
            </div>
            <FieldNotes
                id="client-audiences"
                help="The APIs its access tokens may be for. None: the default one."
                at="/audiences"
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
                at="/access_token_seconds"
            />
        </section>
    }
    .into_any()
}

#[component]
fn Audience(name: String, audience: String) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" name="audience" value=audience.clone()/>
            <span dir="auto">{name}</span>
            <span class="choice-help mono">{audience}</span>
        </label>
    }
    .into_any()
}
