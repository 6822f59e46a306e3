//! Names of the form token and of the seals in URLs. `service/src/authn/form_token.rs` creates the tokens, and
//! `server/src/gate/form_token.rs` checks them.

/// Form field that holds the token.
pub const FORM_TOKEN: &str = "form_token";
/// Request header that holds the token of a script. A plain form can't send it.
pub const FORM_TOKEN_HEADER: &str = "x-form-token";
/// Purpose of a script's token, and the name of the `meta` element that holds it.
pub const OF_SCRIPT: &str = "script";
/// Query parameter with the seal of an error. It proves that the server wrote the error for this browser.
pub const SEAL: &str = "__seal";

/// Purpose of the seal on an error in a URL.
pub fn sealed_by(path: &str, error: &str) -> String {
    format!("error {path} {error}")
}

/// Last query parameter of a URL with a success notice. It proves that the server wrote the URL for this browser.
pub const NOTICE_SEAL: &str = "notice_seal";

/// Purpose of the seal on a URL with a notice. Covers the path and all other parameters.
pub fn notice_sealed_by(address: &str) -> String {
    format!("notice {address}")
}

/// Identifies a browser until the person signs in. The server adds it to each request.
#[derive(Clone)]
pub struct Visitor(pub String);
