//! Letters of the pages in the sidebar.

/// The letter after `g` that opens the page with this URL. Pages without a letter can be reached with the palette.
pub(crate) fn letter_of(href: &str) -> Option<char> {
    Some(match href.rsplit('/').next()? {
        "tokens" => 't',
        "sessions" => 's',
        "overview" => 'o',
        "credentials" => 'c',
        "api-keys" => 'k',
        "clients" => 'l',
        "approvals" => 'r',
        "members" => 'm',
        "service-accounts" => 'v',
        "policies" => 'y',
        "apis" => 'p',
        "audit" => 'a',
        "docs" => 'd',
        _ => return None,
    })
}
