//! Redirect URIs: what may be registered, and which of the registered a request means.

use std::fmt;

use url::{Host, Url};

/// The longest redirect URI that is accepted, in bytes.
const MAX_LENGTH: usize = 2048;

/// A redirect URI that passed the checks for registration, kept as the exact string.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a redirect URI may not be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Longer than 2,048 bytes.
    #[error("a redirect URI may be at most 2048 bytes long")]
    TooLong,
    /// Not an absolute URI, or with characters that do not belong in one.
    #[error("a redirect URI must be an absolute URI such as https://app.example/callback")]
    NotAbsolute,
    /// With a fragment (RFC 6749 section 3.1.2 forbids it).
    #[error("a redirect URI must not have a fragment (#)")]
    Fragment,
    /// A wildcard, which invites redirects to places nobody meant.
    #[error("a redirect URI must not hold a wildcard (*)")]
    Wildcard,
    /// With a user name or password.
    #[error("a redirect URI must not hold a user name or a password")]
    Credentials,
    /// A scheme that runs code or reads files instead of naming an app.
    #[error("this scheme is not allowed in a redirect URI")]
    Scheme,
    /// http to a host that is not this device.
    #[error("http is allowed for loopback addresses only; use https")]
    PlainHttp,
}

impl RedirectError {
    /// The message that tells a person; its argument is the `uri`.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooLong => "field-redirect-long",
            Self::NotAbsolute => "field-redirect-relative",
            Self::Fragment => "field-redirect-fragment",
            Self::Wildcard => "field-redirect-wildcard",
            Self::Credentials => "field-redirect-credentials",
            Self::Scheme => "field-redirect-scheme",
            Self::PlainHttp => "field-redirect-http",
        }
    }
}

/// Schemes that browsers act upon themselves.
const FORBIDDEN: [&str; 22] = [
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "filesystem",
    "ftp",
    "ws",
    "wss",
    "view-source",
    "intent",
    "mailto",
    "tel",
    "sms",
    "jar",
    "chrome",
    "chrome-extension",
    "resource",
    "content",
    "urn",
    "cid",
];

impl RedirectUri {
    /// Checks a redirect URI for registration (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 2.1).
    ///
    /// # Errors
    /// [`RedirectError`] says what to mend.
    pub fn parse(text: &str) -> Result<Self, RedirectError> {
        if text.len() > MAX_LENGTH {
            return Err(RedirectError::TooLong);
        }
        if text.bytes().any(|b| b <= b' ' || b >= 0x7f || b"\"<>\\^`{|}".contains(&b)) {
            return Err(RedirectError::NotAbsolute);
        }
        if text.contains('#') {
            return Err(RedirectError::Fragment);
        }
        if text.contains('*') {
            return Err(RedirectError::Wildcard);
        }
        let url = Url::parse(text).map_err(|_| RedirectError::NotAbsolute)?;
        if FORBIDDEN.contains(&url.scheme()) {
            return Err(RedirectError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectError::Credentials);
        }
        if url.host_str().is_some_and(|host| !is_plain(host)) {
            return Err(RedirectError::NotAbsolute);
        }
        // Browsers take `https:app.example` for a path of the page they are on, not for a host as the parser does.
        if matches!(url.scheme(), "http" | "https") && !has_authority(text) {
            return Err(RedirectError::NotAbsolute);
        }
        match url.scheme() {
            "https" if url.host().is_some() => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(RedirectError::PlainHttp),
            "https" => return Err(RedirectError::NotAbsolute),
            // A private-use scheme names an installed app (RFC 8252 section 7.1).
            _ => {}
        }
        Ok(Self(text.to_owned()))
    }

