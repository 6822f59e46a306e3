//! Proof that a page of ours wrote a form, and that it wrote it for the browser that sends it.
//!
//! Owns: the tokens in forms and the seal on an error that travels in an address. Both are an HMAC under a key of the server
//! over what the browser is known by and what the token is for. A token for one purpose is worth nothing for another, so
//! markup that captures the fields of a form cannot send them elsewhere. Never stores anything.

use crate::Service;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// What no secret begins with, so that a token can never be the verifier of one.
const CONTEXT: &str = "mintmark form token";

impl Service {
    /// The token of this browser for this purpose. `browser` is a secret of that browser alone: see
    /// [`session::browser`](super::session::browser).
    pub fn form_token(&self, browser: &str, purpose: &str) -> String {
        self.form_mac(browser, purpose).map(|mac| URL_SAFE_NO_PAD.encode(mac)).unwrap_or_default()
    }

    /// Whether that is the token of this browser for this purpose. Takes as long for every wrong one.
    pub fn is_form_token(&self, browser: &str, purpose: &str, token: &str) -> bool {
        let Ok(given) = URL_SAFE_NO_PAD.decode(token) else { return false };
        self.form_mac(browser, purpose).is_some_and(|mac| verify_slices_are_equal(&given, &mac).is_ok())
    }

    /// A name for a browser that has none yet.
    pub fn new_visitor(&self) -> String {
        let mut bytes = [0; 16];
        self.inner.sources.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Under the first pepper: every node has it, whatever was added since.
    fn form_mac(&self, browser: &str, purpose: &str) -> Option<[u8; 32]> {
        let text = format!("{CONTEXT}\n{}\n{browser}\n{purpose}", browser.len());
        self.inner.peppers.last().map(|pepper| *pepper.verifier_of(&text).as_bytes())
    }
}
