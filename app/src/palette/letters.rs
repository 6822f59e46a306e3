//! Which letter leads to which page of the rail.

/// The letter after `g` that leads to the page of the rail with this address. A page without one is reached by the palette.
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
        "webhooks" => 'w',
        "audit" => 'a',
        "docs" => 'd',
        _ => return None,
    })
}