    /// The exact string.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request's `redirect_uri` means this one: the same string, or, for a loopback
    /// address literal over http, the same but for the port (RFC 8252 section 7.3).
    pub fn accepts(&self, asked: &str) -> bool {
        if self.0 == asked {
            return true;
        }
        let (Ok(own), Ok(theirs)) = (Url::parse(&self.0), Url::parse(asked)) else {
            return false;
        };
        if !is_loopback_literal(&own) || Self::parse(asked).is_err() {
            return false;
        }
        match (without_port(&self.0, &own), without_port(asked, &theirs)) {
            (Some(own), Some(theirs)) => own == theirs,
            _ => false,
        }
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person may know a redirect's target by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The host, or the scheme of an installed app.
    pub name: String,
    /// Whether it is a program on the person's own device.
    pub loopback: bool,
}

impl Target {
    /// Whether it is a program on the person's own device, and any such program may take what is sent there: a loopback
    /// address, or the scheme of an installed app (RFC 8252 section 8.6).
    pub fn is_on_device(&self) -> bool {
        self.loopback || self.name.ends_with(':')
    }
}

/// Names the target of a checked redirect URI.
pub fn target(uri: &str) -> Target {
    match Url::parse(uri) {
        Ok(url) => match url.host_str() {
            Some(host) if matches!(url.scheme(), "http" | "https") => {
                Target { name: host.to_owned(), loopback: is_loopback(&url) }
            }
            _ => Target { name: format!("{}:", url.scheme()), loopback: false },
        },
        Err(_) => Target { name: uri.to_owned(), loopback: false },
    }
}

/// What a Content-Security-Policy's `form-action` must name to let a redirect to `uri` through: the origin,
/// or the scheme alone where the policy's grammar has no word for the host. It knows no IPv6 addresses, and
/// a `;` or `,` in a host would end the directive (CSP3 section 2.3.1).
pub fn csp_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    let plain = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(plain) => Some(url.origin().ascii_serialization()),
        scheme => Some(format!("{scheme}:")),
    }
}

/// The origin of a web page (RFC 6454 section 6.1); none for the address of an installed app.
pub fn web_origin(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

/// Adds parameters to a redirect URI's query and leaves the rest of it as registered (RFC 6749 section 4.1.2).
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        query.append_pair(name, value);
    }
    let separator = match uri.find('?') {
        None => "?",
        Some(at) if at + 1 == uri.len() || uri.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", query.finish())
}

/// Puts parameters into the fragment; registered redirect URIs have none.
pub fn with_fragment(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut fragment = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        fragment.append_pair(name, value);
    }
    format!("{uri}#{}", fragment.finish())
}

/// Whether a host is a name or an address and nothing else: URLs allow `;` and `,` in it, which would end a
/// Content-Security-Policy's directive.
fn is_plain(host: &str) -> bool {
    host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
}

/// Whether exactly two slashes follow the scheme.
fn has_authority(text: &str) -> bool {
    text.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")).is_some_and(|rest| !rest.starts_with('/'))
}

fn is_loopback_literal(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            _ => false,
        }
}

fn is_loopback(url: &Url) -> bool {
    is_loopback_literal(url) || (url.scheme() == "http" && url.host_str() == Some("localhost"))
}

/// The string around the port: `http://127.0.0.1:49152/cb` gives (`http://127.0.0.1`, `/cb`).
fn without_port<'a>(text: &'a str, url: &Url) -> Option<(&'a str, &'a str)> {
    let rest = text.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let host = match url.port() {
        Some(port) => authority.strip_suffix(&format!(":{port}"))?,
        None => authority.strip_suffix(":80").unwrap_or(authority),
    };
    Some((host, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_origin_or_no_more_than_the_scheme() {
        for (uri, source) in [
            ("https://app.example/cb?x=1", "https://app.example"),
            ("https://app.example:8443/cb", "https://app.example:8443"),
            ("http://127.0.0.1:4711/cb", "http://127.0.0.1:4711"),
            ("http://[::1]:4711/cb", "http:"),
            ("https://app.example;sandbox/cb", "https:"),
            ("https://app.example,x/cb", "https:"),
            ("com.example.app:/cb", "com.example.app:"),
        ] {
            assert_eq!(csp_source(uri).as_deref(), Some(source), "{uri}");
        }
    }
}
