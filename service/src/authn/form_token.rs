//! Form tokens, which prove that this server wrote a form for the browser that sends it.
//!
//! Owns the tokens in forms and the seal on an error in a URL. Both are an HMAC under a server key over the browser's
//! identity and the purpose of the token. A token is valid for one purpose only, so injected markup that captures form
//! fields cannot send them to another address. Never stores anything.

use crate::use_cases::Sessions;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A prefix that no secret has, so that a form token never equals the verifier of a secret.
const CONTEXT: &str = "mintmark form token";

impl Sessions<'_> {
    /// Returns the token of this browser for this purpose. `browser` is a secret that only this browser has; see
    /// [`session::browser`](super::session::browser).
    pub fn form_token(self, browser: &str, purpose: &str) -> String {
        self.form_mac(browser, purpose).map(|mac| URL_SAFE_NO_PAD.encode(mac)).unwrap_or_default()
    }

    /// Returns whether this is the browser's token for this purpose. Every wrong token takes the same time.
    pub fn is_form_token(self, browser: &str, purpose: &str, token: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(token) else { return false };
        self.form_mac(browser, purpose).is_some_and(|mac| verify_slices_are_equal(&given, &mac).is_ok())
    }

    /// Creates an id for a browser that has none yet.
    pub fn new_visitor(self) -> String {
        let mut bytes = [0; 16];
        self.service.inner.sources.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Uses the oldest pepper, because every node has it even after others were added.
    fn form_mac(self, browser: &str, purpose: &str) -> Option<[u8; 32]> {
        let text = format!("{CONTEXT}\n{}\n{browser}\n{purpose}", browser.len());
        self.service.inner.peppers.last().map(|pepper| *pepper.verifier_of(&text).as_bytes())
    }
}
