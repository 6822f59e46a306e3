//! The state that every handler can reach.
//!
//! All parts are built once, at start. Nothing here changes while the server handles requests.

use crate::Site;
use axum::extract::FromRef;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use service::Service;
use std::sync::Arc;

/// The address under which people and programs reach this server. It is also the issuer of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    is_https: bool,
    is_local: bool,
}

impl PublicUrl {
    /// Reads an origin such as `https://tokens.example.com`.
    ///
    /// # Errors
    /// A message that follows the name of the variable.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str =
            "must be an http or https address without path, query or user, such as https://tokens.example.com";
        let text = text.strip_suffix('/').unwrap_or(text);
        let uri: http::Uri = text.parse().map_err(|_| SHAPE)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(SHAPE) };
        let is_origin = matches!(scheme, "http" | "https")
            && !authority.as_str().contains('@')
            && text.len() == scheme.len() + "://".len() + authority.as_str().len();
        if !is_origin {
            return Err(SHAPE);
        }
        if !has_canonical_port(authority) {
            return Err("must have a port from 1 to 65535 without leading zeros, or none");
        }
        // Browsers omit the default port.
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let origin = text.strip_suffix(default_port).unwrap_or(text).to_ascii_lowercase();
        let is_local = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
        Ok(Self { origin, is_https: scheme == "https", is_local })
    }

    /// Scheme, host and port, without a final slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host for the part of an email address after `@`. `localhost` if the host is an IP address, which mail
    /// servers do not accept there.
    pub(crate) fn mail_domain(&self) -> String {
        let authority = self.origin.split("://").nth(1).unwrap_or_default();
        let host = authority.split(':').next().unwrap_or_default();
        let is_address = authority.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        if is_address { "localhost".to_owned() } else { host.to_owned() }
    }

    /// True if browsers reach the server over TLS.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// True if the session cookie has the `__Host-` prefix, which needs TLS. Only a local address works without it.
    pub(crate) fn has_host_cookie(&self) -> bool {
        self.is_https || !self.is_local
    }
}

/// True if the port is absent or written as browsers write it.
fn has_canonical_port(authority: &http::uri::Authority) -> bool {
    let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let Some(digits) = port.strip_prefix(':') else { return port.is_empty() };
    digits.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == digits)
}

/// The shared state of all requests. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub service: Service,
    pub public_url: Arc<PublicUrl>,
    /// The proxies whose `X-Forwarded-For` and `Forwarded` are believed.
    pub trusted_proxies: Arc<[IpNet]>,
    pub site: Arc<Site>,
    pub leptos: LeptosOptions,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_is_a_public_url() {
        for good in ["http://localhost:3000", "https://tokens.example.com/", "http://127.0.0.1:1"] {
            assert!(PublicUrl::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "localhost:3000", "ftp://x.test", "https://x.test/path", "https://a@x.test", "https://x.test?q"]
        {
            assert!(PublicUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_port_is_a_canonical_number() {
        for good in ["https://x.test:1", "https://x.test:65535", "http://[::1]:8080"] {
            assert_eq!(PublicUrl::parse(good).unwrap().origin(), good);
        }
        for port in ["0443", "99999", "65536", "0", "00", "", "+443", "4 3", "x", "443:443"] {
            for host in ["x.test", "[::1]"] {
                let bad = format!("https://{host}:{port}");
                assert!(PublicUrl::parse(&bad).is_err(), "{bad}");
            }
        }
    }

    #[test]
    fn the_default_port_is_cut_as_browsers_do() {
        for (text, origin) in [
            ("https://x.test:443", "https://x.test"),
            ("https://X.test:443/", "https://x.test"),
            ("http://x.test:80", "http://x.test"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://x.test:80", "https://x.test:80"),
            ("http://x.test:443", "http://x.test:443"),
            ("https://x.test:4430", "https://x.test:4430"),
        ] {
            assert_eq!(PublicUrl::parse(text).unwrap().origin(), origin, "{text}");
        }
    }

    #[test]
    fn the_cookie_goes_without_its_prefix_only_over_http_on_this_machine() {
        let has = |url| PublicUrl::parse(url).unwrap().has_host_cookie();
        assert!(!has("http://localhost:3000") && !has("http://127.0.0.1:3000"));
        assert!(has("https://localhost") && has("https://x.test") && has("http://x.test"));
    }
}
