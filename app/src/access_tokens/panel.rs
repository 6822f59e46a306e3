//! Panel with the token endpoint, the client ID and the snippets. Works without script, except for the test token.

use super::{
    Proof, TokenRequest,
    shown_token::TestTokenForm,
    snippets::{Snippet, assertion, curl, snippets},
};
use crate::ui::{CodeLine, CopyButton};
use leptos::prelude::*;

#[component]
pub(crate) fn AccessTokenPanel(
    request: TokenRequest,
    /// Base URL of the client's pages. `None` if the viewer can't get a test token.
    test_at: Option<String>,
) -> impl IntoView {
    let id = request.client_id.clone();
    let test = test_at.map(|at| {
        view! {
            <div class="panel-more panel-body form form-tight">
                <div>
                    <h3 class="field-label">"Test token"</h3>
                    <p class="field-help">
                        "A real access token of this client for you to look at, without its secret. It lives for a minute, has no scope that you do not have, and is recorded in the audit log."
                    </p>
                </div>
                <TestTokenForm at=at id=id.clone() apis=request.apis.clone()/>
            </div>
        }
    });
    let more = match request.apis.as_slice() {
        [_, others @ ..] if !others.is_empty() => {
            let names: Vec<_> = others.iter().map(|(name, audience)| format!("{name} ({audience})")).collect();
            Some(format!("A token for another API names its audience as resource: {}.", names.join(", ")))
        }
        _ => None,
    };
    let proof = match &request.proof {
        Proof::Secret(variable) => view! {
            <p class="field-help">
                <code>{format!("${variable}")}</code>
                " stands for the client's secret, which was shown when it was issued or rolled. Keep it in the environment and out of the code."
            </p>
        }
        .into_any(),
        Proof::Key { kid, alg } => view! { <Assertion request=request.clone() kid=kid.clone() alg=alg.clone()/> }.into_any(),
    };
    view! {
        <section class="panel" id="access-tokens" aria-labelledby="access-tokens-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="access-tokens-heading">"Get an access token"</h2>
                    <p class="panel-lead">"The client proves who it is at the token endpoint and gets a token for a few minutes. There is no refresh token: it asks again."</p>
                </div>
            </div>
            <div class="panel-body form form-tight">
                <div class="pair">
                    <div class="field">
                        <span class="field-label">"Token endpoint"</span>
                        <CodeLine code=request.endpoint.clone() label="Copy the token endpoint"/>
                    </div>
                    <div class="field">
                        <span class="field-label">"Client ID"</span>
                        <CodeLine code=request.client_id.clone() label="Copy the client ID for the token endpoint"/>
                    </div>
                </div>
                <Snippets request=request/>
                {proof}
                {more.map(|words| view! { <p class="field-help break-words">{words}</p> })}
            </div>
            {test}
        </section>
    }
    .into_any()
}

/// Shows one language at a time. A browser whose CSS can't hide the others shows all of them.
#[component]
fn Snippets(request: TokenRequest) -> impl IntoView {
    let all = snippets(&request);
    let tabs = all.each_ref().map(|Snippet { key, title, .. }| {
        let first = *key == "curl";
        view! {
            <label class="segment">
                <input type="radio" name="snippet" value=*key checked=first/>
                <span>{*title}</span>
            </label>
        }
    });
    let panes = all.map(|Snippet { key, title, code }| {
        view! {
            <div class="snippet" data-language=key role="group" aria-label=title>
                <pre class="raw" tabindex="0" translate="no">{code.clone()}</pre>
                <CopyButton text=code label=format!("Copy the {title} lines")/>
            </div>
        }
    });
    view! {
        <div class="snippets">
            <fieldset>
                <legend class="unseen">"Language"</legend>
                <div class="segments">{tabs.into_iter().collect_view()}</div>
            </fieldset>
            {panes.into_iter().collect_view()}
        </div>
    }
    .into_any()
}

/// Explains the signed assertion of a client that authenticates with its own key.
#[component]
fn Assertion(request: TokenRequest, kid: String, alg: String) -> impl IntoView {
    let shape = assertion(&request, &kid, &alg);
    view! {
        <div class="field">
            <span class="field-label">"The assertion: header and claims, signed by the client"</span>
            <pre class="raw" tabindex="0" translate="no">{shape}</pre>
            <p class="field-help break-words">
                "This client has no secret. It signs a JWT with the private half of its key "
                <code>{kid}</code>
                {format!(" ({alg}), or of any other of its public keys, for each request. It may be valid for an hour at most, and counts once.")}
            </p>
        </div>
    }
    .into_any()
}

/// Shows how to use a personal access token as an OAuth client.
#[component]
pub(crate) fn AsClientPanel(request: TokenRequest) -> impl IntoView {
    view! {
        <section class="panel" id="access-tokens" aria-labelledby="access-tokens-heading">
            <div class="panel-head">
                <div>
                    <h2 class="panel-title" id="access-tokens-heading">"As an OAuth client"</h2>
                    <p class="panel-lead">"It also works as client ID and secret at the token endpoint, for tools that speak OAuth only."</p>
                </div>
            </div>
            <div class="panel-body">
                <CodeLine code=curl(&request).replace(" \\\n  ", " ") label="Copy the command"/>
            </div>
        </section>
    }
    .into_any()
}
