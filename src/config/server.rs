//! `[server]`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

use super::net::{IpBlock, TrustedProxies};
use super::reader::{Reader, minutes};
use super::settings::shorten;

const PUBLIC_URL: &str = "server.public_url";
/// The longest path of an issuer, in bytes.
const MAX_PATH: usize = 100;

/// Where the server listens and who it says it is.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// The URL browsers and clients use, without a trailing slash; `None` for
    /// `http://` and the listening address.
    pub public_url: Option<String>,
    /// Whether plain `http` is accepted for hosts other than this machine.
    pub allow_insecure_http: bool,
    /// The name of this installation, as people know it.
    pub name: String,
    /// Whether this is a server for work on Grantor itself, on one machine.
    pub development: bool,
    /// The directory for the SQLite file and the master key.
    pub data_dir: PathBuf,
    /// Worker threads; 0 for one per core.
    pub workers: usize,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// How long requests may go on after the server was told to stop.
    pub shutdown_timeout: Duration,
}

impl Server {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let server = Self {
            listen: read_listen(reader),
            public_url: read_public_url(reader),
            allow_insecure_http: reader.boolean("server.allow_insecure_http"),
            name: read_name(reader),
            development: reader.boolean("server.development"),
            data_dir: read_data_dir(reader),
            workers: reader.integer("server.workers", 0..=256),
            trusted_proxies: read_proxies(reader),
            shutdown_timeout: reader.span("server.shutdown_timeout", Duration::ZERO..=minutes(10)),
        };
        server.validate(reader);
        server
    }

    pub(super) fn issuer(&self) -> String {
        match &self.public_url {
            Some(url) => url.clone(),
            None => format!("http://{}", self.listen),
        }
    }

    /// In development anybody who reaches the server may read its messages.
    fn validate_development(&self, reader: &mut Reader<'_>) {
        let is_near = self.public_url.as_deref().is_none_or(is_loopback_url);
        if self.development && !(is_near && self.listen.ip().is_loopback()) {
            reader.report(
                "server.development",
                "must be false unless server.listen and the host of server.public_url are addresses of this machine \
                 only, such as 127.0.0.1"
                    .to_owned(),
            );
        }
    }

    fn validate(&self, reader: &mut Reader<'_>) {
        self.validate_development(reader);
        if self.allow_insecure_http
            || ["server.allow_insecure_http", "server.listen"].iter().any(|key| reader.is_bad(key))
        {
            return;
        }
        match &self.public_url {
            Some(url) if url.starts_with("http://") && !is_loopback_url(url) => {
                reader.refuse(
                    PUBLIC_URL,
                    "an https URL unless its host is localhost, 127.0.0.0/8 or [::1], or \
                     server.allow_insecure_http is true",
                );
            }
            None if !self.listen.ip().is_loopback() => reader.report(
                PUBLIC_URL,
                format!(
                    "must be set because server.listen, {}, is not an address of this machine \
                     only; or set server.allow_insecure_http to true",
                    self.listen
                ),
            ),
            _ => {}
        }
    }
}

fn read_name(reader: &mut Reader<'_>) -> String {
    let key = "server.name";
    let name = reader.text(key).trim();
    if name.is_empty() || name.chars().count() > 60 || name.contains(char::is_control) {
        reader.refuse(key, "1 to 60 characters on one line");
    }
    name.to_owned()
}

fn read_listen(reader: &mut Reader<'_>) -> SocketAddr {
    let key = "server.listen";
    reader.text(key).parse().unwrap_or_else(|_| {
        reader.refuse(key, "an IP address and port such as 127.0.0.1:8080 or [::]:8080");
        SocketAddr::from(([127, 0, 0, 1], 0))
    })
}

fn read_data_dir(reader: &mut Reader<'_>) -> PathBuf {
    let key = "server.data_dir";
    let text = reader.text(key);
    if text.is_empty() || text.contains('\0') {
        reader.refuse(key, "the path of a directory");
    }
    PathBuf::from(text)
}

fn read_proxies(reader: &mut Reader<'_>) -> TrustedProxies {
    let key = "server.trusted_proxies";
    let mut blocks = Vec::new();
    for text in reader.list(key) {
        match text.parse::<IpBlock>() {
            Ok(block) => blocks.push(block),
            Err(reason) => reader.refuse(
                key,
                &format!("IP addresses or CIDR blocks such as 10.0.0.0/8 ({:?}: {reason})", shorten(text)),
            ),
        }
    }
    blocks.into_iter().collect()
}

fn read_public_url(reader: &mut Reader<'_>) -> Option<String> {
    let text = reader.text(PUBLIC_URL);
    if text.is_empty() {
        return None;
    }
    let url = normal_url(text);
    if url.is_none() {
        reader.refuse(
            PUBLIC_URL,
            "an absolute http or https URL such as https://login.example.com or https://example.com/login, \
             without user, query or fragment, and with a path of plain letters, digits and -._~ only",
        );
    }
    url
}

/// The URL in its normal form, without trailing slashes.
fn normal_url(text: &str) -> Option<String> {
    // The URL parser repairs what people mistype; an issuer must be exact.
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '?' | '#');
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split('/').next()?;
    if !matches!(scheme, "http" | "https") || authority.is_empty() || authority.contains('@') || text.contains(is_odd) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let issuer = url.as_str().trim_end_matches('/').to_owned();
    // What proxies, browsers and clients read in different ways is no part of an exact path.
    let given = rest.get(authority.len()..)?.trim_end_matches('/');
    let exact = given.is_empty() || given.len() <= MAX_PATH && given.split('/').skip(1).all(is_plain);
    (exact && issuer.ends_with(given)).then_some(issuer)
}

fn is_plain(segment: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(plain)
}

pub(super) fn is_loopback_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
