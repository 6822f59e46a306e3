//! The HTML document around every page: head, theme, content security policy, and the script that starts islands and
//! programs.
//!
//! A page without islands and programs loads no script and no WebAssembly. Every signed-in page has the palette, which
//! is an island. Must never contain an inline style, or a script without a nonce.

use crate::{
    forms::OF_SCRIPT,
    routes::App,
    server_side::{Theme, form_token, no_store, theme},
};
use http::{HeaderValue, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

/// URL of a built file. `site_pkg_dir` changes with the content of the files.
fn address(options: &LeptosOptions, ending: &str) -> String {
    format!("/{}/{}{ending}", options.site_pkg_dir, options.output_name)
}

/// Script that starts the islands and programs of the page, if it has any. Loads JavaScript and WebAssembly in
/// parallel.
pub(crate) fn boot(options: &LeptosOptions) -> String {
    let (js, wasm) = (address(options, ".js"), address(options, "_bg.wasm"));
    format!(
        "const islands=document.querySelectorAll('leptos-island');\
         if(islands.length||document.querySelector('[data-copy],[data-program]')){{\
         const wasm=fetch('{wasm}'),glue=await import('{js}');\
         await glue.default({{module_or_path:wasm}});\
         glue.hydrate();\
         for(const island of islands)glue[island.dataset.component]?.(island);\
         document.documentElement.dataset.ready=''\
         }}"
    )
}

fn send_policy(nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; object-src 'none'"
    );
    if let (Some(answer), Ok(policy)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy)) {
        answer.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The whole document. Uses only `site_pkg_dir` and `output_name` of the options.
pub fn shell(options: &LeptosOptions) -> impl IntoView + use<> {
    let nonce = use_nonce();
    if let Some(nonce) = &nonce {
        send_policy(nonce);
    }
    no_store();
    let theme = theme();
    let scheme = match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=(theme != Theme::System).then_some(theme.as_str())>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=scheme/>
                <meta name="robots" content="noindex"/>
                <meta name="form-token" content=form_token(OF_SCRIPT)/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=address(options, ".css")/>
                <MetaTags/>
            </head>
            <body>
                <App/>
                <script type="module" nonce=nonce inner_html=boot(options)></script>
            </body>
        </html>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_options() {
        let options = LeptosOptions::builder().output_name("mintmark").site_pkg_dir("pkg/1a2b").build();
        assert_eq!(address(&options, "_bg.wasm"), "/pkg/1a2b/mintmark_bg.wasm");
        assert!(boot(&options).contains("import('/pkg/1a2b/mintmark.js')"));
    }
}
