//! How API teams verify a credential: with an API call, a proxy, token introspection, or public keys.

use super::{
    Places, Section,
    code::{Code, Languages, Snippet},
};
use leptos::prelude::*;

macro_rules! snippet {
    ($name:literal) => {
        include_str!(concat!("../../../docs/", $name))
    };
}

const ANSWER: &str = r#"{
  "valid": false,
  "code": "insufficient_scope",
  "credential_id": "key_01hx3k9q7m2n4p6r8s0t2v4w6y",
  "kind": "api_key",
  "scopes": ["contacts:read"],
  "missing_scopes": ["contacts:write"],
  "fix_url": "…"
}"#;

/// The four methods of verification.
#[component]
pub(crate) fn Verification(places: Places) -> impl IntoView {
    let verify = [
        ("curl", "curl", snippet!("snippets/verify.sh")),
        ("javascript", "JavaScript", snippet!("snippets/verify.mjs")),
        ("python", "Python", snippet!("snippets/verify.py")),
    ];
    let verify = verify.map(|(key, title, code)| Snippet { key, title, code: places.fill(code) });
    let fill = |text: &str| places.fill(text);
    view! {
        <section class="docs-part" id="verify" aria-labelledby="verify-heading">
            <h2 class="docs-title" id="verify-heading">"Ask with one call"</h2>
            <p>
                "Issue an API key with the scope "<code>"keys:verify"</code>" for your API, which asks with it about what it was presented. The answer is always 200: a bad token is data. Ask again for each request; an answer takes no database statement, and a revoked credential is refused within two seconds."
            </p>
            <Languages name="verify-language" snippets=verify.to_vec()/>
            <Code code=ANSWER title="An answer"/>
            <p>
                <code>"code"</code>" is the first cause that applies; "<a class="link" href=Section::Verdicts.path()>"the verdicts"</a>
                " say what each means. Name an "<code>"operation"</code>" of your API instead of scopes, and Mintmark knows what it needs."
            </p>
        </section>
        <section class="docs-part" id="nginx" aria-labelledby="nginx-heading">
            <h2 class="docs-title" id="nginx-heading">"Let nginx ask"</h2>
            <p>
                "A proxy can ask before your API sees a request, which then needs no code for credentials. What is not answered 200 is refused. Change the addresses, "
                <code>"org="</code>", "<code>"api="</code>" and the scopes."
            </p>
            <Code code=fill(snippet!("proxies/nginx.conf")) title="nginx.conf"/>
        </section>
        <section class="docs-part" id="caddy" aria-labelledby="caddy-heading">
            <h2 class="docs-title" id="caddy-heading">"Let Caddy ask"</h2>
            <Code code=fill(snippet!("proxies/Caddyfile")) title="Caddyfile"/>
        </section>
        <section class="docs-part" id="introspection" aria-labelledby="introspection-heading">
            <h2 class="docs-title" id="introspection-heading">"Introspection (RFC 7662)"</h2>
            <p>
                "For OAuth libraries. It takes any token of Mintmark's, opaque or JWT. Whatever is not good is answered with exactly "
                <code>r#"{"active":false}"#</code>"."
            </p>
            <Code code=fill(snippet!("snippets/introspect.sh")) title="Introspection with curl"/>
        </section>
        <section class="docs-part" id="jwks" aria-labelledby="jwks-heading">
            <h2 class="docs-title" id="jwks-heading">"Access tokens, checked offline"</h2>
            <p>
                "Access tokens of clients are JWTs (RFC 9068). Their signature is checked with the keys that Mintmark publishes, which change by themselves: fetch them again when an unknown "
                <code>"kid"</code>" comes. The keys are the same for every organization, so compare "<code>"org_id"</code>" too. "
                <code>"resources"</code>" says what a token is limited to, "<code>"env"</code>" whether it is a test. A token checked this way is good until it ends, even if its client was revoked in the meantime; introspection knows."
            </p>
            <Code code=fill(snippet!("snippets/jwks.mjs")) title="Checking an access token in JavaScript"/>
        </section>
    }
    .into_any()
}
