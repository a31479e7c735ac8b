//! `[sms]`

use std::time::Duration;

use url::Url;

use super::reader::{Reader, days, minutes};
use super::schema::SMS_SECRET;
use super::secret::Secret;
use super::server::is_loopback_url;

/// How text messages are sent.
#[derive(Debug, Clone)]
pub struct Sms {
    /// The gateway; `None` when nothing sends text messages and they stay in the outbox.
    pub gateway: Option<Gateway>,
    /// How many text messages are sent at once.
    pub pool_size: usize,
    /// How long it is tried to send a text message.
    pub give_up_after: Duration,
}

/// A service that takes text messages by HTTP.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Where messages go.
    pub url: String,
    /// `POST` or `PUT`.
    pub method: &'static str,
    /// Headers, `{secret}` not yet put in; the content type is not among them.
    pub headers: Vec<(String, String)>,
    /// How the body is written.
    pub format: Format,
    /// The body, with `{to}`, `{text}` and `{secret}`.
    pub body: String,
    /// What stands for `{secret}`.
    pub secret: Secret,
    /// How long sending may take.
    pub timeout: Duration,
}

/// How the body of a request to a gateway is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

const PLACEHOLDERS: [&str; 3] = ["{to}", "{text}", "{secret}"];

impl Sms {
    /// How many threads send text messages.
    #[must_use]
    pub fn threads(&self) -> usize {
        if self.gateway.is_some() { self.pool_size } else { 0 }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let gateway = read_gateway(reader);
        let key = "sms.transport";
        let gateway = match reader.text(key) {
            "outbox" => None,
            "http" => {
                if reader.text("sms.url").is_empty() {
                    reader.report("sms.url", "must be set because sms.transport is http".to_owned());
                }
                gateway
            }
            _ => {
                reader.refuse(key, "outbox or http");
                None
            }
        };
        Self {
            gateway,
            pool_size: reader.integer("sms.pool_size", 1..=16),
            give_up_after: reader.seconds("sms.give_up_after", minutes(1)..=days(7)),
        }
    }
}

/// Checked even when nothing sends text messages, so that a mistake shows before it matters.
fn read_gateway(reader: &mut Reader<'_>) -> Option<Gateway> {
    let secret = Secret::new(reader.text(SMS_SECRET).to_owned());
    if secret.expose().contains(char::is_control) {
        reader.refuse(SMS_SECRET, "one line without control characters");
    }
    let method = read_method(reader);
    let (format, headers) = read_headers(reader);
    let body = read_body(reader, format);
    let timeout = reader.span("sms.timeout", Duration::from_secs(1)..=minutes(1));
    let uses_secret = body.contains("{secret}") || headers.iter().any(|(_, value)| value.contains("{secret}"));
    if uses_secret && secret.expose().is_empty() && !reader.is_bad("sms.secret_file") {
        reader.report(SMS_SECRET, "must be set because sms.headers or sms.body holds {secret}".to_owned());
    }
    let url = read_url(reader)?;
    Some(Gateway { url, method, headers, format, body, secret, timeout })
}

fn read_url(reader: &mut Reader<'_>) -> Option<String> {
    let key = "sms.url";
    let allow_insecure = reader.boolean("sms.allow_insecure");
    let text = reader.text(key);
    if text.is_empty() {
        return None;
    }
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none()
    });
    let Some(url) = url.filter(|_| !text.contains(['{', '}'])) else {
        reader.refuse(key, "an absolute https URL without user, fragment or placeholders");
        return None;
    };
    if url.scheme() == "http" && !allow_insecure && !is_loopback_url(text) {
        reader.refuse(
            key,
            "an https URL unless its host is localhost, 127.0.0.0/8 or [::1], or sms.allow_insecure is true",
        );
    }
    Some(url.into())
}

fn read_method(reader: &mut Reader<'_>) -> &'static str {
    let key = "sms.method";
    match reader.text(key) {
        "POST" => "POST",
        "PUT" => "PUT",
        _ => {
            reader.refuse(key, "POST or PUT");
            "POST"
        }
    }
}

fn read_headers(reader: &mut Reader<'_>) -> (Format, Vec<(String, String)>) {
    let key = "sms.headers";
    let mut headers = Vec::new();
    let mut format = None;
    for line in reader.list(key) {
        let parts = line.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = parts.filter(|(name, value)| is_header(name, value)) else {
            // Not repeated: such a line may hold a password.
            reader.report(key, "must be lines such as \"Authorization: Bearer {secret}\"".to_owned());
            continue;
        };
        let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match (name.to_ascii_lowercase().as_str(), kind.as_str()) {
            ("content-type", "application/json") => format = Some(Format::Json),
            ("content-type", "application/x-www-form-urlencoded") => format = Some(Format::Form),
            ("content-type", _) => {}
            ("content-length" | "transfer-encoding" | "host" | "connection", _) => {
                reader.report(key, format!("must not hold {name}, which the server writes itself"));
            }
            _ => headers.push((name.to_owned(), value.to_owned())),
        }
    }
    let format = format.unwrap_or_else(|| {
        let needed = "must hold Content-Type: application/json or Content-Type: application/x-www-form-urlencoded";
        reader.report(key, needed.to_owned());
        Format::Json
    });
    (format, headers)
}

fn is_header(name: &str, value: &str) -> bool {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_token) && value.bytes().all(|b| (b' '..=b'~').contains(&b))
}

fn read_body(reader: &mut Reader<'_>, format: Format) -> String {
    let key = "sms.body";
    let body = reader.text(key);
    let unknown = body.split('{').skip(1).filter_map(placeholder).find(|name| {
        let written = format!("{{{name}}}");
        !PLACEHOLDERS.contains(&written.as_str())
    });
    if let Some(name) = unknown {
        reader.report(key, format!("holds {{{name}}}, but the placeholders are {}", PLACEHOLDERS.join(", ")));
    } else if !body.contains("{to}") || !body.contains("{text}") {
        reader.refuse(key, "a text that holds {to} and {text}");
    } else if format == Format::Json && !is_json(body) {
        reader.refuse(key, "JSON, its placeholders inside strings, because the content type is application/json");
    }
    body.to_owned()
}

/// The name at the start of what follows a brace, if a brace ends it.
fn placeholder(part: &str) -> Option<&str> {
    let (name, _) = part.split_once('}')?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).then_some(name)
}

fn is_json(body: &str) -> bool {
    let filled = PLACEHOLDERS.iter().fold(body.to_owned(), |body, name| body.replace(name, "\\\"x"));
    serde_json::from_str::<serde_json::Value>(&filled).is_ok()
}
