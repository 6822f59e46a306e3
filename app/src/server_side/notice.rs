//! Success notices, which travel in the URL. A page shows a notice only if the server wrote the URL for this browser.
//!
//! Owns the seal on the URL after a change. The seal covers the path and all parameters and comes last, so nothing can
//! be replaced or added. Next: `pages.rs` reads the parameters, and `service/src/authn/form_token.rs` creates the seal.

use super::{
    answer::redirect,
    request::{form_token, is_ours},
};
use crate::forms::{NOTICE_SEAL, notice_sealed_by};
use http::{request::Parts, uri::PathAndQuery};
use leptos::prelude::use_context;

/// Redirects to a page with a success notice. The URL must have a query that names the notice.
pub(crate) fn redirect_with_notice(address: &str) {
    redirect(&with_notice(address));
}

/// Adds the seal for this browser to the URL.
pub(crate) fn with_notice(address: &str) -> String {
    format!("{address}&{NOTICE_SEAL}={}", form_token(&notice_sealed_by(address)))
}

/// Whether the server wrote the URL of this page for this browser.
pub(crate) fn has_notice() -> bool {
    let Some(parts) = use_context::<Parts>() else { return false };
    let address = parts.uri.path_and_query().map(PathAndQuery::as_str);
    address.and_then(sealed).is_some_and(|(address, seal)| is_ours(&notice_sealed_by(address), seal))
}

/// Splits a URL into the sealed part and the seal.
fn sealed(address: &str) -> Option<(&str, &str)> {
    let (address, last) = address.rsplit_once('&')?;
    let seal = last.strip_prefix(NOTICE_SEAL)?.strip_prefix('=')?;
    Some((address, seal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seal_comes_last_and_is_on_all_that_is_before_it() {
        assert_eq!(sealed("/a?saved=1&notice_seal=x"), Some(("/a?saved=1", "x")));
        for none in ["", "/a", "/a?saved=1", "/a?notice_seal=x", "/a?x=1&notice_seal=x&y=1", "/a?x=1&notice_seal"] {
            assert_eq!(sealed(none), None, "{none}");
        }
    }
}
