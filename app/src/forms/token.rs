//! The names of what a form proves itself with. The tokens are made in `service/src/authn/form_token.rs` and checked in
//! `server/src/gate/form_token.rs`.

/// The field of a form that holds its token.
pub const FORM_TOKEN: &str = "form_token";
/// The header that holds the token of a script. A form cannot send it.
pub const FORM_TOKEN_HEADER: &str = "x-form-token";
/// What the token of a script is for, and the `meta` element that holds it.
pub const OF_SCRIPT: &str = "script";
/// The parameter that shows that an error in an address was written by the server for this browser.
pub const SEAL: &str = "__seal";

/// What the seal of an error in an address is for.
pub fn sealed_by(path: &str, error: &str) -> String {
    format!("error {path} {error}")
}

/// The last parameter of an address with a notice of success. It shows that the server wrote the address for this browser.
pub const NOTICE_SEAL: &str = "notice_seal";

/// What the seal of an address with a notice is for: its path and all other parameters.
pub fn notice_sealed_by(address: &str) -> String {
    format!("notice {address}")
}

/// What a browser is known by until somebody signs in. The server puts it beside each request.
#[derive(Clone)]
pub struct Visitor(pub String);
